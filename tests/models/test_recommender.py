from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from features.errors import ArtifactError
from models.course_order import CourseOrder
from models.ease import EASE
from models.gap import GapCoverage
from models.popularity import Popularity
from models.ranker import CourseRanker
from models.recommender import KIND_FILE, Recommender
from models.transitions import Transitions
from tests.models.contracts import RecommenderContract


@pytest.fixture
def targets() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "employee_id": ["ani", "budi", "citra"],
            "course_id": ["lead", "law", "speak"],
            "relevance": 1,
        }
    )


class TestRanker(RecommenderContract):
    @pytest.fixture
    def recommender(self, tiny_cases, tiny_catalogue, targets):
        ranker = CourseRanker(n_estimators=3, min_leaf=1, n_folds=2, n_jobs=1)
        return Recommender("ranker", ranker.fit(tiny_cases, targets, catalogue=tiny_catalogue))


class TestGap(RecommenderContract):
    @pytest.fixture
    def recommender(self, tiny_cases, tiny_catalogue):
        return Recommender("gap", GapCoverage().fit(tiny_cases, tiny_catalogue))


class TestPopularity(RecommenderContract):
    @pytest.fixture
    def recommender(self, tiny_cases, tiny_catalogue):
        return Recommender("popularity", Popularity().fit(tiny_cases, tiny_catalogue))


class TestTransitions(RecommenderContract):
    @pytest.fixture
    def recommender(self, tiny_cases, tiny_catalogue):
        model = Transitions(name="steps").fit(tiny_cases, tiny_catalogue)
        return Recommender("steps", model)


class TestEASE(RecommenderContract):
    @pytest.fixture
    def recommender(self, tiny_cases, tiny_catalogue):
        return Recommender("ease", EASE(l2=1.0).fit(tiny_cases, tiny_catalogue))


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        pytest.param(Popularity(), "why_peers", id="popularity"),
        pytest.param(Transitions(), "why_peers", id="transitions"),
        pytest.param(EASE(l2=1.0), "why_interest", id="ease"),
    ],
)
def test_a_generators_score_stands_under_its_one_reason(model, reason, tiny_cases, tiny_catalogue):
    recommender = Recommender(model.kind, model.fit(tiny_cases, tiny_catalogue))
    shelf = recommender.recommend(tiny_cases, k=2)
    np.testing.assert_array_equal(shelf[reason], shelf["score"])
    assert len(shelf) > 0


def test_a_generator_stays_silent_where_it_has_nothing_good_to_say(tiny_cases, tiny_catalogue):
    recommender = Recommender("gap", GapCoverage().fit(tiny_cases, tiny_catalogue))
    everything = np.ones((4, 5), dtype=bool)
    shelf = recommender.recommend(tiny_cases, k=5, allowed=everything)
    assert shelf[["employee_id", "course_id"]].to_numpy().tolist() == [["ani", "budget"]]


def test_popularity_recommends_in_hand_countable_order(tiny_cases, tiny_catalogue):
    cases = tiny_cases.of(["budi"])
    model = Popularity(half_life_days=1e9).fit(tiny_cases, tiny_catalogue)
    shelf = Recommender("popularity", model).recommend(cases, k=3)
    assert shelf["course_id"].tolist() == ["law", "lead", "speak"][:1] + ["speak", "lead"]


@pytest.mark.parametrize(
    ("kind", "message"),
    [pytest.param("ranker", "kind must be gap for this model, got ranker", id="ranker")],
)
def test_kind_must_be_that_of_the_model(kind, message, tiny_cases, tiny_catalogue):
    with pytest.raises(ValueError, match=message):
        Recommender(kind, GapCoverage().fit(tiny_cases, tiny_catalogue))


def test_a_statistic_is_no_recommender(tiny_cases, tiny_catalogue):
    with pytest.raises(ValueError, match="model must propose courses, got order"):
        Recommender("order", CourseOrder().fit(tiny_cases, tiny_catalogue))


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="nothing"),
        pytest.param({KIND_FILE: "{"}, id="not JSON"),
        pytest.param({KIND_FILE: json.dumps({"kind": "gap"})}, id="no generator"),
        pytest.param({KIND_FILE: json.dumps({"kind": "ranker"})}, id="no ranker"),
        pytest.param({KIND_FILE: "[]"}, id="not an object"),
    ],
)
def test_damaged_files_are_refused(files):
    with pytest.raises(ArtifactError):
        Recommender.from_files(files)
