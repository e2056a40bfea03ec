"""Voluntary exit: a resignation. Retirement, death, dismissal and transfers never count."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from features.known import midnight
from features.labels.window import Window, one
from features.records import Records


def voluntary_exit(records: Records, window: Window, rule: dict[str, Any]) -> nw.LazyFrame:
    """Return ``employee_id``, ``voluntary_exit`` of everybody in service when the window begins.

    Nobody is returned where the records give a reason for fewer leavers than the rule asks for:
    then a resignation could not have been seen.
    """
    left = nw.col("left_on") < midnight(window.end)
    told = one(left & ~nw.col("left_reason").is_null())
    begun = records.employments.filter(nw.col("valid_from") < midnight(window.as_of))
    serving = begun.select("employee_id").unique()
    employees = records.employees.with_columns(told=told, everybody=nw.lit(1))
    n_told = employees.group_by("everybody").agg(n_told=nw.col("told").sum())
    resigned = window.ahead("left_on") & (nw.col("left_reason") == "resignation")
    gone = nw.col("left_on") < midnight(window.start)
    return (
        employees.join(n_told, on="everybody", how="left")
        .filter(nw.col("n_told") >= rule["min_leavers_with_reason"])
        .filter(nw.col("left_on").is_null() | ~gone)
        .join(serving, on="employee_id", how="inner")
        .select("employee_id", voluntary_exit=one(resigned))
    )
