"""Sets of courses, small enough to choose by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.standards.load import Standards, in_force
from models.cases import Cases
from models.course_set import (
    CourseFacts,
    Needs,
    covered,
    legal_and_useful,
    needs_of,
    why_not_useful,
)
from models.set_choice import choose_set

AS_OF = date(2026, 1, 1)
COURSES = pd.DataFrame({"course_id": ["short", "long", "both", "other"], "jp": [4.0, 20, 10, None]})
TEACHES = pd.DataFrame(
    [("short", "A", 2.0), ("long", "A", 3.0), ("both", "A", 2.0), ("both", "B", 3.0)],
    columns=["course_id", "competency_id", "level"],
)
FACTS = CourseFacts.of(COURSES["course_id"].tolist(), COURSES, TEACHES)


def needs(level: list[float], required: list[float], jp_left: float = np.inf) -> Needs:
    return Needs(np.array([level]), np.array([required]), np.array([jp_left]), np.array([False]))


def chosen(own: Needs, scores: list[float] | None = None, k: int = 5, **more) -> list[str]:
    given = np.zeros((1, 4)) if scores is None else np.array([scores], dtype=float)
    _, column, rank = choose_set(given, own, FACTS, k, **more)
    assert rank.tolist() == list(range(1, len(rank) + 1))
    return [FACTS.course_ids[i] for i in column]


def cases(gaps: list[tuple], history: list[tuple] = (), **person) -> Cases:  # type: ignore[assignment]
    people = pd.DataFrame([{"employee_id": "ani", "employment_type": "PNS"} | person])
    columns = ["employee_id", "competency_id", "level", "gap", "evidence", "days_since_assessment"]
    taken = pd.DataFrame(history, columns=["employee_id", "course_id", "happened_on"])
    taken["happened_on"] = pd.to_datetime(taken["happened_on"])
    return Cases(people, taken, pd.DataFrame(gaps, columns=columns))


def test_facts_read_levels_and_hours():
    assert FACTS.competency_ids == ["A", "B"]
    assert FACTS.taught.tolist() == [[2, 0], [3, 0], [2, 3], [0, 0]]
    assert FACTS.jp[:3].tolist() == [4, 20, 10]
    assert np.isnan(FACTS.jp[3])


def test_levels_an_hour_come_first_and_repeats_are_left_out():
    # A lacks 2 levels from 1, B 1 from 2: an hour covers .25 by short, .1 by long, .2 by both
    own = needs([1, 2], [3, 3])
    assert chosen(own) == ["short", "both", "long"]  # then both for B: 1/10, long for A: 1/20
    assert chosen(needs([1, 0], [3, 0])) == ["short", "long"]  # both would repeat short
    assert chosen(needs([1, 0], [2, 0])) == ["short"]  # long teaches more than is required
    assert chosen(own, k=1) == ["short"]


def test_interest_decides_between_courses_of_like_value():
    own = needs([1, 2], [3, 3])
    # short .25 and both .2 levels an hour: the least liked counts half, the best liked whole
    assert chosen(own, [0, 1, 2, 3], k=1) == ["both"]
    assert chosen(own, [3, 1, 0, 2], k=1) == ["short"]


def test_scores_alone_keep_the_rules():
    assert chosen(needs([1, 2], [3, 3]), [0, 3, 2, 9], by_value=False) == ["long", "both"]


def test_the_list_as_a_whole_fits_the_hours_left():
    assert chosen(needs([1, 2], [3, 3], jp_left=14)) == ["short", "both"]
    assert chosen(needs([1, 2], [3, 3], jp_left=13)) == ["short"]
    assert chosen(needs([1, 2], [3, 3], jp_left=3)) == []


def test_without_a_known_gap_the_best_scores_are_chosen():
    assert chosen(needs([0, 0], [0, 0]), [1, -np.inf, 3, 2]) == ["both", "other", "short"]


def test_no_places_choose_nothing():
    assert chosen(needs([1, 2], [3, 3]), k=0) == []


def test_why_not_names_the_first_rule():
    people = Needs(
        np.array([[1.0, 3], [0, 0], [1, 0], [2.5, 1.5]]),
        np.array([[3.0, 3], [0, 0], [3, 0], [3, 2]]),
        np.array([np.inf, 15, 5, np.inf]),
        np.array([False, False, False, True]),
    )
    assert why_not_useful(people, FACTS).tolist() == [
        ["", "", "", "no_gap"],
        ["", "jp_ceiling", "", ""],  # no gap is known: what is open, within the hours
        ["", "jp_ceiling", "jp_ceiling", "no_gap"],
        ["", "", "", ""],  # guessed: nobody says that a gap has to be answered
    ]
    assert people.evidenced.tolist() == [True, False, True, False]
    allowed = np.array([[False, True, True, True]] * 4)
    assert legal_and_useful(allowed, people, FACTS).tolist()[0] == [False, True, True, False]
    assert people.of(np.array([3, 0])).guessed.tolist() == [True, False]


def test_who_was_never_measured_is_taken_to_lack_a_little_of_all_that_is_required():
    gaps = [("ani", "A", None, None, "none", None), ("ani", "B", None, None, "none", None)]
    unmeasured = cases(gaps, [("ani", "short", "2025-12-01")])
    gaps_required = unmeasured.gaps.assign(required_level=[3.0, 2.0])
    own = needs_of(Cases(unmeasured.people, unmeasured.history, gaps_required), FACTS, AS_OF)
    assert own.level.tolist() == [[2.5, 1.5]]
    assert own.required.tolist() == [[3, 2]]
    assert (own.guessed.tolist(), own.evidenced.tolist()) == ([True], [False])
    assert chosen(own)[:2] == ["both", "long"]  # half a level of B in 10 hours, of A in 20
    nothing = needs_of(unmeasured, FACTS, AS_OF)  # no requirement known either: by the scores
    assert chosen(nothing, [1, 4, 3, 2], k=2) == ["long", "both"]


def test_expired_and_missing_measurements_are_no_gaps():
    gaps = [
        ("ani", "A", 1.0, 2.0, "expired", 1500.0),
        ("ani", "B", 2.0, 1.0, "valid", 100.0),
        ("ani", "Z", 2.0, 1.0, "valid", 100.0),  # no course teaches it
        ("budi", "A", 1.0, 2.0, "valid", 100.0),
    ]
    own = needs_of(cases(gaps), FACTS, AS_OF)
    assert own.level.tolist() == [[0, 2]]
    assert own.required.tolist() == [[0, 3]]
    assert own.evidenced.tolist() == [True]


def test_a_course_taken_since_the_measurement_covers_what_it_teaches():
    gaps = [("ani", "A", 1.0, 2.0, "valid", 100.0), ("ani", "B", 2.0, 1.0, "valid", 100.0)]
    since = needs_of(cases(gaps, [("ani", "short", "2025-12-01")]), FACTS, AS_OF)
    before = needs_of(cases(gaps, [("ani", "short", "2025-01-01")]), FACTS, AS_OF)
    assert (since.level.tolist(), before.level.tolist()) == ([[2, 2]], [[1, 2]])
    by_order = cases(gaps)
    by_order.history["happened_on"] = by_order.history["happened_on"].astype("int64")
    assert needs_of(by_order, FACTS, AS_OF).level.tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("person", "left"),
    [
        pytest.param({"employment_type": "PNS", "jp_this_year": 90.0}, np.inf, id="a floor only"),
        pytest.param({"employment_type": "PPPK", "jp_this_year": 10.0}, 14.0, id="a ceiling"),
        pytest.param({"employment_type": "PPPK"}, 24.0, id="nothing used"),
        pytest.param(
            {"employment_type": "PPPK", "post_level": "jpt_madya"}, np.inf, id="exempt by level"
        ),
    ],
)
def test_hours_left_follow_the_type_of_employment(person, left):
    assert needs_of(cases([], **person), FACTS, AS_OF).jp_left.tolist() == [left]
    nobody = cases([])
    bare = Cases(nobody.people[["employee_id"]], nobody.history, nobody.gaps)
    assert needs_of(bare, FACTS, AS_OF).jp_left.tolist() == [np.inf]


levels = st.lists(st.floats(0, 5), min_size=2, max_size=2)


@settings(max_examples=40, deadline=None)
@given(level=levels, lacking=levels, jp_left=st.floats(0, 40), scores=st.permutations(range(4)))
def test_every_set_fits_the_hours_and_each_course_adds_something(level, lacking, jp_left, scores):
    own = needs(level, (np.array(level) + lacking).tolist(), jp_left)
    if not own.evidenced[0]:
        return
    shelf = chosen(own, scores)
    assert len(set(shelf)) == len(shelf)
    assert COURSES.set_index("course_id")["jp"].reindex(shelf).fillna(0).sum() <= jp_left
    reached = np.array(level)
    for course_id in shelf:
        taught = FACTS.taught[FACTS.course_ids.index(course_id)]
        assert (np.minimum(taught, own.required[0]) > reached).any()
        reached = np.maximum(reached, taught)


HOURS = CourseFacts.of(
    ["gap", "same", "ten", "six", "unknown"],
    pd.DataFrame(
        {"course_id": ["gap", "same", "ten", "six", "unknown"], "jp": [8.0, 8, 10, 6, np.nan]}
    ),
    pd.DataFrame(
        [("gap", "A", 3.0), ("same", "A", 2.0), ("ten", "B", 2.0)],
        columns=["course_id", "competency_id", "level"],
    ),
)


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[None]:
    """The rules of an employer who lets lists go on to the yearly floor."""
    rule = 'source = "SK Sekda 1/2026"\n[floor]\nreach = true\n'
    (tmp_path / "recommending.toml").write_text(rule)
    with in_force(Standards(tmp_path)):
        yield


def for_hours(missing: float, scores: list[float], k: int = 5, **more) -> list[str]:
    own = Needs(
        np.array([[1.0, 0]]),
        np.array([[3.0, 0]]),
        np.array([np.inf]),
        np.array([False]),
        np.array([missing]),
    )
    useful = legal_and_useful(np.ones((1, 5), dtype=bool), own, HOURS)
    given = np.where(useful, np.array([scores], dtype=float), -np.inf)
    _, column, _ = choose_set(given, own, HOURS, k, **more)
    return [HOURS.course_ids[i] for i in column]


@pytest.mark.parametrize(
    ("missing", "scores", "expected"),
    [
        (0, [9, 4, 3, 2, 1], ["gap"]),  # the floor is reached: what answers a gap, and no more
        (8, [9, 4, 3, 2, 1], ["gap"]),  # 8 JP are what is missing
        (9, [9, 4, 3, 2, 1], ["gap", "ten"]),  # 8 + 10; `same` teaches nothing new, though liked
        (20, [9, 4, 2, 3, 1], ["gap", "six", "ten"]),  # 8 + 6 + 10
        (99, [9, 4, 3, 2, 1], ["gap", "ten", "six"]),  # all there is: 24; one brings no hours
    ],
)
def test_a_list_goes_on_to_the_yearly_floor_once_gaps_are_answered(
    floor, missing, scores, expected
):
    assert for_hours(missing, scores) == expected


def test_a_list_that_ends_before_the_floor_is_the_start_of_a_longer_one(floor):
    assert for_hours(20, [9, 4, 2, 3, 1], k=2) == ["gap", "six"]


def test_as_shipped_a_list_ends_where_no_gap_is_left(tmp_path):
    with in_force(Standards(tmp_path)):
        assert for_hours(20, [9, 4, 2, 3, 1]) == ["gap"]


@pytest.mark.parametrize(
    ("person", "missing"),
    [
        ({"employment_type": "PNS", "jp_this_year": 12.0}, 8),
        ({"employment_type": "PNS", "jp_this_year": 25.0}, 0),
        ({"employment_type": "PNS", "jp_this_year": np.nan}, 0),  # hours are not recorded
        ({"employment_type": "PPPK", "jp_this_year": 12.0}, 0),  # a ceiling, no floor
        ({"employment_type": None, "jp_this_year": 12.0}, 0),
        ({"employment_type": "PNS"}, 0),
    ],
)
def test_hours_missing_to_the_floor(floor, person, missing):
    own = cases([("ani", "A", 2.0, 1.0, "valid", 10.0)], **({"jp_this_year": np.nan} | person))
    assert needs_of(own, FACTS, AS_OF).floor_gap.tolist() == [missing]


def test_hours_missing_count_for_those_with_a_measured_gap_alone(floor):
    # without a gap the list is not cut short, so it need not be filled
    own = cases([], jp_this_year=0.0)
    assert needs_of(own, FACTS, AS_OF).floor_gap.tolist() == [0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), k=st.integers(1, 5))
def test_every_choice_covers_the_most_an_hour_of_what_is_left(seed, k):
    rng = np.random.default_rng(seed)
    n, n_courses = 4, 9
    ids = [f"c{i}" for i in range(n_courses)]
    taught = rng.integers(0, 5, (n_courses, 3)) * rng.integers(0, 2, (n_courses, 3))
    pairs = [
        (ids[c], f"K{m}", float(taught[c, m])) for c, m in zip(*np.nonzero(taught), strict=True)
    ]
    teaches = pd.DataFrame(pairs, columns=["course_id", "competency_id", "level"])
    facts = CourseFacts.of(ids, pd.DataFrame({"course_id": ids, "jp": 10.0}), teaches)
    m = len(facts.competency_ids)
    own = Needs(
        rng.integers(0, 3, (n, m)) * 1.0, rng.integers(2, 5, (n, m)) * 1.0, np.full(n, np.inf),
        np.zeros(n, dtype=bool),
    )  # fmt: skip
    scores = np.where(rng.random((n, n_courses)) < 0.7, 0.0, -np.inf)
    row, column, _ = choose_set(scores, own, facts, k)
    for person in range(n):
        level = own.level[[person]].copy()
        taken = column[row == person].tolist()
        for place in range(k):
            gain = covered(level, own.required[[person]], facts)[0]
            gain[~np.isfinite(scores[person])] = 0
            gain[taken[:place]] = 0
            if place >= len(taken):
                assert not own.evidenced[person] or gain.max(initial=0) <= 1e-6
                break
            best = taken[place]
            if own.evidenced[person]:
                # equal hours: interest halves the worth of the least liked at most
                assert gain[best] > 0
                assert gain[best] >= gain.max() / 2 - 1e-9
            level = np.maximum(level, facts.taught[[best]])
