"""Events of disengagement after a date, each component as ``standards/disengagement.toml`` says.

Labels look into the window ``[as_of, as_of + horizon)`` and are for training and evaluation alone.
A component is 1 (happened), 0 (could have been seen and was not) or null (too little evidence).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from features.known import current_records, midnight, months_before
from features.records import Records
from features.standards.load import load_standard

COMPONENTS = ("learning_stopped", "absence_rise")
EVENT = "disengaged"


def build_labels(records: Records, as_of: date, horizon_months: int) -> Any:  # noqa: ANN401
    """Return one row a person with evidence: ``employee_id``, `COMPONENTS` and `EVENT`.

    All but the key are float or null. `EVENT` is 1 if any component is, 0 if one was observed and
    none happened.
    """
    lazy = current_records(records).map(lambda frame: nw.from_native(frame).lazy())
    learning = _learning_stopped(lazy, as_of, horizon_months)
    absence = _absence_rise(lazy, as_of, horizon_months)
    people = nw.concat([learning.select("employee_id"), absence.select("employee_id")]).unique()
    return (
        people.join(learning, on="employee_id", how="left")
        .join(absence, on="employee_id", how="left")
        .with_columns(nw.max_horizontal(*COMPONENTS).alias(EVENT))
        .sort("employee_id")
        .collect()
        .to_native()
    )


def _learning_stopped(records: Records, as_of: date, horizon_months: int) -> nw.LazyFrame:
    rule = load_standard("disengagement")["learning_stopped"]
    past = _count(records.enrolments, "n_past", _past(as_of, rule["past_months"]))
    ahead = _window(as_of, horizon_months)
    offers = _count(records.offers, "n_offers", ahead)
    taken = _count(records.enrolments, "n_taken", ahead)
    return (
        past.filter(nw.col("n_past") >= rule["min_past_enrolments"])
        .join(
            offers.filter(nw.col("n_offers") >= rule["min_offers"]), on="employee_id", how="inner"
        )
        .join(taken, on="employee_id", how="left")
        .select("employee_id", learning_stopped=_one(nw.col("n_taken").is_null()))
    )


def _absence_rise(records: Records, as_of: date, horizon_months: int) -> nw.LazyFrame:
    rule = load_standard("disengagement")["absence_rise"]
    days = nw.col("unexcused_days")
    past = (
        records.attendance.filter(_past(as_of, rule["past_months"]))
        .group_by("employee_id")
        .agg(past_mean=days.mean(), n_past=days.count())
        .filter(nw.col("n_past") >= rule["min_past_months"])
    )
    future = (
        records.attendance.filter(_window(as_of, horizon_months))
        .join(past, on="employee_id", how="inner")
        .with_columns(high=_one(days >= nw.col("past_mean") + rule["rise_days"]))
        .group_by("employee_id", "past_mean")
        .agg(future_mean=days.mean(), n_future=days.count(), n_high=nw.col("high").sum())
        .filter(nw.col("n_future") >= rule["min_future_months"])
    )
    risen = (nw.col("future_mean") >= nw.col("past_mean") + rule["rise_days"]) & (
        nw.col("n_high") >= rule["min_high_months"]
    )
    return future.select("employee_id", absence_rise=_one(risen))


def _past(as_of: date, months: int) -> nw.Expr:
    start, end = midnight(months_before(as_of, months)), midnight(as_of)
    return (nw.col("valid_from") >= start) & (nw.col("valid_from") < end)


def _window(as_of: date, months: int) -> nw.Expr:
    start, end = midnight(as_of), midnight(months_before(as_of, -months))
    return (nw.col("valid_from") >= start) & (nw.col("valid_from") < end)


def _count(frame: nw.LazyFrame, name: str, condition: nw.Expr) -> nw.LazyFrame:
    return frame.filter(condition).group_by("employee_id").agg(nw.len().alias(name))


def _one(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(1.0).otherwise(0.0)
