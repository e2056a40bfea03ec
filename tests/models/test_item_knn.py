from __future__ import annotations

import numpy as np
import pytest

from models.item_knn import ItemKNN
from tests.models.contracts import GeneratorContract


class TestContract(GeneratorContract):
    make = ItemKNN


def test_similarity_is_the_cosine_of_takers(tiny_cases, tiny_catalogue):
    model = ItemKNN(shrinkage=0).fit(tiny_cases, tiny_catalogue)
    assert model.similarity_[0, 1] == pytest.approx(2 / 3)  # ani and budi; 3 takers each
    assert model.similarity_[2, 3] == pytest.approx(1 / np.sqrt(3))  # citra
    assert not np.diag(model.similarity_).any()


def test_score_sums_over_the_courses_taken(tiny_cases, tiny_catalogue):
    scores = ItemKNN(shrinkage=0).fit(tiny_cases, tiny_catalogue).score(tiny_cases)
    # budi took excel and budget; each shares two takers with law, of three and three.
    assert scores[1, 2] == pytest.approx(2 / 3 + 2 / 3)


def test_shrinkage_discounts_rare_courses(tiny_cases, tiny_catalogue):
    model = ItemKNN(shrinkage=7).fit(tiny_cases, tiny_catalogue)
    assert model.similarity_[0, 1] == pytest.approx(2 / (3 + 7))


def test_only_the_nearest_are_kept_and_ties_go_to_the_earlier_course(tiny_cases, tiny_catalogue):
    model = ItemKNN(n_neighbours=1, shrinkage=0).fit(tiny_cases, tiny_catalogue)
    assert (np.count_nonzero(model.similarity_, axis=0) <= 1).all()
    assert model.similarity_[:, 2].tolist() == [pytest.approx(2 / 3), 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        pytest.param({"n_neighbours": 0}, "n_neighbours must be positive, got 0", id="neighbours"),
        pytest.param({"shrinkage": -1}, "shrinkage must not be negative, got -1", id="shrinkage"),
    ],
)
def test_fit_refuses(parameter, message, tiny_cases, tiny_catalogue):
    with pytest.raises(ValueError, match=message):
        ItemKNN(**parameter).fit(tiny_cases, tiny_catalogue)
