from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse
from threadpoolctl import threadpool_limits

from models.cases import Cases, Catalogue
from models.implicit_als import ImplicitALS
from models.interactions import taken_matrix
from tests.models.contracts import GeneratorContract

COURSES = ["budget", "excel", "law", "lead", "speak"]


class TestContract(GeneratorContract):
    @staticmethod
    def make():
        return ImplicitALS(n_factors=3, n_iterations=4)


def test_a_person_is_solved_for_as_the_package_does(tiny_cases, tiny_catalogue):
    model = ImplicitALS(n_factors=3, alpha=7, l2=0.5).fit(tiny_cases, tiny_catalogue)
    taken = sparse.csr_matrix(taken_matrix(tiny_cases, COURSES))
    with threadpool_limits(1, "blas"):
        package = AlternatingLeastSquares(
            factors=3, alpha=7, regularization=0.5, dtype=np.float64, num_threads=1
        )
        package.item_factors = model.factors_
        expected = package.recalculate_user(np.arange(4), taken) @ model.factors_.T
    np.testing.assert_allclose(model.score(tiny_cases), expected, atol=1e-6)


def test_two_circles_of_people_are_told_apart(tiny_cases):
    courses = [f"c{i}" for i in range(6)]
    catalogue = Catalogue(_frame(course_id=courses), tiny_cases.gaps.iloc[:0])
    rows = [
        (f"e{i}", f"c{3 * (i % 2) + step}") for i in range(40) for step in range(3) if step != i % 3
    ]
    history = _frame(
        employee_id=[row[0] for row in rows], course_id=[row[1] for row in rows], happened_on=0
    )
    people = _frame(employee_id=[f"e{i}" for i in range(40)])
    cases = Cases(people, history, tiny_cases.gaps)
    scores = ImplicitALS(n_factors=2, l2=0.1).fit(cases, catalogue).score(cases)
    even = scores[::2]
    assert even[:, :3].min() > even[:, 3:].max()


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        pytest.param({"n_factors": 0}, "n_factors must be positive, got 0", id="factors"),
        pytest.param({"alpha": 0}, "alpha must be positive, got 0", id="alpha"),
        pytest.param({"l2": -1}, "l2 must not be negative, got -1", id="l2"),
    ],
)
def test_fit_refuses(parameter, message, tiny_cases, tiny_catalogue):
    with pytest.raises(ValueError, match=message):
        ImplicitALS(**parameter).fit(tiny_cases, tiny_catalogue)


def _frame(**columns):
    return pd.DataFrame(columns)
