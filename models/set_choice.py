"""Chooses lists of courses place by place: each is worth what it adds to those above it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from features.standards.load import load_standard
from models.course_set import EPSILON, CourseFacts, Floats, Marks, Needs, covered
from models.exploration import BestPick
from models.ranking import top_pairs
from models.set_quality import mix_factor, next_on_path

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
Pick = Callable[[Floats, int], NDArray[np.int64]]


def choose_set(
    scores: Floats,
    needs: Needs,
    facts: CourseFacts,
    k: int,
    *,
    by_value: bool = True,
    in_order: Marks | None = None,
    pick: Pick | None = None,
) -> Pairs:
    """Choose at most `k` courses a person, one after the other.

    Each must fit the hours that those before it leave and, where the person has a measured gap,
    answer one beyond what they answer. Near-duplicates of what is chosen are left out.

    Parameters
    ----------
    scores : ndarray of shape (n_people, n_courses)
        -inf where a course may not be recommended.
    needs, facts
        Of the same people and courses.
    k : int
    by_value : bool, default=True
        Order by levels covered an hour, interest and learning mix
        (``standards/recommending.toml``); else by the scores alone.
    in_order : ndarray of bool, shape (n_people,), optional
        For whom lower levels come first (`models.set_quality.next_on_path`). Default: nobody.
    pick : callable, optional
        From what each course is worth at a place and the place (from 0) to the column of the one
        to take; default: the worthiest. See `models.exploration`.

    Returns
    -------
    tuple of ndarray
        Row, column and rank as `models.ranking.top_pairs`, in the order of choice.
    """
    sets = GrowingSets(scores, needs, facts, by_value=by_value, in_order=in_order)
    picks, pick, everybody = [], pick or BestPick(), np.arange(len(scores))
    for position in range(k):
        value = sets.value()
        best = pick(value, position)
        picks.append(np.where(np.isfinite(value[everybody, best]), best, -1))
        sets.take(picks[-1])
    return _pairs(np.stack(picks, axis=1)) if picks else top_pairs(scores, 0)


class GrowingSets:
    """Lists that grow place by place: what each course is worth next, given those taken.

    Parameters
    ----------
    scores, needs, facts, by_value, in_order
        See `choose_set`.
    """

    def __init__(
        self,
        scores: Floats,
        needs: Needs,
        facts: CourseFacts,
        *,
        by_value: bool = True,
        in_order: Marks | None = None,
    ) -> None:
        self._rules = load_standard("recommending")
        self._scores, self._needs, self._facts = scores, needs, facts
        self._by_value, self._in_order = by_value, in_order
        self._interest = _interest(scores, self._rules["order"]["interest"])
        self._level, self._left = needs.level.astype(np.float64), needs.jp_left.astype(np.float64)
        self._open = np.isfinite(scores)
        self._jp, self._hours = np.nan_to_num(facts.jp), _hours(facts.jp)
        self._kinds = np.zeros((len(scores), len(self._rules["mix"]["kinds"])))

    def value(self) -> Floats:
        """Return what each course is worth as the next one, -inf where a rule keeps it away."""
        needs, rules = self._needs, self._rules
        gain = covered(self._level, needs.required, self._facts)
        fits = self._jp[None] <= self._left[:, None] if rules["hours"]["within_ceiling"] else True
        new = (gain > EPSILON) | ~needs.evidenced[:, None] | rules["repeats"]["allowed"]
        is_open = self._first_steps(self._open & fits & new)
        value = self._scores
        if self._by_value:  # where a guess says nothing of a course, interest decides
            mix = mix_factor(self._kinds, self._facts.mix)
            worth = (gain / self._hours + EPSILON) * self._interest * mix
            value = np.where(needs.lacking[:, None], worth, self._scores)
        return np.where(is_open, value, -np.inf)

    def take(self, column: NDArray[np.int64]) -> None:
        """Put a course on each list, and its near-duplicates out of reach; -1 for none."""
        facts, rows = self._facts, np.flatnonzero(column >= 0)
        taken = column[rows]
        self._open[rows] &= facts.programme != facts.programme[taken, None]
        has_kind = facts.mix[taken] >= 0
        self._kinds[rows[has_kind], facts.mix[taken[has_kind]]] += 1
        self._left[rows] -= self._jp[taken]
        self._level[rows] = np.maximum(self._level[rows], facts.taught[taken])

    def _first_steps(self, is_open: Marks) -> Marks:
        """Leave those on a path only the courses that come next on it, where there is one."""
        if self._in_order is None:
            return is_open
        is_next = next_on_path(self._level, self._needs.required, self._facts.taught, is_open)
        free = ~self._in_order[:, None] | ~is_next.any(axis=1, keepdims=True)
        return is_open & (is_next | free)


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
