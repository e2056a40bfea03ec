"""Courses that people went on to after the courses this person has taken."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of, recency_matrix, steps
from models.matrices import matrix_from_json, matrix_to_json
from models.parameters import check_fraction, check_not_negative


class Transitions(Generator):
    r"""Decayed forward co-occurrence.

    Somebody who took :math:`j` :math:`d` steps after :math:`i` adds :math:`\mathrm{decay}^{d-1}` to
    :math:`T_{ij}`. With :math:`n_i` people who took :math:`i`,
    :math:`P_{ij} = T_{ij} / (n_i + \mathrm{shrinkage})^{a} / n_j^{b}`. A person's score of
    :math:`j` is the mean of :math:`P_{ij}` over the courses :math:`i` taken, each weighing
    :math:`\mathrm{recency}^{\mathrm{age}}`, where age counts steps back from the latest course.

    Parameters
    ----------
    decay : float, default=0.9
        Weight of each further step between two courses; tiny values leave only the immediate next.
    recency : float, default=0.8
        Weight of each further step back in the person's own history; tiny values leave the
        latest course.
    shrinkage : float, default=5
        People added to :math:`n_i`, so that rare courses do not shout.
    source_power, target_power : float, default=1.0 and 0.0
        :math:`a` and :math:`b`: how far the frequency of the course before and after is divided
        out.
    backward : bool, default=False
        Count what came *before* instead.
    name : str
        See `Generator`.
    """

    kind: ClassVar[str] = "transitions"
    group: ClassVar[str] = "path"

    def __init__(
        self,
        *,
        decay: float = 0.9,
        recency: float = 0.8,
        shrinkage: float = 5.0,
        source_power: float = 1.0,
        target_power: float = 0.0,
        backward: bool = False,
        name: str = "transitions",
    ) -> None:
        self.decay = decay
        self.recency = recency
        self.shrinkage = shrinkage
        self.source_power = source_power
        self.target_power = target_power
        self.backward = backward
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Count decayed pairs of courses in each person's order."""
        check_fraction("decay", self.decay)
        check_fraction("recency", self.recency)
        check_not_negative("shrinkage", self.shrinkage)
        self.course_ids_ = course_ids_of(catalogue)
        taken = steps(X, self.course_ids_)
        n_taken = np.bincount(taken["course"], minlength=len(self.course_ids_))
        source = np.maximum(n_taken + self.shrinkage, 1.0) ** self.source_power
        target = np.maximum(n_taken, 1.0) ** self.target_power
        pairs = forward_pairs(taken, len(self.course_ids_), self.decay)
        self.follow_ = (pairs.T if self.backward else pairs) / source[:, None] / target[None, :]
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return how strongly each course follows the person's own; shape (n_people, n_courses)."""
        check_is_fitted(self, "follow_")
        return recency_matrix(X, self.course_ids_, self.recency) @ self.follow_

    def _state(self) -> dict[str, Any]:
        return {"follow": matrix_to_json(self.follow_)}

    def _restore(self, state: dict[str, Any]) -> None:
        self.follow_ = matrix_from_json(state["follow"])


def forward_pairs(taken: pd.DataFrame, n_courses: int, decay: float) -> np.ndarray:
    """Sum ``decay ** (steps between - 1)`` over pairs of courses that people took in this order.

    Parameters
    ----------
    taken : DataFrame
        As `models.interactions.steps` returns it.

    Returns
    -------
    ndarray of shape (n_courses, n_courses)
        Row: the earlier course; column: the later one.
    """
    steps_taken = taken[["person", "course", "step"]]
    pairs = steps_taken.merge(steps_taken, on="person", suffixes=("", "_later"))
    pairs = pairs[pairs["step_later"] > pairs["step"]]
    weight = decay ** (pairs["step_later"] - pairs["step"] - 1).to_numpy(dtype=np.float64)
    cell = pairs["course"].to_numpy() * n_courses + pairs["course_later"].to_numpy()
    counts = np.bincount(cell, weights=weight, minlength=n_courses**2)
    return counts.reshape(n_courses, n_courses)
