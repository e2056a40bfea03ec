from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pandas as pd

from models.cases import Cases
from models.generator import Generator
from models.interactions import course_ids_of, people_index
from models.out_of_fold import fold_of_person, out_of_fold_scores


class Remembers(Generator):
    """Scores 1 for a person whose evidence it has seen, else 2."""

    kind: ClassVar[str] = "remembers"
    group: ClassVar[str] = "peers"

    def __init__(self, *, name: str = "remembers") -> None:
        self.name = name

    def fit(self, X, catalogue):
        self.course_ids_ = course_ids_of(catalogue)
        self.seen_ = {
            *X.people["employee_id"],
            *X.history["employee_id"],
            *X.gaps["employee_id"],
        }
        return self

    def score(self, X):
        seen = np.isin(people_index(X.people).str.split("@").str[0], sorted(self.seen_))
        return np.where(seen[:, None], 1.0, 2.0) * np.ones((1, len(self.course_ids_)))

    def _state(self) -> dict[str, Any]:
        return {}

    def _restore(self, state: dict[str, Any]) -> None:
        raise NotImplementedError


def scores_of(X, evidence, catalogue, *, groups):
    return out_of_fold_scores(
        [Remembers()],
        X,
        evidence,
        catalogue,
        groups=groups,
        evidence_groups=evidence.people["employee_id"],
        n_folds=3,
        rng=np.random.default_rng(0),
    )[0]


def test_a_person_is_scored_by_generators_that_never_saw_that_person(tiny_cases, tiny_catalogue):
    people = tiny_cases.people["employee_id"]
    scores = scores_of(tiny_cases, tiny_cases, tiny_catalogue, groups=people)
    np.testing.assert_array_equal(scores, np.full((4, 5), 2.0))


def test_several_cases_of_a_person_stay_together(tiny_cases, tiny_catalogue):
    ids = tiny_cases.people["employee_id"]
    people = pd.concat(
        [tiny_cases.people.assign(employee_id=ids + f"@{moment}") for moment in (1, 2)],
        ignore_index=True,
    )
    X = Cases(people, tiny_cases.history.iloc[:0], tiny_cases.gaps.iloc[:0])
    groups = pd.concat([ids, ids], ignore_index=True)
    scores = scores_of(X, tiny_cases, tiny_catalogue, groups=groups)
    np.testing.assert_array_equal(scores, np.full((8, 5), 2.0))


def test_folds_are_of_equal_size_and_do_not_depend_on_the_order():
    people = pd.Series([f"e{i}" for i in range(10)])
    folds = fold_of_person(people, n_folds=5, rng=np.random.default_rng(1))
    assert sorted(folds.values()) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert folds == fold_of_person(people[::-1], n_folds=5, rng=np.random.default_rng(1))
