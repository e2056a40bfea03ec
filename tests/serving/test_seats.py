"""Courses with fewer places than people who would have them, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from models.cases import Cases
from serving.answers import recommend
from serving.batch import foresee_crowds, rank_offered
from serving.eligible import Offer
from serving.messages import RecommendationQuestion, Recommendations, WhyNotQuestion
from serving.places import crowd_at, places_left
from serving.released import Released
from serving.seats import chance_of_place, crowded_courses, demand_of, places_ahead, sample_of
from serving.why_not import why_not_course
from tests.serving.conftest import with_intervals

AS_OF = date(2026, 1, 1)
SESSIONS = pd.DataFrame(
    [
        ("A", "2025-12-31", 50.0),  # begun
        ("A", "2026-01-01", 2.0),
        ("A", "2026-02-01", 3.0),
        ("B", "2026-02-01", 4.0),
        ("B", "2026-03-01", None),
    ],
    columns=["course_id", "starts_on", "seats"],
)


def test_places_of_all_coming_sessions_count():
    assert places_ahead(SESSIONS, AS_OF) == {"A": 5.0}  # of one session of B nobody knows
    assert places_ahead(SESSIONS.drop(columns="seats"), AS_OF) == {}
    assert places_ahead(SESSIONS.iloc[:0], AS_OF) == {}


def test_far_more_people_than_places_make_a_crowd():
    lists = pd.DataFrame(
        {"course_id": ["A"] * 3 + ["A", "C", "C", "C", "C"], "rank": [1, 2, 5, 6, 1, 1, 1, 1]}
    )
    # 3 of 4 sampled people have A among their first five: 15 of 20 for 5 places are 3 a place
    assert crowded_courses(lists, 4, 20, {"A": 5.0}) == set()
    assert crowded_courses(lists, 4, 21, {"A": 5.0}) == {"A"}
    assert crowded_courses(lists, 0, 0, {"A": 5.0}) == set()


def test_the_sample_is_spread_evenly_and_all_of_few():
    assert sample_of(5).tolist() == [0, 1, 2, 3, 4]
    spread = sample_of(20_000)
    assert (len(spread), spread[0], spread[-1]) == (2_000, 0, 19_999)
    assert sample_of(0).tolist() == []


def test_a_chance_is_at_most_1():
    assert [chance_of_place(*pair) for pair in ((10, 5), (5, 10), (0, 0))] == [1.0, 0.5, 1.0]


@pytest.fixture
def crowded(released: Released) -> Released:
    """The released workspace, where 12 people would have the 3 places of K1."""
    ids = ["K1", "K2", "K3"]
    demand = demand_of(pd.Series({"K1": 12, "K2": 3}), ids, {"K1": 3.0, "K2": 2.0}, ["K1"])
    snapshot = replace(released.snapshot, frames=released.snapshot.frames | {"demand": demand})
    return Released(released.bundle, snapshot, None)


def test_places_and_the_chance_of_one_are_told(crowded):
    question = RecommendationQuestion.model_validate({"people": [{"employee_id": "e1"}]})
    answer = recommend(crowded, question, "en").results[0]
    assert isinstance(answer, Recommendations)
    (course,) = answer.courses
    assert (course.places_left, course.chance_of_place) == (3, 0.25)
    assert course.sentence.endswith(
        "Places are short: 3 for the 12 people who have it among their first five."
    )


def test_why_not_tells_of_the_crowd(crowded):
    question = WhyNotQuestion(people=[{"employee_id": "e2"}], course="K1")  # pyright: ignore[reportArgumentType]
    answer = why_not_course(crowded, question, "en").results[0]
    assert answer.sentence.endswith(
        "their first five. A lot lets courses of like worth take turns."
    )


def test_of_a_few_people_no_chance_is_told(crowded):
    assert places_left(crowded, "K2") == (2, None)
    assert crowd_at(crowded, "K2") is None
    assert places_left(crowded, "K3") == (None, None)
    assert places_left(crowded, "K9") == (None, None)


class _Likes:
    """A recommender that likes B best, then A, then C."""

    course_ids = ("A", "B", "C")
    is_generator = False

    def recommend(self, part, *, k, allowed, choose, n_threads):
        row, column, rank = choose(part, np.where(allowed, [2.0, 3.0, 1.0], -np.inf))
        ids = part.people["employee_id"].to_numpy()
        return pd.DataFrame(
            {"employee_id": ids[row], "course_id": np.array(self.course_ids)[column], "rank": rank}
        )


def test_courses_of_like_worth_take_turns_where_one_is_crowded():
    ids = [f"p{i:03}" for i in range(200)]
    levels = pd.DataFrame({"employee_id": ids, "competency_id": "T", "level": 1.0})
    levels = levels.assign(required_level=3.0, gap=2.0, days_since_assessment=10.0)
    history = pd.DataFrame(columns=["employee_id", "course_id", "happened_on"])
    cases = Cases(pd.DataFrame({"employee_id": ids}), history, with_intervals(levels))
    courses = pd.DataFrame({"course_id": ["A", "B", "C"], "jp": [7.5, 10.5, 30.0]})
    courses = courses.assign(title=["A", "B", "C"], form=["technical", "other", "seminar"])
    teaches = pd.DataFrame({"course_id": ["A", "B", "C"], "competency_id": "T", "level": 3.0})
    sessions = pd.DataFrame(
        {"course_id": ["A", "B", "C"], "starts_on": "2026-02-01", "seats": 20.0}
    )
    model: object = _Likes()
    offer = Offer.of(["A", "B", "C"], courses, sessions, AS_OF, teaches)
    plain = rank_offered(model, cases, offer, 1, n_threads=1)  # type: ignore[arg-type]
    assert plain["course_id"].value_counts().to_dict() == {"A": 200}
    foreseen = foresee_crowds(model, cases, offer, places_ahead(sessions, AS_OF), n_threads=1)  # type: ignore[arg-type]
    assert foreseen.crowded == {"A"}  # 200 people for 20 places
    spread = rank_offered(model, cases, foreseen, 1, n_threads=1)  # type: ignore[arg-type]
    counts = spread["course_id"].value_counts()
    # 2 levels in 7.5 hours, liked second (.75), are worth .200; in 10.5, liked first (1), .190: B
    # comes first where the lot takes more than 5% from A, some three in four; C is worth .033
    assert set(counts.index) == {"A", "B"}
    assert counts["B"] / 200 == pytest.approx(0.76, abs=0.1)
    again = rank_offered(model, cases, foreseen, 1, n_threads=1)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(spread, again)
