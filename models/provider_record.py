"""How a provider's other courses fared: all there is to know of a course that nobody took yet."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from models.case_arrays import taken_rows
from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of
from models.parameters import check_not_negative

Floats = NDArray[np.float64]
MEASURES = ("taken", "completed")


class ProviderRecord(Generator):
    r"""Take-up or completion of the other courses of a course's provider.

    With :math:`t_p`, :math:`n_p` the sum and the base over the provider's *other* courses and
    :math:`r` the same share over all courses, a course scores :math:`(t_p + m\,r) / (n_p + m)`. Its
    own record is left out, so that what it means for an old course it means for a new one. The same
    for everybody: a statistic for the ranker, not a reason to propose a course.

    Parameters
    ----------
    measure : {"taken", "completed"}
        Enrolments a person of each other course (base: courses), or the completed share of
        enrolments (base: enrolments; 1 where completion is not known).
    shrinkage : float, default=5
        :math:`m`, in the units of the base.
    name : str
        See `Generator`.
    """

    kind: ClassVar[str] = "provider"
    group: ClassVar[str] = "course"
    proposes: ClassVar[bool] = False

    def __init__(
        self, *, measure: str = "taken", shrinkage: float = 5.0, name: str = "provider"
    ) -> None:
        self.measure = measure
        self.shrinkage = shrinkage
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Count what became of each provider's courses in the histories."""
        check_not_negative("shrinkage", self.shrinkage)
        if self.measure not in MEASURES:
            raise ValueError(f"measure must be one of {MEASURES}, got {self.measure}")
        self.course_ids_ = course_ids_of(catalogue)
        total, base = self._counts(X)
        overall = total.sum() / base.sum() if base.sum() else 0.0
        member = _providers(catalogue.courses)
        others_total, others_base = (
            member @ (member.T @ one) - member.any(axis=1) * one for one in (total, base)
        )
        weight = others_base + self.shrinkage
        shrunken = others_total + self.shrinkage * overall
        self.record_ = np.divide(
            shrunken, weight, out=np.full(len(weight), overall), where=weight > 0
        )
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return the record of each course's provider; shape (n_people, n_courses)."""
        check_is_fitted(self, "record_")
        return np.tile(self.record_, (len(X.people), 1))

    def _counts(self, X: Cases) -> tuple[Floats, Floats]:
        """Return what is summed and what it is a share of, by course."""
        rows, n_courses = taken_rows(X, self.course_ids_), len(self.course_ids_)
        taken = np.bincount(rows.course, minlength=n_courses).astype(np.float64)
        if self.measure == "taken":
            return taken / max(len(X.people), 1), np.ones(n_courses)
        ended = np.ones(len(rows.course))
        if "completed" in X.history:
            ended = X.history["completed"].to_numpy(dtype=np.float64)[rows.row]
        completed = np.zeros(n_courses)
        np.add.at(completed, rows.course, ended)
        return completed, taken

    def _state(self) -> dict[str, Any]:
        return {"record": self.record_.tolist()}

    def _restore(self, state: dict[str, Any]) -> None:
        self.record_ = np.asarray(state["record"], dtype=np.float64)


def _providers(courses: pd.DataFrame) -> Floats:
    """Return 1 at the provider of each course, shape (n_courses, n_providers); none is no row."""
    named = courses.reindex(columns=["provider"])["provider"]
    codes, providers = pd.factorize(named)
    member = np.zeros((len(courses), len(providers)))
    known = np.flatnonzero(codes >= 0)
    member[known, codes[known]] = 1.0
    return member
