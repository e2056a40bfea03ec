"""An engagement survey answered below the declared cut-off of its instrument."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from features.labels.window import Window, one
from features.records import Records


def survey_low(records: Records, window: Window, rule: dict[str, Any]) -> nw.LazyFrame:
    """Return ``employee_id``, ``survey_low`` of people who answered a survey that has a cut-off."""
    answers = low_answers(records, window, rule)
    return answers.group_by("employee_id").agg(survey_low=nw.col("low").max())


def low_answers(records: Records, window: Window, rule: dict[str, Any]) -> nw.LazyFrame:
    """Return the window's answers to instruments with a cut-off; ``low``: 1 or 0."""
    cutoffs: dict[str, float] = rule["cutoffs"]
    low = [
        (nw.col("instrument") == name) & (nw.col("score") <= cutoff)
        for name, cutoff in cutoffs.items()
    ]
    return records.surveys.filter(
        window.ahead(), ~nw.col("score").is_null(), nw.col("instrument").is_in(list(cutoffs))
    ).with_columns(low=nw.max_horizontal(*(one(each) for each in low)))
