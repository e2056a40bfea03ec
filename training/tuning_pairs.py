"""What settings of the ranker are tried on: two windows, both before the one that judges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.known import months_before
from features.records import Records
from models.booster import BoosterParams, K, train_lambdarank
from models.cases import Cases, Catalogue
from models.out_of_fold import out_of_fold_scores
from models.pair_features import PairFeatures
from models.ranker import CourseRanker
from models.ranker_pairs import Pairs, Snapshot, build_pairs, snapshot_pairs
from models.situation import allowed_at, cases_at, catalogue_of
from training.fitting import check_enough
from training.metrics import ndcg_at_k
from training.periods import Periods
from training.targets import course_targets


@dataclass(frozen=True)
class TuningPairs:
    """Candidates of the window that is learned from and of the one after it.

    Attributes
    ----------
    learned, validated : Pairs
        Of people who went on to take one of their candidates.
    features : PairFeatures
        Of both.
    dates : tuple of date
        Where the two windows begin.
    """

    learned: Pairs
    validated: Pairs
    features: PairFeatures
    dates: tuple[date, date]

    def ndcg_of(self, params: BoosterParams, seed: int, n_threads: int) -> NDArray[np.float64]:
        """Train on the first window; return the NDCG@10 of each person on the second."""
        booster = train_lambdarank(
            self.learned.features,
            self.learned.relevance,
            self.learned.group_sizes,
            names=self.features.names,
            monotone=self.features.monotone,
            params=params,
            seed=seed,
            n_threads=n_threads,
        )
        scores = np.asarray(booster.predict(self.validated.features, num_threads=n_threads))
        return self._ndcg(scores)

    def _ndcg(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        sizes = self.validated.group_sizes
        row = np.repeat(np.arange(len(sizes)), sizes)
        column = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        shape = (len(sizes), int(sizes.max()))
        wide, relevant = np.full(shape, -np.inf), np.zeros(shape, dtype=bool)
        wide[row, column], relevant[row, column] = scores, self.validated.relevance > 0
        return ndcg_at_k(wide, relevant, K)


def tuning_pairs(records: Records, periods: Periods) -> TuningPairs:
    """Build the candidates of both windows once for all trials.

    The second window is the one that `training.fitting.fit_ranker` learns from in the end, the
    first the one before it; the evaluation's window is not looked at.

    Raises
    ------
    TooLittleError
        The records begin too late, or too few people took a course in either window.
    """
    horizon, ranker = periods.horizon_months, CourseRanker()
    dates = (months_before(periods.calibration, horizon), periods.calibration)
    first, second = (_moment(records, as_of, horizon) for as_of in dates)
    ranker.prepare(first.cases, first.catalogue)
    person = first.cases.people["employee_id"]
    scores = out_of_fold_scores(
        ranker.generators_,
        first.cases,
        first.evidence,
        first.catalogue,
        groups=person,
        evidence_groups=person,
        n_folds=ranker.n_folds,
        rng=np.random.default_rng(ranker.random_state),
    )
    learned = build_pairs(ranker.features_, ranker.generators_, first, scores, ranker.n_candidates)
    validated = snapshot_pairs(
        ranker.features_, ranker.generators_, [second], ranker.n_candidates, lambda _: None
    )
    return TuningPairs(Pairs.joined([learned]), validated, ranker.features_, dates)


def _moment(records: Records, as_of: date, horizon: int) -> Snapshot:
    catalogue: Catalogue = catalogue_of(records)
    cases: Cases = cases_at(records, as_of)
    allowed = allowed_at(records, cases, catalogue, as_of)
    course_ids = catalogue.courses["course_id"].tolist()
    targets = course_targets(records, cases, course_ids, allowed, as_of, horizon)
    check_enough(targets, as_of, horizon)
    return Snapshot(cases, targets, cases, catalogue, allowed)
