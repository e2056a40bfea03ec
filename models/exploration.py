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
COLUMNS = ("employee_id", "rank", "propensity", "explored")


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

    def __call__(self, value: Floats, position: int) -> NDArray[np.int64]:
        """Return the column chosen in each row; -inf is never chosen where anything else is open.

        Parameters
        ----------
        value : ndarray of shape (n_people, n_courses)
        position : int
            Place of the list, from 0.
        """
        lot = self.lots[:, position]
        n_others = np.clip(np.isfinite(value).sum(axis=1) - 1, 0, self.among)
        by_lot = (lot < self.share) & (n_others > 0)
        order = np.argsort(-value[by_lot], axis=1, kind="stable")
        place = 1 + np.floor(lot[by_lot] / self.share * n_others[by_lot]).astype(np.int64)
        chosen = value.argmax(axis=1)
        chosen[by_lot] = order[np.arange(len(order)), np.minimum(place, n_others[by_lot])]
        shown = np.where(n_others > 0, 1 - self.share, 1.0)
        shown[by_lot] = self.share / n_others[by_lot]
        self.propensity.append(shown)
        self.explored.append(by_lot)
        return chosen


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
        propensity, explored = np.stack(pick.propensity, 1), np.stack(pick.explored, 1)
        self._places.append(
            pd.DataFrame(
                {
                    "employee_id": employee_ids.to_numpy()[row],
                    "rank": rank,
                    "propensity": propensity[row, rank - 1],
                    "explored": explored[row, rank - 1],
                }
            )
        )

    def places(self) -> pd.DataFrame:
        """Return what was remembered: ``employee_id``, ``rank``, ``propensity``, ``explored``."""
        if not self._places:
            return pd.DataFrame(columns=list(COLUMNS)).astype(
                {"rank": "int64", "propensity": "float64", "explored": "bool"}
            )
        return pd.concat(self._places, ignore_index=True)
