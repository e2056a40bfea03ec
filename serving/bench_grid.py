"""What trees, leaves and candidates cost and bring: `huyula bench recommend --grid`.

NDCG@10 of the courses that made-up people took next, beside the time per thousand people. Boosting
adds one tree after the other, so the first trees of a long fit are a short fit.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from serving.bench_recommend import FIRST_OF_OTHERS, Cost, bare_prediction, learned, ranked

if TYPE_CHECKING:
    from models.ranker import CourseRanker
    from serving.bench_people import MadeUp

TREES, LEAVES, CANDIDATES = (50, 150, 300), (15, 31), (20, 50, 100)
K = 10


def grid(
    made_up: MadeUp,
    options: Mapping[str, Any],
    people: int,
    threads: int,
    on_fit: Callable[[str], object] = lambda _: None,
    *,
    trees: tuple[int, ...] = TREES,
) -> list[dict[str, float]]:
    """Return one row a setting: NDCG@10 and seconds of all cores per thousand people.

    Parameters
    ----------
    made_up : MadeUp
    options : mapping
        ``learn``: people that each ranker learns from.
    people : int
        People to recommend to, others than those; by the scores alone, without rules of the set.
    threads : int
    on_fit : callable
        Called with each setting that was fitted.
    trees : tuple of int
    """
    cases, later = made_up.people(FIRST_OF_OTHERS, FIRST_OF_OTHERS + people)
    rows = []
    for candidates, leaves in product(CANDIDATES, LEAVES):
        setting = {"trees": max(trees), "leaves": leaves, "candidates": candidates}
        longest = learned(made_up, {**options, **setting})
        for n_trees in trees:
            ranker = first_trees(longest, n_trees)
            shelves: list[pd.DataFrame] = []
            batch = Cost.of(
                lambda one=ranker, to=shelves: to.append(
                    ranked(made_up, one, cases, K, threads, rules=False)
                )
            )
            bare, _ = bare_prediction(made_up, ranker, cases, threads, rules=False)
            rows.append(
                {
                    **setting,
                    "trees": n_trees,
                    "ndcg_at_10": mean_ndcg(shelves[0], later),
                    "batch_cpu_seconds": batch.cpu_seconds / people * 1e3,
                    "predict_cpu_seconds": bare.cpu_seconds / people * 1e3,
                }
            )
        on_fit(f"{candidates} candidates, {leaves} leaves")
    return rows


def first_trees(ranker: CourseRanker, n_trees: int) -> CourseRanker:
    """Return a ranker that scores with the first trees alone."""
    from lightgbm import Booster

    short = copy.copy(ranker)
    short.booster_ = Booster(model_str=ranker.booster_.model_to_string(num_iteration=n_trees))
    short.scorer()  # now, so that the tables of reasons are not part of a batch's time
    return short


def mean_ndcg(ranking: pd.DataFrame, later: pd.DataFrame) -> float:
    """Return the mean NDCG@10 of those who took a course later (`training.metrics.ndcg_at_k`).

    Parameters
    ----------
    ranking : DataFrame
        ``employee_id``, ``course_id``, ``rank``.
    later : DataFrame
        ``employee_id``, ``course_id``: what they took.
    """
    discount = 1 / np.log2(np.arange(2, K + 2))
    hits = ranking[ranking["rank"] <= K].merge(later, on=["employee_id", "course_id"])
    gained = pd.Series(discount[hits["rank"].to_numpy() - 1], index=hits["employee_id"])
    n_taken = later.drop_duplicates()["employee_id"].value_counts()
    best = np.cumsum(discount)[np.minimum(n_taken.to_numpy(), K) - 1]
    found = gained.groupby(level=0).sum().reindex(n_taken.index, fill_value=0.0)
    return float((found.to_numpy() / best).mean())


def grid_lines(rows: list[dict[str, float]]) -> list[str]:
    """Return the table as text."""
    head = f"{'candidates':>10}{'leaves':>8}{'trees':>7}{'NDCG@10':>9}{'batch':>8}{'predict':>9}"
    return [
        f"{head}   cpu s per 1,000 people",
        *(
            f"{row['candidates']:>10}{row['leaves']:>8}{row['trees']:>7}{row['ndcg_at_10']:>9.4f}"
            f"{row['batch_cpu_seconds']:>8.3f}{row['predict_cpu_seconds']:>9.3f}"
            for row in rows
        ),
    ]
