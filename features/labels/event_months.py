"""In which month of its window an event had shown itself.

Whether a component happened is told by the whole window. It is dated to the month in which the last
evidence it asks for came: the offer let pass that makes them enough, the last of the months of high
absence, the low review, the last day, the low answer. So an event has happened by month m where the
window shows it and its evidence lies within the first m months: that never becomes less with m.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from features.known import midnight, months_before
from features.labels.absence_rise import high_months
from features.labels.performance_fall import low_reviews
from features.labels.survey_low import low_answers
from features.labels.window import Window, one
from features.records import Records


def dated_evidence(
    records: Records, window: Window, rules: Mapping[str, Any]
) -> dict[str, tuple[nw.LazyFrame, int]]:
    """Return by component the dated evidence (``employee_id``, ``day``), and how much it asks for.

    Parameters
    ----------
    rules : mapping
        ``standards/disengagement.toml``.
    """
    resigned = records.employees.filter(
        window.ahead("left_on"), nw.col("left_reason") == "resignation"
    )
    absence = high_months(records, window, rules["absence_rise"])
    return {
        "learning_stopped": (
            _on(records.offers.filter(window.ahead())), rules["learning_stopped"]["min_offers"],
        ),
        "absence_rise": (
            _on(absence.filter(nw.col("high") > 0)), rules["absence_rise"]["min_high_months"],
        ),
        "performance_fall": (
            _on(low_reviews(records, window, rules["performance_fall"]).filter(nw.col("low") > 0)),
            1,
        ),
        "voluntary_exit": (_on(resigned, "left_on"), 1),
        "survey_low": (
            _on(low_answers(records, window, rules["survey_low"]).filter(nw.col("low") > 0)), 1,
        ),
    }  # fmt: skip


def month_of_event(
    evidence: nw.LazyFrame, n: int, window: Window, horizon_months: int, name: str
) -> nw.LazyFrame:
    """Return the month, from 1, in which each person's n-th piece of evidence came.

    People with fewer pieces are absent.
    """
    ends = [midnight(months_before(window.start, -month)) for month in range(1, horizon_months + 1)]
    by_month = {f"by_{i}": one(nw.col("day") < end) for i, end in enumerate(ends)}
    counts = (
        evidence.with_columns(**by_month)
        .group_by("employee_id")
        .agg(*(nw.col(column).sum() for column in by_month), n=nw.len())
        .filter(nw.col("n") >= n)
    )
    before = [one(nw.col(column) < n) for column in by_month]
    return counts.select("employee_id", (nw.sum_horizontal(*before) + 1).alias(name))


def _on(frame: nw.LazyFrame, day: str = "valid_from") -> nw.LazyFrame:
    return frame.select("employee_id", day=nw.col(day))
