from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.cases import Cases, Catalogue
from models.interactions import steps
from models.next_course import NextCourse, _prefixes, _softmax
from tests.models.contracts import GeneratorContract

COURSES = ["budget", "excel", "law", "lead", "speak"]


class TestContract(GeneratorContract):
    @staticmethod
    def make():
        return NextCourse(n_hidden=4, n_epochs=3)


def test_every_prefix_is_an_example(tiny_cases):
    before, after = _prefixes(steps(tiny_cases.of(["ani"]), COURSES), 5, 0.5, 0.25)
    np.testing.assert_allclose(before.toarray(), [[0, 1, 0, 0, 0], [2 / 3, 1 / 3, 0, 0, 0]])
    np.testing.assert_allclose(after.toarray(), [[0.8, 0, 0.2, 0, 0], [0, 0, 1, 0, 0]])


def test_examples_of_different_people_stay_apart(tiny_cases):
    before, after = _prefixes(steps(tiny_cases, COURSES), 5, 1.0, 1.0)
    assert before.shape == after.shape == (2 + 1 + 2 + 1, 5)
    np.testing.assert_allclose(before.sum(axis=1), 1)
    np.testing.assert_allclose(after.sum(axis=1), 1)
    assert after.toarray()[5].tolist() == [0, 0, 0.5, 0, 0.5]  # dewi: law and speak on one day


def test_softmax_gives_courses_taken_nothing():
    expected = _softmax(np.zeros((2, 3)), np.array([[True, False, False], [True, True, True]]))
    np.testing.assert_allclose(expected, [[0, 0.5, 0.5], [0, 0, 0]])


def test_gradients_agree_with_finite_differences(tiny_cases, tiny_catalogue):
    model = NextCourse(n_hidden=3, dropout=0.0, l2=0.0, n_epochs=1)
    model.fit(tiny_cases, tiny_catalogue)
    before, after = (part.toarray() for part in _prefixes(steps(tiny_cases, COURSES), 5, 0.6, 0.6))

    def loss() -> float:
        inputs = np.concatenate(
            [before, (before > 0) / (before > 0).sum(axis=1, keepdims=True)], axis=1
        )
        logits = np.tanh(inputs @ model.weights_["U"]) @ model.weights_["V"] + model.weights_["b"]
        return float(-(after * np.log(_softmax(logits, before > 0) + 1e-300)).sum() / len(before))

    gradients = model._gradients(before, after, np.random.default_rng(0))
    for name, cell in [("U", (1, 0)), ("U", (6, 2)), ("V", (2, 2)), ("b", (0, 3))]:
        kept = model.weights_[name][cell]
        model.weights_[name][cell] = kept + 1e-5
        above = loss()
        model.weights_[name][cell] = kept - 1e-5
        below = loss()
        model.weights_[name][cell] = kept
        assert gradients[name][cell] == pytest.approx((above - below) / 2e-5, abs=1e-6)


def test_learns_a_strict_order():
    people = pd.DataFrame({"employee_id": [f"e{i}" for i in range(40)]})
    rows = [(f"e{i}", f"c{(i + step) % 8}", step) for i in range(40) for step in range(3)]
    history = pd.DataFrame(rows, columns=["employee_id", "course_id", "happened_on"])
    nothing = pd.DataFrame(columns=["employee_id", "competency_id", "level", "gap"])
    courses = pd.DataFrame({"course_id": [f"c{i}" for i in range(8)]})
    catalogue = Catalogue(courses, pd.DataFrame(columns=["course_id", "competency_id", "level"]))
    cases = Cases(people, history, nothing)
    scores = NextCourse(n_epochs=200, decay=0.1, recency=0.1).fit(cases, catalogue).score(cases)
    assert scores.argmax(axis=1).tolist() == [(i + 3) % 8 for i in range(40)]


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        pytest.param({"n_hidden": 0}, "n_hidden must be positive, got 0", id="hidden"),
        pytest.param({"dropout": 1.0}, "dropout must be at least 0 and below 1", id="dropout"),
        pytest.param({"recency": 0}, "recency must be above 0 and at most 1", id="recency"),
        pytest.param({"l2": -1}, "l2 must not be negative, got -1", id="l2"),
    ],
)
def test_fit_refuses(parameter, message, tiny_cases, tiny_catalogue):
    with pytest.raises(ValueError, match=message):
        NextCourse(**parameter).fit(tiny_cases, tiny_catalogue)
