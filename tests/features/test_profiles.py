"""The whole profile: kinds of frames, and blindness to whatever lies on or after its date."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from features.known import midnight
from features.profiles import FEATURES, KEYS, build_profiles
from features.records import Records, empty_records

AS_OF = date(2025, 1, 1)
RULES = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_same(left, right):
    for name, frame in vars(left).items():
        assert_frame_equal(frame, getattr(right, name))


def test_profiles_are_of_the_people_in_service_in_order(tiny):
    people = build_profiles(tiny, AS_OF).people
    assert list(people["employee_id"]) == ["e1", "e2", "e3"]  # e4 has left, e5 has not begun
    assert list(people.columns) == [*KEYS, *FEATURES]


def test_profiles_are_frames_of_the_same_kind_as_the_records(tiny):
    built = build_profiles(tiny, AS_OF)
    for frame in vars(built).values():
        assert type(frame) is type(tiny.units)
    if isinstance(built.people, pd.DataFrame):
        assert isinstance(built.people.index, pd.RangeIndex)
        assert (built.people[list(FEATURES)].dtypes == "float64").all()
    else:
        assert set(built.people.select(FEATURES).dtypes) == {pl.Float64}


def test_pandas_and_polars_give_the_same_profiles(tiny_records):
    left = build_profiles(tiny_records, AS_OF)
    right = build_profiles(tiny_records.map(lambda frame: frame.to_pandas()), AS_OF)
    for name, frame in vars(left).items():
        assert_frame_equal(frame, pl.from_pandas(getattr(right, name)), check_dtypes=False)


def test_building_profiles_leaves_the_records_as_they_were(tiny):
    before = {name: frame.copy() if isinstance(frame, pd.DataFrame) else frame.clone()
              for name, frame in vars(tiny).items()}  # fmt: skip
    build_profiles(tiny, AS_OF)
    for name, frame in vars(tiny).items():
        assert frame.equals(before[name])


def test_profiles_of_no_records_are_empty(native):
    built = build_profiles(native(empty_records()), AS_OF)
    assert len(built.people) == len(built.competencies) == 0
    assert list(built.people.columns) == [*KEYS, *FEATURES]


def test_profiles_before_anybody_was_there_are_empty(tiny):
    assert len(build_profiles(tiny, date(2019, 1, 1)).people) == 0


def later(frame: pl.DataFrame) -> pl.Series:
    """Return which rows a profile at `AS_OF` must not see."""
    return frame.select(
        (pl.col("valid_from") >= AS_OF) | (pl.col("available_at") >= AS_OF)
    ).to_series()


def test_profiles_do_not_change_when_all_later_rows_are_deleted(tiny_records):
    earlier = tiny_records.map(lambda frame: frame.filter(~later(frame)))
    n_later = {name: later(frame).sum() for name, frame in vars(tiny_records).items()}
    assert {name: n for name, n in n_later.items() if n} == {
        "employments": 1, "assessments": 1, "reviews": 1, "feedback360": 1, "offers": 6,
        "enrolments": 2, "attendance": 12,
    }  # fmt: skip
    assert_same(build_profiles(tiny_records, AS_OF), build_profiles(earlier, AS_OF))


@RULES
@given(seed=st.integers(0, 2**32 - 1), n_copies=st.integers(0, 3))
def test_profiles_do_not_change_when_all_later_rows_are_replaced(tiny_records, seed, n_copies):
    replaced = tiny_records.map(lambda frame: with_other_future(frame, seed, n_copies))
    assert_same(build_profiles(tiny_records, AS_OF), build_profiles(replaced, AS_OF))


def with_other_future(frame: pl.DataFrame, seed: int, n_copies: int) -> pl.DataFrame:
    """Replace later rows by copies of any rows, values shuffled, that lie or are known later."""
    parts = [frame.filter(~later(frame))]
    for copy in range(n_copies):
        shuffled = pl.DataFrame(
            [frame[name].shuffle(seed + 7 * copy + i) for i, name in enumerate(frame.columns)]
        )
        shift = timedelta(days=(seed + copy) % 400)
        moved = {"valid_from": AS_OF + shift, "available_at": AS_OF + shift}
        if copy % 2:  # about the past, but not known yet
            moved["valid_from"] = AS_OF - timedelta(days=1) - shift
        parts.append(shuffled.with_columns(**{name: pl.lit(day) for name, day in moved.items()}))
    return pl.concat(parts)


@RULES
@given(seed=st.integers(0, 2**32 - 1))
def test_profiles_do_not_change_when_rows_are_shuffled(tiny_records, seed):
    shuffled = tiny_records.map(lambda frame: frame.sample(fraction=1, shuffle=True, seed=seed))
    assert_same(build_profiles(tiny_records, AS_OF), build_profiles(shuffled, AS_OF))


@RULES
@given(day=st.dates(AS_OF, date(2200, 1, 1)))
def test_profiles_do_not_change_with_a_last_day_of_service_to_come(tiny_records, day):
    leaving = pl.when(pl.col("employee_id") == "e1").then(pl.lit(day)).otherwise("left_on")
    employees = tiny_records.employees.with_columns(left_on=leaving)
    changed = Records(**{**vars(tiny_records), "employees": employees})
    assert_same(build_profiles(tiny_records, AS_OF), build_profiles(changed, AS_OF))


def test_known_at_later_adds_what_became_known_about_the_time_before(tiny, by_person):
    columns = ("predicate", "n_assessed", "n_courses", "n_offers_12_months")
    then = by_person(build_profiles(tiny, AS_OF).people, *columns)
    assert then == {"e1": (5, 2, 2, 2), "e2": (4, 0, 0, 0), "e3": (2, 0, 0, 0)}
    seen_in_march = by_person(build_profiles(tiny, AS_OF, date(2025, 3, 1)).people, *columns)
    # e1's review of 2024 and offer of 20 December; e2's assessment of 15 and course of 10 December;
    # nothing that happened in 2025
    assert seen_in_march == {"e1": (3, 2, 2, 3), "e2": (4, 1, 1, 0), "e3": (2, 0, 0, 0)}


def test_known_at_earlier_forgets_what_was_not_known_yet(tiny, by_person):
    people = build_profiles(tiny, AS_OF, date(2024, 1, 1)).people
    # the reviews of 2023 were known from February on; e2 had not moved yet
    assert by_person(people, "unit_id", "predicate", "n_courses") == {
        "e1": ("U1", 4, None),  # nobody's course was known yet: none taken, or none recorded
        "e2": ("U2", None, None),
        "e3": ("U2", 4, None),
    }


def test_a_row_counts_from_the_day_after_it_could_be_known(tiny, by_person):
    # e1's course of 10 March 2024 was known on 20 March
    on_the_day = build_profiles(tiny, date(2024, 3, 20)).people
    day_after = build_profiles(tiny, date(2024, 3, 21)).people
    assert by_person(on_the_day, "n_courses")["e1"] == (1,)
    assert by_person(day_after, "n_courses")["e1"] == (2,)


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2024, 2, 29)])
def test_midnight_is_the_first_instant_of_a_day(day):
    assert midnight(day).isoformat() == f"{day}T00:00:00"
