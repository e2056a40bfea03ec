"""How much later than a person's latest courses a course usually comes."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of, recency_matrix, steps
from models.parameters import check_fraction, check_positive
from models.transitions import forward_pairs


class CourseOrder(Generator):
    r"""Places all courses on one line so that people take them from left to right.

    With :math:`F_{ij}` people who took :math:`i` before :math:`j`, places :math:`z` minimise
    :math:`\sum_{i<j} (F_{ij} + F_{ji}) (z_j - z_i - d_{ij})^2 + \lambda \lVert z \rVert^2`, where
    :math:`d_{ij} = (F_{ij} - F_{ji}) / (F_{ij} + F_{ji})`. The score is the place of a course less
    the recency-weighted mean place of the courses taken: 0 without a history, and for a course
    that nobody took.

    Parameters
    ----------
    recency : float, default=0.5
        Weight of each further step back in the person's own history.
    l2 : float, default=0.5
        :math:`\lambda`.
    name : str
        See `Generator`.
    """

    kind: ClassVar[str] = "order"
    group: ClassVar[str] = "path"
    proposes: ClassVar[bool] = False

    def __init__(self, *, recency: float = 0.5, l2: float = 0.5, name: str = "order") -> None:
        self.recency = recency
        self.l2 = l2
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Solve for the places of all courses at once."""
        check_fraction("recency", self.recency)
        check_positive("l2", self.l2)
        self.course_ids_ = course_ids_of(catalogue)
        forward = forward_pairs(steps(X, self.course_ids_), len(self.course_ids_), 1.0)
        weight = forward + forward.T
        laplacian = np.diag(weight.sum(axis=1)) - weight
        lead = (forward - forward.T).sum(axis=0)
        self.place_ = np.linalg.solve(laplacian + self.l2 * np.eye(len(weight)), lead)
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return how much later each course usually comes; shape (n_people, n_courses)."""
        check_is_fitted(self, "place_")
        own = recency_matrix(X, self.course_ids_, self.recency)
        has_history = np.diff(own.indptr) > 0
        later = self.place_[None, :] - (own @ self.place_)[:, None]
        return np.where(has_history[:, None] & (self.place_ != 0)[None, :], later, 0.0)

    def _state(self) -> dict[str, Any]:
        return {"place": self.place_.tolist()}

    def _restore(self, state: dict[str, Any]) -> None:
        self.place_ = np.asarray(state["place"], dtype=np.float64)
