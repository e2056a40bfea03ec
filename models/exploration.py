"""Places of a list that are filled by lot, so that courses can be judged that are rarely shown.

Without them nobody learns what a course that no model puts first would have brought. The lot
chooses only among what every rule allows at that place, and its chance is kept with the choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.standards.load import load_standard
from models.lots import draw_lots

Floats = NDArray[np.float64]
COLUMNS = ("employee_id", "rank", "propensity", "explored", "pool")


class BestPick:
    """Takes the best of what is open at each place, with certainty."""

    def __call__(self, value: Floats, position: int) -> NDArray[np.int64]:
        """Return the column of each row's highest value."""
        return value.argmax(axis=1)


@dataclass
class LotPick:
    """Takes the best at most places, and one of the next best by lot at a few.

    Parameters
    ----------
    lots : ndarray of shape (n_people, k)
        From 0 to below 1, one a place; see `models.lots.draw_lots`.
    share : float
        Of places that are filled by lot where there is anything but the best.
    among : int
        The lot falls on one of so many next best, all alike.

    Attributes
    ----------
    propensity : list of ndarray of shape (n_people,)
        By place: the chance with which the course there was chosen, given what stands above it.
    explored : list of ndarray of bool, shape (n_people,)
        By place: whether it was filled by lot.
    pools : list of ndarray of int, shape (n_people, among + 1)
        By place: columns that could have been chosen there, the best first; -1 for none.
    """

    lots: Floats
    share: float
    among: int

    def __post_init__(self) -> None:
        """Check the parameters."""
        if not 0 <= self.share < 1:
            raise ValueError(f"share must be at least 0 and below 1, got {self.share}")
        if self.among < 1:
            raise ValueError(f"among must be positive, got {self.among}")
        self.propensity: list[Floats] = []
        self.explored: list[NDArray[np.bool_]] = []
        self.pools: list[NDArray[np.int64]] = []

    def __call__(self, value: Floats, position: int) -> NDArray[np.int64]:
        """Return the column chosen in each row; -inf is never chosen where anything else is open.

        Parameters
        ----------
        value : ndarray of shape (n_people, n_courses)
        position : int
            Place of the list, from 0.
        """
        lot, everybody = self.lots[:, position], np.arange(len(value))
        pool = _highest(value, self.among + 1)
        n_others = np.maximum((pool >= 0).sum(axis=1) - 1, 0)
        by_lot = (lot < self.share) & (n_others > 0)
        place = np.zeros(len(value), dtype=np.int64)
        place[by_lot] = 1 + np.floor(lot[by_lot] / self.share * n_others[by_lot])
        shown = np.where(n_others > 0, 1 - self.share, 1.0)
        shown[by_lot] = self.share / n_others[by_lot]
        self.propensity.append(shown)
        self.explored.append(by_lot)
        self.pools.append(pool if self.share else pool[:, :1])
        return np.maximum(pool[everybody, np.minimum(place, n_others)], 0)


def _highest(value: Floats, n: int) -> NDArray[np.int64]:
    """Return the columns of each row's highest finite values, best first; -1 for none."""
    n = min(n, value.shape[1])
    few = np.argpartition(-value, n - 1, axis=1)[:, :n]
    few.sort(axis=1)  # of equal values the first column comes first
    order = np.argsort(-np.take_along_axis(value, few, axis=1), axis=1, kind="stable")
    columns = np.take_along_axis(few, order, axis=1)
    return np.where(np.isfinite(np.take_along_axis(value, columns, axis=1)), columns, -1)


class Exploration:
    """Fills a declared share of the places of everybody's list by lot, and remembers the chances.

    Parameters
    ----------
    occasion : str
        What the lots are drawn for (date and bundle): the same occasion gives the same lists.
    share, among : optional
        Default: ``[exploration]`` of ``standards/recommending.toml``. A share of 0 draws no lots.
    """

    def __init__(
        self, occasion: str, *, share: float | None = None, among: int | None = None
    ) -> None:
        rules = load_standard("recommending")["exploration"]
        self.occasion = occasion
        self.share = float(rules["share"] if share is None else share)
        self.among = int(rules["among"] if among is None else among)
        self._places: list[pd.DataFrame] = []

    def pick(self, employee_ids: pd.Series, k: int) -> LotPick:
        """Return what chooses for these people (``employee_id``, in the order of the scores)."""
        return LotPick(draw_lots(self.occasion, employee_ids, k), self.share, self.among)

    def remember(
        self,
        employee_ids: pd.Series,
        pick: LotPick,
        row: NDArray[np.int64],
        rank: NDArray[np.int64],
    ) -> None:
        """Keep the chances of the places that came to hold a course (``row``, ``rank`` from 1)."""
        of = (row, rank - 1)
        pools = np.stack(pick.pools, axis=1)[of]
        self._places.append(
            pd.DataFrame(
                {
                    "employee_id": employee_ids.to_numpy()[row],
                    "rank": rank,
                    "propensity": np.stack(pick.propensity, axis=1)[of],
                    "explored": np.stack(pick.explored, axis=1)[of],
                    "pool": [pool[pool >= 0] for pool in pools],
                }
            )
        )

    def places(self) -> pd.DataFrame:
        """Return what was remembered.

        Returns
        -------
        DataFrame
            ``employee_id``, ``rank``, ``propensity``, ``explored``, ``pool`` (columns that could
            have been chosen there, the best first).
        """
        if not self._places:
            return pd.DataFrame(columns=list(COLUMNS)).astype(
                {"rank": "int64", "propensity": "float64", "explored": "bool"}
            )
        return pd.concat(self._places, ignore_index=True)
