"""What training leaves behind for monitoring: the distributions it learned from, and nobody."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from features.known import known_records, months_before
from features.panel import people_with_past
from features.profiles import FEATURES, build_profiles
from features.records import Records
from models.disengagement import DisengagementModel, SupportRule
from training.monitoring.distributions import summarise
from training.support_candidate import SupportCandidate

DELAYED = ("attendance", "enrolments")
"""Tables that labels are made of."""


def build_reference(
    records: Records, as_of: date, support: SupportCandidate | None
) -> dict[str, Any]:
    """Remember everybody's profile at the calibration date.

    Parameters
    ----------
    records : Records
        Polars frames.
    as_of : date
    support : SupportCandidate or None

    Returns
    -------
    dict
        ``as_of``, ``features`` and ``scores`` by name (`summarise`; scores of the rule and the
        probabilities of every component, see `component_scores`), ``delay`` (`label_delay`).
    """
    people = people_with_past(build_profiles(records, as_of).people.to_pandas(), records, as_of)
    scores = component_scores(SupportRule(), people)
    for models in (support.hazards, support.lagged) if support else ():
        scores |= component_scores(DisengagementModel(models), people)
    return {
        "as_of": as_of.isoformat(),
        "features": {name: summarise(_numbers(people[name])) for name in FEATURES},
        "scores": {name: summarise(values) for name, values in scores.items()},
        "delay": label_delay(records, as_of),
    }


def component_scores(
    support: DisengagementModel | SupportRule, people: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Return the rule's points, or each component's probabilities by its name and source."""
    if isinstance(support, SupportRule):
        return {support.kind: support.score(people)}
    return {f"{name} {one.kind}": one.probability(people) for name, one in support.all.items()}


def label_delay(records: Records, as_of: date, months: int = 12) -> dict[str, float | None]:
    """Return by table how many days rows of the last months took to be known, in the median."""
    known, delays = known_records(records, as_of), {}
    for name in DELAYED:
        rows = getattr(known, name).collect().to_pandas()
        recent = rows[rows["valid_from"] >= pd.Timestamp(months_before(as_of, months))]
        days = (recent["available_at"] - recent["valid_from"]).dt.total_seconds() / 86400
        delays[name] = float(days.median()) if len(days) else None
    return delays


def live_figures(people: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the features of live profiles as arrays."""
    return {name: _numbers(people[name]) for name in FEATURES if name in people}


def _numbers(values: pd.Series) -> np.ndarray:
    return values.to_numpy(dtype=np.float64, na_value=np.nan)
