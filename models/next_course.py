"""Courses that a small network, trained on everybody's order, expects next."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from models.adam import Adam
from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of, recency_matrix, steps
from models.matrices import matrix_from_json, matrix_to_json
from models.parameters import check_fraction, check_not_negative, check_positive

BATCH = 512
FLOOR = 1e-4
"""Added to the frequency of a course before its logarithm starts the bias."""


class NextCourse(Generator):
    r"""Softmax over the courses not yet taken, from one hidden layer.

    A history becomes :math:`x`, the recency-weighted shares of the courses taken beside their plain
    shares; the courses taken afterwards, decayed, become the target shares :math:`t`. With
    :math:`h = \tanh(x U)` the score is the probability :math:`\mathrm{softmax}(h V + b)` among the
    courses not taken. Every prefix of every history is one example; trained by Adam on
    cross-entropy with dropout on :math:`h`.

    Parameters
    ----------
    n_hidden : int, default=64
    recency : float, default=0.6
        Weight of each further step back in a history.
    decay : float, default=0.6
        Weight of each further step ahead among the targets.
    n_epochs : int, default=30
    learning_rate : float, default=0.01
        Falls linearly to almost 0.
    l2 : float, default=1e-5
        Penalty of the weights, not of :math:`b`.
    dropout : float, default=0.5
        Share of hidden units left out of each example in training.
    random_state : int, default=0
    name : str
        See `Generator`.
    """

    kind: ClassVar[str] = "next_course"
    group: ClassVar[str] = "path"

    def __init__(
        self,
        *,
        n_hidden: int = 64,
        recency: float = 0.6,
        decay: float = 0.6,
        n_epochs: int = 30,
        learning_rate: float = 0.01,
        l2: float = 1e-5,
        dropout: float = 0.5,
        random_state: int = 0,
        name: str = "next_course",
    ) -> None:
        self.n_hidden = n_hidden
        self.recency = recency
        self.decay = decay
        self.n_epochs = n_epochs
        self.learning_rate = learning_rate
        self.l2 = l2
        self.dropout = dropout
        self.random_state = random_state
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Train on every prefix of every history; without two steps by anybody there is nothing."""
        self._check_parameters()
        self.course_ids_ = course_ids_of(catalogue)
        before, after = _prefixes(
            steps(X, self.course_ids_), len(self.course_ids_), self.recency, self.decay
        )
        self.has_learned_ = before.nnz > 0
        rng = np.random.default_rng(self.random_state)
        n_courses = len(self.course_ids_)
        self.weights_ = {
            "U": rng.normal(0.0, 0.1, (2 * n_courses, self.n_hidden)).astype(np.float32),
            "V": rng.normal(0.0, 0.1, (self.n_hidden, n_courses)).astype(np.float32),
            "b": np.zeros((1, n_courses), dtype=np.float32),
        }
        if self.has_learned_:
            self.weights_["b"][0] = np.log(after.mean(axis=0) + FLOOR)
            self._train(before, after, rng)
        self.weights_ = {name: weight.astype(np.float64) for name, weight in self.weights_.items()}
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return the probability of each course to be next; shape (n_people, n_courses).

        0 for a course already taken, and for a person without a history.
        """
        check_is_fitted(self, "weights_")
        history = recency_matrix(X, self.course_ids_, self.recency).toarray()
        hidden = np.tanh(_inputs(history) @ self.weights_["U"])
        expected = _softmax(hidden @ self.weights_["V"] + self.weights_["b"], history > 0)
        speaks = self.has_learned_ & (history > 0).any(axis=1, keepdims=True)
        return np.where(speaks, expected, 0.0)

    def _train(
        self, before: sparse.csr_array, after: sparse.csr_array, rng: np.random.Generator
    ) -> None:
        adam = Adam(self.weights_)
        for epoch in range(self.n_epochs):
            rate = self.learning_rate * (1 - epoch / self.n_epochs)
            order = rng.permutation(len(before.indptr) - 1)
            for start in range(0, len(order), BATCH):
                rows = order[start : start + BATCH]
                history = before[rows].toarray().astype(np.float32)
                target = after[rows].toarray().astype(np.float32)
                adam.step(self._gradients(history, target, rng), rate)

    def _gradients(
        self, history: np.ndarray, target: np.ndarray, rng: np.random.Generator
    ) -> dict[str, np.ndarray]:
        weights = self.weights_
        inputs = _inputs(history)
        hidden = np.tanh(inputs @ weights["U"])
        kept = (rng.random(hidden.shape) >= self.dropout) / np.float32(1 - self.dropout)
        kept = kept.astype(np.float32)
        dropped = hidden * kept
        expected = _softmax(dropped @ weights["V"] + weights["b"], history > 0)
        error = (expected - target) / np.float32(len(history))
        back = (error @ weights["V"].T) * kept * (1 - hidden**2)
        return {
            "U": inputs.T @ back + self.l2 * weights["U"],
            "V": dropped.T @ error + self.l2 * weights["V"],
            "b": error.sum(axis=0, keepdims=True),
        }

    def _check_parameters(self) -> None:
        for name in ("n_hidden", "n_epochs", "learning_rate"):
            check_positive(name, getattr(self, name))
        check_fraction("recency", self.recency)
        check_fraction("decay", self.decay)
        check_not_negative("l2", self.l2)
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be at least 0 and below 1, got {self.dropout}")

    def _state(self) -> dict[str, Any]:
        weights = {name: matrix_to_json(weight) for name, weight in self.weights_.items()}
        return {"has_learned": bool(self.has_learned_), "weights": weights}

    def _restore(self, state: dict[str, Any]) -> None:
        self.has_learned_ = bool(state["has_learned"])
        self.weights_ = {name: matrix_from_json(state["weights"][name]) for name in ("U", "V", "b")}


def _prefixes(
    taken: pd.DataFrame, n_courses: int, recency: float, decay: float
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Cut each history before each of its later steps.

    Returns
    -------
    before, after : sparse array of shape (n_prefixes, n_courses)
        Shares of the courses up to the cut and from it on, by recency and by decay.
    """
    last = taken.groupby("person")["step"].transform("max").to_numpy()
    cuts_of = taken.groupby("person")["step"].max()
    first_row = pd.Series(np.cumsum(cuts_of) - cuts_of, index=cuts_of.index)
    each = np.repeat(np.arange(len(taken)), last)
    cut = np.arange(len(each)) - np.repeat(np.cumsum(last) - last, last) + 1
    row = taken["person"].map(first_row).to_numpy(dtype=np.int64)[each] + cut - 1
    course, step = taken["course"].to_numpy()[each], taken["step"].to_numpy()[each]
    shape = (int(cuts_of.sum()), n_courses)
    is_before = step < cut
    past = _shares(row, course, recency ** (cut - 1 - step), is_before, shape)
    ahead = _shares(row, course, decay ** (step - cut), ~is_before, shape)
    return past, ahead


def _shares(
    row: np.ndarray,
    course: np.ndarray,
    weight: np.ndarray,
    chosen: np.ndarray,
    shape: tuple[int, int],
) -> sparse.csr_array:
    row, course, weight = row[chosen], course[chosen], weight[chosen]
    total = np.bincount(row, weights=weight, minlength=shape[0])
    return sparse.csr_array((weight / total[row], (row, course)), shape=shape)


def _inputs(history: np.ndarray) -> np.ndarray:
    """Put plain shares of the courses taken beside the recency-weighted ones."""
    taken = (history > 0).astype(history.dtype)
    plain = taken / np.maximum(taken.sum(axis=1, keepdims=True), 1)
    return np.concatenate([history, plain], axis=1)


def _softmax(logits: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Return probabilities over the courses not taken, 0 elsewhere."""
    logits = np.where(taken, -np.inf, logits)
    highest = logits.max(axis=1, keepdims=True)
    raised = np.exp(logits - np.where(np.isfinite(highest), highest, 0.0))
    return raised / np.maximum(raised.sum(axis=1, keepdims=True), np.finfo(raised.dtype).tiny)
