"""Scores candidates with a fitted booster, some people at a time, and says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import pandas as pd

from models.candidates import allowed_or_untaken, choose_candidates
from models.cases import Cases
from models.generator import Generator
from models.pair_features import REASONS, PairFeatures, reason_of
from models.ranker_pairs import ranked_by
from models.tree_reasons import TreeReasons

CHUNK = 2_000
"""People scored at a time: bounds memory."""


@dataclass(frozen=True)
class ScoredPart:
    """Some people with their candidates.

    Attributes
    ----------
    cases : Cases
    chosen : ndarray of bool, shape (n_people, n_courses)
        The candidates.
    scores : ndarray of shape (n_people, n_courses)
        -inf where the course is not a candidate.
    features : ndarray of float32, shape (n_chosen, n_features)
        Person by person in catalogue order.
    """

    cases: Cases
    chosen: np.ndarray
    scores: np.ndarray
    features: np.ndarray

    def features_of(self, row: np.ndarray, column: np.ndarray) -> np.ndarray:
        """Return the features of these candidates."""
        place = np.cumsum(self.chosen.ravel()).reshape(self.chosen.shape) - 1
        return self.features[place[row, column]]


def reasons_of(features: PairFeatures) -> list[int]:
    """Return the place in `REASONS` of each feature."""
    return [REASONS.index(reason_of(name)) for name in features.names]


@dataclass(frozen=True)
class CandidateScorer:
    """What is needed to score: see the attributes of `models.ranker.CourseRanker`."""

    generators: Sequence[Generator]
    features: PairFeatures
    courses: pd.DataFrame
    course_ids: list[str]
    booster: lgb.Booster
    n_candidates: int
    n_threads: int
    tables: TreeReasons | None

    def parts(self, X: Cases, allowed: np.ndarray | None) -> Iterator[ScoredPart]:
        """Yield up to `CHUNK` people at a time, in their order; nobody is one part."""
        open_courses = allowed_or_untaken(X, self.course_ids, allowed)
        for number, part in enumerate(X.parts(CHUNK)):
            part_open = open_courses[number * CHUNK : (number + 1) * CHUNK]
            generated = [generator.score(part) for generator in self.generators]
            ranked = ranked_by(self.generators, generated, part_open)
            chosen = choose_candidates(ranked, part_open, self.n_candidates)
            features = self.features.build(part, self.courses, generated, ranked, chosen)
            scores = np.full(chosen.shape, -np.inf)
            scores[chosen] = self._predict(features)
            yield ScoredPart(part, chosen, scores, features)

    def why(self, features: np.ndarray) -> np.ndarray:
        """Sum the contributions of the features by reason; columns as in `models.ranking.WHY`."""
        if self.tables is not None:
            return self.tables.explain(features)
        contributions = self._predict(features, contributions=True)
        member = np.equal.outer(reasons_of(self.features), np.arange(len(REASONS))).astype(float)
        return np.column_stack([contributions[:, :-1] @ member, contributions[:, -1]])

    def _predict(self, features: np.ndarray, *, contributions: bool = False) -> np.ndarray:
        if not len(features):  # LightGBM refuses an empty matrix
            return np.zeros((0, features.shape[1] + 1) if contributions else 0)
        return np.asarray(
            self.booster.predict(features, pred_contrib=contributions, num_threads=self.n_threads)
        )
