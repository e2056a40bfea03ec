"""Which of the courses open to a person are recommended together: rules of the set, and its order.

Where somebody's measured competencies show a gap, a course has to answer it and may not repeat
another or one taken since the measurement; the list has to fit the hours left under the yearly
ceiling. Whoever has no known gap is offered what is open within the hours: by what the post
requires where nothing is measured, else by the scores. The rules stand in
``standards/recommending.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.standards.load import load_standard
from models.cases import Cases
from models.set_quality import mix_of, programmes_of

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
    """

    course_ids: list[str]
    competency_ids: list[str]
    taught: Floats
    jp: Floats
    programme: NDArray[np.int64]
    mix: NDArray[np.int64]

    @classmethod
    def of(cls, course_ids: list[str], courses: pd.DataFrame, teaches: pd.DataFrame) -> CourseFacts:
        """Read canonical ``courses`` and ``course_competencies``.

        Courses that either frame does not name teach nothing and have no known length.
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
        return cls(course_ids, competency_ids, taught, jp, programme, mix_of(own))


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
    """

    level: Floats
    required: Floats
    jp_left: Floats
    guessed: Marks

    @property
    def evidenced(self) -> Marks:
        """Return who has at least one gap that was measured and not taught since."""
        return self.lacking & ~self.guessed

    @property
    def lacking(self) -> Marks:
        """Return who has at least one gap, measured or guessed."""
        return np.any(self.required - self.level > EPSILON, axis=1)

    def of(self, rows: NDArray[np.int64]) -> Needs:
        """Return the needs of some of the people, in this order."""
        return Needs(self.level[rows], self.required[rows], self.jp_left[rows], self.guessed[rows])


def needs_of(cases: Cases, facts: CourseFacts, as_of: date) -> Needs:
    """Return what each person of `cases` lacks at `as_of`, in their order."""
    people = pd.Index(cases.people["employee_id"])
    shape = (len(people), len(facts.competency_ids))
    level, required, measured_on = np.zeros(shape), np.zeros(shape), np.full(shape, np.inf)
    rows = _measured_gaps(cases.gaps)
    guessed = ~np.isin(people.to_numpy(dtype=str), rows["employee_id"].to_numpy(dtype=str))
    row = people.get_indexer(pd.Index(rows["employee_id"]))
    column = pd.Index(facts.competency_ids).get_indexer(pd.Index(rows["competency_id"]))
    known = (row >= 0) & (column >= 0)
    cell, rows = (row[known], column[known]), rows[known]
    level[cell] = rows["level"].to_numpy(dtype=np.float64)
    required[cell] = level[cell] + rows["gap"].to_numpy(dtype=np.float64)
    if "days_since_assessment" in rows:
        measured_on[cell] = -rows["days_since_assessment"].fillna(0).to_numpy(dtype=np.float64)
    _raise_by_courses(level, measured_on, cases.history, people, facts, as_of)
    _guess(level, required, guessed, cases.gaps, people, facts)
    return Needs(level, required, _jp_left(cases.people), guessed)


def legal_and_useful(allowed: Marks, needs: Needs, facts: CourseFacts) -> Marks:
    """Return which of the `allowed` courses (n_people, n_courses) no rule of the set keeps away."""
    return allowed & (why_not_useful(needs, facts) == "")


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
    course, competency = np.nonzero(facts.taught)
    total = np.zeros((len(level), len(facts.course_ids)))
    if not len(course):
        return total
    taught = facts.taught[course, competency]
    reach = np.minimum(taught, required[:, competency]) - level[:, competency]
    first = np.flatnonzero(np.diff(course, prepend=-1))
    total[:, course[first]] = np.add.reduceat(np.maximum(reach, 0), first, axis=1)
    return total


def _measured_gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return rows with a valid level and a requirement; a gap of 0 is a gap that was looked for."""
    rows = gaps.dropna(subset=["level", "gap"])
    return rows[rows["evidence"] == "valid"] if "evidence" in rows else rows


def _guess(
    level: Floats,
    required: Floats,
    guessed: Marks,
    gaps: pd.DataFrame,
    people: pd.Index,
    facts: CourseFacts,
) -> None:
    """Let those of whom nothing is measured lack a little of all that their post requires."""
    if "required_level" not in gaps:
        return
    rows = gaps.dropna(subset=["required_level"])
    row = people.get_indexer(pd.Index(rows["employee_id"]))
    column = pd.Index(facts.competency_ids).get_indexer(pd.Index(rows["competency_id"]))
    here = (row >= 0) & (column >= 0) & guessed[row]
    cell = row[here], column[here]
    required[cell] = rows["required_level"].to_numpy(dtype=np.float64)[here]
    lack = load_standard("recommending")["evidence"]["guessed_gap"]
    level[cell] = np.maximum(level[cell], np.maximum(required[cell] - lack, 0))


def _raise_by_courses(
    level: Floats,
    measured_on: Floats,
    history: pd.DataFrame,
    people: pd.Index,
    facts: CourseFacts,
    as_of: date,
) -> None:
    """Raise levels to what courses taken since the measurement teach; what came of them is open."""
    row = people.get_indexer(pd.Index(history["employee_id"]))
    column = pd.Index(facts.course_ids).get_indexer(pd.Index(history["course_id"]))
    known = (row >= 0) & (column >= 0)
    if not known.any() or not pd.api.types.is_datetime64_any_dtype(history["happened_on"]):
        return
    row, column = row[known], column[known]
    days = (history["happened_on"][known] - pd.Timestamp(as_of)).dt.days.to_numpy(dtype=np.float64)
    since = days[:, None] >= measured_on[row]
    np.maximum.at(level, row, np.where(since, facts.taught[column], 0.0))


def _jp_left(people: pd.DataFrame) -> Floats:
    if "employment_type" not in people:
        return np.full(len(people), np.inf)
    ceiling = float(load_standard("jp")["PPPK"]["maximum_jp"])
    exempt = people.get("post_level", pd.Series("", people.index)).isin(["jpt_utama", "jpt_madya"])
    used = people.get("jp_this_year", pd.Series(0.0, people.index)).fillna(0.0)
    limited = (people["employment_type"] == "PPPK") & ~exempt
    return np.where(limited, ceiling - used, np.inf).astype(np.float64)
