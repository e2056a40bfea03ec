"""Fit the ranker on the periods before the one it is judged on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from features.known import months_before
from features.records import Records
from models.ranker import CourseRanker
from models.situation import allowed_at, cases_at, catalogue_of
from training.exposure import exposure_weights
from training.periods import Periods
from training.targets import course_targets, permuted_targets

MIN_PEOPLE_WITH_TARGETS = 50


class TooLittleError(ValueError):
    """The records hold too little to teach a model; the message says what is missing."""


def fit_ranker(
    records: Records,
    periods: Periods,
    *,
    null_seed: int | None,
    settings: Mapping[str, float] | None = None,
    shown: pd.DataFrame | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> CourseRanker:
    """Fit the ranker on what people took in the window before the evaluation.

    Parameters
    ----------
    null_seed : int or None
        Learn from targets drawn by lot instead, to show that the gate refuses them.
    settings : mapping, optional
        Parameters of the ranker that are not the defaults, see `training.tuning`.
    shown : DataFrame, optional
        Lists that people were shown (`training.exposure.read_shown`): what was rarely shown weighs
        more. Default: all weighs alike.

    Raises
    ------
    TooLittleError
        Too few people took a course that could have been recommended.
    """
    as_of, horizon = periods.calibration, periods.horizon_months
    catalogue, cases = catalogue_of(records), cases_at(records, as_of)
    allowed = allowed_at(records, cases, catalogue, as_of)
    course_ids = catalogue.courses["course_id"].tolist()
    targets = course_targets(records, cases, course_ids, allowed, as_of, horizon)
    check_enough(targets, as_of, horizon)
    if shown is not None and len(shown):
        end = months_before(as_of, -horizon)
        targets = targets.assign(weight=exposure_weights(targets, shown, as_of, end))
    if null_seed is not None:
        targets = permuted_targets(targets, cases, course_ids, allowed, null_seed)
    ranker = (
        CourseRanker()
        .set_params(**dict(settings or {}))
        .fit(cases, targets, catalogue=catalogue, allowed=allowed, on_progress=progress)
    )
    if not tells_courses_apart(ranker):
        raise TooLittleError("all that was learned is about people, nothing tells courses apart")
    return ranker


def check_enough(targets: pd.DataFrame, as_of: date, horizon: int) -> None:
    """Raise `TooLittleError` where too few people have a target to learn from."""
    n_people = targets["employee_id"].nunique()
    if n_people < MIN_PEOPLE_WITH_TARGETS:
        raise TooLittleError(
            f"only {n_people} people took a course that could have been recommended in the "
            f"{horizon} months after {as_of}; at least {MIN_PEOPLE_WITH_TARGETS} are needed"
        )


def tells_courses_apart(ranker: CourseRanker) -> bool:
    """Return whether any tree looks at more than the person, who is the same for every course."""
    used = ranker.booster_.feature_importance() > 0
    names = np.array(ranker.booster_.feature_name())[used]
    return any(not name.startswith("person_") for name in names)
