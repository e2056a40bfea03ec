"""The whole road on SIASN's own tables: no attendance, offers, surveys, catalogue or requirements.

What must remain: recommendations that each person may take, with hours; and plain words on what
cannot be done. Then a person confirms what the catalogue proposes: requirements, what courses
teach, forms and hours are there, and of competencies only the assessments are lacking, which
nothing makes up. With them, too, the courses that close gaps are known.
"""

from __future__ import annotations

import contextlib
import csv
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from experiments.simulation.simulate import simulate
from experiments.simulation.writing import write_export
from features.catalogue.commands import COMMANDS_BY_NAME as CATALOGUE
from features.catalogue.commands import catalogue_folder
from features.commands import COMMANDS_BY_NAME as IMPORT
from features.horizon import read_horizon
from features.profiles import build_profiles
from features.readiness import Item, check_readiness
from features.records import Records, load_records
from features.schema import FORMS
from features.workspace import Workspace
from models.gap import GapCoverage
from models.situation import allowed_at, cases_at, catalogue_of
from serving.commands import COMMANDS_BY_NAME as SERVING
from serving.run import list_support, recommend_everybody
from training.road import judge_candidate, release_champions, train_candidate

pytestmark = pytest.mark.slow
COMMANDS = {**IMPORT, **CATALOGUE, **SERVING}
SIASN = ("pegawai", "jabatan", "skp22", "diklat", "kursus", "ref_unor")


@contextlib.contextmanager
def quiet(_title, _total):
    yield lambda _part="": None


@dataclass(frozen=True)
class Step:
    """What the records said, and what was recommended, at one point of the road."""

    records: Records
    items: dict[str, Item]
    rows: list[dict[str, str]]


def command(workspace: Workspace, name: str, *arguments: str) -> str:
    texts = [*arguments, "--workspace", str(workspace.root)]
    return CliRunner().invoke(COMMANDS[name], texts, catch_exceptions=False).output


def copy(source: Path, target: Path, *names: str) -> str:
    target.mkdir()
    for name in names:
        (target / f"{name}.csv").write_bytes((source / f"{name}.csv").read_bytes())
    return str(target)


def step(workspace: Workspace) -> Step:
    records = load_records(workspace.records)
    path = workspace.output / "recommendations.csv"
    with path.open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    return Step(records, {item.name: item for item in check_readiness(records)}, rows)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUYULA_KEY_FOLDER", str(tmp_path_factory.mktemp("keys")))
        yield


@pytest.fixture(scope="module")
def walked(tmp_path_factory, keys):
    """Import SIASN's tables of a simulated employer and walk to a release; return what was said."""
    folder = tmp_path_factory.mktemp("siasn")
    workspace = Workspace(folder / "workspace")
    run = simulate(400, 36, 3, start=date(2023, 1, 1), dirt=0.0, progress=iter)
    write_export(run, workspace)
    alone = copy(workspace.source, folder / "alone", *SIASN)
    command(workspace, "import", alone, "--exported-on", "2026-01-01")
    steps = [
        train_candidate(workspace, None, quiet),
        judge_candidate(workspace, quiet),
        release_champions(workspace, quiet),
    ]
    said = [recommend_everybody(workspace, 5, None), list_support(workspace)]
    return workspace, "\n".join(line for lines in steps for line in lines), said, step(workspace)


@pytest.fixture(scope="module")
def siasn(walked) -> Step:
    """Return the step before anybody has confirmed anything."""
    return walked[-1]


@pytest.fixture(scope="module")
def confirmed(walked) -> Step:
    """Let a person say yes to all surer proposals and no to the others; release and recommend."""
    workspace = walked[0]
    command(workspace, "catalogue", "suggest")
    for path in catalogue_folder(workspace).glob("*.csv"):
        with path.open(encoding="utf-8-sig") as stream:
            table = csv.DictReader(stream)
            rows, columns = list(table), table.fieldnames or ()
        for row in rows:
            row["decision"] = "yes" if float(row["confidence"]) >= 0.4 else "no"
        with path.open("w", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    assert "0 of posts" not in command(workspace, "catalogue", "apply")
    said = "\n".join(release_champions(workspace, quiet))
    assert "released: recommender required (version " in said
    assert "nobody is assessed: courses follow what posts require, not the champion" in said
    assert "nobody is assessed, so no gap is known" in recommend_everybody(workspace, 5, None)
    return step(workspace)


def taken_of(records: Records) -> set[tuple[str, str]]:
    return set(records.enrolments.select("employee_id", "course_id").iter_rows())


def states(items: dict[str, Item]) -> dict[str, str]:
    return {name: item.state for name, item in items.items()}


def test_everybody_is_offered_courses_with_hours_that_they_have_not_taken(siasn):
    assert len({row["employee_id"] for row in siasn.rows}) > 300
    pairs = {(row["employee_id"], row["course_id"]) for row in siasn.rows}
    assert not taken_of(siasn.records) & pairs
    assert sum(row["jp"] != "" for row in siasn.rows) / len(siasn.rows) > 0.9


def test_what_cannot_be_done_is_said(walked):
    _, road, (_, support), _ = walked
    assert "no support model was fitted" in road
    assert "support: NOT JUDGED: no event of disengagement can be seen" in road
    assert support.startswith("no model has shown skill, so nobody is flagged")


def test_readiness_says_the_same_beforehand(siasn):
    found = states(siasn.items)
    assert found["eligible recommendations"] == "ready"
    assert found["hours against entitlement (JP)"] == "ready"
    assert found["recommendations by competency gap"] == "missing"
    assert found["courses by what the post requires"] == "missing"
    assert found["support model"] == found["attendance"] == "missing"


def test_what_a_person_confirms_gives_requirements_forms_and_what_courses_teach(siasn, confirmed):
    assert siasn.records.post_requirements.is_empty()
    assert siasn.records.course_competencies.is_empty()
    assert set(siasn.records.courses["form"]) < set(FORMS)
    records = confirmed.records
    assert set(records.post_requirements["post_id"]) == set(records.posts["post_id"])
    assert set(records.competencies["competency_id"]) >= {"M.01", "M.08", "SK.01"}
    assert records.course_competencies["course_id"].n_unique() > 20
    other = [(one.records.courses["form"] == "other").mean() for one in (siasn, confirmed)]
    assert other[1] < 0.1 < other[0]


def test_after_it_everybody_is_still_offered_what_they_may_take_with_hours(walked, confirmed):
    records = confirmed.records
    as_of = read_horizon(walked[0].records, records).as_of
    catalogue, cases = catalogue_of(records), cases_at(records, as_of)
    allowed = allowed_at(records, cases, catalogue, as_of)
    person = {one: row for row, one in enumerate(cases.people["employee_id"])}
    course = {one: column for column, one in enumerate(catalogue.courses["course_id"])}
    offered = {row["employee_id"] for row in confirmed.rows}
    jp = catalogue.courses["jp"].fillna(0).to_numpy()
    for one, row in person.items():
        whole = cases.people.iloc[row]
        # contract staff may train 24 JP a year: whoever has used them up is offered nothing
        left = 24 - whole["jp_this_year"] if whole["employment_type"] == "PPPK" else np.inf
        assert (one in offered) == bool((jp[allowed[row]] <= left).any())
    assert len(offered) > 0.8 * len(person)
    assert all(allowed[person[r["employee_id"]], course[r["course_id"]]] for r in confirmed.rows)
    assert not taken_of(records) & {(r["employee_id"], r["course_id"]) for r in confirmed.rows}
    assert sum(row["jp"] != "" for row in confirmed.rows) / len(confirmed.rows) > 0.9


def test_a_competency_that_nobody_assessed_is_required_and_no_gap(walked, confirmed):
    horizon = read_horizon(walked[0].records, confirmed.records)
    built = build_profiles(confirmed.records, horizon.as_of, horizon.known_at)
    required = built.competencies.group_by("employee_id").len()["len"]
    assert required.min() >= 9
    assert len(required) == len(built.people)
    assert built.competencies["gap"].null_count() == len(built.competencies)
    assert set(built.competencies["evidence"]) == {"none"}
    assert built.people["n_assessed"].sum() == 0
    assert not any("gap" in row["reason_en"] for row in confirmed.rows)
    assert not any("kesenjangan" in row["reason_id"] for row in confirmed.rows)


def test_courses_follow_what_the_post_requires_and_advise_to_assess(confirmed):
    """Whoever may take a course that teaches what the post requires is offered one first."""
    records = confirmed.records
    first = [row for row in confirmed.rows if row["rank"] == "1"]
    taught = records.course_competencies["course_id"].unique()
    assert sum(row["course_id"] in taught for row in first) > 0.9 * len(first)
    for row in first:
        asks = "a talk or an assessment first may be worth more" in row["reason_en"]
        assert asks == (row["course_id"] in taught)
    assert any("what the post requires" in row["reason_en"].split("Required")[0] for row in first)


def test_the_level_of_a_post_is_read_from_its_title(siasn):
    levels = dict(siasn.records.posts.select("title", "post_level").iter_rows())
    assert levels["Guru Kelas Ahli Muda"] == "ahli_muda"
    assert levels["Kepala Bidang Pelayanan"] == "administrator"
    assert levels["Penata Layanan Operasional"] == "other"


def test_readiness_then_asks_for_assessments_alone(confirmed):
    found = states(confirmed.items)
    assert found["eligible recommendations"] == "ready"
    assert found["hours against entitlement (JP)"] == "ready"
    assert found["support model"] == found["attendance"] == "missing"
    needs = confirmed.items["recommendations by competency gap"].needs
    assert {need.field for need in needs if need.state == "missing"} == {"assessments"}
    assert found["recommendations by competency gap"] == "missing"
    assert found["courses by what the post requires"] in ("thin", "ready")


def test_an_employers_rules_reach_the_recommendations(walked, confirmed):
    """Contract staff who may train no hour a year are offered only courses without hours."""
    workspace = walked[0]
    folder = workspace.root / "standards"
    folder.mkdir()
    (folder / "jp.toml").write_text('source = "SK 1/2026"\n[PPPK]\nmaximum_jp = 0\n')
    try:
        command(workspace, "recommend", "--k", "5")
        rows = step(workspace).rows
    finally:
        shutil.rmtree(folder)
    kinds = dict(confirmed.records.employees.select("employee_id", "employment_type").iter_rows())
    contract = [row for row in rows if kinds[row["employee_id"]] == "PPPK"]
    assert not any(float(row["jp"] or 0) > 0 for row in contract)
    assert any(kinds[row["employee_id"]] == "PPPK" for row in confirmed.rows)


def test_with_assessments_courses_that_close_gaps_are_known(walked, confirmed, tmp_path):
    workspace = walked[0]
    more = copy(workspace.source, tmp_path / "more", "asesmen")
    said = command(workspace, "import", more, "--partial", "--exported-on", "2026-01-15")
    assert (
        f"{len(confirmed.records.post_requirements):,} of posts" in said
    )  # applied again by itself
    records = load_records(workspace.records)
    items = {item.name: item for item in check_readiness(records)}
    assert items["competency"].state == "ready"
    assert items["recommendations by competency gap"].state in ("thin", "ready")
    horizon = read_horizon(workspace.records, records)
    cases = cases_at(records, horizon.as_of, known_at=horizon.known_at)
    scores = GapCoverage().fit(cases, catalogue_of(records)).score(cases)
    assert (scores.max(axis=1) > 0).mean() > 0.5
