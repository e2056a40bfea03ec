"""Courses that teach the competency levels a person lacks for the post."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from models.case_arrays import gap_rows, order_of
from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of

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
        rows, (competency_ids, taught) = gap_rows(X), self._taught()
        person, competency, gap = rows.person, rows.column(competency_ids), rows.gap
        known = (gap > 0) & ~np.isnan(rows.level)
        here = np.flatnonzero(known & (person >= 0) & (competency >= 0))
        # The sum of floats depends on their order, the score must not depend on that of the rows.
        here = here[np.lexsort((gap[here], competency[here], person[here]))]
        level = rows.level[here]
        each, row = _repeated(taught["starts"], competency[here])
        levels = np.clip(taught["level"][row] - level[each], 0, gap[here][each])
        shape = (len(X.people), len(self.course_ids_))
        cell = person[here][each] * shape[1] + taught["course"][row]
        return np.bincount(cell, weights=levels, minlength=shape[0] * shape[1]).reshape(shape)

    def _taught(self) -> tuple[dict[str, int], dict[str, np.ndarray]]:
        """Return the competencies taught, and course and level of each, one after the other."""
        made_for, made = getattr(self, "_arranged", (None, None))
        if made is None or made_for is not self.teaches_:
            made = self._arrange()
            self._arranged = (self.teaches_, made)
        return made

    def _arrange(self) -> tuple[dict[str, int], dict[str, np.ndarray]]:
        rows = self.teaches_.sort_values("competency_id", kind="stable")
        codes, competency_ids = pd.factorize(rows["competency_id"])
        return order_of(competency_ids.tolist()), {
            "starts": np.searchsorted(codes, np.arange(len(competency_ids) + 1)),
            "course": pd.Index(self.course_ids_).get_indexer(pd.Index(rows["course_id"])),
            "level": rows["level"].to_numpy(dtype=np.float64),
        }

    def _state(self) -> dict[str, Any]:
        return {"teaches": self.teaches_.to_dict(orient="list")}

    def _restore(self, state: dict[str, Any]) -> None:
        teaches = pd.DataFrame(state["teaches"], columns=list(TAUGHT))
        self.teaches_ = teaches.astype(TAUGHT)


def _repeated(starts: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pair each code with all rows from its start to the next: places in ``codes``, and rows."""
    n_rows = np.diff(starts)[codes] if len(codes) else np.zeros(0, dtype=np.int64)
    each = np.repeat(np.arange(len(codes)), n_rows)
    before = np.cumsum(n_rows) - n_rows
    return each, np.arange(len(each)) - before[each] + starts[codes][each]
