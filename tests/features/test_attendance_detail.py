"""Level, trend, season, unit and causes of absence: by hand, on three engines."""

from __future__ import annotations

from datetime import date

from features.attendance import attendance_summary
from tests.conftest import table_of
from tests.features.families import AS_OF, on, rows, staff

COLUMNS = "employee_id workdays unexcused_days excused_days leave_days outage_days valid_from"


def month(person, back, unexcused, *, workdays=20, excused=None, leave=None, outage=None):
    """Return the attendance of a person some months before January 2025."""
    first = date(2024 - (back - 1) // 12, 12 - (back - 1) % 12, 1)
    return (person, workdays, unexcused, excused, leave, outage, first)


def summary(engine, entries, *columns, units="a"):
    people = [(name, "u", "staff") for name in units]
    records = staff(*people, attendance=table_of("attendance", COLUMNS, *entries))
    known, posts = on(engine, records)
    return rows(attendance_summary(known, posts, AS_OF), "employee_id", *columns)


def test_trend_is_the_slope_over_the_months_that_are_known(engine):
    entries = [
        *(month("a", back, 12 - back) for back in range(1, 13)),
        *(month("b", back, (12 - back) * 2) for back in (1, 2, 3, 7, 8, 9)),
        *(month("c", back, 12 - back) for back in range(1, 6)),  # five months are too few
    ]
    found = summary(engine, entries, "unexcused_trend", units="abc")
    assert found == {"a": 1, "b": 2, "c": None}


def test_the_season_is_the_same_quarter_of_the_year_before(engine):
    entries = [
        *(month("a", back, days) for back, days in ((1, 3), (2, 2), (3, 1))),
        *(month("a", back, days) for back, days in ((13, 1), (14, 1), (15, 1), (16, 9))),
        *(month("a", back, 0) for back in (4, 12)),
        month("b", 1, 3),
    ]
    found = summary(engine, entries, "unexcused_vs_last_year", "n_attendance_months", units="ab")
    assert found == {"a": (1, 5), "b": (None, 1)}


def test_a_month_that_strikes_the_whole_unit_is_nobodys_own(engine):
    entries = [
        *(month(name, 1, 5) for name in "ab"),  # the network failed
        *(month(name, 2, 0) for name in "ab"),
        month("c", 2, 3),  # has no December
        month("a", 5, 4),
        month("b", 5, 2),
        month("x", 1, 0),  # serves nowhere
    ]
    found = summary(
        engine, entries, "unexcused_vs_unit_3_months", "unexcused_vs_unit_12_months", units="abc"
    )
    # December 5, 5: mean 5; November 0, 0, 3: mean 1; August 4, 2: mean 3
    assert found == {"a": (-0.5, 0.0), "b": (-0.5, round(-2 / 3, 6)), "c": (2.0, 2.0)}


def test_causes_of_absence_are_told_apart(engine):
    entries = [
        month("a", 1, 2, excused=3, leave=2, outage=4),
        month("a", 2, 0, excused=1, leave=0, outage=0),
        month("a", 3, 1, workdays=24),  # causes not recorded
        month("b", 1, 1),
    ]
    found = summary(
        engine, entries, "excused_days_12_months", "leave_days_12_months",
        "outage_days_12_months", "unexcused_share_12_months", "unexcused_free_share", units="ab",
    )  # fmt: skip
    # of a's 64 working days 60 could be recorded
    assert found == {"a": (2, 1, 2, 0.05, round(1 / 3, 6)), "b": (None, None, None, 0.05, 0)}


def test_attendance_of_the_year_before_alone_is_no_attendance(engine):
    found = summary(engine, [month("a", 13, 2)], "n_attendance_months", "unexcused_days_12_months",
                    "unexcused_free_share", "unexcused_share_12_months")  # fmt: skip
    assert found == {"a": (None, None, None, None)}
