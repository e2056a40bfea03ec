"""What the ranker's booster learns from: candidates of people who went on to take one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from sklearn.base import clone

from models.candidates import allowed_or_untaken, choose_candidates, ranks
from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of, relevance_matrix, weight_matrix
from models.pair_features import PairFeatures


@dataclass(frozen=True)
class Snapshot:
    """People at one moment, what was known then, and what they took afterwards.

    Attributes
    ----------
    cases : Cases
        People at the moment; they need not have taken anything before.
    y : DataFrame
        What they took afterwards: ``employee_id``, ``course_id`` and maybe ``relevance`` and
        ``weight``.
    evidence : Cases
        Everything known at the moment, which the generators learn from; nothing later.
    catalogue : Catalogue
        As known at the moment.
    allowed : ndarray of bool, shape (n_people, n_courses), optional
        Courses that could be recommended then. Default: those not taken.
    scores : sequence of ndarray of shape (n_people, n_courses), optional
        Of the ranker's generators, where they were fitted on this evidence already.
    """

    cases: Cases
    y: pd.DataFrame
    evidence: Cases
    catalogue: Catalogue
    allowed: np.ndarray | None = None
    scores: Sequence[np.ndarray] | None = None


@dataclass(frozen=True)
class Pairs:
    """Candidates person by person.

    Attributes
    ----------
    features : ndarray of float32, shape (n_pairs, n_features)
    relevance : ndarray of int, shape (n_pairs,)
    group_sizes : ndarray of int, shape (n_people,)
        Pairs of each person, in the order of the rows.
    weight : ndarray of shape (n_pairs,), optional
        How much to learn from each pair; None: alike from all.
    """

    features: np.ndarray
    relevance: np.ndarray
    group_sizes: np.ndarray
    weight: np.ndarray | None = None

    @classmethod
    def joined(cls, parts: Sequence[Pairs]) -> Pairs:
        """Return the pairs of several moments as one.

        Raises
        ------
        ValueError
            There are none: nobody went on to take a candidate.
        """
        kept = [part for part in parts if len(part.relevance)]
        if not kept:
            raise ValueError("y must hold a course that is a candidate of somebody in X, got none")
        return cls(
            np.concatenate([part.features for part in kept]),
            np.concatenate([part.relevance for part in kept]),
            np.concatenate([part.group_sizes for part in kept]),
            _joined_weights(kept),
        )


def _joined_weights(parts: Sequence[Pairs]) -> np.ndarray | None:
    if all(part.weight is None for part in parts):
        return None
    return np.concatenate(
        [np.ones(len(part.relevance)) if part.weight is None else part.weight for part in parts]
    )


def build_pairs(
    features: PairFeatures,
    generators: Sequence[Generator],
    snapshot: Snapshot,
    scores: Sequence[np.ndarray],
    n_candidates: int,
) -> Pairs:
    """Return the candidates of everybody in the snapshot who took one of them afterwards.

    Parameters
    ----------
    features : PairFeatures
    generators : sequence of Generator
        Whose scores these are.
    snapshot : Snapshot
    scores : sequence of ndarray of shape (n_people, n_courses)
        Of generators that knew nothing of what came after.
    n_candidates : int
        At most so many a person.
    """
    course_ids = course_ids_of(snapshot.catalogue)
    open_courses = allowed_or_untaken(snapshot.cases, course_ids, snapshot.allowed)
    ranked = ranked_by(generators, scores, open_courses)
    chosen = choose_candidates(ranked, open_courses, n_candidates)
    relevance = relevance_matrix(snapshot.cases, snapshot.y, course_ids)
    chosen &= (relevance * chosen).any(axis=1, keepdims=True)
    built = features.build(snapshot.cases, snapshot.catalogue.courses, scores, ranked, chosen)
    sizes = chosen.sum(axis=1)
    weight = weight_matrix(snapshot.cases, snapshot.y, course_ids)
    weights = None if weight is None else weight[chosen]
    return Pairs(built, relevance[chosen], sizes[sizes > 0], weights)


def ranked_by(
    generators: Sequence[Generator], scores: Sequence[np.ndarray], open_courses: np.ndarray
) -> list[np.ndarray | None]:
    """Return the ranks of `models.candidates.ranks` for each generator that proposes, else None."""
    return [
        ranks(score, open_courses) if generator.proposes else None
        for score, generator in zip(scores, generators, strict=True)
    ]


def snapshot_pairs(
    features: PairFeatures,
    generators: Sequence[Generator],
    snapshots: Sequence[Snapshot],
    n_candidates: int,
    on_snapshot: Callable[[int], None],
) -> Pairs:
    """Fit the generators on each snapshot's evidence and return the candidates of all snapshots.

    No folds are needed: what came after the moment is not in its evidence.
    """
    parts = []
    for number, snapshot in enumerate(snapshots, start=1):
        scores = snapshot.scores
        if scores is None:
            scores = [
                cast("Generator", clone(generator))
                .fit(snapshot.evidence, snapshot.catalogue)
                .score(snapshot.cases)
                for generator in generators
            ]
        parts.append(build_pairs(features, generators, snapshot, scores, n_candidates))
        on_snapshot(number)
    return Pairs.joined(parts)
