"""The two small models fitted on the development part of the labelled list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.catalogue.competencies import FEATURES as COMPETENCY_FEATURES
from features.catalogue.competencies import Competency, CompetencyMatcher
from features.catalogue.labels import LabelledName, Labels
from features.catalogue.names import CourseName, NameReader
from features.catalogue.pairs import FEATURES as PAIR_FEATURES
from features.catalogue.pairs import Weights, candidate_pairs, pair_features
from features.catalogue.programmes import find_programme

PART = "development"


def read_all(
    names: Sequence[LabelledName],
    dictionary: Sequence[Competency],
    *,
    use_vocabulary: bool = True,
) -> tuple[NameReader, list[CourseName]]:
    """Return a reader that has seen these names and the dictionary, and the names as read."""
    known = [f"{c.name} {c.description}" for c in dictionary]
    reader = NameReader([n.name for n in names], known=known, use_vocabulary=use_vocabulary)
    return reader, [reader.read(name.name) for name in names]


def fit_pairs(labels: Labels) -> dict[str, float]:
    """Return intercept and coefficients of the pair model; equal names are not among the pairs."""
    names = labels.part(PART)
    _, read = read_all(names, labels.dictionary)
    weights = Weights.of_names(read)
    pairs = [(a, b) for a, b in candidate_pairs(read, weights) if read[a].key != read[b].key]
    features = [pair_features(read[a], read[b], weights) for a, b in pairs]
    same = [names[a].course.course == names[b].course.course for a, b in pairs]
    return _fit(features, same, PAIR_FEATURES)


def fit_competencies(labels: Labels) -> dict[str, float]:
    """Return intercept and coefficients of the competency model; known programmes are left out."""
    names = labels.part(PART)
    reader, read = read_all(names, labels.dictionary)
    features: list[tuple[float, ...]] = []
    right: list[bool] = []
    for use_concepts in (True, False):
        matcher = CompetencyMatcher(labels.dictionary, reader, use_concepts=use_concepts)
        for labelled, name in zip(names, read, strict=True):
            if find_programme(name) is not None:
                continue
            for competency in labels.dictionary:
                found = matcher.features(name, competency.competency_id)
                if any(found):
                    features.append(found)
                    right.append(competency.competency_id in labelled.course.competencies)
    return _fit(features, right, COMPETENCY_FEATURES)


def _fit(
    features: Sequence[tuple[float, ...]], labels: Sequence[bool], columns: Sequence[str]
) -> dict[str, float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0).fit(np.array(features), np.array(labels))
    coefficients = zip(columns, model.coef_[0], strict=True)
    return {"intercept": float(model.intercept_[0])} | {c: float(x) for c, x in coefficients}
