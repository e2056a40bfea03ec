"""A panel whose truth is known: two components that follow from one column each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.profiles import FEATURES
from models.event_parts import TreeSettings
from models.hazard_choice import HazardGrid

TINY = HazardGrid(
    linear=((0, 0.01),), trees=(TreeSettings(3, 20, 20, 0.1, 1.0),), n_stages=2, n_folds=2
)
AS_OF = pd.Timestamp("2025-01-01")


def true_probability(people: pd.DataFrame) -> np.ndarray:
    """Return the chance of an event within six months: 1 - (1 - h)^6 with a constant hazard h."""
    return 1 - (1 - monthly(people)) ** 6


def monthly(people: pd.DataFrame) -> np.ndarray:
    return 1 / (1 + np.exp(4.0 - people["predicate_vs_unit"].to_numpy(dtype=float)))


def drawn_panel(
    n: int, seed: int, as_of: pd.Timestamp = AS_OF, outcome_seed: int | None = None
) -> pd.DataFrame:
    """Return n people at one date with both components, a constant hazard each month."""
    rng = np.random.default_rng(seed)
    people = pd.DataFrame(rng.normal(size=(n, len(FEATURES))), columns=list(FEATURES))
    people["n_attendance_months"] = 12.0
    people["n_enrolments_12_months"] = 1.0
    people = people.assign(
        employee_id=[f"e{seed}-{i:05}" for i in range(n)],
        unit_id=np.where(np.arange(n) % 2, "u1", "u2"),
        as_of=as_of,
    )
    rng = rng if outcome_seed is None else np.random.default_rng(outcome_seed)
    month = rng.geometric(monthly(people))
    risen = (month <= 6).astype(float)
    stopped = (rng.random(n) < 0.3).astype(float)
    return people.assign(
        absence_rise=risen,
        absence_rise_month=np.where(month <= 6, month, np.nan),
        absence_rise_before=np.where(rng.random(n) < 0.1, np.nan, (rng.random(n) < 0.1) * 1.0),
        learning_stopped=stopped,
        learning_stopped_month=rng.integers(2, 7, n).astype(float),
        learning_stopped_before=np.where(rng.random(n) < 0.8, stopped, 1 - stopped),
    )
