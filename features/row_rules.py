# pyright: strict
"""Rules between the columns of one row, declared once: the import drops what breaks them.

Where two values contradict each other and one of them may be empty, that one is dropped; where none
may, the row is.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class RowRule:
    """One rule: the table, the columns it compares, where it is broken, and what it says."""

    table: str
    columns: tuple[str, ...]
    """The first is the one whose value (or else row) is dropped."""
    broken: pl.Expr
    rule: str


def _days(name: str) -> pl.Expr:
    return pl.col(name).fill_null(0)


ROW_RULES = (
    RowRule(
        "attendance",
        ("workdays", "valid_from"),
        pl.col("workdays") > pl.col("valid_from").dt.month_end().dt.day(),
        "must be at most the days of the month",
    ),
    RowRule(
        "attendance",
        ("unexcused_days", "excused_days", "workdays"),
        _days("unexcused_days") + _days("excused_days") > pl.col("workdays"),
        "must be, with the excused days, at most the working days",
    ),
    RowRule(
        "attendance",
        ("leave_days", "excused_days"),
        pl.col("leave_days") > pl.col("excused_days"),
        "must be at most the excused days",
    ),
    RowRule(
        "sessions",
        ("ends_on", "starts_on"),
        pl.col("ends_on") < pl.col("starts_on"),
        "must not lie before the first day",
    ),
    RowRule(
        "discipline",
        ("ends_on", "valid_from"),
        pl.col("ends_on") < pl.col("valid_from"),
        "must not lie before the first day",
    ),
    RowRule(
        "surveys",
        ("score", "instrument"),
        (pl.col("instrument") == "uwes9") & ~pl.col("score").is_between(0, 6),
        "must be from 0 to 6, the scale of UWES-9",
    ),
    RowRule(
        "employees",
        ("left_on", "joined_on"),
        pl.col("left_on") < pl.col("joined_on"),
        "must not lie before the first appointment",
    ),
)


def row_rules(table: str) -> tuple[RowRule, ...]:
    """Return the rules of one table."""
    return tuple(rule for rule in ROW_RULES if rule.table == table)
