"""Generator scores for a person from generators that never saw that person.

A generator fitted on everybody has seen the person it scores; a ranker trained on such scores
trusts them too much. Each person is scored by generators fitted on the other folds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np
import pandas as pd
from sklearn.base import clone

from models.cases import Cases, Catalogue
from models.generator import Generator


def fold_of_person(
    person_ids: pd.Series, *, n_folds: int, rng: np.random.Generator
) -> dict[str, int]:
    """Deal the distinct people into folds of equal size at random; their order does not matter."""
    people = np.sort(person_ids.unique().astype(str))
    folds = (np.arange(len(people)) % n_folds).tolist()
    return dict(zip(rng.permutation(people).tolist(), folds, strict=True))


def out_of_fold_scores(
    generators: Sequence[Generator],
    X: Cases,
    evidence: Cases,
    catalogue: Catalogue,
    *,
    groups: pd.Series,
    evidence_groups: pd.Series,
    n_folds: int,
    rng: np.random.Generator,
    on_fold: Callable[[int], None] = lambda _: None,
) -> list[np.ndarray]:
    """Score the cases fold by fold.

    Parameters
    ----------
    generators : sequence of Generator
        Cloned, hence not modified.
    X : Cases
        Cases to score.
    evidence : Cases
        What the generators learn from.
    groups, evidence_groups : Series of str
        The person that each row of ``X.people`` and of ``evidence.people`` is about.
    on_fold : callable
        Called with the number of folds done.

    Returns
    -------
    list of ndarray of shape (n_cases, n_courses)
        One for each generator.
    """
    folds = fold_of_person(pd.concat([groups, evidence_groups]), n_folds=n_folds, rng=rng)
    case_fold = groups.astype(str).map(folds).to_numpy()
    evidence_fold = evidence_groups.astype(str).map(folds).to_numpy()
    shape = (len(X.people), len(catalogue.courses))
    scores = [np.zeros(shape) for _ in generators]
    for fold in range(n_folds):
        inside, others = np.flatnonzero(case_fold == fold), evidence_fold != fold
        part = X.of(list(X.people["employee_id"].iloc[inside]))
        rest = evidence.of(list(evidence.people.loc[others, "employee_id"]))
        for score, generator in zip(scores, generators, strict=True):
            fitted = cast("Generator", clone(generator)).fit(rest, catalogue)
            score[inside] = fitted.score(part)
        on_fold(fold + 1)
    return scores
