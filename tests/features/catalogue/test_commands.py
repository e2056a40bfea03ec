from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from features.catalogue.commands import COMMANDS_BY_NAME, catalogue_folder
from features.catalogue.labels import DEFAULT
from features.commands import COMMANDS_BY_NAME as IMPORT
from features.errors import MissingStepError, SchemaError
from features.records import load_records
from features.workspace import replace_folder, write_frame

CATALOGUE = COMMANDS_BY_NAME["catalogue"]
BASE = Path(__file__).parents[1] / "exports" / "base"


@pytest.fixture
def call(workspace):
    def run(*arguments, **options):
        texts = [*map(str, arguments), "--workspace", str(workspace.root)]
        return CliRunner().invoke(CATALOGUE, texts, catch_exceptions=False, **options)

    return run


@pytest.fixture(scope="module")
def measured_by_command() -> str:
    """Return what `huyula catalogue measure --json` prints of the whole development part."""
    result = CliRunner().invoke(CATALOGUE, ["measure", "--json"], catch_exceptions=False)
    return result.stdout


def confirm(path: Path) -> None:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([lines[0], *(f"{x}yes" for x in lines[1:])]), encoding="utf-8")


def test_suggest_confirm_apply(imported, call):
    result = call("suggest", "--dictionary", DEFAULT / "competencies.toml")
    assert result.exit_code == 0
    assert "5 courses, 3 if every merge is confirmed" in result.stdout
    folder = catalogue_folder(imported)
    for path in folder.glob("*.csv"):
        confirm(path)
    result = call("apply")
    assert result.stdout.splitlines()[0] == "2 courses merged into others"
    records = load_records(imported.records)
    assert records.courses["course_id"].to_list() == ["C1", "C4", "C5"]
    assert set(records.course_competencies["course_id"]) == {"C1", "C4", "C5"}
    assert call("suggest").stdout.splitlines()[-1] == "nothing is left to decide"


def test_an_import_applies_what_is_confirmed(workspace, call):
    run = CliRunner().invoke
    arguments = [str(BASE), "--exported-on", "2025-06-30", "--workspace", str(workspace.root)]
    run(IMPORT["import"], arguments, catch_exceptions=False)
    course = load_records(workspace.records).courses["course_id"][0]
    call("suggest")
    (catalogue_folder(workspace) / "course_details.csv").write_text(
        f"course_id,field,value,decision\n{course},jp,77,yes\n", encoding="utf-8"
    )
    result = run(IMPORT["import"], arguments, catch_exceptions=False)
    assert "changed tables: courses" in result.stdout
    courses = load_records(workspace.records).courses
    assert courses.filter(course_id=course)["jp"].to_list() == [77.0]


def test_without_a_dictionary_the_national_one_is_used_and_kept(imported, call):
    result = call("suggest")
    assert "the nine national ones are used" in result.stdout
    kept = catalogue_folder(imported) / "dictionary.toml"
    assert kept.read_text(encoding="utf-8").count("[[competency]]") == 9
    assert "national" not in call("suggest").stdout


def test_without_courses_there_is_nothing_to_suggest(imported, call):
    records = load_records(imported.records)
    with replace_folder(imported.records) as folder:
        for name, frame in vars(records).items():
            write_frame(frame.clear() if name == "courses" else frame, folder / f"{name}.parquet")
    result = call("suggest")
    assert result.stdout == "the records hold no course: there is nothing to suggest\n"


def test_apply_needs_records_and_suggestions(workspace, imported, call):
    with pytest.raises(MissingStepError, match="run `huyula catalogue suggest` first"):
        call("apply")


def test_suggest_needs_records(workspace, call):
    with pytest.raises(MissingStepError, match="run `huyula import` first"):
        call("suggest")


@pytest.mark.slow
def test_measure_prints_json(measured_by_command):
    measured = json.loads(measured_by_command)
    assert (measured["part"], measured["names"]) == ("development", 330)
    assert set(measured) == {"part", "names", "courses", "merging", "competencies_at_3",
                             "proposals"}  # fmt: skip


@pytest.mark.slow
def test_development_part_keeps_the_level_that_was_reached(measured_by_command):
    measured = json.loads(measured_by_command)
    merging = measured["merging"]["huyula"]
    assert merging["precision"]["value"] >= 0.97
    assert merging["recall"]["value"] >= 0.85
    at_3 = measured["competencies_at_3"]
    baseline = at_3["TF-IDF cosine of name and competency"]["precision"]
    assert at_3["huyula"]["precision"]["low"] > baseline["high"]
    assert measured["proposals"]["form right"] >= 0.95


def test_measure_refuses_a_folder_without_labels(tmp_path):
    with pytest.raises(SchemaError, match="labels must be a folder"):
        CliRunner().invoke(
            CATALOGUE, ["measure", "--labels", str(tmp_path)], catch_exceptions=False
        )


def test_own_catalogue_is_measured_with_its_competencies_hidden(imported, call, table_of):
    assert "nothing to measure on" in call("measure-own").stdout
    known = {
        "competencies": table_of(
            "competencies",
            "competency_id name competency_group",
            ("A", "Pengelolaan Arsip", "technical"),
            ("B", "Barang Milik Daerah", "technical"),
        ),
        "course_competencies": table_of(
            "course_competencies",
            "course_id competency_id level",
            ("C1", "B", 2.0),
            ("C4", "A", 2.0),
        ),
    }
    records = vars(load_records(imported.records))
    with replace_folder(imported.records) as folder:
        for name, frame in (records | known).items():
            write_frame(frame, folder / f"{name}.parquet")
    rows = [line.split()[-3:] for line in call("measure-own").stdout.splitlines()[1:]]
    # C1 (PBJ) shares "barang" with B once spelled out, C4 (Kearsipan) the root of A: one right of
    # three each; the plain words of neither name stand in a competency's
    assert rows[:3] == [["0.333", "1.000", "1.000"]] * 3
    assert rows[3] == ["0.000", "0.000", "0.000"]
