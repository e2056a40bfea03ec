"""New people and new courses get sensible lists: nobody's past is needed, and no course's."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from models.cases import Cases, Catalogue
from models.popularity import Popularity
from models.ranker import CourseRanker
from models.recommender import Recommender
from serving.batch import rank_courses

AS_OF = date(2026, 1, 1)
COURSES = pd.DataFrame(
    {
        "course_id": ["liked", "known", "new", "aside"],
        "title": ["Etika", "Perencanaan Dasar", "Perencanaan Lanjutan", "Bahasa"],
        "form": "technical",
        "jp": 8.0,
        "cost_rupiah": 0.0,
    }
)
TEACHES = pd.DataFrame(
    [("known", "X", 2.0), ("new", "X", 3.0), ("liked", "Y", 2.0)],
    columns=["course_id", "competency_id", "level"],
)
OLD = [f"old{i}" for i in range(60)]
PEOPLE = pd.DataFrame(
    {
        "employee_id": [*OLD, "gap", "unassessed", "nothing"],
        "post_id": [*["p1"] * 62, "p9"],
        "unit_id": "u1",
        "post_level": "ahli_muda",
        "employment_type": "PNS",
    }
)
HISTORY = pd.DataFrame(
    {
        "employee_id": [*OLD, *OLD[:20]],
        "course_id": ["liked"] * 60 + ["known"] * 20,
        "happened_on": pd.to_datetime(["2025-01-01"] * 80),
        "completed": True,
    }
)
GAPS = pd.DataFrame(
    [
        ("gap", "X", 1.5, 3.0, 1.5, "valid", 10.0),
        ("gap", "Y", 2.0, 2.0, 0.0, "valid", 10.0),
        ("unassessed", "X", None, 3.0, None, None, None),
    ],
    columns=[
        "employee_id", "competency_id", "level", "required_level", "gap", "evidence",
        "days_since_assessment",
    ],
).astype({"level": float, "gap": float, "days_since_assessment": float})  # fmt: skip
CASES = Cases(PEOPLE, HISTORY, GAPS)
CATALOGUE = Catalogue(COURSES, TEACHES)


def popularity() -> Recommender:
    return Recommender("popularity", Popularity().fit(CASES, CATALOGUE))


def ranker() -> Recommender:
    """Learned without the new course, which only the generators see: as a bundle is released."""
    before = Catalogue(COURSES[COURSES["course_id"] != "new"], TEACHES)
    later = pd.DataFrame({"employee_id": OLD[20:40], "course_id": "known"}).assign(relevance=1)
    model = CourseRanker(n_estimators=10, min_leaf=5).fit(CASES, later, catalogue=before)
    return Recommender("ranker", model).fit_generators(CASES, CATALOGUE)


@pytest.fixture(scope="module", params=[popularity, ranker], ids=lambda make: make.__name__)
def lists(request) -> dict[str, list[str]]:
    new_people = CASES.of(["gap", "unassessed", "nothing"])
    shelf = rank_courses(request.param(), new_people, COURSES, SESSIONS, AS_OF, 5, teaches=TEACHES)
    return shelf.groupby("employee_id")["course_id"].agg(list).to_dict()


SESSIONS = pd.DataFrame({"course_id": [], "starts_on": []})


def test_a_new_person_with_a_measured_gap_gets_what_answers_it(lists):
    # an hour of new covers three times as much of X, and half the interest takes less of it away;
    # after new, known would repeat
    assert lists["gap"] == ["new"]


def test_a_new_person_whom_nobody_assessed_gets_what_the_post_requires_first(lists):
    assert lists["unassessed"][0] == "new"  # half a level below 3 is guessed: only new teaches it
    assert "liked" in lists["unassessed"]


def test_a_new_person_of_whom_nothing_is_known_gets_what_peers_take(lists):
    assert "liked" in lists["nothing"]


def test_a_course_nobody_took_stays_silent_where_it_answers_nothing():
    shelf = rank_courses(popularity(), CASES, COURSES, SESSIONS, AS_OF, 5, teaches=TEACHES)
    assert "aside" not in set(shelf["course_id"])


def test_the_order_of_lists_does_not_depend_on_who_else_is_asked_about():
    model = popularity()
    n_taken = {"n_taken": HISTORY["course_id"].value_counts().to_dict()}
    alone, together = (
        rank_courses(model, CASES.of(ids), COURSES, SESSIONS, AS_OF, 5, teaches=TEACHES, **n_taken)
        for ids in (["gap"], list(PEOPLE["employee_id"]))
    )
    own = together[together["employee_id"] == "gap"]
    np.testing.assert_array_equal(own["course_id"], alone["course_id"])
