"""Judge the ranker on the later period: metrics, gate, and what the charts need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from features.records import Records
from models.cases import Cases, Catalogue
from models.generators import default_generators
from models.ranker import CourseRanker
from models.situation import allowed_at, cases_at, catalogue_of
from training.gates import Verdict, nothing_to_judge, recommender_gate
from training.metrics import hit_rate_at_k, ndcg_at_k, recall_at_k
from training.periods import Periods
from training.targets import course_targets

K = 10
RANKER = "ranker"
FALLBACK_GENERATOR = "popularity"


@dataclass(frozen=True)
class Judgement:
    """One gate's verdict with the metrics of every model compared.

    Attributes
    ----------
    verdict : Verdict
    metrics : dict of str to dict
        Model name to metric to value.
    curves : dict
        Points for charts, JSON-able.
    """

    verdict: Verdict
    metrics: dict[str, dict[str, float]]
    curves: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able dictionary."""
        verdict = self.verdict.to_dict()
        return {"verdict": verdict, "metrics": self.metrics, "curves": self.curves}


def judge_recommender(
    records: Records, periods: Periods, ranker: CourseRanker | None, seed: int
) -> Judgement:
    """Compare ranker and generators on the courses people took after the evaluation date.

    The generators, also the ranker's, learn what was known at that date; the booster stays as
    fitted.
    """
    as_of = periods.evaluation
    catalogue, cases = catalogue_of(records), cases_at(records, as_of)
    allowed = allowed_at(records, cases, catalogue, as_of)
    course_ids = catalogue.courses["course_id"].tolist()
    targets = course_targets(records, cases, course_ids, allowed, as_of, periods.horizon_months)
    relevant = np.zeros(allowed.shape, dtype=bool)
    relevant[
        pd.Index(cases.people["employee_id"]).get_indexer(pd.Index(targets["employee_id"])),
        pd.Index(course_ids).get_indexer(pd.Index(targets["course_id"])),
    ] = True
    judged = relevant.any(axis=1)
    if not judged.any():
        reason = f"nobody took a course that could have been recommended after {as_of}"
        return Judgement(nothing_to_judge(FALLBACK_GENERATOR, reason), {})
    scores = _all_scores(ranker, cases, catalogue, allowed)
    per_person = {
        name: _metrics(*shuffled_courses(own[judged], relevant[judged], seed))
        for name, own in scores.items()
    }
    verdict = recommender_gate(
        {name: own[f"ndcg_at_{K}"] for name, own in per_person.items()},
        RANKER,
        np.random.default_rng(seed),
    )
    means = {
        name: {metric: float(values.mean()) for metric, values in own.items()}
        for name, own in per_person.items()
    }
    return Judgement(verdict, means)


def _all_scores(
    ranker: CourseRanker | None, cases: Cases, catalogue: Catalogue, allowed: np.ndarray
) -> dict[str, np.ndarray]:
    # a released generator recommends only courses it has something good to say of: score above 0
    scores = {
        generator.name: np.where(allowed & (own > 0), own, -np.inf)
        for generator in default_generators()
        for own in (generator.fit(cases, catalogue).score(cases),)
    }
    if ranker is not None:
        scores[RANKER] = ranker.fit_generators(cases, catalogue).score(cases, allowed)
    return scores


def shuffled_courses(
    scores: np.ndarray, relevant: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Deal each person's courses anew, so that equal scores are ordered by lot.

    Metrics order ties by column: a model that says nothing would be credited with the luck of the
    catalogue's order. The same seed deals the same to every model.
    """
    order = np.random.default_rng(seed).random(scores.shape).argsort(axis=1)
    return np.take_along_axis(scores, order, 1), np.take_along_axis(relevant, order, 1)


def _metrics(scores: np.ndarray, relevant: np.ndarray) -> dict[str, np.ndarray]:
    return {
        f"ndcg_at_{K}": ndcg_at_k(scores, relevant, K),
        f"recall_at_{K}": recall_at_k(scores, relevant, K),
        f"hit_rate_at_{K}": hit_rate_at_k(scores, relevant, K),
    }
