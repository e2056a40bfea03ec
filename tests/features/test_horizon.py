"""A correction today of last year's data counts, and moves no month."""

from __future__ import annotations

import json
from datetime import date, timedelta

import polars as pl
import pytest
from click.testing import CliRunner

from features.commands import profiles
from features.explained.commands import profile
from features.horizon import Horizon, choose_horizon, end_of_records, read_horizon
from features.panel import snapshot_dates
from features.profiles import build_profiles
from features.records import load_records
from tests.conftest import table_of
from training.periods import plan_periods

FIRST, TODAY = date(2026, 1, 20), date(2026, 11, 24)
JANUARY = date(2026, 1, 1)


def export(*people: str, predicate: int, days_in_december: int) -> dict[str, pl.DataFrame]:
    """Return two years of attendance and the review of 2024 of some people."""
    attendance = [
        (person, 20, days_in_december if month == (2025, 12) else 0, date(*month, 1))
        for person in people
        for month in ((year, m) for year in (2024, 2025) for m in range(1, 13))
    ]
    return {
        "units": table_of("units", "unit_id name", ("U1", "Dinas")),
        "posts": table_of("posts", "post_id title post_level", ("P1", "Analis", "ahli_muda")),
        "employees": table_of("employees", "employee_id employment_type",
                              *((person, "PNS") for person in people)),
        "employments": table_of("employments", "employee_id unit_id post_id valid_from",
                                *((person, "U1", "P1", date(2020, 1, 1)) for person in people)),
        "reviews": table_of("reviews", "employee_id year predicate valid_from",
                            *((person, 2024, predicate, date(2024, 12, 31)) for person in people)),
        "attendance": table_of("attendance", "employee_id workdays unexcused_days valid_from",
                               *attendance),
    }  # fmt: skip


@pytest.fixture
def corrected(import_tables, workspace):
    """Import two years, and on a later day the same with a review and a month corrected."""
    import_tables(export("e1", predicate=4, days_in_december=0), FIRST)
    import_tables(export("e1", "e2", predicate=5, days_in_december=3), TODAY)
    return workspace


def test_a_correction_today_of_last_year_leaves_as_of_where_it_was(import_tables, workspace):
    import_tables(export("e1", predicate=4, days_in_december=0), FIRST)
    before = read_horizon(workspace.records, load_records(workspace.records))
    import_tables(export("e1", predicate=5, days_in_december=3), TODAY)
    after = read_horizon(workspace.records, load_records(workspace.records))
    assert before == Horizon(JANUARY, date(2026, 1, 21))
    assert after == Horizon(JANUARY, date(2026, 11, 25))


def test_the_correction_and_whoever_is_new_count(corrected):
    records = load_records(corrected.records)
    horizon = read_horizon(corrected.records, records)
    columns = ["employee_id", "predicate", "unexcused_days_3_months"]
    now = build_profiles(records, horizon.as_of, horizon.known_at).people.select(columns)
    assert now.rows() == [("e1", 5.0, 1.0), ("e2", 5.0, 1.0)]  # 3 days in 3 months
    then = build_profiles(records, horizon.as_of).people.select(columns)
    assert then.rows() == [("e1", 4.0, 0.0)]


def test_snapshots_and_training_periods_keep_to_months(corrected):
    end = end_of_records(load_records(corrected.records))
    periods = plan_periods(date(2024, 1, 1), end, 6)
    dates = [*periods.training, periods.calibration, periods.evaluation, periods.end]
    assert dates == [date(2024, 7, 1), date(2025, 1, 1), date(2025, 7, 1), JANUARY]
    assert {day.day for day in snapshot_dates(date(2024, 1, 1), end, 1)} == {1}


def test_dates_asked_for_win(corrected):
    records = load_records(corrected.records)
    day, later = date(2025, 7, 1), date(2025, 9, 1)
    folder = corrected.records
    assert choose_horizon(folder, records, day) == Horizon(day, day)
    assert choose_horizon(folder, records, day, later) == Horizon(day, later)
    assert choose_horizon(folder, records, None, later) == Horizon(JANUARY, later)


def test_records_without_a_list_of_imports_are_read_as_known_at_their_end(corrected):
    (corrected.records / "import.json").unlink()
    records = load_records(corrected.records)
    assert read_horizon(corrected.records, records) == Horizon(JANUARY, JANUARY)


@pytest.mark.parametrize(
    ("day", "as_of"),
    [(date(2025, 12, 20), date(2025, 12, 1)), (date(2025, 12, 31), JANUARY)],
    ids=["going on", "last day"],
)
def test_a_month_counts_when_it_is_over(import_tables, workspace, day, as_of):
    import_tables(export("e1", predicate=4, days_in_december=0), day)
    horizon = read_horizon(workspace.records, load_records(workspace.records))
    assert horizon == Horizon(as_of, day + timedelta(days=1))


def test_the_command_says_both_dates(corrected):
    run = CliRunner().invoke(profiles, ["--workspace", str(corrected.root)], catch_exceptions=False)
    assert "profiles of 2 people as of 2026-01-01, known before 2026-11-25" in run.output
    noted = json.loads((corrected.profiles / "horizon.json").read_text())
    assert noted == {"as_of": "2026-01-01", "known_at": "2026-11-25"}
    dated = ["--as-of", "2026-01-01", "--workspace", str(corrected.root)]
    run = CliRunner().invoke(profiles, dated, catch_exceptions=False)
    assert "profiles of 1 people as of 2026-01-01: " in run.output


def test_one_persons_page_knows_what_the_profiles_know(corrected):
    def shown(*options: str) -> tuple[str, float]:
        arguments = ["e1", "--as", "planner", "--json", *options, "--workspace"]
        run = CliRunner().invoke(profile, [*arguments, str(corrected.root)], catch_exceptions=False)
        document = json.loads(run.output)
        figures = {f["name"]: f["value"] for s in document["sections"] for f in s["figures"]}
        return document["as_of"], figures["predicate"]

    assert shown() == ("2026-01-01", 5)
    assert shown("--as-of", "2026-01-01") == ("2026-01-01", 4)
