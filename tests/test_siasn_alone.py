"""The whole road on SIASN's own tables: no attendance, offers, surveys, catalogue or requirements.

What must remain: recommendations that each person may take, with hours; and plain words on what
cannot be done.
"""

from __future__ import annotations

import contextlib
import csv
from datetime import date

import pytest

from experiments.simulation.simulate import simulate
from experiments.simulation.writing import write_export
from features.identity import TokenTable
from features.importing import import_export, save_import
from features.readiness import check_readiness
from features.records import load_records
from features.sources.mapping import load_mapping
from features.workspace import Workspace, replace_folder
from serving.run import list_support, recommend_everybody
from training.road import judge_candidate, release_champions, train_candidate

pytestmark = pytest.mark.slow
SIASN = ("pegawai", "jabatan", "skp22", "diklat", "kursus", "ref_unor")


@contextlib.contextmanager
def quiet(_title, _total):
    yield lambda _part="": None


@pytest.fixture(scope="module")
def siasn(tmp_path_factory):
    """Import SIASN's tables of a simulated employer and walk to a release; return what was said."""
    folder = tmp_path_factory.mktemp("siasn")
    workspace = Workspace(folder / "workspace")
    run = simulate(400, 36, 3, start=date(2023, 1, 1), dirt=0.0, progress=iter)
    write_export(run, workspace)
    alone = folder / "alone"
    alone.mkdir()
    for name in SIASN:
        (alone / f"{name}.csv").write_bytes((workspace.source / f"{name}.csv").read_bytes())
    imported = import_export(
        alone,
        load_mapping("siasn"),
        TokenTable(b"k" * 32),
        today=date(2026, 1, 1),
        progress=lambda _: None,
    )
    with replace_folder(workspace.records) as target:
        save_import(imported, target)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUYULA_KEY_FOLDER", str(folder / "keys"))
        steps = [
            train_candidate(workspace, None, quiet),
            judge_candidate(workspace, quiet),
            release_champions(workspace, quiet),
        ]
        said = [recommend_everybody(workspace, 5, None), list_support(workspace)]
    return workspace, "\n".join(line for lines in steps for line in lines), said


def test_everybody_is_offered_courses_with_hours_that_they_have_not_taken(siasn):
    workspace, _, _ = siasn
    records = load_records(workspace.records)
    with (workspace.output / "recommendations.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    taken = set(records.enrolments.select("employee_id", "course_id").iter_rows())
    assert len({row["employee_id"] for row in rows}) > 300
    assert not taken & {(row["employee_id"], row["course_id"]) for row in rows}
    assert sum(row["jp"] != "" for row in rows) / len(rows) > 0.9


def test_what_cannot_be_done_is_said(siasn):
    _, road, (_, support) = siasn
    assert "no support model was fitted" in road
    assert "support: NOT JUDGED: no event of disengagement can be seen" in road
    assert support.startswith("no model has shown skill, so nobody is flagged")


def test_readiness_says_the_same_beforehand(siasn):
    workspace, _, _ = siasn
    states = {item.name: item.state for item in check_readiness(load_records(workspace.records))}
    assert states["eligible recommendations"] == "ready"
    assert states["hours against entitlement (JP)"] == "ready"
    assert states["recommendations by competency gap"] == "missing"
    assert states["support model"] == states["attendance"] == "missing"
