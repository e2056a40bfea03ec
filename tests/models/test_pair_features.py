from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from models.candidates import ranks
from models.pair_features import REASONS, Coding, PairFeatures, reason_of
from models.popularity import Popularity
from models.transitions import Transitions


@pytest.fixture
def built(tiny_cases, tiny_catalogue):
    generators = [Popularity(), Transitions()]
    features = PairFeatures.of(
        generators,
        tiny_cases.people,
        tiny_catalogue,
        person_columns=["post_level", "n_gaps"],
        course_columns=["form", "jp"],
        compare=True,
    )
    scores = [g.fit(tiny_cases, tiny_catalogue).score(tiny_cases) for g in generators]
    chosen = np.zeros((4, 5), dtype=bool)
    chosen[0, 3] = chosen[1, 2] = chosen[1, 4] = True
    ranked = [ranks(score, chosen) for score in scores]
    matrix = features.build(tiny_cases, tiny_catalogue.courses, scores, ranked, chosen)
    return features, pd.DataFrame(matrix, columns=features.names), scores


def test_names_begin_with_their_reason_and_are_identifiers(built):
    features, _, _ = built
    assert all(name.isidentifier() for name in features.names)
    assert {reason_of(name) for name in features.names} <= set(REASONS)
    assert len(set(features.names)) == len(features.names)


def test_rows_are_the_chosen_pairs_person_by_person(built):
    _, matrix, scores = built
    expected = [scores[0][0, 3], scores[0][1, 2], scores[0][1, 4]]
    np.testing.assert_allclose(matrix["peers_popularity"], expected, rtol=1e-6)
    assert matrix["peers_popularity_rank"].tolist() == [1, 1, 2]
    assert matrix["peers_popularity_share"].iloc[:2].tolist() == [1, 1]


def test_likeness_compares_with_the_courses_taken(built):
    _, matrix, _ = built
    assert matrix["path_like_form"].tolist() == [0, 1, 0]  # all taken so far are technical
    assert matrix["path_like_jp"].iloc[:2].tolist() == [80, 15]  # from a mean of 20 and of 15 JP
    assert np.isnan(matrix["path_like_jp"].iloc[2])  # speak has no JP


def test_columns_of_person_and_course(built):
    _, matrix, _ = built
    assert matrix["course_form"].tolist() == [1, 2, 0]  # seminar, structural, technical
    assert matrix["person_n_taken"].tolist() == [3, 2, 2]
    assert matrix["person_post_level"].tolist() == [0, 0, 0]
    np.testing.assert_array_equal(matrix["person_n_gaps"], [1, np.nan, np.nan])


def test_reads_back_from_json(built):
    features, _, _ = built
    restored = PairFeatures.from_dict(json.loads(json.dumps(features.to_dict())))
    assert restored.names == features.names
    assert restored.to_dict() == features.to_dict()


def test_coding_leaves_unknown_values_missing():
    coding = Coding.of(
        pd.DataFrame({"level": ["b", "a", None], "days": [1, 2, 3]}), ["level", "days"]
    )
    coded = coding.numbers(pd.DataFrame({"level": ["a", "z", None], "days": [5, None, 6]}))
    np.testing.assert_array_equal(coded, [[0, 5], [np.nan, np.nan], [np.nan, 6]])


def test_coding_refuses_a_frame_without_its_columns():
    coding = Coding.of(pd.DataFrame({"days": [1]}), ["days"])
    with pytest.raises(ValueError, match=r"missing \['days'\]"):
        coding.numbers(pd.DataFrame({"other": [1]}))


def test_only_what_a_course_answers_of_a_gap_may_move_the_score_one_way():
    names = [("gap", "gap", True), ("peers", "popularity", True)]
    features = PairFeatures(names, Coding({"n_gaps": None}), Coding({}))
    ways = dict(zip(features.names, features.monotone, strict=True))
    assert {name: way for name, way in ways.items() if way} == {
        "gap_gap": 1, "gap_gap_share": 1, "gap_gap_rank": -1,
    }  # fmt: skip
