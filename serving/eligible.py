"""Which of a released recommender's courses people may be recommended now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.standards.load import load_standard
from models.case_arrays import person_places, places_in
from models.cases import Cases, Catalogue
from models.course_set import CourseFacts, Needs, covered, legal_and_useful, needs_of
from models.eligibility import NAMES, CourseRules
from models.exploration import Exploration
from models.lots import draw_lots
from models.ranking import Choose
from models.set_choice import choose_set
from models.set_quality import LearningPath


@dataclass(frozen=True)
class Offer:
    """The courses of a released recommender at a date, with their rules: read once for everybody.

    The recommender's courses are those of the day it was trained; one that has left the catalogue
    since is not allowed to anybody, and one that is new cannot be scored.

    Attributes
    ----------
    rules : CourseRules
        Of the recommender's courses, in its order.
    has_left : ndarray of bool, shape (n_courses,)
        Which of them the catalogue no longer holds.
    facts : CourseFacts
    chooses : bool
        Whether the rules of the set choose (`models.course_set`); else the highest scores.
    as_of : date
    crowded : frozenset of str
        Courses that far more people would have than there are places (`serving.seats`).
    """

    rules: CourseRules
    has_left: NDArray[np.bool_]
    facts: CourseFacts
    chooses: bool
    as_of: date
    crowded: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        course_ids: list[str],
        courses: pd.DataFrame,
        sessions: pd.DataFrame,
        as_of: date,
        teaches: pd.DataFrame | None = None,
        n_taken: Mapping[str, int] | None = None,
    ) -> Offer:
        """Read canonical ``courses``, ``sessions`` and ``course_competencies`` (`teaches`).

        Without `teaches` the rules of the set are not asked. ``n_taken`` says how often each course
        was taken by everybody; see `CourseFacts.of`.
        """
        by_id = courses.set_index("course_id")
        known = by_id.reindex(course_ids).rename_axis("course_id").reset_index()
        taught = pd.DataFrame() if teaches is None else teaches
        return cls(
            CourseRules.of(Catalogue(known, pd.DataFrame()), sessions, as_of),
            ~np.isin(course_ids, by_id.index.to_numpy(dtype=str)),
            CourseFacts.of(course_ids, courses, taught, n_taken),
            teaches is not None,
            as_of,
        )

    def why_not(self, cases: Cases) -> NDArray[Any]:
        """Return the rule of `models.eligibility.why_not`, or ``left_catalogue``; empty: allowed.

        Returns
        -------
        ndarray of str, shape (n_people, n_courses)
        """
        return NAMES[np.where(self.has_left, len(NAMES) - 1, self.rules.first_broken(cases))]

    def allowed(self, cases: Cases) -> NDArray[np.bool_]:
        """Return where no rule forbids, shape (n_people, n_courses)."""
        return (self.rules.first_broken(cases) == 0) & ~self.has_left

    def needs(self, cases: Cases, *, floor: bool = True) -> Needs:
        """Return what people lack; without ``floor`` no hours are missing to anybody's."""
        found = needs_of(cases, self.facts, self.as_of)
        return found if floor else replace(found, jp_missing=None)

    def recommendable(
        self,
        cases: Cases,
        allowed: np.ndarray,
        k: int,
        path: LearningPath | None = None,
        *,
        explore: Exploration | None = None,
        silent_at_zero: bool = False,
    ) -> tuple[np.ndarray, Choose]:
        """Return which `allowed` courses answer a gap and fit the hours, and how sets are chosen.

        Parameters
        ----------
        cases : Cases
            Gaps are those against the post that decides.
        allowed : ndarray of bool, shape (n_people, n_courses)
            See the method.
        k : int
            At most so many courses a person.
        path : LearningPath, optional
            What has to stand above what on the way to another post; such lists are not filled up
            to the floor of hours.
        explore : Exploration, optional
            Fills some places by lot and remembers the chances. Default: no lots.
        silent_at_zero : bool, default=False
            A score of 0 says nothing good: only what answers a gap is chosen in spite of it, such
            as a course that is new.
        """
        facts, row = self.facts, person_places(cases)
        needs = self.needs(cases, floor=path is None)

        def choose(part: Cases, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
            own = places_in(row, part.people["employee_id"])
            theirs, people = needs.of(own), part.people["employee_id"]
            if silent_at_zero:
                scores = spoken(scores, theirs, facts)
            pick = None if explore is None else explore.pick(people, k)
            on_path, share = path and path.people(own), self._share(people)
            pairs = choose_set(scores, theirs, facts, k, path=on_path, pick=pick, share=share)
            if explore is not None and pick is not None:
                explore.remember(people, facts.course_ids, pick, pairs[0], pairs[2])
            return pairs

        return legal_and_useful(allowed, needs, facts), choose

    def _share(self, people: pd.Series) -> NDArray[np.float64] | None:
        """Return what the lot leaves of the worth of crowded courses; the same all day."""
        ids = self.facts.course_ids
        columns = [place for place, one in enumerate(ids) if one in self.crowded]
        if not columns:
            return None
        share = np.ones((len(people), len(ids)))
        spread = float(load_standard("recommending")["seats"]["spread"])
        share[:, columns] -= spread * draw_lots(f"seats {self.as_of}", people, len(columns))
        return share


def spoken(scores: np.ndarray, needs: Needs, facts: CourseFacts) -> np.ndarray:
    """Silence scores of 0 or less, except of what answers a gap or may bring hours to the floor."""
    answers = covered(needs.level, needs.required, facts) > 0
    brings = needs.floor_gap[:, None] > 0
    return np.where((scores > 0) | answers | brings, scores, -np.inf)


def times_taken(history: pd.DataFrame) -> dict[str, int]:
    """Return how often each course was taken (``course_id``)."""
    return {str(name): int(n) for name, n in history["course_id"].value_counts().items()}


def to_assess(levels: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return what a post requires and too little is known of: competency and its evidence.

    Parameters
    ----------
    levels : iterable of mapping
        The person's competencies: ``competency_id``, ``required_level``, ``level``, ``evidence``,
        ``level_lower``, ``level_upper``; None where not known.

    Returns
    -------
    list of (str, str)
        Evidence ``none``, ``expired``, or ``wide``: the interval of the level is at least as wide
        as ``standards/recommending.toml`` says.
    """
    widest = float(load_standard("recommending")["assess_first"]["widest_interval"])
    found: list[tuple[str, str]] = []
    for row in levels:
        if row["required_level"] is None:
            continue
        if row["level"] is None or row["evidence"] != "valid":
            expired = row["evidence"] == "expired"
            found.append((row["competency_id"], "expired" if expired else "none"))
        elif (row["level_upper"] or 0) - (row["level_lower"] or 0) >= widest:
            found.append((row["competency_id"], "wide"))
    return sorted(found)


def basis_of(levels: Iterable[Mapping[str, Any]]) -> str:
    """Return on what a person's list rests: ``gap`` measured, ``no_gap`` left, or ``assess_first``.

    Parameters
    ----------
    levels : iterable of mapping
        The person's competencies: ``level``, ``gap``, ``evidence``; None where not known.
    """
    gaps = [row["gap"] for row in levels if row["evidence"] == "valid" and row["gap"] is not None]
    if not gaps:
        return "assess_first"
    return "gap" if max(gaps) > 0 else "no_gap"
