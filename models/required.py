"""Courses that teach what the post requires and nothing shows that the person holds."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from features.standards.load import load_standard
from models.cases import Cases, Catalogue
from models.gap import teaches_of
from models.generator import Generator
from models.interactions import course_ids_of, people_index
from models.parameters import check_not_negative
from models.popularity import Popularity

LOWEST, HIGHEST = 0.0, 5.0
"""Ends of the scale of levels: where the level of a competency lies of which nothing is known."""


class RequiredCoverage(Generator):
    r"""Levels that a course may add towards what the post requires, where no level is known.

    Not a gap: nobody knows whether the person lacks anything. A competency that is required at
    level :math:`r` and has no valid assessment may lie anywhere in its interval
    :math:`[l, u]`; a course that teaches up to :math:`t` adds, with every level equally likely,

    .. math:: E = \frac{\max(0, \min(r, t) - l)^2}{2 (u - l)}

    levels on average. Their sum over competencies is weighted by the share of the course's hours
    that count towards the hours still to do this year, :math:`\min(1, h / jp)` with :math:`h` what
    is left of the entitlement (``standards/jp.toml``); a course of unknown length, and whoever has
    no entitlement left or none at all, is not weighted. `peers_weight` times the share of peers
    who took the course is added: it orders courses of which the post says nothing.

    Parameters
    ----------
    peers_weight : float, default=0.1
    name : str
        See `Generator`.
    """

    kind: ClassVar[str] = "required"
    group: ClassVar[str] = "gap"

    def __init__(self, *, peers_weight: float = 0.1, name: str = "required") -> None:
        self.peers_weight = peers_weight
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Remember what each course teaches and how long it is, and count what peers took."""
        check_not_negative("peers_weight", self.peers_weight)
        self.course_ids_ = course_ids_of(catalogue)
        self.teaches_ = teaches_of(catalogue, self.course_ids_)
        jp = catalogue.courses.reindex(columns=["jp"])["jp"]
        self.jp_ = pd.to_numeric(jp).to_numpy(dtype=np.float64, na_value=np.nan)
        self.peers_ = Popularity().fit(X, catalogue)
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return the weighted levels, and peers; shape (n_people, n_courses)."""
        return np.sum(list(self.parts(X).values()), axis=0)

    def parts(self, X: Cases) -> dict[str, np.ndarray]:
        """Return what the post requires (``gap``) and what peers took, which add up to `score`."""
        check_is_fitted(self, "teaches_")
        return {
            "gap": self._levels(X) * self._towards_entitlement(X.people),
            "peers": self.peers_weight * self.peers_.score(X),
        }

    def _levels(self, X: Cases) -> np.ndarray:
        asked = unassessed(X.gaps)
        asked = asked[asked["employee_id"].isin(X.people["employee_id"])]
        pairs = asked.merge(self.teaches_, on="competency_id")
        lowest, highest = pairs["level_lower"], pairs["level_upper"]
        reach = np.minimum(pairs["required_level"], pairs["level"]) - lowest
        added = np.maximum(reach, 0) ** 2 / (2 * (highest - lowest))
        row = people_index(X.people).get_indexer(pd.Index(pairs["employee_id"]))
        column = pd.Index(self.course_ids_).get_indexer(pd.Index(pairs["course_id"]))
        shape = (len(X.people), len(self.course_ids_))
        cell = row * shape[1] + column
        levels = np.bincount(cell, weights=added, minlength=shape[0] * shape[1])
        return levels.reshape(shape)

    def _towards_entitlement(self, people: pd.DataFrame) -> np.ndarray:
        left = hours_to_do(people)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.minimum(1.0, left / self.jp_[None, :])
        return np.where((left > 0) & (self.jp_ > 0), share, 1.0)

    def _state(self) -> dict[str, Any]:
        return {
            "teaches": self.teaches_.to_dict(orient="list"),
            "jp": [None if np.isnan(hours) else hours for hours in self.jp_.tolist()],
            "peers": self.peers_.to_dict(),
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self.teaches_ = teaches_of(
            Catalogue(pd.DataFrame(), pd.DataFrame(state["teaches"])), self.course_ids_
        )
        self.jp_ = np.array(state["jp"], dtype=np.float64)
        self.peers_ = Popularity.from_dict(state["peers"])


def unassessed(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return what posts require of people and no valid assessment speaks of.

    Parameters
    ----------
    gaps : DataFrame
        See `models.cases.Cases`; ``evidence``, ``level_lower`` and ``level_upper`` where known.

    Returns
    -------
    DataFrame
        ``employee_id``, ``competency_id``, ``required_level``, ``level_lower``, ``level_upper``, in
        the order of the first two.
    """
    columns = ["employee_id", "competency_id", "required_level", "level_lower", "level_upper"]
    rows = gaps.dropna(subset=["required_level"])
    known = rows["evidence"] == "valid" if "evidence" in rows else rows["gap"].notna()
    rows = rows[~known].reindex(columns=columns).fillna({"level_lower": LOWEST})
    rows = rows.fillna({"level_upper": HIGHEST}).astype({"competency_id": "str"})
    numbers = dict.fromkeys(columns[2:], np.float64)
    return rows.astype(numbers).sort_values(["employee_id", "competency_id"])


def hours_to_do(people: pd.DataFrame) -> np.ndarray:
    """Return the hours of this year's entitlement still to do; NaN without an entitlement."""
    if "employment_type" not in people:
        return np.full(len(people), np.nan)
    rules = load_standard("jp")
    hours = {"PNS": rules["PNS"]["minimum_jp"], "PPPK": rules["PPPK"]["maximum_jp"]}
    entitled = people["employment_type"].map(hours).astype(np.float64)
    done = people.get("jp_this_year", pd.Series(0.0, people.index)).fillna(0.0)
    return (entitled - done).to_numpy(dtype=np.float64)
