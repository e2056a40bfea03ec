"""What moving scores towards equal quantiles would bring each attribute, and what it would cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.standards.checks import REPAIRABLE
from models.capacity import flag
from models.repair import repaired_scores
from training.bootstrap import statistic_interval
from training.fairness.comparing import rate_ratio
from training.fairness.flags import Flagging, shown_names
from training.support_metrics import lift_at_capacity, precision_at_capacity

N_RESAMPLES = 400
Flags = NDArray[np.bool_]


def mitigation_costs(
    people: pd.DataFrame,
    flagging: Flagging,
    groups: pd.DataFrame,
    capacity: float,
    rules: Mapping[str, Any],
    seed: int,
) -> dict[str, dict[str, Any]]:
    """Show what each strength of `models.repair.repaired_scores` would do.

    Parameters
    ----------
    people : DataFrame of shape (n, >=2)
        ``employee_id``, ``unit_id``: the capacity of each unit stays as it is.
    flagging, groups, rules
        See `training.fairness.flags.audit_flags`.
    capacity : float
    seed : int
        Of the resamples.

    Returns
    -------
    dict of str to dict
        By attribute ``rows``, one a strength (0: as it is): ``strength``, ``ratio_lowest`` and
        ``ratio_highest`` over the groups of enough people that may be shown, ``precision`` and
        ``lift`` on people whose outcome is known, ``precision_change`` and ``lift_change`` with
        ``_low`` and ``_high`` (95%, paired bootstrap over people); and ``least_strength``, the
        least that brings every ratio within the limits, None where none does.
    """
    costs = {}
    for name in REPAIRABLE:
        if len(groups[name].unique()) < 2:
            continue
        rows = [
            {"strength": strength} | _effect(strength, name, people, flagging, groups, capacity,
                                             rules["impact"]["min_people"], seed)
            for strength in (0.0, *rules["mitigation"]["tried"])
        ]  # fmt: skip
        costs[name] = {"rows": rows, "least_strength": _least(rows, rules["impact"])}
    return costs


def _effect(
    strength: float,
    name: str,
    people: pd.DataFrame,
    flagging: Flagging,
    groups: pd.DataFrame,
    capacity: float,
    min_people: int,
    seed: int,
) -> dict[str, Any]:
    flagged = flag(people, repaired_scores(flagging.score, groups[name], strength), capacity)
    ratios = _ratios(flagged, groups, name, min_people)
    known = ~np.isnan(flagging.outcome)
    before, after, outcome = flagging.flagged[known], flagged[known], flagging.outcome[known]
    figures: dict[str, Any] = {
        "ratio_lowest": min(ratios, default=None), "ratio_highest": max(ratios, default=None),
    }  # fmt: skip
    for metric, measure in (("precision", precision_at_capacity), ("lift", lift_at_capacity)):
        figures[metric] = _finite(measure(after, outcome))
        figures[f"{metric}_change"] = _finite(measure(after, outcome) - measure(before, outcome))

        def change(rows: NDArray[np.int64], measure: Any = measure) -> float:  # noqa: ANN401
            own, old = measure(after[rows], outcome[rows]), measure(before[rows], outcome[rows])
            return float(np.nan_to_num(own - old))

        if strength and known.any():
            figures[f"{metric}_change_low"], figures[f"{metric}_change_high"] = statistic_interval(
                change, len(outcome), rng=np.random.default_rng(seed), n_resamples=N_RESAMPLES
            )
    return figures


def _ratios(flagged: Flags, groups: pd.DataFrame, name: str, min_people: int) -> list[float]:
    column = groups[name]
    ratios = []
    for group in sorted(shown_names(groups, name, pd.Series(flagged, index=groups.index))):
        inside = (column == group).to_numpy()
        if min_people <= inside.sum() < len(inside):
            counts = [
                int(n) for part in (inside, ~inside) for n in (flagged[part].sum(), part.sum())
            ]
            ratios.append(rate_ratio(counts[0], counts[1], counts[2], counts[3]).ratio)
    return ratios


def _least(rows: list[dict[str, Any]], limits: Mapping[str, Any]) -> float | None:
    for row in rows:
        low, high = row["ratio_lowest"], row["ratio_highest"]
        if low is not None and limits["lowest"] <= low and high <= limits["highest"]:
            return row["strength"]
    return None


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
