"""What every generator and every recommender must hold; a test class inherits it."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from models.cases import Cases, Catalogue
from models.contract_cases import strangers
from models.contracts import GENERATOR_CHECKS
from models.generator import Generator
from models.generators import generator_from_dict
from models.ranking import CHANCE, WHY
from models.recommender import Recommender


def frames_of(cases: Cases, catalogue: Catalogue) -> list[pd.DataFrame]:
    return [cases.people, cases.history, cases.gaps, catalogue.courses, catalogue.teaches]


def assert_unmodified(call: Callable[[], object], cases: Cases, catalogue: Catalogue) -> None:
    before = [frame.copy() for frame in frames_of(cases, catalogue)]
    call()
    for frame, copy in zip(frames_of(cases, catalogue), before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


class GeneratorContract:
    """Subclasses set `make`, a callable without arguments that returns an unfitted generator."""

    make: Callable[[], Generator]

    @pytest.mark.parametrize("check", GENERATOR_CHECKS, ids=lambda check: check.__name__)
    def test_generators_hold(self, check):
        check(type(self).make)

    def test_it_is_found_by_its_kind(self, tiny_cases, tiny_catalogue):
        generator = type(self).make().fit(tiny_cases, tiny_catalogue)
        restored = generator_from_dict(json.loads(json.dumps(generator.to_dict())))
        assert type(restored) is type(generator)


class RecommenderContract:
    """Subclasses offer a fixture `recommender`, fitted on `tiny_cases`, and `tiny_cases`."""

    def test_ranks_and_reasons(self, recommender, tiny_cases):
        shelf = recommender.recommend(tiny_cases, k=3)
        assert list(shelf) == ["employee_id", "course_id", "rank", "score", *WHY, *CHANCE]
        np.testing.assert_allclose(shelf[list(WHY)].sum(axis=1), shelf["score"], atol=1e-6)
        for _, own in shelf.groupby("employee_id"):
            assert own["rank"].tolist() == list(range(1, len(own) + 1))
            assert own["score"].is_monotonic_decreasing
            assert own["course_id"].is_unique

    def test_people_keep_their_order(self, recommender, tiny_cases):
        shelf = recommender.recommend(tiny_cases, k=2)
        order = shelf["employee_id"].drop_duplicates().tolist()
        assert order == [
            person for person in tiny_cases.people["employee_id"] if person in set(order)
        ]

    def test_courses_already_taken_are_left_out(self, recommender, tiny_cases):
        shelf = recommender.recommend(tiny_cases, k=5)
        pairs = shelf.merge(tiny_cases.history, on=["employee_id", "course_id"])
        assert pairs.empty

    def test_only_allowed_courses_appear(self, recommender, tiny_cases):
        allowed = np.zeros((4, 5), dtype=bool)
        allowed[:, 3] = True
        shelf = recommender.recommend(tiny_cases, k=5, allowed=allowed)
        assert set(shelf["course_id"]) <= {"lead"}
        assert np.isneginf(recommender.score(tiny_cases, allowed)[:, [0, 1, 2, 4]]).all()

    def test_nothing_allowed_recommends_nothing(self, recommender, tiny_cases):
        nothing = np.zeros((4, 5), dtype=bool)
        assert recommender.recommend(tiny_cases, k=5, allowed=nothing).empty

    def test_wrong_shape_of_allowed_is_refused(self, recommender, tiny_cases):
        with pytest.raises(ValueError, match=r"allowed must be of shape \(4, 5\), got \(4, 4\)"):
            recommender.score(tiny_cases, np.ones((4, 4), dtype=bool))

    def test_k_beyond_the_catalogue_returns_what_there_is(self, recommender, tiny_cases):
        shelf = recommender.recommend(tiny_cases, k=100)
        assert (shelf["rank"] <= 5).all()

    def test_k_must_be_positive(self, recommender, tiny_cases):
        with pytest.raises(ValueError, match="k must be positive, got 0"):
            recommender.recommend(tiny_cases, k=0)

    def test_stranger_without_history_is_answered(self, recommender, tiny_cases):
        shelf = recommender.recommend(strangers(tiny_cases), k=3)
        assert np.isfinite(shelf["score"]).all()

    def test_nobody_gets_an_empty_frame(self, recommender, tiny_cases):
        shelf = recommender.recommend(tiny_cases.of([]), k=3)
        assert shelf.empty
        assert list(shelf) == ["employee_id", "course_id", "rank", "score", *WHY, *CHANCE]

    def test_reads_back_from_files_exactly(self, recommender, tiny_cases):
        restored = Recommender.from_files(recommender.to_files())
        assert restored.kind == recommender.kind
        assert restored.course_ids == recommender.course_ids
        np.testing.assert_array_equal(restored.score(tiny_cases), recommender.score(tiny_cases))
        pd.testing.assert_frame_equal(
            restored.recommend(tiny_cases, k=3), recommender.recommend(tiny_cases, k=3)
        )

    def test_files_are_stable_when_written_again(self, recommender):
        files = recommender.to_files()
        assert Recommender.from_files(files).to_files() == files

    def test_refit_of_generators_on_the_same_records_changes_nothing(
        self, recommender, tiny_cases, tiny_catalogue
    ):
        before = recommender.score(tiny_cases)
        recommender.fit_generators(tiny_cases, tiny_catalogue)
        np.testing.assert_array_equal(recommender.score(tiny_cases), before)

    def test_catalogue_may_grow(self, recommender, tiny_cases, tiny_catalogue):
        added = pd.DataFrame({"course_id": ["data"], "form": ["e-learning"], "jp": [5.0]})
        courses = pd.concat([tiny_catalogue.courses, added], ignore_index=True)
        recommender.fit_generators(tiny_cases, Catalogue(courses, tiny_catalogue.teaches))
        assert recommender.score(tiny_cases).shape == (4, 6)

    def test_input_is_unmodified(self, recommender, tiny_cases, tiny_catalogue):
        assert_unmodified(
            lambda: recommender.recommend(tiny_cases, k=3), tiny_cases, tiny_catalogue
        )
