"""Learning stopped although offered: took courses before, was offered some, took none."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from features.labels.window import Window, count, one
from features.records import Records


def learning_stopped(records: Records, window: Window, rule: dict[str, Any]) -> nw.LazyFrame:
    """Return ``employee_id``, ``learning_stopped`` of people with a past of courses and offers."""
    past = count(records.enrolments, "n_past", window.past(rule["past_months"]))
    offers = count(records.offers, "n_offers", window.ahead())
    taken = count(records.enrolments, "n_taken", window.ahead())
    return (
        past.filter(nw.col("n_past") >= rule["min_past_enrolments"])
        .join(
            offers.filter(nw.col("n_offers") >= rule["min_offers"]), on="employee_id", how="inner"
        )
        .join(taken, on="employee_id", how="left")
        .select("employee_id", learning_stopped=one(nw.col("n_taken").is_null()))
    )
