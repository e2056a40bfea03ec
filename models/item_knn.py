"""Courses that share their takers with the courses this person has taken."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of, taken_matrix
from models.matrices import matrix_from_json, matrix_to_json
from models.parameters import check_not_negative, check_positive


class ItemKNN(Generator):
    r"""Nearest courses by cosine of their takers.

    :math:`s_{ij} = c_{ij} / (\sqrt{n_i n_j} + \mathrm{shrinkage})` with :math:`c_{ij}` people
    who took both; a course keeps its ``n_neighbours`` nearest, and a person's score is the sum
    over the courses taken.

    Parameters
    ----------
    n_neighbours : int, default=100
        Neighbours kept for each course.
    shrinkage : float, default=10
        Discount of courses with few takers.
    name : str
        See `Generator`.
    """

    kind: ClassVar[str] = "item_knn"
    group: ClassVar[str] = "path"

    def __init__(
        self, *, n_neighbours: int = 100, shrinkage: float = 10.0, name: str = "item_knn"
    ) -> None:
        self.n_neighbours = n_neighbours
        self.shrinkage = shrinkage
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Compute the similarity of each course to its nearest neighbours."""
        check_positive("n_neighbours", self.n_neighbours)
        check_not_negative("shrinkage", self.shrinkage)
        self.course_ids_ = course_ids_of(catalogue)
        taken = taken_matrix(X, self.course_ids_)
        together = (taken.T @ taken).toarray()
        n_taken = np.diag(together).copy()
        np.fill_diagonal(together, 0.0)
        scale = np.sqrt(np.outer(n_taken, n_taken)) + self.shrinkage
        self.similarity_ = _nearest(together / np.where(scale > 0, scale, 1.0), self.n_neighbours)
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return each course's similarity to what the person took; shape (n_people, n_courses)."""
        check_is_fitted(self, "similarity_")
        return taken_matrix(X, self.course_ids_) @ self.similarity_

    def _state(self) -> dict[str, Any]:
        return {"similarity": matrix_to_json(self.similarity_)}

    def _restore(self, state: dict[str, Any]) -> None:
        self.similarity_ = matrix_from_json(state["similarity"])


def _nearest(similarity: np.ndarray, n_neighbours: int) -> np.ndarray:
    """Keep the largest values of each column; ties go to the earlier course of the catalogue."""
    farther = np.argsort(-similarity, axis=0, kind="stable")[n_neighbours:]
    kept = similarity.copy()
    np.put_along_axis(kept, farther, 0.0, axis=0)
    return kept
