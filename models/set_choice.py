"""Chooses lists of courses place by place: each is worth what it adds to those above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.standards.load import load_standard
from models.course_set import EPSILON, CourseFacts, Floats, Marks, Needs, reached
from models.exploration import BestPick
from models.hours import teaches_more
from models.ranking import top_pairs
from models.set_quality import LearningPath, mix_factor

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
Pick = Callable[[Floats, int], NDArray[np.int64]]


def choose_set(
    scores: Floats,
    needs: Needs,
    facts: CourseFacts,
    k: int,
    *,
    by_value: bool = True,
    path: LearningPath | None = None,
    pick: Pick | None = None,
    share: Floats | None = None,
) -> Pairs:
    """Choose at most `k` courses a person, one after the other.

    Each must fit the hours that those before it leave and, where the person has a measured gap,
    answer one beyond what they answer; once none does, others follow as long as hours are missing
    to the yearly floor. Near-duplicates of what is chosen are left out.

    Parameters
    ----------
    scores : ndarray of shape (n_people, n_courses)
        -inf where a course may not be recommended.
    needs, facts
        Of the same people and courses.
    k : int
    by_value : bool, default=True
        Order by levels covered an hour, interest, learning mix and how
        rarely it is taken (``standards/recommending.toml``); else by the scores alone.
    path : LearningPath, optional
        What has to stand above what. Default: nothing.
    pick : callable, optional
        From what each course is worth at a place and the place (from 0) to the column of the one
        to take; default: the worthiest. See `models.exploration`.
    share : ndarray of shape (n_people, n_courses), optional
        By what to multiply the worth of each course for each person. Default: 1.

    Returns
    -------
    tuple of ndarray
        Row, column and rank as `models.ranking.top_pairs`, in the order of choice.
    """
    sets = GrowingSets(scores, needs, facts, by_value=by_value, path=path, share=share)
    picks, pick, everybody = [], pick or BestPick(), np.arange(len(scores))
    for position in range(k):
        value = sets.value()
        best = pick(value, position)
        picks.append(np.where(np.isfinite(value[everybody, best]), best, -1))
        if (picks[-1] < 0).all():  # what no list takes now, none takes later
            break
        sets.take(picks[-1])
    return _pairs(np.stack(picks, axis=1)) if picks else top_pairs(scores, 0)


class GrowingSets:
    """Lists that grow place by place: what each course is worth next, given those taken.

    Parameters
    ----------
    scores, needs, facts, by_value, path, share
        See `choose_set`.
    """

    def __init__(
        self,
        scores: Floats,
        needs: Needs,
        facts: CourseFacts,
        *,
        by_value: bool = True,
        path: LearningPath | None = None,
        share: Floats | None = None,
    ) -> None:
        self._rules = load_standard("recommending")
        self._scores, self._needs, self._facts = scores, needs, facts
        self._by_value, self._path = by_value, path
        self._interest = _interest(scores, self._rules["order"]["interest"])
        self._level, self._left = needs.level.astype(np.float64), needs.jp_left.astype(np.float64)
        self._missing = needs.floor_gap.copy()
        self._open = np.isfinite(scores)
        self._jp, self._hours = np.nan_to_num(facts.jp), _hours(facts.jp)
        self._gains = _Gains.of(self._open, self._level, needs.required, facts)
        self._lacking, self._evidenced = needs.lacking[:, None], needs.evidenced[:, None]
        rare = 1 + self._rules["exposure"]["weight"] * facts.rarity
        self._weight = rare if share is None else rare * share
        self._kinds = np.zeros((len(scores), len(self._rules["mix"]["kinds"])))

    def value(self) -> Floats:
        """Return what each course is worth as the next one, -inf where a rule keeps it away."""
        needs, rules = self._needs, self._rules
        gain = self._gains.at(self._level)
        fits = self._jp[None] <= self._left[:, None] if rules["hours"]["within_ceiling"] else True
        new = (gain > EPSILON) | ~self._evidenced | rules["repeats"]["allowed"]
        is_open = self._open & fits & new
        if (self._missing > EPSILON).any():
            is_open |= self._open & fits & self._fills(is_open)
        if self._path is not None:
            is_open = self._path.opens(self._level, needs.required, self._facts.taught, is_open)
        value = self._scores
        if self._by_value:  # where a guess says nothing of a course, interest decides
            fine = mix_factor(self._kinds, self._facts.mix) * self._weight
            worth = (gain / self._hours + EPSILON) * self._interest * fine
            value = np.where(self._lacking, worth, self._scores)
        return np.where(is_open, value, -np.inf)

    def _fills(self, is_open: Marks) -> Marks:
        """Return what brings hours to those who miss some and of whose gaps nothing is left."""
        fills = np.zeros(is_open.shape, dtype=bool)
        stuck = np.flatnonzero((self._missing > EPSILON) & ~is_open.any(axis=1))
        if len(stuck):
            fills[stuck] = (self._jp > 0) & teaches_more(self._level[stuck], self._facts)
        return fills

    def take(self, column: NDArray[np.int64]) -> None:
        """Put a course on each list, and its near-duplicates out of reach; -1 for none."""
        facts, rows = self._facts, np.flatnonzero(column >= 0)
        taken = column[rows]
        self._path = self._path and self._path.after(rows, taken)
        self._open[rows] &= facts.programme != facts.programme[taken, None]
        has_kind = facts.mix[taken] >= 0
        self._kinds[rows[has_kind], facts.mix[taken[has_kind]]] += 1
        self._left[rows] -= self._jp[taken]
        self._missing[rows] -= self._jp[taken]
        self._level[rows] = np.maximum(self._level[rows], facts.taught[taken])


@dataclass(frozen=True)
class _Gains:
    """What each open course covers of what people lack, from the few pairs that can cover any.

    Levels only rise while a list grows, so a pair that covers nothing at first never will.

    Attributes
    ----------
    row, competency, course : ndarray of int, shape (n_pairs,)
        Person, competency lacking, course that is open and teaches it beyond the person's level.
    reach : ndarray of shape (n_pairs,)
        Level up to which it counts (`models.course_set.reached`).
    shape : (int, int)
        People and courses.
    """

    row: NDArray[np.int64]
    competency: NDArray[np.int64]
    course: NDArray[np.int64]
    reach: Floats
    shape: tuple[int, int]

    @classmethod
    def of(cls, is_open: Marks, level: Floats, required: Floats, facts: CourseFacts) -> _Gains:
        course, competency, _, _ = facts.pairs
        reach = reached(required, facts)
        row, pair = np.nonzero((reach > level[:, competency]) & is_open[:, course])
        shape = (len(level), len(facts.course_ids))
        return cls(row, competency[pair], course[pair], reach[row, pair], shape)

    def at(self, level: Floats) -> Floats:
        """Return the levels that each course covers beyond `level`; 0 where it is not open."""
        lack = np.maximum(self.reach - level[self.row, self.competency], 0)
        cell = self.row * self.shape[1] + self.course
        size = self.shape[0] * self.shape[1]
        total = np.asarray(np.bincount(cell, weights=lack, minlength=size), dtype=np.float64)
        return total.reshape(self.shape)


def _hours(jp: Floats) -> Floats:
    """Return hours to divide by: a course of unknown length is taken to be of the middle length."""
    known = jp[jp > 0]
    return np.where(jp > 0, jp, np.median(known) if len(known) else 1.0)


def _interest(scores: Floats, weight: float) -> Floats:
    """Return ``1 - weight`` for a person's lowest score, rising to 1 for the highest."""
    n_open = np.isfinite(scores).sum(axis=1, keepdims=True)
    place = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1, kind="stable")
    return 1 - weight + weight * np.clip(1 - place / np.maximum(n_open - 1, 1), 0, 1)


def _pairs(picks: NDArray[np.int64]) -> Pairs:
    row, position = np.nonzero(picks >= 0)
    return row, picks[row, position], position + 1
