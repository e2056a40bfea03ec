"""Who is flagged at the margin of a unit's places: whoever was stays, and near-ties go by lot.

Between the last score that gets a place and the first that gets none there is often next to no
difference. Who stays just above the line from month to month would be chance that nobody can learn
from; drawn by lot, with the chance written down, it shows what being offered support brings
(`models.support_effect`).
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.standards.load import load_standard
from models.capacity import flag, places
from models.lots import draw_lots

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MarginRules:
    """What ``standards/support.toml`` says of the margin.

    Attributes
    ----------
    keep_within : float
        Whoever was flagged stays so within this many times the places, rounded up.
    width : float
        Standard deviations of the unit's scores, on either side of the line, that are a tie.
    smallest_unit : int
        Smaller units take the highest scores.
    """

    keep_within: float
    width: float
    smallest_unit: int

    def __post_init__(self) -> None:
        """Check the parameters."""
        if self.keep_within < 1:
            raise ValueError(f"keep_within must be at least 1, got {self.keep_within}")
        if not self.width >= 0:
            raise ValueError(f"width must not be negative, got {self.width}")

    @classmethod
    def in_force(cls) -> Self:
        """Return the rules of the standard."""
        rules = load_standard("support")
        return cls(
            float(rules["hysteresis"]["keep_within"]),
            float(rules["margin"]["width"]),
            int(rules["smallest_unit"]),
        )


def draw_flags(
    people: pd.DataFrame,
    score: Floats,
    capacity: float,
    *,
    occasion: str,
    flagged_before: Collection[str] = (),
    rules: MarginRules | None = None,
) -> pd.DataFrame:
    """Flag at most ``floor(capacity * n)`` of each unit's n people, near-ties at the line by lot.

    Parameters
    ----------
    people : DataFrame of shape (n, >=2)
        ``employee_id``, ``unit_id``; in any order.
    score : ndarray of shape (n,)
        Higher means sooner; NaN (abstained, or no reason to flag) is never flagged.
    capacity : float
        Share of a unit, between 0 and 1.
    occasion : str
        What the lots are drawn for (`models.lots.draw_lots`).
    flagged_before : collection of str
        ``employee_id`` of whoever was flagged last time.
    rules : MarginRules, optional
        Default: those in force.

    Returns
    -------
    DataFrame of shape (n, 3)
        In the order and with the index of ``people``: ``flagged`` (bool), ``by_lot`` (bool: the
        lot decided, for or against), ``propensity`` (chance of being flagged, given who was flagged
        before: 1 or 0 where no lot decided, else places left over people who tie).
    """
    rules = rules or MarginRules.in_force()
    frame = people[["employee_id", "unit_id"]].reset_index(drop=True)
    flagged = flag(frame, score, capacity)
    n_places = places(frame, capacity)
    before = frame["employee_id"].isin(list(flagged_before)).to_numpy()
    by_lot, propensity = np.zeros(len(frame), dtype=bool), flagged.astype(np.float64)
    for unit in frame["unit_id"].unique():
        rows = np.flatnonzero((frame["unit_id"] == unit).to_numpy())
        if len(rows) < rules.smallest_unit or not n_places[rows[0]]:
            continue
        of_unit = rows[np.argsort(frame["employee_id"].to_numpy()[rows], kind="stable")]
        known = of_unit[~np.isnan(score[of_unit])]
        lot = draw_lots(occasion, frame["employee_id"].iloc[known], 1)[:, 0]
        chance = _chances(score[known], before[known], int(n_places[rows[0]]), rules)
        propensity[known], flagged[known] = chance, _draw(chance, lot)
        by_lot[known] = (chance > 0) & (chance < 1)
    columns = {"flagged": flagged, "by_lot": by_lot, "propensity": propensity}
    return pd.DataFrame(columns, index=people.index)


def _chances(score: Floats, before: NDArray[np.bool_], n: int, rules: MarginRules) -> Floats:
    """Return everybody's chance of one of a unit's n places; the chances add up to those taken."""
    n_above = (score[None, :] > score[:, None]).sum(axis=1)
    kept = before & (n_above < math.ceil(round(n * rules.keep_within, 9)))
    width = rules.width * float(np.sort(score).std()) if len(score) else 0.0
    chance = np.zeros(len(score))
    if kept.sum() > n:
        chance[kept] = _chances_at_line(score[kept], n, width)
        return chance
    chance[kept] = 1.0
    chance[~kept] = _chances_at_line(score[~kept], n - int(kept.sum()), width)
    return chance


def _chances_at_line(score: Floats, n: int, width: float) -> Floats:
    """Return 1 above the line that n places draw, 0 below, and equal chances for who ties at it."""
    if n <= 0 or n >= len(score):
        return np.full(len(score), float(n > 0))
    last, next_one = np.sort(score)[::-1][n - 1 : n + 1]
    slack = width - (last - next_one) / 2
    if slack < 0:
        return (score >= last).astype(np.float64)
    sure = score > last + slack
    tied = ~sure & (score >= next_one - slack)
    return np.where(tied, (n - sure.sum()) / tied.sum(), sure.astype(np.float64))


def _draw(chance: Floats, lot: Floats) -> NDArray[np.bool_]:
    """Give the places that are left to the lowest lots among those who tie."""
    flagged = chance == 1
    tied = np.flatnonzero((chance > 0) & (chance < 1))
    n_left = round(float(chance[tied].sum()))
    flagged[tied[np.argsort(lot[tied], kind="stable")[:n_left]]] = True
    return flagged
