"""What cases hold, as arrays: read from the frames once, for all who ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.errors import SchemaError
from models.cases import Cases

HISTORY = ("employee_id", "course_id", "happened_on")
Places = NDArray[np.int64]
Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]


def places_in(order: Mapping[str, int], values: pd.Series) -> Places:
    """Return the place of each value, -1 where it has none."""
    return np.fromiter((order.get(value, -1) for value in values.tolist()), np.int64, len(values))


@lru_cache(maxsize=32)
def _order(ids: tuple[str, ...]) -> dict[str, int]:
    return {one: place for place, one in enumerate(ids)}


def order_of(ids: Sequence[str]) -> dict[str, int]:
    """Return the place of each id; nobody may change it."""
    return _order(tuple(ids))


def numbers_of(frame: pd.DataFrame, column: str) -> Floats:
    """Return a numeric column, NaN where a value or the column is missing."""
    if column not in frame:
        return np.full(len(frame), np.nan)
    return frame[column].to_numpy(dtype=np.float64, na_value=np.nan)


def person_places(X: Cases) -> dict[str, int]:
    """Return the row of each person.

    Raises
    ------
    ValueError
        A person stands in two rows.
    """
    return X.once("people", lambda: _person_places(X.people))


def _person_places(people: pd.DataFrame) -> dict[str, int]:
    ids = people["employee_id"].tolist()
    found: dict[str, int] = {}
    for place, one in enumerate(ids):
        if one in found:
            raise ValueError(f"people must hold one row a person, got {one} twice")
        found[one] = place
    return found


@dataclass(frozen=True)
class Taken:
    """The history's rows of these people and courses, in its order.

    Attributes
    ----------
    row : ndarray of bool, shape (n_rows,)
        Which rows of the history these are.
    person, course : ndarray of int, shape (n_taken,)
        Row of ``people``, place in the catalogue.
    """

    row: Marks
    person: Places
    course: Places


def taken_rows(X: Cases, course_ids: Sequence[str]) -> Taken:
    """Return which of these courses the people took."""
    ids = tuple(course_ids)
    return X.once(("taken", ids), lambda: _taken_rows(X, ids))


def _taken_rows(X: Cases, ids: tuple[str, ...]) -> Taken:
    missing = [column for column in HISTORY if column not in X.history]
    if missing and len(X.history):
        raise SchemaError("history", f"must have the columns {list(HISTORY)}, missing", missing)
    people = person_places(X)
    if not len(X.history):
        nothing = np.zeros(0, dtype=np.int64)
        return Taken(nothing.astype(bool), nothing, nothing)
    person = places_in(people, X.history["employee_id"])
    course = places_in(_order(ids), X.history["course_id"])
    row = (person >= 0) & (course >= 0)
    return Taken(row, person[row], course[row])


@dataclass(frozen=True)
class GapRows:
    """The rows of ``gaps`` as arrays of shape (n_rows,).

    Attributes
    ----------
    person : ndarray of int
        Row of ``people``; -1 for nobody of them.
    competency_id : list of str
    level, required, gap, days : ndarray
        NaN where not known.
    valid : ndarray of bool
        Whether the evidence counts; all where nothing is said of evidence.
    """

    person: Places
    competency_id: Sequence[str]
    level: Floats
    required: Floats
    gap: Floats
    days: Floats
    valid: Marks

    def column(self, order: Mapping[str, int]) -> Places:
        """Return the place of each row's competency, -1 where it has none."""
        ids = self.competency_id
        return np.fromiter((order.get(one, -1) for one in ids), np.int64, len(ids))


def gap_rows(X: Cases) -> GapRows:
    """Return what the people's gaps say."""
    return X.once("gaps", lambda: _gap_rows(X))


def _gap_rows(X: Cases) -> GapRows:
    gaps, n_rows = X.gaps, len(X.gaps)
    valid = np.ones(n_rows, dtype=bool)
    if "evidence" in gaps:
        valid = np.fromiter((one == "valid" for one in gaps["evidence"].tolist()), bool, n_rows)
    people = person_places(X)
    return GapRows(
        places_in(people, gaps["employee_id"]) if n_rows else np.zeros(0, dtype=np.int64),
        gaps["competency_id"].tolist() if n_rows else [],
        numbers_of(gaps, "level"),
        numbers_of(gaps, "required_level"),
        numbers_of(gaps, "gap"),
        numbers_of(gaps, "days_since_assessment"),
        valid,
    )
