"""The MARS benchmark: what the people of a corporate platform view next, quarter after quarter."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.benchmark_table import Benchmark
from experiments.mars_data import MarsData, Origin, load_mars, origins
from experiments.mars_models import (
    FIRST_LEARNED,
    N_QUARTERS,
    compared_generators,
    new_ranker,
    ranker_generators,
)
from experiments.tally import Moment, Tally
from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import relevance_matrix, taken_matrix
from models.ranker_pairs import Snapshot
from models.text_match import TextMatch

FIRST, LAST = "2018Q1", "2021Q4"
POPULARITY, RANKER = "popularity", "ranker"
HEADINGS = {
    "ndcg_at_10": "NDCG@10",
    "recall_at_10": "Recall@10",
    "hit_rate_at_10": "hit rate@10",
    "novelty_at_10": "novelty",
    "diversity_at_10": "diversity",
    "coverage_at_10": "coverage",
    "exposure_gini_at_10": "Gini",
}


def run_mars(
    folder: Path,
    *,
    seed: int = 0,
    first: str = FIRST,
    last: str = LAST,
    on_progress: Callable[[float, str], None] = lambda *_: None,
) -> Benchmark:
    """Judge every model on each quarter by what was known before it, and pool the quarters.

    Parameters
    ----------
    folder : Path
        See `load_mars`.
    seed : int, default=0
        Of LightGBM, bootstrap and the lot that orders equal scores.
    first, last : str
        Quarters to judge; the ranker learns from up to `N_QUARTERS` before each.
    on_progress : callable
        Called with the share done (0 to 1) and what is being done.

    Raises
    ------
    SchemaError
        See `load_mars`.
    """
    mars = load_mars(folder)
    likeness = _likeness(mars)
    tally = Tally(seed)
    earlier: deque[Snapshot] = deque(maxlen=N_QUARTERS)
    judged, quarters = 0, list(origins(mars, FIRST_LEARNED, last))
    for number, origin in enumerate(quarters):
        on_progress(number / len(quarters), f"{origin.starts_on.to_period('Q')}")
        fitted = [
            generator.fit(origin.snapshot.evidence, origin.snapshot.catalogue)
            for generator in ranker_generators()
        ]
        scores = [generator.score(origin.snapshot.cases) for generator in fitted]
        if origin.starts_on >= pd.Period(first).start_time:
            moment = _moment(origin, likeness)
            _judge_generators(tally, fitted, scores, moment)
            tally.add(RANKER, _ranked(origin, list(earlier), fitted, seed), moment)
            judged += 1
        kept = [score.astype(np.float32) for score in scores]
        earlier.append(replace(origin.snapshot, scores=kept))
    on_progress(1.0, "done")
    about = {
        "n_quarters": judged,
        "n_courses": len(mars.courses),
        "n_views": len(mars.views),
        "n_cases": tally.n_cases,
        "n_people": tally.n_people,
        "seed": seed,
    }
    return Benchmark(
        "mars", _title(), tally.rows(), [], about, tally.segments(), tally.gains(RANKER)
    )


def _judge_generators(
    tally: Tally, fitted: list[Generator], scores: list[np.ndarray], moment: Moment
) -> None:
    """Judge the generators of the table, silence filled by recent popularity."""
    by_name = {each.name: score for each, score in zip(fitted, scores, strict=True)}
    for generator in compared_generators():
        filled = filled_up(by_name[generator.name], by_name[POPULARITY])
        tally.add(generator.name, filled, moment)


def filled_up(scores: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Order the courses of which a generator says nothing (0) by rates, behind what it likes.

    Whoever deploys one generator alone does so, at the least: new people have no history.
    """
    return np.where(scores > 0, 1 + scores, np.where(scores < 0, scores, rates / 2))


def _ranked(
    origin: Origin, earlier: list[Snapshot], fitted: list[Generator], seed: int
) -> np.ndarray:
    snapshot = origin.snapshot
    ranker = new_ranker(seed).fit_snapshots(
        earlier, evidence=snapshot.evidence, catalogue=snapshot.catalogue, fitted=fitted
    )
    return ranker.score(snapshot.cases, snapshot.allowed)


def _moment(origin: Origin, likeness: np.ndarray) -> Moment:
    snapshot = origin.snapshot
    course_ids = snapshot.catalogue.courses["course_id"].tolist()
    taken = taken_matrix(snapshot.evidence, course_ids)
    new, course_is_new = origin.is_new_person, origin.is_new_course
    if snapshot.allowed is None:
        raise ValueError("snapshot must say which courses were allowed, got None")
    return Moment(
        person=snapshot.cases.people["employee_id"].to_numpy(dtype=str),
        relevant=relevance_matrix(snapshot.cases, snapshot.y, course_ids) > 0,
        allowed=snapshot.allowed,
        likeness=likeness,
        n_takers=np.asarray(taken.sum(axis=0)).ravel(),
        n_known=len(snapshot.evidence.people),
        segments={
            "known people": (~new, None),
            "new people": (new, None),
            "known people, courses viewed before": (~new, ~course_is_new),
            "known people, courses never viewed": (~new, course_is_new),
            "new people, courses never viewed": (new, course_is_new),
        },
    )


def _likeness(mars: MarsData) -> np.ndarray:
    """Return the cosine of the course texts; shape (n_courses, n_courses)."""
    catalogue = Catalogue(mars.courses, pd.DataFrame())
    nobody = Cases(mars.people.iloc[:0], mars.views.iloc[:0], pd.DataFrame())
    text = TextMatch().fit(nobody, catalogue)
    return (text.courses_ @ text.courses_.T).toarray()


def _title() -> str:
    return (
        "MARS: views of a quarter foreseen from all before it, 2018 to 2021 pooled; repeated views "
        "are removed; all courses published and not yet viewed are ranked; 95% bootstrap intervals "
        "over people."
    )
