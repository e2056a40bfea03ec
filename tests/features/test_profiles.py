"""The whole profile: kinds of frames, and blindness to whatever lies on or after its date."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from features.known import midnight
from features.profile_columns import PROFILE_COLUMNS
from features.profiles import DETAILS, ELIGIBILITY, FEATURES, KEYS, RESTRICTED, build_profiles
from features.records import Records, empty_records
from tests.conftest import table_of

AS_OF = date(2025, 1, 1)
RULES = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def full_records(tiny_records):
    """Return the tiny records with rows in the tables that few employers hold."""
    day, later = date(2024, 6, 1), date(2025, 3, 1)
    extra = {
        "grades": table_of("grades", "employee_id grade valid_from", ("e1", "III/a", day),
                           ("e1", "III/b", later)),
        "unit_reviews": table_of(
            "unit_reviews", "unit_id year predicate valid_from",
            ("U1", 2023, 5, date(2023, 12, 31)), ("U1", 2024, 3, date(2024, 12, 31)),
        ),
        "surveys": table_of(
            "surveys", "employee_id instrument score valid_from",
            ("e1", "uwes9", 4.0, day), ("e1", "uwes9", 3.0, date(2023, 6, 1)),
            ("e2", "pulse", None, day), ("e2", "pulse", 2.0, later),
        ),
        "service_targets": table_of(
            "service_targets", "unit_id post_id indicator target attained better valid_from",
            ("U1", None, "days", 5.0, 4.0, "lower", day),
            ("U2", "P2", "n", 9.0, 3.0, "higher", day),
            ("U1", None, "days", 5.0, 9.0, "lower", later),
        ),
        "feedback360": pl.concat([
            tiny_records.feedback360,
            table_of(
                "feedback360", "employee_id rater_role behaviour score valid_from",
                *(("e2", "peer", "Loyal", score, day) for score in (60.0, 70.0, 80.0)),
                *(("e2", "peer", "Loyal", 0.0, later) for _ in range(3)),
            ),
        ]),
    }  # fmt: skip
    return Records(**{**vars(tiny_records), **extra})


@pytest.fixture(scope="module")
def full_once():
    return []


@pytest.fixture
def full_profiles(full_records, full_once):
    """Return the profiles of `full_records`, built once for all tests."""
    if not full_once:
        full_once.append(build_profiles(full_records, AS_OF))
    return full_once[0]


def assert_same(left, right):
    for name, frame in vars(left).items():
        assert_frame_equal(frame, getattr(right, name))


def test_profiles_are_of_the_people_in_service_in_order(tiny_profiles):
    people = tiny_profiles(AS_OF).people
    assert list(people["employee_id"]) == ["e1", "e2", "e3"]  # e4 has left, e5 has not begun
    assert list(people.columns) == [*KEYS, *FEATURES]


def test_profiles_are_frames_of_the_same_kind_as_the_records(tiny, tiny_profiles):
    built = tiny_profiles(AS_OF)
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


def test_profiles_before_anybody_was_there_are_empty(tiny_profiles):
    assert len(tiny_profiles(date(2019, 1, 1)).people) == 0


def later(frame: pl.DataFrame) -> pl.Series:
    """Return which rows a profile at `AS_OF` must not see."""
    return frame.select(
        (pl.col("valid_from") >= AS_OF) | (pl.col("available_at") >= AS_OF)
    ).to_series()


def test_profiles_do_not_change_when_all_later_rows_are_deleted(full_records, full_profiles):
    earlier = full_records.map(lambda frame: frame.filter(~later(frame)))
    n_later = {name: later(frame).sum() for name, frame in vars(full_records).items()}
    assert {name: n for name, n in n_later.items() if n} == {
        "employments": 1, "grades": 1, "assessments": 1, "reviews": 1, "unit_reviews": 1,
        "feedback360": 4, "offers": 6, "enrolments": 2, "attendance": 12, "surveys": 1,
        "service_targets": 1,
    }  # fmt: skip
    assert_same(full_profiles, build_profiles(earlier, AS_OF))


@RULES
@given(seed=st.integers(0, 2**32 - 1), n_copies=st.integers(0, 3))
def test_profiles_do_not_change_when_all_later_rows_are_replaced(
    full_records, full_profiles, seed, n_copies
):
    replaced = full_records.map(lambda frame: with_other_future(frame, seed, n_copies))
    assert_same(full_profiles, build_profiles(replaced, AS_OF))


@RULES
@given(seed=st.integers(0, 2**32 - 1))
def test_profiles_do_not_change_when_rows_are_corrected_later(full_records, full_profiles, seed):
    rng = random.Random(seed)  # noqa: S311

    def correct_some(frame):
        days = [AS_OF + timedelta(days=rng.randrange(400)) if rng.random() < 0.5 else None
                for _ in range(len(frame))]  # fmt: skip
        return frame.with_columns(superseded_at=pl.Series(days, dtype=pl.Date))

    corrected = full_records.map(correct_some)
    assert_same(full_profiles, build_profiles(corrected, AS_OF))


@pytest.mark.parametrize(
    "table",
    ["grades", "assessments", "reviews", "unit_reviews", "feedback360", "courses", "sessions",
     "offers", "enrolments", "attendance", "surveys", "service_targets", "post_requirements"],
)  # fmt: skip
def test_a_row_superseded_before_the_date_counts_no_more(full_records, full_profiles, table):
    frame = getattr(full_records, table)
    withdrawn = frame.with_columns(superseded_at=pl.lit(AS_OF - timedelta(days=1)))
    gone = Records(**{**vars(full_records), table: withdrawn})
    without = Records(**{**vars(full_records), table: frame[:0]})
    after = build_profiles(gone, AS_OF)
    assert_same(after, build_profiles(without, AS_OF))
    assert any(
        not frame.equals(getattr(after, name)) for name, frame in vars(full_profiles).items()
    )


def test_figures_lie_in_their_ranges(full_records):
    for day in (AS_OF, date(2025, 6, 1)):
        built = build_profiles(full_records, day)
        figures = built.people.join(built.details, on="employee_id")
        for name in (*FEATURES, *DETAILS):
            values, column = figures[name].drop_nulls(), PROFILE_COLUMNS[name]
            assert (values >= (-1e9 if column.lowest is None else column.lowest)).all(), name
            assert (values <= (1e9 if column.highest is None else column.highest)).all(), name


def test_no_model_sees_what_is_for_eligibility_or_restricted():
    hidden = {*ELIGIBILITY, *(name for names in RESTRICTED.values() for name in names)}
    assert hidden <= set(DETAILS)
    assert set(FEATURES).isdisjoint(DETAILS)
    assert len(set(DETAILS)) == len(DETAILS)


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
def test_profiles_do_not_change_when_rows_are_shuffled(full_records, full_profiles, seed):
    shuffled = full_records.map(lambda frame: frame.sample(fraction=1, shuffle=True, seed=seed))
    assert_same(full_profiles, build_profiles(shuffled, AS_OF))


@RULES
@given(day=st.dates(AS_OF, date(2200, 1, 1)))
def test_profiles_do_not_change_with_a_last_day_of_service_to_come(
    full_records, full_profiles, day
):
    leaving = pl.when(pl.col("employee_id") == "e1").then(pl.lit(day)).otherwise("left_on")
    employees = full_records.employees.with_columns(left_on=leaving)
    changed = Records(**{**vars(full_records), "employees": employees})
    assert_same(full_profiles, build_profiles(changed, AS_OF))


def test_known_at_later_adds_what_became_known_about_the_time_before(tiny_profiles, by_person):
    columns = ("predicate", "n_assessed", "n_courses", "n_offers_12_months")
    then = by_person(tiny_profiles(AS_OF).people, *columns)
    assert then == {"e1": (5, 2, 2, 2), "e2": (4, 0, 0, 0), "e3": (2, 0, 0, 0)}
    seen_in_march = by_person(tiny_profiles(AS_OF, date(2025, 3, 1)).people, *columns)
    # e1's review of 2024 and offer of 20 December; e2's assessment of 15 and course of 10 December;
    # nothing that happened in 2025
    assert seen_in_march == {"e1": (3, 2, 2, 3), "e2": (4, 1, 1, 0), "e3": (2, 0, 0, 0)}


def test_known_at_earlier_forgets_what_was_not_known_yet(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF, date(2024, 1, 1)).people
    # the reviews of 2023 were known from February on; e2 had not moved yet
    assert by_person(people, "unit_id", "predicate", "n_courses") == {
        "e1": ("U1", 4, None),  # nobody's course was known yet: none taken, or none recorded
        "e2": ("U2", None, None),
        "e3": ("U2", 4, None),
    }


def test_a_row_counts_from_the_day_after_it_could_be_known(tiny_profiles, by_person):
    # e1's course of 10 March 2024 was known on 20 March
    on_the_day = tiny_profiles(date(2024, 3, 20)).people
    day_after = tiny_profiles(date(2024, 3, 21)).people
    assert by_person(on_the_day, "n_courses")["e1"] == (1,)
    assert by_person(day_after, "n_courses")["e1"] == (2,)


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2024, 2, 29)])
def test_midnight_is_the_first_instant_of_a_day(day):
    assert midnight(day).isoformat() == f"{day}T00:00:00"
