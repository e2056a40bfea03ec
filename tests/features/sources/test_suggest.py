"""Proposed mappings: right lines on foreign exports, honest doubts, and no value of a person."""

from __future__ import annotations

import contextlib
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from features.commands import COMMANDS_BY_NAME
from features.errors import SchemaError
from features.identity import TokenTable
from features.importing import Imported, import_export
from features.sources.mapping import load_mapping
from features.sources.suggest.command import suggest_mapping, write_mapping
from features.sources.suggest.dates import find_dates
from features.sources.suggest.values import translate
from features.sources.suggest.words import likeness, load_data, meanings
from tests.features.suggest_scoring import (
    EXPORTS,
    KEPT_BACK,
    TUNED_ON,
    reliability,
    score_export,
    score_folder,
    suggested_for,
)

BROKEN = Path(__file__).parent.parent / "exports"
THINGS = {"course", "post", "unit", "type", "grade", "education", "cost"}  # have names as well
ALL = (*TUNED_ON, *KEPT_BACK)


def csv_files(name: str) -> list[Path]:
    return sorted((EXPORTS / name).glob("*.csv"))


score_of = cache(score_export)


def proposal_of(name: str) -> str:
    return suggested_for(EXPORTS / name).text


def imported(folder: Path, mapping: Path | str, people: TokenTable) -> Imported:
    rules = load_mapping(str(mapping))
    return import_export(folder, rules, people, today=date(2025, 6, 30), progress=lambda _: None)


@pytest.mark.parametrize("name", ALL)
def test_every_wanted_line_is_proposed_and_no_other(name):
    found = score_of(name)
    assert (found.missed, found.strange) == ([], [])


def test_the_public_export_lacks_only_the_year_that_it_does_not_hold(dataset):
    found = score_folder(dataset("employee_export"), "employee_export")
    assert [line.split("'")[5] for line in found.missed] == ["year", "valid_from"]
    assert len(found.strange) == 2  # a third survey score, which the shipped mapping leaves out
    assert found.wanted == 33


def test_surer_lines_are_right_more_often(dataset):
    scores = [score_of(name) for name in ALL]
    scores.append(score_folder(dataset("employee_export"), "employee_export"))
    for low, _, n, right in reliability(scores):
        assert right >= low * n


@pytest.mark.parametrize("name", ALL)
def test_a_proposed_mapping_imports_what_the_right_one_does(name, tmp_path):
    path = tmp_path / "proposed.toml"
    write_mapping(proposal_of(name), path)
    people = TokenTable(b"k" * 32)
    right = imported(EXPORTS / name, EXPORTS / name / "expected.toml", people)
    proposed = imported(EXPORTS / name, path, people)
    assert proposed.quarantine.is_empty()
    for table, frame in right.tables.items():
        found = proposed.tables[table]
        if table == "surveys":  # an instrument's label is of one's own choice
            frame, found = (
                one.with_columns(pl.col("instrument").str.extract("^([a-z]+)"))
                for one in (frame, found)
            )
        assert_frame_equal(found, frame, check_row_order=False)


def test_the_proposal_for_the_public_export_imports(dataset, tmp_path):
    folder = dataset("employee_export")
    path = tmp_path / "proposed.toml"
    text = suggest_mapping([folder]).text
    assert "lacks year, valid_from" in text
    write_mapping(text, path)
    tables = imported(folder, path, TokenTable(b"k" * 32)).tables
    shipped = imported(folder, "employee_export", TokenTable(b"k" * 32)).tables
    for table in ("employees", "employments", "enrolments", "courses", "protected_attributes"):
        assert len(tables[table]) == len(shipped[table])
    assert tables["reviews"].is_empty()


@pytest.mark.parametrize("name", ALL)
def test_no_value_that_may_tell_of_a_person_is_written(name):
    text = proposal_of(name)
    for path in csv_files(name):
        separator = {"simpeg_daerah": ";", "survei": "\t"}.get(name, ",")
        frame = pl.read_csv(path, separator=separator, infer_schema=False)
        secret = [c for c in frame.columns if set(meanings(c)) & {"name", "nip", "nik", "birth"}]
        secret = [c for c in secret if not set(meanings(c)) & THINGS]
        for column in secret:
            assert [v for v in frame[column].drop_nulls() if v in text] == []


def test_unknown_words_are_asked_for_without_being_shown(tmp_path):
    people = [(f"19900115201503{n}001", f"Nama {'ABCDEF'[n]}ani") for n in (1, 2)]
    kinds = ["PNS", "Budi Santoso"]
    rows = [f"{nip};{name};{kind}" for (nip, name), kind in zip(people, kinds, strict=True)]
    (tmp_path / "pegawai.csv").write_text("\n".join(["NIP;Nama;Status Pegawai", *rows]))
    text = suggest_mapping([tmp_path]).text
    assert "not understood, add them to values: (12 characters)" in text
    assert "Budi" not in text


def test_what_is_lacking_is_said_and_stands_as_a_comment(tmp_path):
    (tmp_path / "absensi.csv").write_text("NIP,Alpa,Hari Kerja\n199001152015031001,1,20\n")
    suggested = suggest_mapping([tmp_path])
    assert "# lacks valid_from: without it the table cannot be filled" in suggested.text
    assert "# valid_from = ?" in suggested.text
    assert "attendance lacks valid_from" in suggested.summary()
    parsed = tomllib.loads(suggested.text)
    assert [table["into"] for table in parsed["table"]] == ["employees"]


def test_files_about_nothing_known_are_listed_with_their_columns(tmp_path):
    (tmp_path / "pegawai.csv").write_text("NIP,Nama\n199001152015031001,Ani Uno\n")
    (tmp_path / "kendaraan.csv").write_text("Merek,Warna\nHonda,Merah\n")
    suggested = suggest_mapping([tmp_path])
    assert "#   kendaraan.csv: Merek, Warna" in suggested.text
    assert "kendaraan.csv is about nothing known" in suggested.summary()


@pytest.mark.parametrize("folder", sorted(BROKEN.iterdir()), ids=lambda path: path.name)
@pytest.mark.slow
def test_damaged_exports_still_give_a_text_that_is_toml(folder):
    with contextlib.suppress(SchemaError):  # no table with rows
        text = suggest_mapping([folder]).text
        assert tomllib.loads(text)["date_formats"]


CELLS = st.one_of(
    st.sampled_from(["", "1", "199001152015031001", "01-02-2020", "Baik", "PNS", "0,5", "NULL"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=6),
)
HEADERS = st.sampled_from(
    ["NIP", "Nama", "Tgl Lahir", "JK", "TMT", "Status", "id", "course", "score", 'a "b"', "x=[1]"]
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.lists(HEADERS, min_size=1, max_size=5, unique=True),
    rows=st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=5),
)
def test_any_file_gives_toml_or_a_clear_refusal(tmp_path, header, rows):
    frame = pl.DataFrame(
        {name: [row[i] for row in rows] for i, name in enumerate(header)}, schema_overrides={}
    )
    frame.write_csv(tmp_path / "pegawai.csv")
    with contextlib.suppress(SchemaError):  # nothing but empty rows
        tomllib.loads(suggest_mapping([tmp_path / "pegawai.csv"]).text)


def test_the_command_writes_a_file_once_and_imports_nothing(tmp_path, workspace):
    def call(*arguments: str | Path):
        texts = [*map(str, arguments), "--workspace", str(workspace.root)]
        return CliRunner().invoke(COMMANDS_BY_NAME["import"], texts)

    output = tmp_path / "mine.toml"
    result = call("--suggest", *csv_files("lms"), "--output", output)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"proposed mapping: {output}\n")
    assert not workspace.records.exists()
    assert load_mapping(str(output)).name == "mine"
    again = call("--suggest", *csv_files("lms"), "--output", output)
    assert str(again.exception) == f"--output must be a file that does not exist yet, got {output}"
    shown = call("--suggest", csv_files("lms")[0])
    assert "[[table]]" in shown.stdout
    assert "sure enough to stand" in shown.stderr
    assert call(*csv_files("lms")).exit_code == 2


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("tgl_lahir", ("date", "birth")),
        ("TglLahir", ("date", "birth")),
        ("tgllahir", ("date", "birth")),
        ("DOB", ("birth", "date")),
        ("Jml. Jam Pelajaran", ("count", "hours")),
        ("employeeStartDate", ("person", "start", "date")),
        ("Golonngan", ("grade",)),
        ("Zona 4", ("?zona",)),
    ],
)
def test_names_are_cut_into_words_that_we_know(name, meant):
    assert meanings(name) == meant


def test_a_name_says_a_phrase_better_the_less_else_it_says():
    phrases = ["birth date", "birth"]
    assert likeness(("birth", "date"), phrases) == 1
    assert likeness(("birth", "date", "person"), phrases) == pytest.approx(0.88)
    assert likeness(("birth",), phrases) == pytest.approx(0.98)
    assert likeness(("nip", "rater"), ["nip"]) < 0.3
    assert likeness(("unit",), phrases) == 0


@pytest.mark.parametrize(
    ("texts", "formats", "doubtful"),
    [
        (["30-08-1965", "7/10/1969"], ("%d-%m-%Y", "%d/%m/%Y"), False),
        (["9/20/2019", "2/11/2023"], ("%m/%d/%Y",), False),
        (["01/02/2020", "03/04/2020"], ("%d/%m/%Y",), True),
        (["2020-01-31"], ("%Y-%m-%d",), False),
        (["01 Jul 2006"], ("%d %b %Y",), False),
        (["Baik", "31-02-2020"], (), False),
    ],
)
def test_formats_of_dates(texts, formats, doubtful):
    found = find_dates(pl.Series(texts))
    assert (found.formats, found.doubtful) == (formats, doubtful)


@pytest.mark.parametrize(
    ("subject", "texts", "values"),
    [
        ("sex", ["L", "P"], {"L": "male", "P": "female"}),
        ("sex", ["P", "W"], {"P": "male", "W": "female"}),
        ("predicate", ["Sangat Baik", "Baik"], {"Sangat Baik": "5", "Baik": "4"}),
        ("education", ["S-1/Sarjana", "SMK Negeri"], {"S-1/Sarjana": "s1", "SMK Negeri": "sma"}),
        ("employment_type", ["PNS Daerah", "PPPK"], {"PNS": "PNS", "PPPK": "PPPK"}),
        ("status", ["Completd"], {"Completd": "completed"}),
    ],
)
def test_words_for_allowed_values(subject, texts, values):
    assert translate(pl.Series(texts), subject).values == values


def test_data_speak_of_each_other_in_known_words():
    words, roles, values = (load_data(name) for name in ("words", "roles", "values"))
    spoken = {w for role in roles.values() for phrase in role["names"] for w in phrase.split()}
    assert spoken <= set(words["words"])
    subjects = {r["shape"].split(":")[1] for r in roles.values() if r["shape"].startswith("values")}
    assert subjects <= set(values)
    listed = [word for several in words["words"].values() for word in several]
    assert sorted({w for w in listed if listed.count(w) > 1}) == []
