"""What was known at a date: the one filter that keeps the future out of a profile.

A corrected row is a new version: the old one counts up to the day of the correction, the new one
after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import narwhals as nw

from features.records import Records


def known_records(records: Records, as_of: date, known_at: date | None = None) -> Records:
    """Keep rows about a date before `as_of` that were known before `known_at` (default `as_of`).

    Any frames that Narwhals reads become lazy Narwhals frames; nothing is modified.
    """
    about, known = midnight(as_of), midnight(known_at or as_of)

    def only_known(frame: object) -> nw.LazyFrame:
        return (
            nw.from_native(frame)  # type: ignore[call-overload]
            .lazy()
            .filter(
                nw.col("valid_from") < about,
                nw.col("available_at") < known,
                nw.col("superseded_at").is_null() | (nw.col("superseded_at") >= known),
            )
        )

    return records.map(only_known)


def current_records(records: Records) -> Records:
    """Keep the versions that count today, neither corrected nor withdrawn; kinds of frame stay."""

    def only_current(frame: object) -> Any:  # noqa: ANN401
        known = nw.from_native(frame)  # type: ignore[call-overload]
        return known.filter(nw.col("superseded_at").is_null()).to_native()

    return records.map(only_current)


def midnight(day: date) -> datetime:
    """Return the day's first instant: date columns compare with it on every engine."""
    return datetime.combine(day, time.min)


def months_before(day: date, months: int) -> date:
    """Return the same day of an earlier month, or that month's last day.

    >>> months_before(date(2025, 3, 31), 1), months_before(date(2025, 1, 1), 12)
    (datetime.date(2025, 2, 28), datetime.date(2024, 1, 1))
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def since(as_of: date, months: int) -> nw.Expr:
    """Return the filter "within this many months before `as_of`"."""
    return nw.col("valid_from") >= midnight(months_before(as_of, months))


def days_until(as_of: date, expression: nw.Expr) -> nw.Expr:
    """Return the days from a date column to `as_of` (float)."""
    return (as_of.toordinal() - ordinal(expression)).cast(nw.Float64)


def ordinal(expression: nw.Expr) -> nw.Expr:
    """Return the number of a date column's day, as `datetime.date.toordinal`.

    Counted from the calendar: Narwhals has no length of a time span on DuckDB and Spark.
    """
    before = expression.dt.year() - 1
    leap_days = before // 4 - before // 100 + before // 400
    return before * 365 + leap_days + expression.dt.ordinal_day()


def latest(
    frame: nw.LazyFrame, *key: str, by: str = "valid_from", ties: Sequence[str] = ()
) -> nw.LazyFrame:
    """Return the newest row of each key; of several, the one with the highest `ties`."""
    return frame.unique(subset=list(key), keep="last", order_by=[by, *ties])
