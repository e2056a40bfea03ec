"""`huyula bench profiles`: our families beside the same figures by hand, which must be equal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

from features.bench import bench
from features.bench_by_hand.families import BY_HAND as FAMILIES
from features.bench_equality import UnequalResultsError, check_equal
from features.bench_runs import BY_HAND, WHOLE, Run, measure

SMALL = ["profiles", "--people", "60", "--one-process", "--json"]


def bench_json(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(bench, [*SMALL, *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench") / "records"


@pytest.fixture(scope="module")
def found(records: Path) -> dict[str, Any]:
    """Return what the command says of everything; it stops where one figure differs."""
    return bench_json("--records", str(records), "--engine", "duckdb")


def test_every_subject_is_measured_in_every_way(found: dict[str, Any]) -> None:
    assert [(one["family"], one["way"]) for one in found["results"]] == [
        (subject, way) for subject in (*FAMILIES, WHOLE) for way in ("duckdb", *BY_HAND)
    ]
    assert (found["people"], found["months"]) == (60, 24)


def test_ratio_is_ours_by_the_faster_one_by_hand(found: dict[str, Any]) -> None:
    ours, sql, polars = (one["seconds"] for one in found["results"] if one["family"] == WHOLE)
    assert found["ratio"] == found["ratios"][WHOLE] == ours / min(sql, polars)


def test_rows_are_those_of_the_tables_that_a_family_reads(found: dict[str, Any]) -> None:
    rows = {one["family"]: one["rows"] for one in found["results"]}
    # 60 people x 24 months; besides them a family reads employees, 1.5 posts each, grades, posts
    others = rows["attendance"] - 60 * 24
    assert 60 + 60 + 400 < others <= 60 + 60 * 1.5 + 60 + 400
    assert rows[WHOLE] > max(rows[family] for family in FAMILIES)


def test_without_figures_by_hand_there_is_no_ratio(records: Path) -> None:
    alone = bench_json("--records", str(records), "--by-hand", "none", "--family", "career")
    assert alone["ratio"] is None
    assert alone["ratios"] == {"career": None}
    assert [one["way"] for one in alone["results"]] == ["polars"]  # which suits few rows


def test_a_table_is_printed_for_reading(records: Path) -> None:
    arguments = ["--records", str(records), "--family", "engagement", "--by-hand", "sql"]
    done = CliRunner().invoke(bench, [*SMALL[:-1], *arguments], catch_exceptions=False)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("60 people, ")
    assert [line[:16].strip() for line in lines[2:4]] == ["engagement", "engagement"]
    assert lines[-2:] == ["ours by the faster one by hand:", lines[-1]]


def test_a_run_in_a_process_of_its_own_tells_time_and_memory(
    records: Path, found: dict[str, Any], tmp_path: Path
) -> None:
    del found  # which makes the records
    run = Run("sql by hand", "engagement", f"{records}", f"{tmp_path}", "2025-07-01", "1GiB", 1)
    measured = measure(run)
    assert measured.seconds > 0
    assert measured.memory > 2**24
    assert pl.read_parquet(tmp_path / "people.parquet").columns[0] == "employee_id"


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        pytest.param({"employee_id": ["a"], "days": [1.0]}, "'rows': 1", id="row missing"),
        pytest.param({"employee_id": ["a", "b"], "days": [1.0, 2.1]}, "'days': 1", id="figure"),
        pytest.param({"employee_id": ["a", "b"], "days": [1.0, None]}, "'days': 1", id="null"),
        pytest.param(
            {"employee_id": ["a", "b"], "hours": [1.0, 2.0]}, "differs in days, hours", id="column"
        ),
    ],
)
def test_figures_that_differ_are_refused(
    tmp_path: Path, other: dict[str, list[Any]], problem: str
) -> None:
    for name, columns in (("one", {"employee_id": ["a", "b"], "days": [1.0, 2.0]}), ("two", other)):
        (tmp_path / name).mkdir()
        pl.DataFrame(columns).write_parquet(tmp_path / name / "people.parquet")
    check_equal(tmp_path / "one", tmp_path / "one", 1e-9)
    with pytest.raises(UnequalResultsError, match=problem):
        check_equal(tmp_path / "one", tmp_path / "two", 1e-9)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    pl.DataFrame({"employee_id": ["a"]}).write_parquet(tmp_path / "one" / "people.parquet")
    with pytest.raises(UnequalResultsError, match="must hold people.parquet"):
        check_equal(tmp_path / "one", tmp_path / "two", 1e-9)
