"""Which of the courses open to a person are recommended together: rules of the set, and its order.

Where somebody's measured competencies show a gap, a course has to answer it and may not repeat
another or one taken since the measurement, until only hours to the yearly floor are missing; the
list has to fit the hours left under the yearly ceiling. Whoever has no known gap is offered what is
open within the hours: by what the post requires where nothing is measured, else by the scores. The
rules stand in ``standards/recommending.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.standards.load import load_standard
from models.case_arrays import GapRows, gap_rows, order_of, taken_rows
from models.cases import Cases
from models.hours import hour_fillers, jp_left, jp_missing
from models.set_quality import mix_of, programmes_of, rarity_of

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]
EPSILON = 1e-6
"""Levels: less than this is nothing."""


@dataclass(frozen=True)
class CourseFacts:
    """The courses as the rules of a set read them.

    Attributes
    ----------
    course_ids : list of str
    competency_ids : list of str
    taught : ndarray of shape (n_courses, n_competencies)
        Level up to which a course teaches; 0 where it does not.
    jp : ndarray of shape (n_courses,)
        Hours; NaN where not known.
    programme, mix : ndarray of int, shape (n_courses,)
        See `models.set_quality.programmes_of` and `mix_of`.
    rarity : ndarray of shape (n_courses,)
        See `models.set_quality.rarity_of`.
    """

    course_ids: list[str]
    competency_ids: list[str]
    taught: Floats
    jp: Floats
    programme: NDArray[np.int64]
    mix: NDArray[np.int64]
    rarity: Floats

    @classmethod
    def of(
        cls,
        course_ids: list[str],
        courses: pd.DataFrame,
        teaches: pd.DataFrame,
        n_taken: Mapping[str, int] | None = None,
    ) -> CourseFacts:
        """Read canonical ``courses`` and ``course_competencies``.

        Courses that either frame does not name teach nothing and have no known length. ``n_taken``
        says how often each was taken by all people; None: none counts as rare.
        """
        rows = teaches.reindex(columns=["course_id", "competency_id", "level"]).dropna()
        competency_ids = sorted(rows["competency_id"].astype(str).unique())
        taught = np.zeros((len(course_ids), len(competency_ids)))
        row = pd.Index(course_ids).get_indexer(pd.Index(rows["course_id"].astype(str)))
        column = pd.Index(competency_ids).get_indexer(pd.Index(rows["competency_id"].astype(str)))
        here = row >= 0
        level = rows["level"].to_numpy(dtype=np.float64)
        np.maximum.at(taught, (row[here], column[here]), level[here])
        own = courses.set_index("course_id").reindex(course_ids)
        jp = own.reindex(columns=["jp"])["jp"].to_numpy(dtype=np.float64)
        programme = programmes_of(own, taught)
        rarity = rarity_of(course_ids, n_taken)
        return cls(course_ids, competency_ids, taught, jp, programme, mix_of(own), rarity)

    @cached_property
    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats, NDArray[np.int64]]:
        """Return course, competency and level of all that is taught, and each course's first."""
        course, competency = np.nonzero(self.taught)
        first = np.flatnonzero(np.diff(course, prepend=-1))
        return course, competency, self.taught[course, competency], first


@dataclass(frozen=True)
class Needs:
    """What people lack and how many hours they have left.

    Attributes
    ----------
    level, required : ndarray of shape (n_people, n_competencies)
        Level measured, or taught since then if that is higher; the level the post requires. Both
        are 0 where nothing is required or no valid measurement is at hand: nothing is lacking.
    jp_left : ndarray of shape (n_people,)
        Hours left under the ceiling of the year; infinite without a ceiling.
    guessed : ndarray of bool, shape (n_people,)
        Of whom nothing is measured: their levels are guessed from what the post requires, to order
        courses by, never to say that they lack anything.
    jp_missing : ndarray of shape (n_people,), optional
        Hours still missing this year to the floor; 0 without a floor. Default: 0 for everybody.
    """

    level: Floats
    required: Floats
    jp_left: Floats
    guessed: Marks
    jp_missing: Floats | None = None

    @property
    def evidenced(self) -> Marks:
        """Return who has at least one gap that was measured and not taught since."""
        return self.lacking & ~self.guessed

    @property
    def lacking(self) -> Marks:
        """Return who has at least one gap, measured or guessed."""
        return np.any(self.required - self.level > EPSILON, axis=1)

    @property
    def floor_gap(self) -> Floats:
        """Return the hours that a list is to reach of those who have a measured gap, else 0."""
        if self.jp_missing is None or not load_standard("recommending")["floor"]["reach"]:
            return np.zeros(len(self.level))
        return np.where(self.evidenced, self.jp_missing, 0.0)

    def of(self, rows: NDArray[np.int64]) -> Needs:
        """Return the needs of some of the people, in this order."""
        missing = None if self.jp_missing is None else self.jp_missing[rows]
        return Needs(
            self.level[rows], self.required[rows], self.jp_left[rows], self.guessed[rows], missing
        )


def needs_of(cases: Cases, facts: CourseFacts, as_of: date) -> Needs:
    """Return what each person of `cases` lacks at `as_of`, in their order."""
    shape = (len(cases.people), len(facts.competency_ids))
    level, required, measured_on = np.zeros(shape), np.zeros(shape), np.full(shape, np.inf)
    rows = gap_rows(cases)
    column = rows.column(order_of(facts.competency_ids))
    # a gap of 0 is a gap that was looked for
    measured = rows.valid & ~np.isnan(rows.level) & ~np.isnan(rows.gap) & (rows.person >= 0)
    guessed = np.ones(len(cases.people), dtype=bool)
    guessed[rows.person[measured]] = False
    known = measured & (column >= 0)
    cell = (rows.person[known], column[known])
    level[cell] = rows.level[known]
    required[cell] = level[cell] + rows.gap[known]
    if "days_since_assessment" in cases.gaps:
        measured_on[cell] = -np.nan_to_num(rows.days[known])
    _raise_by_courses(level, measured_on, cases, facts, as_of)
    _guess(level, required, guessed, rows, column)
    return Needs(level, required, jp_left(cases.people), guessed, jp_missing(cases.people))


def legal_and_useful(allowed: Marks, needs: Needs, facts: CourseFacts) -> Marks:
    """Return which of the `allowed` courses (n_people, n_courses) a set may hold.

    Those that no rule of the set keeps away, and what could fill a list up to the yearly floor of
    hours (`models.hours.hour_fillers`).
    """
    why = why_not_useful(needs, facts)
    useful = allowed & (why == "")
    if not needs.floor_gap.any():
        return useful
    return useful | hour_fillers(useful, allowed & (why == "no_gap"), needs, facts)


def why_not_useful(needs: Needs, facts: CourseFacts) -> NDArray[Any]:
    """Return the first rule of the set that keeps each course from each person.

    Returns
    -------
    ndarray of str, shape (n_people, n_courses)
        ``no_gap`` (the person has a measured gap, and the course answers none), ``jp_ceiling``
        (longer than the hours left); empty where neither does.
    """
    rules = load_standard("recommending")
    asked = needs.evidenced[:, None] & bool(rules["evidence"]["required"])
    answers = covered(needs.level, needs.required, facts) > EPSILON
    too_long = np.nan_to_num(facts.jp)[None, :] > needs.jp_left[:, None]
    return np.select(
        [asked & ~answers, too_long & bool(rules["hours"]["within_ceiling"])],
        ["no_gap", "jp_ceiling"],
        default="",
    )


def covered(level: Floats, required: Floats, facts: CourseFacts) -> Floats:
    """Return the levels lacking that each course covers, shape (n_people, n_courses).

    Parameters
    ----------
    level, required : ndarray of shape (n_people, n_competencies)
        See `Needs`.
    facts : CourseFacts
    """
    return covered_to(level, reached(required, facts), facts)


def reached(required: Floats, facts: CourseFacts) -> Floats:
    """Return up to which level each of `CourseFacts.pairs` counts for each person."""
    _, competency, taught, _ = facts.pairs
    return np.minimum(taught, required[:, competency])


def covered_to(level: Floats, reach: Floats, facts: CourseFacts) -> Floats:
    """Return `covered` of what is `reached`, which levels that rise do not change."""
    course, competency, _, first = facts.pairs
    total = np.zeros((len(level), len(facts.course_ids)))
    if not len(course):
        return total
    reach = reach - level[:, competency]
    total[:, course[first]] = np.add.reduceat(np.maximum(reach, 0), first, axis=1)
    return total


def _guess(
    level: Floats, required: Floats, guessed: Marks, rows: GapRows, column: NDArray[np.int64]
) -> None:
    """Let those of whom nothing is measured lack a little of all that their post requires."""
    here = ~np.isnan(rows.required) & (rows.person >= 0) & (column >= 0) & guessed[rows.person]
    if not here.any():
        return
    cell = rows.person[here], column[here]
    required[cell] = rows.required[here]
    lack = load_standard("recommending")["evidence"]["guessed_gap"]
    level[cell] = np.maximum(level[cell], np.maximum(required[cell] - lack, 0))


def _raise_by_courses(
    level: Floats, measured_on: Floats, cases: Cases, facts: CourseFacts, as_of: date
) -> None:
    """Raise levels to what courses taken since the measurement teach; what came of them is open."""
    taken = taken_rows(cases, facts.course_ids)
    if not len(taken.person):
        return
    happened_on = cases.history["happened_on"].to_numpy()
    if happened_on.dtype.kind != "M":
        return
    days = (happened_on[taken.row] - np.datetime64(as_of)) / np.timedelta64(1, "D")
    since = np.floor(days)[:, None] >= measured_on[taken.person]
    np.maximum.at(level, taken.person, np.where(since, facts.taught[taken.course], 0.0))
