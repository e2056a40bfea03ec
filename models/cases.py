"""What every recommender learns from and answers: people, their course histories and their gaps."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd

Made = TypeVar("Made")


@dataclass(frozen=True)
class Catalogue:
    """The courses that can be recommended.

    Attributes
    ----------
    courses : DataFrame
        Canonical ``courses`` (`features.schema`): ``course_id``, ``title``, ``form``, ``jp``,
        ``cost_rupiah``, ``post_levels``, ``employment_types``, ``prerequisite_course_id``,
        ``mandatory``. Only ``course_id`` is required.
    teaches : DataFrame
        Canonical ``course_competencies``: ``course_id``, ``competency_id``, ``level``; may be
        empty.
    sessions : DataFrame, optional
        Announced sessions: ``course_id``, ``days_ahead`` (days from the moment of the cases until
        it begins, negative once begun) and, where known, ``seats_left``.
    """

    courses: pd.DataFrame
    teaches: pd.DataFrame
    sessions: pd.DataFrame | None = None


@dataclass(frozen=True)
class Cases:
    """People at one moment each; nothing in it may be newer than that moment.

    Attributes
    ----------
    people : DataFrame
        One row a person: ``employee_id`` and the profile columns (`docs/data-dictionary.md`).
    history : DataFrame
        Courses taken so far: ``employee_id``, ``course_id``, ``happened_on`` (datetime64, or an
        integer position where only the order is known). Any row order. ``completed`` (bool) where
        that is known; without it every course counts as completed.
    gaps : DataFrame
        ``employee_id``, ``competency_id``, ``level``, ``required_level``, ``gap`` (levels lacking;
        null where the person is not assessed or the post does not require it).
    """

    people: pd.DataFrame
    history: pd.DataFrame
    gaps: pd.DataFrame
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made of these cases under this key, or make it: nobody may change it."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def of(self, employee_ids: pd.Index | list[str]) -> Cases:
        """Return the cases of these people, in the order of ``people``."""
        return Cases(
            people=_only(self.people, employee_ids).reset_index(drop=True),
            history=_only(self.history, employee_ids),
            gaps=_only(self.gaps, employee_ids),
        )

    def parts(self, n_people: int) -> Iterator[Cases]:
        """Yield the cases of up to so many people at a time, in their order; nobody is one part.

        The same as `of` would give, without a search through all rows for each part.
        """
        if self._is_one_part(n_people):
            yield self
            return
        index = pd.Index(self.people["employee_id"])
        history, gaps = _Runs(self.history, index), _Runs(self.gaps, index)
        for start in range(0, max(len(index), 1), n_people):
            stop = start + n_people
            people = self.people.iloc[start:stop].reset_index(drop=True)
            yield Cases(people, history.of(start, stop), gaps.of(start, stop))

    def _is_one_part(self, n_people: int) -> bool:
        """Return whether all rows are about these people, who fit into one part as they are."""
        index = self.people.index
        if len(index) > n_people or not isinstance(index, pd.RangeIndex):
            return False
        ids = self.people["employee_id"].tolist()
        known, others = set(ids), (self.history["employee_id"], self.gaps["employee_id"])
        return (
            index.start == 0
            and index.step == 1
            and len(known) == len(ids)
            and all(known.issuperset(other.tolist()) for other in others)
        )


class _Runs:
    """The rows of a frame, found by the place of their person."""

    def __init__(self, frame: pd.DataFrame, index: pd.Index) -> None:
        place = index.get_indexer(pd.Index(frame["employee_id"]))
        self._frame, self._order = frame, np.argsort(place, kind="stable")
        self._place = place[self._order]

    def of(self, start: int, stop: int) -> pd.DataFrame:
        first, last = np.searchsorted(self._place, [start, stop])
        return self._frame.iloc[np.sort(self._order[first:last])]


def _only(frame: pd.DataFrame, employee_ids: pd.Index | list[str]) -> pd.DataFrame:
    return frame[frame["employee_id"].isin(employee_ids)]
