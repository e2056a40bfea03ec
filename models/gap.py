"""Courses that teach the competency levels a person lacks for the post."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of, people_index

TAUGHT = {"course_id": "str", "competency_id": "str", "level": "float64"}


def teaches_of(catalogue: Catalogue, course_ids: list[str]) -> pd.DataFrame:
    """Return what these courses teach: ``course_id``, ``competency_id``, ``level`` (float)."""
    teaches = catalogue.teaches.reindex(columns=list(TAUGHT)).dropna()
    teaches = teaches[teaches["course_id"].isin(course_ids)]
    return teaches.astype(TAUGHT).reset_index(drop=True)


class GapCoverage(Generator):
    r"""Levels lacking that a course teaches.

    For a competency at level :math:`l` with a gap of :math:`g` levels, a course that teaches up
    to level :math:`t` covers :math:`\min(g, \max(0, t - l))`; the score is the sum over
    competencies. A competency that nobody assessed is not a gap and covers nothing: the advice
    there is to assess first.

    Parameters
    ----------
    name : str
        See `Generator`.
    """

    kind: ClassVar[str] = "gap"
    group: ClassVar[str] = "gap"

    def __init__(self, *, name: str = "gap") -> None:
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Remember what each course teaches; nothing is learned from people."""
        self.course_ids_ = course_ids_of(catalogue)
        self.teaches_ = teaches_of(catalogue, self.course_ids_)
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return the levels lacking that each course covers; shape (n_people, n_courses)."""
        check_is_fitted(self, "teaches_")
        covered = self._covered(X)
        row = people_index(X.people).get_indexer(pd.Index(covered["employee_id"]))
        column = pd.Index(self.course_ids_).get_indexer(pd.Index(covered["course_id"]))
        shape = (len(X.people), len(self.course_ids_))
        cell = row * shape[1] + column
        levels = np.bincount(cell, weights=covered["levels"], minlength=shape[0] * shape[1])
        return levels.reshape(shape)

    def _covered(self, X: Cases) -> pd.DataFrame:
        lacking = X.gaps.reindex(columns=["employee_id", "competency_id", "level", "gap"]).dropna()
        lacking = lacking[
            (lacking["gap"] > 0) & lacking["employee_id"].isin(X.people["employee_id"])
        ]
        # an empty column has no type of its own, and merge refuses to guess one
        lacking = lacking.astype({"competency_id": "str"})
        # The sum of floats depends on their order, the score must not depend on that of the rows.
        lacking = lacking.sort_values(["employee_id", "competency_id"])
        pairs = lacking.merge(self.teaches_, on="competency_id", suffixes=("", "_taught"))
        reach = (pairs["level_taught"] - pairs["level"]).clip(lower=0).astype(np.float64)
        return pairs.assign(levels=np.minimum(reach, pairs["gap"].astype(np.float64)))

    def _state(self) -> dict[str, Any]:
        return {"teaches": self.teaches_.to_dict(orient="list")}

    def _restore(self, state: dict[str, Any]) -> None:
        teaches = pd.DataFrame(state["teaches"], columns=list(TAUGHT))
        self.teaches_ = teaches.astype(TAUGHT)
