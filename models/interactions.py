"""Who took which course, as matrices and as steps in each person's own order.

Rows follow ``X.people``, columns the catalogue. Courses outside the catalogue and people outside
``X.people`` are left out. A course taken twice counts once, at its first time.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from features.errors import SchemaError
from models.cases import Cases, Catalogue

HISTORY = ("employee_id", "course_id", "happened_on")


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
    history = _history(X)
    taken = pd.DataFrame(
        {
            "person": people_index(X.people).get_indexer(pd.Index(history["employee_id"])),
            "course": pd.Index(course_ids).get_indexer(pd.Index(history["course_id"])),
            "happened_on": history["happened_on"].to_numpy(),
        }
    )
    taken = taken[(taken["person"] >= 0) & (taken["course"] >= 0)]
    taken = taken.sort_values(["person", "happened_on", "course"], na_position="first")
    taken = taken.drop_duplicates(["person", "course"])
    # A date that is not known sorts first and shares the first step.
    rank = taken.groupby("person")["happened_on"].rank(method="dense").fillna(0)
    taken["step"] = (rank - rank.groupby(taken["person"]).transform("min")).astype(np.int64)
    taken["age"] = taken.groupby("person")["step"].transform("max") - taken["step"]
    taken = taken.sort_values(["person", "step", "course"])
    return taken[["person", "course", "step", "age", "happened_on"]].reset_index(drop=True)


def taken_matrix(X: Cases, course_ids: list[str]) -> sparse.csr_array:
    """Return a sparse matrix of shape (n_people, n_courses): 1 where the person took the course."""
    history = _history(X)
    rows = people_index(X.people).get_indexer(pd.Index(history["employee_id"]))
    columns = pd.Index(course_ids).get_indexer(pd.Index(history["course_id"]))
    known = (rows >= 0) & (columns >= 0)
    pairs = np.unique(np.stack([rows[known], columns[known]]), axis=1)
    shape = (len(X.people), len(course_ids))
    return sparse.csr_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=shape)


def recency_matrix(X: Cases, course_ids: list[str], recency: float) -> sparse.csr_array:
    """Return the courses taken, each weighing ``recency ** age``, as shares of the person's total.

    Returns
    -------
    sparse array of shape (n_people, n_courses)
        Rows add up to 1, or to 0 without a history. See `steps` for ``age``.
    """
    taken = steps(X, course_ids)
    weight = recency ** taken["age"].to_numpy(dtype=np.float64)
    total = np.bincount(taken["person"], weights=weight, minlength=len(X.people))
    share = weight / total[taken["person"].to_numpy()]
    shape = (len(X.people), len(course_ids))
    return sparse.csr_array((share, (taken["person"], taken["course"])), shape=shape)


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


def _history(X: Cases) -> pd.DataFrame:
    missing = [column for column in HISTORY if column not in X.history]
    if missing and len(X.history):
        raise SchemaError("history", f"must have the columns {list(HISTORY)}, missing", missing)
    return X.history.reindex(columns=list(HISTORY))
