"""Courses that a linear regression on all other courses expects this person to take."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of, taken_matrix
from models.matrices import matrix_from_json, matrix_to_json
from models.parameters import check_positive


class EASE(Generator):
    r"""Embarrassingly shallow autoencoder [1]_.

    With :math:`P = (X^\top X + \lambda I)^{-1}` the weight of course :math:`i` for course
    :math:`j` is :math:`B_{ij} = -P_{ij} / P_{jj}`, :math:`B_{jj} = 0`: column :math:`j` is the
    ridge regression of course :math:`j` on all others. Scores are :math:`X B`; its transpose,
    which some libraries use, divides by the wrong diagonal.

    Parameters
    ----------
    l2 : float, default=100
        :math:`\lambda`.
    name : str
        See `Generator`.

    References
    ----------
    .. [1] Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019.
    """

    kind: ClassVar[str] = "ease"
    group: ClassVar[str] = "path"

    def __init__(self, *, l2: float = 100.0, name: str = "ease") -> None:
        self.l2 = l2
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Solve the ridge regressions of all courses at once."""
        check_positive("l2", self.l2)
        self.course_ids_ = course_ids_of(catalogue)
        taken = taken_matrix(X, self.course_ids_)
        gram = (taken.T @ taken).toarray() + self.l2 * np.eye(len(self.course_ids_))
        inverse = np.linalg.inv(gram)
        self.weights_ = -inverse / np.diag(inverse)[None, :]
        np.fill_diagonal(self.weights_, 0.0)
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return what the regression expects, maybe negative; shape (n_people, n_courses)."""
        check_is_fitted(self, "weights_")
        return taken_matrix(X, self.course_ids_) @ self.weights_

    def _state(self) -> dict[str, Any]:
        return {"weights": matrix_to_json(self.weights_)}

    def _restore(self, state: dict[str, Any]) -> None:
        self.weights_ = matrix_from_json(state["weights"])
