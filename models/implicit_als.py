"""Courses from the few latent interests that explain who took what (alternating least squares)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of, taken_matrix
from models.matrices import matrix_from_json, matrix_to_json
from models.parameters import check_not_negative, check_positive

CHUNK = 4_000
"""People whose interests are solved for at a time: bounds memory."""


class ImplicitALS(Generator):
    r"""Matrix factorisation of who took what, fitted by the package ``implicit`` [1]_.

    A course taken is preferred with confidence :math:`\alpha`, any other is not, with confidence
    1. With the courses' factors :math:`Y`, the interests of a person who took the courses :math:`T`
    are :math:`x = (Y^\top Y + (\alpha - 1) Y_T^\top Y_T + \lambda I)^{-1} \alpha\, Y_T^\top 1`, and
    the scores are :math:`x Y^\top`. Only :math:`Y` is kept: everybody is solved for when asked
    for, whether known at the fit or not.

    Parameters
    ----------
    n_factors : int, default=32
    alpha : float, default=10
        :math:`\alpha`.
    l2 : float, default=10
        :math:`\lambda`.
    n_iterations : int, default=15
    random_state : int, default=0
    name : str
        See `Generator`.

    References
    ----------
    .. [1] Hu, Koren, Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008.
    """

    kind: ClassVar[str] = "implicit_als"
    group: ClassVar[str] = "path"

    def __init__(
        self,
        *,
        n_factors: int = 32,
        alpha: float = 10.0,
        l2: float = 10.0,
        n_iterations: int = 15,
        random_state: int = 0,
        name: str = "implicit_als",
    ) -> None:
        self.n_factors = n_factors
        self.alpha = alpha
        self.l2 = l2
        self.n_iterations = n_iterations
        self.random_state = random_state
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Factorise; where nobody took anything there is nothing to factorise."""
        for name in ("n_factors", "alpha", "n_iterations"):
            check_positive(name, getattr(self, name))
        check_not_negative("l2", self.l2)
        self.course_ids_ = course_ids_of(catalogue)
        taken = taken_matrix(X, self.course_ids_)
        self.factors_ = np.zeros((len(self.course_ids_), self.n_factors))
        if taken.nnz:
            self.factors_ = self._factorised(taken)
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return the expected preference, maybe negative; shape (n_people, n_courses)."""
        check_is_fitted(self, "factors_")
        taken = taken_matrix(X, self.course_ids_)
        scores = np.zeros((len(X.people), len(self.course_ids_)))
        for start in range(0, len(X.people), CHUNK):
            part = slice(start, start + CHUNK)
            scores[part] = self._interests(taken[part]) @ self.factors_.T
        return scores

    def _factorised(self, taken: sparse.csr_array) -> np.ndarray:
        # Slow to import, and wanted by few commands.
        from implicit.cpu.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits

        # BLAS threads beside those of implicit slow it down many times, of which it warns.
        with threadpool_limits(1, "blas"):
            model = AlternatingLeastSquares(
                factors=self.n_factors,
                regularization=self.l2,
                alpha=self.alpha,
                iterations=self.n_iterations,
                dtype=np.float64,  # pyright: ignore[reportArgumentType] (float32 is its default)
                # Sums of several threads differ in their last bits.
                num_threads=1,
                random_state=self.random_state,
            )
            model.fit(sparse.csr_matrix(taken), show_progress=False)
        return np.asarray(model.item_factors, dtype=np.float64)

    def _interests(self, taken: sparse.csr_array) -> np.ndarray:
        """Solve for everybody with a history; shape (n_people, n_factors)."""
        factors = self.factors_
        everything = factors.T @ factors + self.l2 * np.eye(self.n_factors)
        outer = np.einsum("ci,cj->cij", factors, factors).reshape(len(factors), -1)
        own = np.asarray(taken @ outer).reshape(-1, self.n_factors, self.n_factors)
        wanted = self.alpha * np.asarray(taken @ factors)
        interests = np.zeros(wanted.shape)
        speaks = (np.diff(taken.indptr) > 0) & bool(factors.any())
        left = everything[None] + (self.alpha - 1) * own[speaks]
        interests[speaks] = np.linalg.solve(left, wanted[speaks][:, :, None])[:, :, 0]
        return interests

    def _state(self) -> dict[str, Any]:
        return {"factors": matrix_to_json(self.factors_)}

    def _restore(self, state: dict[str, Any]) -> None:
        self.factors_ = matrix_from_json(state["factors"])
