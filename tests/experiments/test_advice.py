"""Lists beside assessors' advice, counted by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from click.testing import CliRunner, Result

from experiments import advice_command
from experiments.advice import (
    GAP_ONLY,
    RECOMMENDER,
    judge_advice,
    open_items,
    recalls,
    recent_advice,
    taught_by,
)
from experiments.benchmark_command import benchmark
from features.records import Records, empty_records, load_records
from features.schema import BY_NAME
from features.workspace import Workspace
from tests.serving.conftest import release, save_tokens
from tests.tables import table_of

AS_OF = date(2026, 1, 1)
TEACHES = {"C1": {"A"}, "C2": {"A", "B"}, "C3": {"C"}}


def records() -> Records:
    advice = table_of(
        "advice",
        "employee_id competency_id course_id valid_from",
        ("ani", "A", None, date(2025, 6, 1)),
        ("ani", "B", "C3", date(2025, 6, 1)),
        ("budi", "C", None, date(2024, 6, 1)),  # older than a year
        ("citra", "A", None, date(2025, 12, 20)),  # known from 19 January
    )
    return replace(empty_records(), advice=advice)


def test_advice_of_the_last_year_that_was_known_counts():
    found = recent_advice(records(), AS_OF)
    assert found["employee_id"].tolist() == ["ani", "ani"]
    assert set(recent_advice(records(), date(2026, 2, 1))["employee_id"]) == {"ani", "citra"}


def history(*rows: tuple[str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["employee_id", "course_id", "happened_on"])
    return frame.assign(happened_on=pd.to_datetime(frame["happened_on"]))


ALL = {("competency", "A"), ("competency", "B"), ("course", "C3")}


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], ALL),
        ([("ani", "C1", "2025-05-31")], ALL),  # before the advice
        ([("ani", "C1", "2025-06-01")], ALL - {("competency", "A")}),
        ([("ani", "C3", "2025-07-01")], ALL - {("course", "C3")}),
        ([("budi", "C2", "2025-07-01")], ALL),
    ],
)
def test_what_was_acted_on_is_no_longer_asked_for(taken, left):
    assert open_items(recent_advice(records(), AS_OF), history(*taken), TEACHES) == {"ani": left}


def test_people_who_acted_on_everything_are_not_judged():
    taken = history(("ani", "C2", "2025-07-01"), ("ani", "C3", "2025-07-01"))
    assert open_items(recent_advice(records(), AS_OF), taken, TEACHES) == {}


def test_recall_is_the_share_that_the_first_five_cover():
    items = {"ani": ALL, "budi": {("competency", "C")}}
    lists = {"ani": ["C1", "X", "X", "X", "X", "C2"], "budi": ["C3"]}
    assert recalls(items, lists, TEACHES).tolist() == [pytest.approx(1 / 3), 1.0]
    assert recalls(items, {}, TEACHES).tolist() == [0, 0]


def test_the_gain_over_gap_only_is_paired():
    items = {"ani": {("competency", "A")}, "budi": {("competency", "C")}}
    lists = {RECOMMENDER: {"ani": ["C1"], "budi": ["C3"]}, GAP_ONLY: {"ani": ["C1"]}}
    found = judge_advice(items, lists, TEACHES, "here")
    served, gap = found.rows
    assert (served.metrics["recall_at_5"].mean, gap.metrics["recall_at_5"].mean) == (1, 0.5)
    assert served.metrics["gain"].mean == 0.5
    assert "gain" not in gap.metrics
    assert "2 people" in found.title


def test_what_courses_teach_is_read_from_the_catalogue():
    frame = pd.DataFrame({"course_id": ["C2", "C2", "C3"], "competency_id": ["A", "B", "C"]})
    assert taught_by(frame) == {"C2": {"A", "B"}, "C3": {"C"}}


def test_an_import_without_the_table_holds_no_advice(tmp_path: Path):
    for name, frame in vars(empty_records()).items():
        if name != "advice":
            frame.write_parquet(tmp_path / f"{name}.parquet")
    loaded = load_records(tmp_path).advice
    assert loaded.lazy().collect().is_empty()
    assert set(loaded.lazy().collect_schema().names()) == {
        column.name for column in BY_NAME["advice"].all_columns
    }


@pytest.fixture
def advised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The workspace of three courses that the tests of serving release, with advice for two."""
    workspace, keys = Workspace(tmp_path / "workspace"), tmp_path / "keys"
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(keys))
    save_tokens(workspace, keys)
    release(workspace, keys)
    workspace.records.mkdir(parents=True)
    told = [(who, one, None, date(2025, 6, 1)) for who in ("e1", "e2") for one in ("T.04", "M.01")]
    advice = table_of("advice", "employee_id competency_id course_id valid_from", *told)
    for name, frame in vars(replace(empty_records(), advice=advice)).items():
        frame.write_parquet(workspace.records / f"{name}.parquet")
    return workspace


def call(workspace: Workspace, *more: str) -> Result:
    return CliRunner().invoke(benchmark, ["advice", "--workspace", str(workspace.root), *more])


def test_the_command_judges_a_workspace(advised, tmp_path):
    json_file = tmp_path / "advice.json"
    run = call(advised, "--json", str(json_file))
    assert run.exit_code == 0, run.output
    rows = json.loads(json_file.read_text())["rows"]
    assert [row["model"] for row in rows] == [RECOMMENDER, GAP_ONLY]
    # K1 alone is listed for e1 and teaches T.04; K1 and K2 for e2, and K2 teaches M.01
    assert [row["recall_at_5"] for row in rows] == [0.75, 0.75]
    assert "2 people with advice" in run.output


def test_without_advice_it_says_what_is_missing(advised):
    path = advised.records / "advice.parquet"
    pl.read_parquet(path).clear().write_parquet(path)
    run = call(advised)
    assert run.exit_code != 0
    assert "must hold advice" in f"{run.output}{run.exception}"


@pytest.mark.slow
def test_assessors_of_a_simulated_employer_see_true_gaps():
    found = advice_command._of_simulation(200, 1)  # pyright: ignore[reportPrivateUsage]
    served, gap = found.rows
    assert found.about["n_people"] > 50
    assert 0 < served.metrics["recall_at_5"].mean < 1
    assert 0 < gap.metrics["recall_at_5"].mean < 1
