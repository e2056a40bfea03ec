"""Who took which course, as matrices and as steps in each person's own order.

Rows follow ``X.people``, columns the catalogue. Courses outside the catalogue and people outside
``X.people`` are left out. A course taken twice counts once, at its first time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from models.case_arrays import Places, taken_rows
from models.cases import Cases, Catalogue


def course_ids_of(catalogue: Catalogue) -> list[str]:
    """Return the catalogue's course ids in its order.

    Raises
    ------
    ValueError
        The catalogue is empty or names a course twice.
    """
    course_ids = [str(course_id) for course_id in catalogue.courses["course_id"]]
    if not course_ids:
        raise ValueError("catalogue must hold at least one course, got 0")
    if len(set(course_ids)) < len(course_ids):
        twice = pd.Series(course_ids)[pd.Series(course_ids).duplicated()].iloc[0]
        raise ValueError(f"catalogue must name each course once, got {twice} twice")
    return course_ids


def people_index(people: pd.DataFrame) -> pd.Index:
    """Return the employee ids of ``people`` as an index to look rows up in.

    Raises
    ------
    ValueError
        A person stands in two rows.
    """
    index = pd.Index(people["employee_id"])
    if not index.is_unique:
        raise ValueError(
            f"people must hold one row a person, got {index[index.duplicated()][0]} twice"
        )
    return index


def steps(X: Cases, course_ids: list[str]) -> pd.DataFrame:
    """Return each person's courses numbered in the order in which they were taken.

    Returns
    -------
    DataFrame of shape (n_taken, 5)
        Sorted by ``person`` (row of ``X.people``), ``step`` and ``course`` (column of
        ``course_ids``). ``step`` counts from 0; courses begun on the same day share a step,
        because nothing says which came first. ``age`` counts steps back from the person's latest
        (0). ``happened_on`` as in ``X.history``.
    """
    own = ordered_steps(X, course_ids)
    return pd.DataFrame(
        {
            "person": own.person,
            "course": own.course,
            "step": own.step,
            "age": own.age,
            "happened_on": X.history["happened_on"].to_numpy()[own.row] if len(own.row) else [],
        }
    )


@dataclass(frozen=True)
class Steps:
    """The columns of `steps` as arrays; ``row``: which row of the history each is."""

    person: Places
    course: Places
    step: Places
    age: Places
    row: Places


def ordered_steps(X: Cases, course_ids: Sequence[str]) -> Steps:
    """Return `steps` as arrays, worked out once."""
    return X.once(("steps", tuple(course_ids)), lambda: _ordered_steps(X, course_ids))


def _ordered_steps(X: Cases, course_ids: Sequence[str]) -> Steps:
    taken = taken_rows(X, course_ids)
    row = np.flatnonzero(taken.row)
    if not len(row):
        return Steps(*(np.zeros(0, dtype=np.int64) for _ in range(5)))
    moment = _moments(X.history["happened_on"])[row]
    order = np.lexsort((taken.course, moment, taken.person))
    cell = taken.person[order] * len(course_ids) + taken.course[order]
    order = order[np.sort(np.unique(cell, return_index=True)[1])]  # a course counts once
    person, course, moment = taken.person[order], taken.course[order], moment[order]
    other = np.diff(person, prepend=-1) != 0
    count = np.cumsum(other | (np.diff(moment, prepend=moment[0]) != 0))
    first = np.flatnonzero(other)
    size = np.diff(np.append(first, len(person)))
    step = count - np.repeat(count[first], size)
    age = np.repeat(step[first + size - 1], size) - step
    return Steps(person, course, step, age, row[order])


def _moments(happened_on: pd.Series) -> NDArray[Any]:
    """Return numbers in the order of time; what is not known comes first and at one moment."""
    if pd.api.types.is_datetime64_any_dtype(happened_on):
        return happened_on.to_numpy().astype("datetime64[ms]").astype(np.int64).astype(np.float64)
    return np.nan_to_num(happened_on.to_numpy(np.float64, na_value=np.nan), nan=-np.inf)


def taken_matrix(X: Cases, course_ids: list[str]) -> sparse.csr_array:
    """Return a sparse matrix of shape (n_people, n_courses): 1 where the person took the course."""
    key = ("taken_matrix", tuple(course_ids))
    return X.once(key, lambda: _taken_matrix(X, course_ids))


def _taken_matrix(X: Cases, course_ids: Sequence[str]) -> sparse.csr_array:
    taken, n_courses = taken_rows(X, course_ids), len(course_ids)
    cell = np.unique(taken.person * n_courses + taken.course)
    return _compressed(np.ones(len(cell)), *np.divmod(cell, n_courses), (len(X.people), n_courses))


def _compressed(
    values: NDArray[np.float64], row: Places, column: Places, shape: tuple[int, int]
) -> sparse.csr_array:
    """Return a sparse matrix of cells that stand in order."""
    starts = np.searchsorted(row, np.arange(shape[0] + 1))
    return sparse.csr_array((values, column, starts), shape=shape)


def recency_matrix(X: Cases, course_ids: Sequence[str], recency: float) -> sparse.csr_array:
    """Return the courses taken, each weighing ``recency ** age``, as shares of the person's total.

    Returns
    -------
    sparse array of shape (n_people, n_courses)
        Rows add up to 1, or to 0 without a history. See `steps` for ``age``.
    """
    key = ("recency", tuple(course_ids), recency)
    return X.once(key, lambda: _recency_matrix(X, course_ids, recency))


def _recency_matrix(X: Cases, course_ids: Sequence[str], recency: float) -> sparse.csr_array:
    taken = ordered_steps(X, course_ids)
    weight = recency ** taken.age.astype(np.float64)
    total = np.bincount(taken.person, weights=weight, minlength=len(X.people))
    share = weight / total[taken.person]
    order = np.lexsort((taken.course, taken.person))
    shape = (len(X.people), len(course_ids))
    return _compressed(share[order], taken.person[order], taken.course[order], shape)


def relevance_matrix(X: Cases, y: pd.DataFrame, course_ids: list[str]) -> np.ndarray:
    """Return the highest ``relevance`` of each person and course in ``y`` (1 without the column).

    Returns
    -------
    ndarray of int64, shape (n_people, n_courses)
        0 where ``y`` does not name the pair.
    """
    row = people_index(X.people).get_indexer(pd.Index(y["employee_id"]))
    column = pd.Index(course_ids).get_indexer(pd.Index(y["course_id"]))
    value = y["relevance"].to_numpy(dtype=np.int64) if "relevance" in y else np.ones(len(y), int)
    relevance = np.zeros((len(X.people), len(course_ids)), dtype=np.int64)
    known = (row >= 0) & (column >= 0)
    np.maximum.at(relevance, (row[known], column[known]), value[known])
    return relevance


def weight_matrix(X: Cases, y: pd.DataFrame, course_ids: list[str]) -> np.ndarray | None:
    """Return the highest ``weight`` of each person and course in ``y``, 1 where it names none.

    None where ``y`` has no such column: everything weighs alike.
    """
    if "weight" not in y:
        return None
    row = people_index(X.people).get_indexer(pd.Index(y["employee_id"]))
    column = pd.Index(course_ids).get_indexer(pd.Index(y["course_id"]))
    weight = np.ones((len(X.people), len(course_ids)))
    known = (row >= 0) & (column >= 0)
    np.maximum.at(weight, (row[known], column[known]), y["weight"].to_numpy(np.float64)[known])
    return weight
