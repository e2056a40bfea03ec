"""What lists of courses would truly bring, course after course, and the best lists there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from experiments.simulated_employer import SimulatedEmployer
from experiments.simulation.gains import gain_share, level_after
from experiments.simulation.world import World

Floats = NDArray[np.float64]
Lists = NDArray[np.int64]
"""Columns of the catalogue by person and rank, -1 for none."""
K = 5
ROUNDS = 5
"""Rounds of finding the exchange rate of hours and levels at which the oracle is best."""


@dataclass(frozen=True)
class Bought:
    """What each person's list brings and costs.

    Attributes
    ----------
    closed : ndarray of shape (n_people,)
        Levels truly gained of those that the post requires and the person truly lacked.
    gained : ndarray of shape (n_people,)
        Levels truly gained in all, whether the post requires them or not.
    jp, rupiah : ndarray of shape (n_people,)
        Hours and course fees.
    """

    closed: Floats
    gained: Floats
    jp: Floats
    rupiah: Floats


@dataclass(frozen=True)
class TrueGains:
    """True levels of people and what moves them, as arrays; luck is left at its mean.

    Attributes
    ----------
    world : World
    level, required : ndarray of shape (n_people, n_competencies)
    taught : ndarray of shape (n_courses, n_competencies)
    form, jp, rupiah : ndarray of shape (n_courses,)
    taste : ndarray of shape (n_people, n_courses)
        Of the person for the topic of the course.
    growth : ndarray of shape (n_people,)
    """

    world: World
    level: Floats
    required: Floats
    taught: Floats
    form: Floats
    jp: Floats
    rupiah: Floats
    taste: Floats
    growth: Floats

    def of_lists(self, lists: Lists) -> Bought:
        """Return what comes of taking each person's courses in their order."""
        level = self.level.copy()
        jp, rupiah = np.zeros(len(level)), np.zeros(len(level))
        for course in lists.T:
            row = np.flatnonzero(course >= 0)
            level[row] = self._after(level[row], row, course[row])
            jp[row] += self.jp[course[row]]
            rupiah[row] += self.rupiah[course[row]]
        closed = np.minimum(level, self.required) - np.minimum(self.level, self.required)
        return Bought(closed.sum(axis=1), (level - self.level).sum(axis=1), jp, rupiah)

    def oracle(self, allowed: NDArray[np.bool_], jp_left: Floats) -> Lists:
        """Return lists of up to five that close the most true gap an hour, all people together.

        One after the other, that course is taken whose levels are worth most beyond its hours, at
        the exchange rate that the lists of the round before came to (Dinkelbach, Management Science
        1967). Each has to close something more, be allowed, and fit the hours left.
        """
        rate, lists = 0.0, np.full((len(self.level), K), -1)
        for _ in range(ROUNDS):
            lists = self._greedy(allowed, jp_left, rate)
            bought = self.of_lists(lists)
            rate = float(bought.closed.sum()) / max(float(bought.jp.sum()), 1.0)
        return lists

    def _greedy(self, allowed: NDArray[np.bool_], jp_left: Floats, rate: float) -> Lists:
        level, left, still = self.level.copy(), jp_left.copy(), allowed.copy()
        everybody = np.arange(len(level))
        lists = np.full((len(level), K), -1)
        for position in range(K):
            closes = self._closes(level)
            possible = still & (closes > 1e-6) & (self.jp[None] <= left[:, None])
            worth = np.where(possible, closes - rate * self.jp[None], -np.inf)
            best = worth.argmax(axis=1)
            row = everybody[np.isfinite(worth[everybody, best])]
            lists[row, position] = best[row]
            still[row, best[row]] = False
            left[row] -= self.jp[best[row]]
            level[row] = self._after(level[row], row, best[row])
        return lists

    def _closes(self, level: Floats) -> Floats:
        """Return the true gap that each course would close (n_people, n_courses)."""
        total = np.zeros((len(level), len(self.taught)))
        row = np.arange(len(level))
        for course in range(len(self.taught)):
            (competency,) = np.nonzero(self.taught[course])
            after = self._after(level, row, np.full(len(level), course))[:, competency]
            before, needed = level[:, competency], self.required[:, competency]
            total[:, course] = (np.minimum(after, needed) - np.minimum(before, needed)).sum(axis=1)
        return total

    def _after(self, level: Floats, row: NDArray[np.int64], course: NDArray[np.int64]) -> Floats:
        taught = self.taught[course]
        share = gain_share(
            self.world, level, taught, self.form[course][:, None],
            self.taste[row, course][:, None], self.growth[row][:, None],
        )  # fmt: skip
        return np.where(taught > 0, level_after(level, taught, share), level)


def true_gains(employer: SimulatedEmployer) -> TrueGains:
    """Read the truth of everybody in service at the held-out date, in the order of the cases."""
    truth, as_of = employer.truth, employer.as_of
    pns_ids = [employer.pns_ids[one] for one in employer.cases.people["employee_id"]]
    order = pl.DataFrame({"pns_id": pns_ids})
    levels = truth.scan("levels").filter(pl.col("before") <= as_of).collect()
    newest = levels.filter(pl.col("before") == levels["before"].max()).drop("before")
    competencies = [name for name in newest.columns if name != "pns_id"]
    level = order.join(newest, on="pns_id", how="left", maintain_order="left")
    causes = order.join(
        truth.scan("people").collect(), on="pns_id", how="left", maintain_order="left"
    )
    courses = truth.scan("courses").collect().to_pandas()
    facts = employer.catalogue.courses.set_index("course_id").loc[employer.course_ids]
    taught, form, taste = _taught(courses, causes, employer.course_ids, competencies)
    return TrueGains(
        world=truth.world(),
        level=level.select(competencies).to_numpy().astype(np.float64),
        required=_required(employer, competencies),
        taught=taught,
        form=form,
        jp=facts["jp"].to_numpy(np.float64),
        rupiah=facts["cost_rupiah"].fillna(0.0).to_numpy(np.float64),
        taste=taste,
        growth=causes["growth"].to_numpy().astype(np.float64),
    )


def _taught(
    courses: pd.DataFrame, causes: pl.DataFrame, course_ids: list[str], competencies: list[str]
) -> tuple[Floats, Floats, Floats]:
    taught = np.zeros((len(course_ids), len(competencies)))
    row = pd.Index(course_ids).get_indexer(pd.Index(courses["kursus_id"]))
    column = pd.Index(competencies).get_indexer(pd.Index(courses["kode_kompetensi"]))
    taught[row, column] = courses["taught"]
    form, taste = np.ones(len(course_ids)), np.full((causes.height, len(course_ids)), 0.5)
    form[row] = courses["form"]
    for position, topic in zip(row, courses["topic"], strict=True):
        taste[:, position] = causes[f"taste_{topic}"].to_numpy()
    return taught, form, taste


def _required(employer: SimulatedEmployer, competencies: list[str]) -> Floats:
    gaps = employer.cases.gaps.dropna(subset=["required_level"])
    required = np.zeros((len(employer.cases.people), len(competencies)))
    row = pd.Index(employer.cases.people["employee_id"]).get_indexer(pd.Index(gaps["employee_id"]))
    column = pd.Index(competencies).get_indexer(pd.Index(gaps["competency_id"]))
    here = (row >= 0) & (column >= 0)
    required[row[here], column[here]] = gaps["required_level"].to_numpy(np.float64)[here]
    return required
