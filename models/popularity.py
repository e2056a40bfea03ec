"""Courses that colleagues in the same post, then at the same post level, then anywhere took."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from models.case_arrays import order_of, places_in
from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of, steps
from models.matrices import matrix_from_json, matrix_to_json
from models.parameters import check_not_negative, check_positive

PEERS = ("post_level", "post_id")


class Popularity(Generator):
    r"""Share of peers who took a course, shrunk to wider groups and decayed with age.

    With :math:`n_g` people in a group and :math:`w_{gc}` takers of a course (each weighing
    :math:`2^{-\mathrm{age}/\mathrm{half\ life}}`), the rate of a group is
    :math:`(w_{gc} + m\,r_c) / (n_g + m)`, where :math:`r_c` is the rate of the next wider group:
    post → post level → everybody. Small groups therefore say little of their own.

    Parameters
    ----------
    half_life_days : float, default=365
        Age at which a taker counts half, from the latest date in the history. Without dates
        (integer positions) nothing is decayed.
    shrinkage : float, default=20
        :math:`m`, in people.
    min_people : int, default=5
        A smaller group is left out: what its few people took could be read off a released model.
    name : str
        See `Generator`.
    """

    kind: ClassVar[str] = "popularity"
    group: ClassVar[str] = "peers"

    def __init__(
        self,
        *,
        half_life_days: float = 365.0,
        shrinkage: float = 20.0,
        min_people: int = 5,
        name: str = "popularity",
    ) -> None:
        self.half_life_days = half_life_days
        self.shrinkage = shrinkage
        self.min_people = min_people
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Count the takers of each course among everybody and in each group of peers."""
        check_positive("half_life_days", self.half_life_days)
        check_not_negative("shrinkage", self.shrinkage)
        check_positive("min_people", self.min_people)
        self.course_ids_ = course_ids_of(catalogue)
        takers = self._weighted_takers(X)
        self.rates_ = np.asarray(takers.sum(axis=0)).ravel() / max(len(X.people), 1)
        self.groups_, self.sizes_, self.takers_ = {}, {}, {}
        for column in PEERS:
            codes, labels = pd.factorize(self._large_groups(X.people, column), sort=True)
            member = _membership(codes, len(labels))
            self.groups_[column] = [str(label) for label in labels]
            self.sizes_[column] = np.asarray(member.sum(axis=1)).ravel()
            self.takers_[column] = sparse.csr_array(member @ takers).toarray()
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return the rate of each course among the person's peers; shape (n_people, n_courses)."""
        check_is_fitted(self, "takers_")
        rates = np.tile(self.rates_, (len(X.people), 1))
        for column in PEERS:
            group = _places(X.people, column, self.groups_[column])
            known = group >= 0
            takers, size = self.takers_[column][group[known]], self.sizes_[column][group[known]]
            weight = (size + self.shrinkage)[:, None]
            rates[known] = (takers + self.shrinkage * rates[known]) / weight
        return rates

    def _large_groups(self, people: pd.DataFrame, column: str) -> pd.Series:
        labels = _labels(people, column)
        return labels.where(labels.map(labels.value_counts()) >= self.min_people)

    def _weighted_takers(self, X: Cases) -> sparse.csr_array:
        taken = steps(X, self.course_ids_)
        weight = np.ones(len(taken))
        if len(taken) and pd.api.types.is_datetime64_any_dtype(taken["happened_on"]):
            age = (taken["happened_on"].max() - taken["happened_on"]) / pd.Timedelta("1D")
            weight = 0.5 ** (age.fillna(np.inf).to_numpy() / self.half_life_days)
        return sparse.csr_array(
            (weight, (taken["person"], taken["course"])),
            shape=(len(X.people), len(self.course_ids_)),
        )

    def _state(self) -> dict[str, Any]:
        return {
            "rates": self.rates_.tolist(),
            "groups": self.groups_,
            "sizes": {column: size.tolist() for column, size in self.sizes_.items()},
            "takers": {column: matrix_to_json(takers) for column, takers in self.takers_.items()},
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self.rates_ = np.asarray(state["rates"], dtype=np.float64)
        self.groups_ = {column: list(state["groups"][column]) for column in PEERS}
        self.sizes_ = {column: np.asarray(state["sizes"][column], dtype=float) for column in PEERS}
        self.takers_ = {column: matrix_from_json(state["takers"][column]) for column in PEERS}


def _places(people: pd.DataFrame, column: str, groups: list[str]) -> np.ndarray:
    """Return the place of each person's group, -1 where it is none of these."""
    if column not in people:
        return np.full(len(people), -1)
    return places_in(order_of(groups), people[column])


def _labels(people: pd.DataFrame, column: str) -> pd.Series:
    if column in people:
        return people[column].astype(object)
    return pd.Series(None, index=people.index, dtype=object)


def _membership(codes: np.ndarray, n_groups: int) -> sparse.csr_array:
    known = np.flatnonzero(codes >= 0)
    shape = (n_groups, len(codes))
    return sparse.csr_array((np.ones(len(known)), (codes[known], known)), shape=shape)
