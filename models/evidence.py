"""Whether a component could be seen to happen to a person, from what the profile knows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.standards.load import load_standard

NEEDS = {
    "learning_stopped": ("n_enrolments_12_months", "min_past_enrolments"),
    "absence_rise": ("n_attendance_months", "min_past_months"),
}
"""Profile column and the rule that says how much of it the component's definition asks for."""


def can_be_seen(people: pd.DataFrame, component: str) -> NDArray[np.bool_]:
    """Return to whom a component can happen: who never learned cannot stop learning.

    A component without a condition on the past can happen to everybody.
    """
    if component not in NEEDS:
        return np.ones(len(people), dtype=bool)
    column, rule = NEEDS[component]
    known = people[column].to_numpy(dtype=np.float64, na_value=np.nan)
    return np.nan_to_num(known) >= load_standard("disengagement")[component][rule]
