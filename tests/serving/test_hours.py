"""What one person is told of the yearly hours; expectations counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from features.standards.load import Standards, in_force
from serving.answers import recommend
from serving.hours import hours_of
from serving.messages import RecommendationQuestion, Recommendations, WhyNotQuestion
from serving.released import Released
from serving.why_not import why_not_course


@pytest.mark.parametrize(
    ("who", "listed", "expected", "said"),
    [
        (
            {"employment_type": "PNS", "jp_this_year": 12.0}, 40.0, (20, 8, None, None),
            "To this year's floor of 20 JP 8 are missing; this list holds 40.",
        ),
        (
            {"employment_type": "PNS", "jp_this_year": 12.0}, 6.0, (20, 8, None, None),
            "To this year's floor of 20 JP 8 are missing; this list holds only 6.",
        ),
        (
            {"employment_type": "PNS", "jp_this_year": 32.0}, 6.0, (20, 0, None, None),
            "This year's floor of 20 JP is reached.",
        ),
        (
            {"employment_type": "PPPK", "post_level": "ahli_muda", "jp_this_year": 20.0}, 4.0,
            (None, None, 24, 4), "Of at most 24 JP a year 4 are left.",
        ),
        (
            {"employment_type": "PPPK", "post_level": "ahli_muda", "jp_this_year": 30.0}, 0.0,
            (None, None, 24, 0), "Of at most 24 JP a year 0 are left.",
        ),
    ],
)  # fmt: skip
def test_floor_and_ceiling(who, listed, expected, said):
    found = hours_of(who, listed, "en")
    assert found is not None
    assert (found.floor, found.missing, found.ceiling, found.left) == expected
    assert (found.this_year, found.listed) == (who["jp_this_year"], listed)
    assert found.sentence == said
    indonesian = hours_of(who, listed, "id")
    assert indonesian is not None
    assert indonesian.sentence.endswith(".")


@pytest.mark.parametrize(
    "who",
    [
        {"employment_type": "PNS", "jp_this_year": None},
        {"employment_type": "CPNS", "jp_this_year": 3.0},
        {"employment_type": "PPPK", "post_level": "jpt_madya", "jp_this_year": 3.0},
    ],
)
def test_nothing_is_said_without_a_rule_or_hours(who):
    assert hours_of(who, 0.0, "en") is None


@pytest.fixture
def short_courses(released: Released, tmp_path: Path) -> Iterator[Released]:
    """The released workspace, where K1 brings 5 JP and a course that teaches nothing 6.

    Its employer lets lists go on to the yearly floor.
    """
    rules = tmp_path / "rules"
    rules.mkdir()
    text = 'source = "SK Sekda 1/2026"\n[floor]\nreach = true\n'
    (rules / "recommending.toml").write_text(text)
    snapshot = released.snapshot
    courses = snapshot["courses"].assign(jp=[5.0, 6.0, 8.0], post_levels=None)
    teaches = snapshot["course_competencies"]
    frames = snapshot.frames | {
        "courses": courses,
        "course_competencies": teaches[teaches["course_id"] == "K1"],
    }
    with in_force(Standards(rules)):
        yield Released(released.bundle, replace(snapshot, frames=frames), None)


def answered(released: Released, **more) -> Recommendations:
    body = {"people": [{"employee_id": "e1"}], "k": 50, **more}
    question = RecommendationQuestion.model_validate(body)
    answer = recommend(released, question, "en").results[0]
    assert isinstance(answer, Recommendations)
    return answer


def test_a_list_is_filled_up_to_the_floor_and_says_so(short_courses):
    # e1 misses 8 JP: K1 answers the gap with 5, then one of K2 (6) and K3 (8) is enough
    answer = answered(short_courses)
    assert [course.course_id for course in answer.courses] == ["K1", "K2"]
    assert answer.courses[1].sentence.endswith(
        "Answers no measured gap; it brings hours that are still missing this year."
    )
    assert answer.hours is not None
    assert (answer.hours.missing, answer.hours.listed) == (8, 11)


def test_why_not_says_that_the_floor_is_reached(short_courses):
    question = WhyNotQuestion(people=[{"employee_id": "e1"}], course="K3")  # pyright: ignore[reportArgumentType]
    answer = why_not_course(short_courses, question, "en").results[0]
    assert (answer.status, answer.rule) == ("left_out", "floor_reached")
    assert "reaches this year's floor of hours" in answer.sentence


def test_towards_another_post_nothing_is_filled_up(released, short_courses):
    answer = answered(released, target_post="p2")  # K2 is of unknown length, K1 answers nothing
    assert [course.course_id for course in answer.courses] == ["K2"]
    assert "still missing" not in answer.courses[0].sentence


def test_people_without_hours_on_record_are_not_filled_up(short_courses):
    people = short_courses.snapshot["people"].assign(jp_this_year=float("nan"))
    frames = short_courses.snapshot.frames | {"people": people}
    unknown = Released(short_courses.bundle, replace(short_courses.snapshot, frames=frames), None)
    answer = answered(unknown)
    assert [course.course_id for course in answer.courses] == ["K1"]
    assert answer.hours is None
    assert pd.isna(people["jp_this_year"]).all()


def test_as_shipped_a_list_is_not_filled_up_but_says_what_is_missing(short_courses):
    with in_force(Standards()):
        answer = answered(short_courses)
    assert [course.course_id for course in answer.courses] == ["K1"]
    assert answer.hours is not None
    assert answer.hours.sentence == (
        "To this year's floor of 20 JP 8 are missing; this list holds only 5."
    )
