"""Orders the candidates of all generators by LambdaMART, with reasons that add up to the score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Self, cast

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from features.errors import ArtifactError
from models.booster import BoosterParams, train_lambdarank
from models.cases import Cases, Catalogue
from models.generator import Generator
from models.generators import default_generators
from models.interactions import course_ids_of
from models.out_of_fold import out_of_fold_scores
from models.pair_features import REASONS, ranker_features
from models.parameters import check_positive
from models.ranker_files import RankerParts, ranker_from_files, ranker_to_files
from models.ranker_pairs import Pairs, Snapshot, build_pairs, snapshot_pairs
from models.ranker_scoring import CandidateScorer, reasons_of
from models.ranking import Choose, as_ranking, top_pairs
from models.tree_reasons import TreeReasons, tables_or_none

GENERATORS_SHARE = 0.3
"""Share of the progress of a fit that the generators are given."""


class CourseRanker(BaseEstimator):
    """Two-stage recommender: generators propose, LightGBM's LambdaMART orders.

    Parameters
    ----------
    generators : sequence of Generator, optional
        Their names must differ. Default: `models.generators.default_generators`.
    n_candidates : int, default=50
        Courses ordered for each person.
    n_folds : int, default=5
        Folds of people for the statistics that the booster learns from.
    person_features : sequence of str, optional
        Columns of ``people``. Default: see `models.pair_features.PERSON_FEATURES`.
    course_features : sequence of str, optional
        Columns of ``catalogue.courses``. Default: `models.pair_features.COURSE_FEATURES`.
    compare_within : bool, default=True
        Let the booster also see each score's share of the person's highest and its rank.
    n_estimators, learning_rate, n_leaves, min_leaf, l2, feature_fraction
        See `BoosterParams`.
    n_jobs : int, default=2
        Threads for training and scoring.
    random_state : int, default=0
        Seed of the folds and of LightGBM.

    Attributes
    ----------
    course_ids_ : list of str
        Columns of `score`.
    generators_ : list of Generator
        Fitted on all evidence.
    booster_ : lightgbm.Booster
    features_ : PairFeatures
    courses_ : DataFrame
        The catalogue's rows as the ranker reads them.
    """

    def __init__(
        self,
        *,
        generators: Sequence[Generator] | None = None,
        n_candidates: int = 50,
        n_folds: int = 5,
        person_features: Sequence[str] | None = None,
        course_features: Sequence[str] | None = None,
        compare_within: bool = True,
        n_estimators: int = 150,
        learning_rate: float = 0.05,
        n_leaves: int = 15,
        min_leaf: int = 50,
        l2: float = 1.0,
        feature_fraction: float = 0.7,
        n_jobs: int = 2,
        random_state: int = 0,
    ) -> None:
        self.generators = generators
        self.n_candidates = n_candidates
        self.n_folds = n_folds
        self.person_features = person_features
        self.course_features = course_features
        self.compare_within = compare_within
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.n_leaves = n_leaves
        self.min_leaf = min_leaf
        self.l2 = l2
        self.feature_fraction = feature_fraction
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(
        self,
        X: Cases,
        y: pd.DataFrame,
        *,
        catalogue: Catalogue,
        allowed: np.ndarray | None = None,
        evidence: Cases | None = None,
        groups: Sequence[str] | pd.Series | None = None,
        on_progress: Callable[[float], None] = lambda _: None,
    ) -> Self:
        """Train the booster on what came after, then fit the generators on all evidence.

        Parameters
        ----------
        X : Cases
            People at the training moment.
        y : DataFrame
            What they took afterwards: ``employee_id``, ``course_id``, ``relevance`` (int; 1
            enrolled, 2 completed; 1 where the column is missing) and maybe ``weight`` (above 0; how
            much to learn from it).
        catalogue : Catalogue
        allowed : ndarray of bool, shape (n_people, n_courses), optional
            Courses that could be recommended then. Default: those not taken.
        evidence : Cases, optional
            What the generators learn from; default ``X``. A person's features come from
            generators that were fitted on other people's evidence.
        groups : sequence of str, optional
            The person (``employee_id`` of ``evidence``) that each row of ``X.people`` is about,
            where one person stands in several rows under several ids. Default: ``employee_id``.
        on_progress : callable
            Called with the share of the work done, 0 to 1.

        Raises
        ------
        ValueError
            Nobody went on to take an allowed course, or a parameter is out of range.
        """
        self.prepare(X, catalogue)
        person = X.people["employee_id"] if groups is None else pd.Series(list(groups))
        learned = X if evidence is None else evidence
        scores = out_of_fold_scores(
            self.generators_,
            X,
            learned,
            catalogue,
            groups=person,
            evidence_groups=person if evidence is None else evidence.people["employee_id"],
            n_folds=self.n_folds,
            rng=np.random.default_rng(self.random_state),
            on_fold=lambda fold: on_progress(GENERATORS_SHARE * fold / self.n_folds),
        )
        moment = Snapshot(X, y, learned, catalogue, allowed)
        pairs = build_pairs(self.features_, self.generators_, moment, scores, self.n_candidates)
        self._train(Pairs.joined([pairs]), on_progress)
        return self.fit_generators(learned, catalogue)

    def fit_snapshots(
        self,
        snapshots: Sequence[Snapshot],
        *,
        evidence: Cases,
        catalogue: Catalogue,
        fitted: Sequence[Generator] | None = None,
        on_progress: Callable[[float], None] = lambda _: None,
    ) -> Self:
        """Train the booster on several earlier moments, then fit the generators on all evidence.

        The generators are fitted anew on what was known at each moment, so nothing of what came
        after can leak into their scores, and no folds are needed.

        Parameters
        ----------
        snapshots : sequence of Snapshot
            In time. The last one decides which values the columns of people and courses take.
        evidence : Cases
            What the generators learn from in the end.
        catalogue : Catalogue
            As of now.
        fitted : sequence of Generator, optional
            The ranker's generators, where they are fitted on this evidence and catalogue already.
        on_progress : callable
            Called with the share of the work done, 0 to 1.

        Raises
        ------
        ValueError
            There is no snapshot, nobody went on to take an allowed course, or a parameter is out
            of range.
        """
        if not snapshots:
            raise ValueError("snapshots must hold at least one moment, got 0")
        self.prepare(snapshots[-1].cases, snapshots[-1].catalogue)
        pairs = snapshot_pairs(
            self.features_,
            self.generators_,
            snapshots,
            self.n_candidates,
            lambda number: on_progress(GENERATORS_SHARE * number / len(snapshots)),
        )
        self._train(pairs, on_progress)
        if fitted is None:
            return self.fit_generators(evidence, catalogue)
        return self._answer_for(catalogue, list(fitted))

    def fit_generators(self, evidence: Cases, catalogue: Catalogue) -> Self:
        """Refit only the generators, say on today's records and catalogue; the booster stays."""
        check_is_fitted(self, "booster_")
        fitted = [
            cast("Generator", clone(generator)).fit(evidence, catalogue)
            for generator in self.generators_
        ]
        return self._answer_for(catalogue, fitted)

    def score(self, X: Cases, allowed: np.ndarray | None = None) -> np.ndarray:
        """Score the candidates of each person.

        Returns
        -------
        ndarray of shape (n_people, n_courses)
            Rows in the order of ``X.people``, columns ``course_ids_``; -inf where the course is
            not a candidate.
        """
        check_is_fitted(self, "booster_")
        return np.concatenate([part.scores for part in self.scorer().parts(X, allowed)])

    def recommend(
        self,
        X: Cases,
        *,
        k: int,
        allowed: np.ndarray | None = None,
        choose: Choose | None = None,
        n_threads: int | None = None,
    ) -> pd.DataFrame:
        """Return the best courses of each person with the reasons for their score.

        Parameters
        ----------
        X : Cases
        k : int
            At most so many courses a person.
        allowed : ndarray of bool, shape (n_people, n_courses), optional
            Courses that may be recommended. Default: those not taken.
        choose : callable, optional
            Chooses among the scores and gives the ranks. Default: the ``k`` highest.
        n_threads : int, optional
            Default: ``n_jobs``. The scores are the same.

        Returns
        -------
        DataFrame of shape (<= n_people * k, 10)
            ``employee_id``, ``course_id``, ``rank`` (from 1), ``score`` and ``why_gap``,
            ``why_career``, ``why_peers``, ``why_policy``, ``why_interest``, ``why_base``, which add
            up to the score. In the order of ``X.people`` and rank.
        """
        check_is_fitted(self, "booster_")
        check_positive("k", k)
        scorer, shelves = self.scorer(n_threads), []
        for part in scorer.parts(X, allowed):
            choice = (
                top_pairs(part.scores, k) if choose is None else choose(part.cases, part.scores)
            )
            why = scorer.why(part.features_of(*choice[:2]))
            people = part.cases.people
            shelves.append(as_ranking(people, self.course_ids_, choice, part.scores, why))
        return pd.concat(shelves, ignore_index=True)

    def to_files(self) -> dict[str, str]:
        """Return the fitted ranker as text files by name: LightGBM text and JSON."""
        check_is_fitted(self, "booster_")
        params = self.get_params(deep=False)
        del params["generators"]
        listed = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in params.items()
        }
        return ranker_to_files(
            RankerParts(listed, self.generators_, self.features_, self.courses_, self.booster_)
        )

    @classmethod
    def from_files(cls, files: Mapping[str, str]) -> Self:
        """Return the ranker that `to_files` wrote; it scores exactly alike.

        Raises
        ------
        ArtifactError
            A file is missing, of another format or damaged.
        """
        parts = ranker_from_files(files)
        try:
            ranker = cls(**parts.params)
        except TypeError as error:
            raise ArtifactError(f"ranker is damaged: {error}") from error
        ranker.generators_ = parts.generators
        ranker.generators = [cast("Generator", clone(each)) for each in parts.generators]
        ranker.features_, ranker.booster_ = parts.features, parts.booster
        ranker.courses_, ranker.course_ids_ = parts.courses, parts.courses["course_id"].tolist()
        ranker._tables()  # now, so that whoever is served first does not wait for them
        return ranker

    def prepare(self, X: Cases, catalogue: Catalogue) -> None:
        """Check the parameters and learn which values the columns take; `fit` begins with it."""
        self._check_parameters()
        self.generators_ = list(
            default_generators() if self.generators is None else self.generators
        )
        self.course_ids_ = course_ids_of(catalogue)
        self.features_ = ranker_features(
            self.generators_,
            X.people,
            catalogue,
            person_features=self.person_features,
            course_features=self.course_features,
            compare=self.compare_within,
        )

    def _answer_for(self, catalogue: Catalogue, fitted: list[Generator]) -> Self:
        self.course_ids_ = course_ids_of(catalogue)
        columns = ["course_id", *self.features_.course.known]
        self.courses_ = catalogue.courses[columns].astype({"course_id": "str"})
        self.courses_ = self.courses_.reset_index(drop=True)
        self.generators_ = fitted
        return self

    def _check_parameters(self) -> None:
        for name in ("n_candidates", "n_estimators", "learning_rate", "min_leaf", "n_jobs"):
            check_positive(name, getattr(self, name))
        if self.n_folds < 2:
            raise ValueError(f"n_folds must be at least 2, got {self.n_folds}")

    def _train(self, pairs: Pairs, on_progress: Callable[[float], None]) -> None:
        share = (1 - GENERATORS_SHARE) / self.n_estimators
        self.booster_ = train_lambdarank(
            pairs.features,
            pairs.relevance,
            pairs.group_sizes,
            names=self.features_.names,
            weight=pairs.weight,
            monotone=self.features_.monotone,
            params=BoosterParams(
                n_estimators=self.n_estimators,
                learning_rate=self.learning_rate,
                n_leaves=self.n_leaves,
                min_leaf=self.min_leaf,
                l2=self.l2,
                feature_fraction=self.feature_fraction,
            ),
            seed=self.random_state,
            n_threads=self.n_jobs,
            on_tree=lambda n_trees: on_progress(GENERATORS_SHARE + share * n_trees),
        )

    def scorer(self, n_threads: int | None = None) -> CandidateScorer:
        """Return what scores and explains with the fitted booster."""
        return CandidateScorer(
            self.generators_,
            self.features_,
            self.courses_,
            self.course_ids_,
            self.booster_,
            self.n_candidates,
            n_threads or self.n_jobs,
            self._tables(),
        )

    def _tables(self) -> TreeReasons | None:
        """Return the tables of the booster that reasons are looked up in; made once."""
        made_for, tables = getattr(self, "_tabled", (None, None))
        if made_for is not self.booster_:
            reasons = reasons_of(self.features_)
            tables = tables_or_none(self.booster_, reasons, len(REASONS))
            self._tabled = (self.booster_, tables)
        return tables
