"""Whose window was cut short by something that says nothing of engagement."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from features.known import midnight, ordinal
from features.labels.window import Window
from features.records import Records


def censored_people(records: Records, window: Window, rule: dict[str, Any]) -> nw.LazyFrame:
    """Return ``employee_id``, ``censored`` (why): retirement, death, another end, or long leave.

    A last day without a reason is a retirement where it lies near or after the foreseen one, else
    unknown; only a resignation leaves a person's labels standing.
    """
    left, leave = _left(records, window, rule), _on_leave(records, window, rule)
    people = nw.concat([left.select("employee_id"), leave.select("employee_id")]).unique()
    return (
        people.join(left, on="employee_id", how="left")
        .join(leave, on="employee_id", how="left")
        .select("employee_id", censored=nw.coalesce(nw.col("left"), nw.col("leave")))
    )


def _left(records: Records, window: Window, rule: dict[str, Any]) -> nw.LazyFrame:
    days_early = ordinal(nw.col("retires_on")) - ordinal(nw.col("left_on"))
    near = days_early <= rule["near_retirement_days"]
    guessed = nw.when(near).then(nw.lit("retirement")).otherwise(nw.lit("unknown"))
    gone_meanwhile = (nw.col("left_on") >= midnight(window.as_of)) & (
        nw.col("left_on") < midnight(window.end)
    )
    return (
        records.employees.filter(gone_meanwhile)
        .with_columns(left=nw.coalesce(nw.col("left_reason"), guessed))
        .filter(nw.col("left") != "resignation")
        .select("employee_id", "left")
    )


def _on_leave(records: Records, window: Window, rule: dict[str, Any]) -> nw.LazyFrame:
    return (
        records.attendance.filter(window.ahead())
        .group_by("employee_id")
        .agg(nw.col("leave_days").sum(), nw.col("workdays").sum())
        .filter(
            nw.col("workdays") > 0,
            nw.col("leave_days") >= nw.col("workdays") * rule["leave_share"],
        )
        .select("employee_id", leave=nw.lit("leave"))
    )
