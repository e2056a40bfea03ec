"""The CNPC benchmark: find the courses a person takes next among all not yet taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.benchmark_table import Benchmark
from experiments.cnpc_data import HELD_OUT, TEST, CnpcData, as_cases, load_cnpc, read_published
from experiments.cnpc_models import compared_generators, fit_ranker
from experiments.tally import Moment, Tally
from models.cases import Cases
from models.interactions import taken_matrix

HEADINGS = {
    "recall_at_10": "Recall@10",
    "ndcg_at_10": "NDCG@10",
    "hit_rate_at_10": "hit rate@10",
    "novelty_at_10": "novelty",
    "diversity_at_10": "diversity",
    "coverage_at_10": "coverage",
    "exposure_gini_at_10": "Gini",
}
RANKER = "ranker"
SHORT = 4
"""Courses in a short history: the shortest that the published test part leaves."""
RARE = 50
"""A course with fewer takers is rare."""


def run_cnpc(
    folder: Path, *, seed: int = 0, on_progress: Callable[[float, str], None] = lambda *_: None
) -> Benchmark:
    """Fit every model on the training part and find each person's later courses.

    Parameters
    ----------
    folder : Path
        See `load_cnpc`.
    seed : int, default=0
        Of folds, LightGBM and bootstrap.
    on_progress : callable
        Called with the share done (0 to 1) and what is being done.

    Raises
    ------
    SchemaError
        See `load_cnpc`.
    """
    cnpc = load_cnpc(folder)
    known = pd.concat([cnpc.train["employee_id"], cnpc.test["employee_id"]])
    X = as_cases(cnpc.train, known)
    moment = _moment(cnpc, X)
    tally = Tally(seed)
    for generator in compared_generators():
        on_progress(0.0, generator.name)
        tally.add(generator.name, generator.fit(X, cnpc.catalogue).score(X), moment)
    ranker = fit_ranker(
        cnpc.train, cnpc.catalogue, seed, lambda share: on_progress(0.95 * share, RANKER)
    )
    tally.add(RANKER, ranker.score(X, moment.allowed), moment)
    on_progress(1.0, "done")
    return Benchmark(
        "cnpc",
        _title(cnpc),
        tally.rows(),
        read_published(folder),
        _about(cnpc, moment, tally, seed),
        tally.segments(),
        tally.gains(RANKER),
    )


def _moment(cnpc: CnpcData, X: Cases) -> Moment:
    courses = cnpc.catalogue.courses
    course_ids = courses["course_id"].tolist()
    taken = taken_matrix(X, course_ids).toarray() > 0
    n_takers, discipline = taken.sum(axis=0), courses["discipline"].to_numpy(dtype=object)
    is_short = taken.sum(axis=1) <= SHORT
    return Moment(
        person=X.people["employee_id"].to_numpy(dtype=str),
        # A course taken before cannot be recommended, hence is not there to be found again.
        relevant=taken_matrix(Cases(X.people, cnpc.test, X.gaps), course_ids).toarray() > 0,
        allowed=~taken,
        likeness=(discipline[:, None] == discipline[None, :]).astype(np.float64),
        n_takers=n_takers,
        n_known=len(X.people),
        segments={
            f"histories of up to {SHORT} courses": (is_short, None),
            "longer histories": (~is_short, None),
            f"courses of under {RARE} people": (None, n_takers < RARE),
        },
    )


def _title(cnpc: CnpcData) -> str:
    part = (
        f"the last {HELD_OUT:.0%} (rounded up) of each person's courses held out"
        if cnpc.held_out
        else f"tested on {TEST}"
    )
    return (
        f"CNPC: all courses not yet taken are ranked; {part}; 95% bootstrap intervals over people."
    )


def _about(cnpc: CnpcData, moment: Moment, tally: Tally, seed: int) -> dict[str, object]:
    return {
        "test_part": "held out" if cnpc.held_out else TEST,
        "n_people": tally.n_people,
        "n_courses": len(cnpc.catalogue.courses),
        "n_train": len(cnpc.train),
        "n_test": int((moment.relevant & moment.allowed).sum()),
        "seed": seed,
    }
