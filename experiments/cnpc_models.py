"""The models of the CNPC benchmark and how they were chosen.

Everything here was chosen on an *inner* split: the last ``ceil(.2 n)`` of each person's n
enrolments of the training part, itself ``train.json`` without the last ``ceil(.2 n)``. The
held-out part chose nothing. Recall@10 and NDCG@10 on the inner split, and what was tried:

===========  ===========  ======================================================================
popularity   .098 / .047  nothing to choose
item_knn     .346 / .197  10-238 neighbours, shrinkage 0-50
ease         .351 / .198  l2 5-800
transitions  .463 / .272  decay .5-1, recency .2-1, powers 0-1, shrinkage 0-20
next_course  .495 / .292  32-256 hidden units, dropout .3-.7, l2 0-1e-3, recency, decay
ranker       .511 / .302  15-63 leaves, l2 1-50, 50-500 pairs a leaf, 50-160 candidates, 5-10
                          folds, 1-8 cuts, feature sets (mean of three seeds: .509-.513)
===========  ===========  ======================================================================

The scores of two seeds are averaged (+.002 / +.002 over one) and raised by `TREND_WEIGHT` of each
course's trend (+.001 / +.002 for one seed, +.000 / +.001 for the mean of two). Had the number of
people who go on to each course been known, recall would rise by .015: there is no more in trends.

The inner split did not reward (two seeds each; seeds differ by up to .004 in recall): low-rank
transitions, forward ridge regression, nearest histories, pairs of courses, comparing scores within
a person; popularity by place in a history, the share of a course's takers for whom it was first or
last, the log-odds that other people took it after each course of the history, transitions from the
last, second and third course apart with both normalisations, places of all courses on a line of
time with the density of courses after a place, courses expected after two given ones, least
squares of 16 and 48 factors, three more small networks (together .510 / .301 against .510 / .302
without); larger or wider networks (.484-.498 against .496 / .292); only the next courses as targets
(.508), graded targets (.510). Learning from whole histories cut as the test cuts them, generators
fitted on the cut ones, gave .501 / .296 from one cut and .507 / .299 from two, in place of folds.

A lighter ranker (60 candidates, 120 trees at a rate of .1, five folds, no trend; one draw of trees:
.508 / .300) fell to .499 / .297 where people were scored, as in training, by generators that never
saw them. The likeliest reason is that these learn from a fifth less (transitions alone .456, not
.463). On such scores rank_xendcg came to .498 / .295, and the mean of both objectives to .499 /
.295.

Leaving a quarter of the courses of a history out in training lifted `next_course` alone (recency
.4, decay .9, two draws) from .500 / .293 to .505 / .295, leaving out four tenths to .504 / .294.
Over such networks the lighter ranker had .511 and .507 in draws of trees alone, without .508 and
.509: no gain that could be told from the lot, hence not adopted. Rectified units, shares scaled to
length 1, the latest course once more apart, and targets without decay (.497-.499) did not help the
network; the mean of two draws of one network had .500-.502.

The numbers of users and items are never features: they follow the order of the file and hint at
the held-out part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.cnpc_data import as_cases
from experiments.cnpc_trend import trend
from models.cases import Cases, Catalogue
from models.course_order import CourseOrder
from models.ease import EASE
from models.generator import Generator
from models.item_knn import ItemKNN
from models.next_course import NextCourse
from models.popularity import Popularity
from models.ranker import CourseRanker
from models.transitions import Transitions

COURSE_FEATURES = ("discipline", "length_days")
N_SEEDS = 2
"""Rankers whose scores are averaged."""
TREND_WEIGHT = 0.3
"""Of a course's trend beside the ranker's score; 0-1 were tried."""
MAX_TARGETS = 8
"""Most courses that may follow a cut in a person's history for the ranker to learn from it."""


def compared_generators() -> list[Generator]:
    """Return the generators that stand in the table, each at its best on the inner split."""
    return [
        Popularity(),
        ItemKNN(n_neighbours=30, shrinkage=0.0),
        EASE(l2=20.0),
        Transitions(decay=0.9, recency=0.55, target_power=0.2),
        NextCourse(),
    ]


def ranker_generators() -> list[Generator]:
    """Return what the ranker is built on: the above and more views of the same order."""
    return [
        *compared_generators(),
        Transitions(name="immediate", decay=0.01, recency=0.01),
        Transitions(name="before", backward=True, recency=0.5),
        NextCourse(name="next_course_far", recency=0.4, decay=0.9, random_state=1),
        CourseOrder(),
    ]


def new_ranker(seed: int) -> CourseRanker:
    """Return the unfitted ranker of the benchmark."""
    return CourseRanker(
        generators=ranker_generators(),
        n_candidates=80,
        course_features=COURSE_FEATURES,
        compare_within=False,
        n_estimators=200,
        learning_rate=0.06,
        n_leaves=15,
        min_leaf=200,
        l2=10.0,
        random_state=seed,
    )


def cut_points(history: pd.DataFrame) -> tuple[Cases, pd.DataFrame, list[str]]:
    """Cut each person's history at several places into a case and what came after it.

    Parameters
    ----------
    history : DataFrame
        ``employee_id``, ``course_id``, ``happened_on`` (position, from 0).

    Returns
    -------
    cases : Cases
        One person a cut, named ``person@cut``; at least one course before and at most
        `MAX_TARGETS` after.
    y : DataFrame
        ``employee_id``, ``course_id``, ``relevance`` (1).
    person : list of str
        The person of each case.
    """
    n_rows = history.groupby("employee_id")["course_id"].transform("size")
    before, after = [], []
    for n_targets in range(1, MAX_TARGETS + 1):
        cut = n_rows - n_targets
        named = history.assign(
            person=history["employee_id"], employee_id=history["employee_id"] + f"@-{n_targets}"
        )[cut >= 1]
        is_before = named["happened_on"] < cut[cut >= 1]
        before.append(named[is_before])
        after.append(named[~is_before])
    contexts = pd.concat(before, ignore_index=True)
    y = pd.concat(after, ignore_index=True)[["employee_id", "course_id"]].assign(relevance=1)
    person = contexts.drop_duplicates("employee_id")["person"].tolist()
    return as_cases(contexts.drop(columns="person")), y, person


@dataclass(frozen=True)
class RankerMean:
    """The mean score of rankers of several seeds, raised by the trend of each course.

    Attributes
    ----------
    rankers : list of CourseRanker
        Fitted on the same evidence, hence with the same candidates.
    raised_by : ndarray of shape (n_courses,)
        See `experiments.cnpc_trend.trend`, times `TREND_WEIGHT`.
    """

    rankers: list[CourseRanker]
    raised_by: np.ndarray

    def score(self, X: Cases, allowed: np.ndarray) -> np.ndarray:
        """Return scores of shape (n_people, n_courses), -inf where not a candidate."""
        scores = [ranker.score(X, allowed) for ranker in self.rankers]
        return np.mean(scores, axis=0) + self.raised_by[None, :]


def fit_ranker(
    train: pd.DataFrame, catalogue: Catalogue, seed: int, on_progress: Callable[[float], None]
) -> RankerMean:
    """Train on the cut histories; the statistics come from other people's whole histories."""
    X, y, person = cut_points(train)
    rankers = [
        new_ranker(seed + number).fit(
            X,
            y,
            catalogue=catalogue,
            evidence=as_cases(train),
            groups=person,
            on_progress=_part_of(on_progress, number),
        )
        for number in range(N_SEEDS)
    ]
    return RankerMean(rankers, TREND_WEIGHT * trend(train, catalogue))


def _part_of(on_progress: Callable[[float], None], number: int) -> Callable[[float], None]:
    return lambda share: on_progress((number + share) / N_SEEDS)
