"""Near-duplicates, the learning mix and the order of a path, small enough to see."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.course_set import CourseFacts, Needs
from models.left_out import why_left_out
from models.set_choice import choose_set
from models.set_quality import mix_factor, mix_of, next_on_path, programmes_of


def facts_of(*rows: tuple[str, str, str, float, dict[str, float]]) -> CourseFacts:
    courses = pd.DataFrame([row[:4] for row in rows], columns=["course_id", "title", "form", "jp"])
    taught = [(row[0], name, level) for row in rows for name, level in row[4].items()]
    teaches = pd.DataFrame(taught, columns=["course_id", "competency_id", "level"])
    return CourseFacts.of([row[0] for row in rows], courses, teaches)


def needs(level: list[float], required: list[float]) -> Needs:
    return Needs(np.array([level]), np.array([required]), np.array([np.inf]), np.array([False]))


def chosen(facts: CourseFacts, own: Needs, scores: list[float], **more) -> list[str]:
    pairs = choose_set(np.array([scores]), own, facts, 5, **more)
    return [facts.course_ids[column] for column in pairs[1]]


@pytest.mark.parametrize(
    ("title", "form", "level", "same"),
    [
        ("Dasar Perencanaan Pembangunan", "technical", 2.0, True),
        ("Perencanaan Pembangunan Dasar", "technical", 2.0, True),
        ("Perencanaan Pembangunan Lanjutan", "technical", 2.0, False),
        ("Dasar Perencanaan Pembangunan", "seminar", 2.0, False),
        ("Dasar Perencanaan Pembangunan", "technical", 3.0, False),
    ],
)
def test_near_duplicates_share_a_programme(title, form, level, same):
    facts = facts_of(
        ("a", "Dasar Perencanaan Pembangunan", "technical", 8.0, {"X": 2.0}),
        ("b", title, form, 8.0, {"X": level}),
    )
    assert (facts.programme[0] == facts.programme[1]) == same


def test_courses_of_which_nothing_is_known_are_near_no_other():
    nothing = pd.DataFrame({"title": ["A", "A"], "form": ["seminar", "seminar"]})
    assert programmes_of(nothing, np.zeros((2, 1))).tolist() == [0, 1]
    untitled = nothing.assign(title=None)
    assert programmes_of(untitled, np.ones((2, 1))).tolist() == [0, 1]
    assert programmes_of(nothing.drop(columns="form"), np.ones((2, 1))).tolist() == [0, 1]
    assert mix_of(nothing.drop(columns="form")).tolist() == [-1, -1]


def test_one_of_two_near_duplicates_is_listed_and_the_other_told():
    facts = facts_of(
        ("a", "Etika", "seminar", 8.0, {"X": 2.0}),
        ("b", "ETIKA", "seminar", 8.0, {"X": 2.0}),
        ("c", "Hukum", "seminar", 8.0, {"X": 2.0}),
    )
    content = needs([3], [3])  # nothing is lacking, so that no repeat is left out
    assert chosen(facts, content, [3.0, 2.0, 1.0]) == ["a", "c"]
    assert why_left_out(content, facts, np.array([0, 2]), 1) == "near_duplicate"


def test_the_mix_weighs_by_what_is_missing():
    mix = mix_of(pd.DataFrame({"form": ["seminar", "coaching", "e-learning", None]}))
    assert mix.tolist() == [0, 1, 2, -1]
    assert mix_factor(np.zeros((1, 3)), mix).tolist() == [[1, 1, 1, 1]]
    # one classical course so far: 10% wanted of it, 20% coaching, 70% at work; weight .1
    expected = [[1 - 0.09, 1.02, 1.07, 1]]
    np.testing.assert_allclose(mix_factor(np.array([[1.0, 0, 0]]), mix), expected)


def test_between_courses_of_like_value_the_mix_decides():
    facts = facts_of(
        ("a", "Satu", "technical", 8.0, {"X": 2.0}),
        ("b", "Dua", "technical", 8.0, {"Y": 2.0}),
        ("c", "Tiga", "e-learning", 8.0, {"Z": 2.0}),
    )
    own = needs([1, 1, 1], [2, 2, 2])
    # by interest a (1), b (.75), c (.5) of one level in 8 hours
    assert chosen(facts, own, [3.0, 2.9, 2.8]) == ["a", "b", "c"]
    near = needs([1, 1, 0.65], [2, 2, 2])  # c covers 1.35 levels: .675 beside .75 of b
    assert chosen(facts, near, [3.0, 2.9, 2.8]) == ["a", "c", "b"]  # .722 beside .683


LADDER = facts_of(
    ("first", "Dasar", "technical", 40.0, {"X": 2.0}),
    ("second", "Lanjutan", "technical", 8.0, {"X": 3.0}),
    ("other", "Hukum", "technical", 8.0, {"Y": 4.0}),
)


def test_on_the_way_to_a_post_lower_levels_come_first():
    own = needs([1, 3], [3, 4])
    assert chosen(LADDER, own, [1.0, 3.0, 2.0]) == ["second", "other"]
    ordered = chosen(LADDER, own, [1.0, 3.0, 2.0], in_order=np.array([True]))
    assert ordered == ["other", "first", "second"]
    assert chosen(LADDER, own, [1.0, 3.0, 2.0], in_order=np.array([False])) == ["second", "other"]


def test_what_is_closed_holds_nobody_up():
    own = needs([1, 3], [3, 4])
    assert chosen(LADDER, own, [-np.inf, 3.0, 2.0], in_order=np.array([True])) == [
        "second",
        "other",
    ]
    content = needs([3, 4], [3, 4])
    assert chosen(LADDER, content, [1.0, 3.0, 2.0], in_order=np.array([True])) == [
        "second", "other", "first",
    ]  # fmt: skip


levels = st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0]), min_size=2, max_size=2)


@settings(max_examples=100, deadline=None)
@given(
    level=levels,
    required=levels,
    taught=st.lists(levels, min_size=1, max_size=5),
    seed=st.integers(0, 100),
)
def test_next_is_open_teaches_something_lacking_and_nothing_lower_is_open(
    level, required, taught, seed
):
    given_, wanted, all_taught = np.array([level]), np.array([required]), np.array(taught)
    is_open = np.random.default_rng(seed).random((1, len(taught))) < 0.7
    found = next_on_path(given_, wanted, all_taught, is_open)[0]

    def steps(course: int) -> list[int]:
        own = all_taught[course]
        return [c for c in (0, 1) if wanted[0, c] > level[c] and own[c] > level[c] and own[c] > 0]

    useful = [course for course in range(len(taught)) if is_open[0, course]]
    for course in range(len(taught)):
        lowest = [
            c
            for c in steps(course)
            if all(
                all_taught[other, c] >= all_taught[course, c]
                for other in useful
                if c in steps(other)
            )
        ]
        assert found[course] == (course in useful and bool(lowest))
