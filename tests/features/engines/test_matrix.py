"""One definition, four engines; and no engine sees what lies on or after its date.

Many small cases run as one batch: a case's number stands behind each of its keys, and behind each
case lies the same case with another future.
"""

from __future__ import annotations

import functools
from dataclasses import fields
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from features.profiles import Profiles
from tests.features.engines.cases import (
    AS_OF,
    draw_records,
    one_batch,
    seeds,
    split_batch,
    with_other_future,
    without_future,
)
from tests.features.engines.frames import assert_same, profiles_on

RULES = settings(
    phases=[Phase.explicit, Phase.generate],  # a seed cannot be made smaller
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
N_CASES = 40
CATALOGUE = 23
"""Seed of the courses and competencies that all cases of a batch share."""


def batch_of(case_seeds):
    """Return cases drawn from seeds, each followed by itself with another future."""
    cases = [draw_records(seed) for seed in case_seeds]
    each = [r for i, case in enumerate(cases) for r in (case, with_other_future(case, i))]
    return one_batch(each, draw_records(CATALOGUE))


@functools.cache
def batch_and_reference(case_seeds):
    """Return a batch for an engine, and the profiles that Polars gives of it.

    The courses and competencies that all cases share have another future in the batch, and none at
    all for Polars.
    """
    catalogue = draw_records(CATALOGUE)
    cases = [draw_records(seed) for seed in case_seeds]
    both = [r for i, case in enumerate(cases) for r in (case, with_other_future(case, i))]
    reference = profiles_on(one_batch(both, without_future(catalogue)), "polars", AS_OF)
    return one_batch(both, with_other_future(catalogue, case_seeds[0])), reference


def check_engine(engine, case_seeds, session=None):
    """Compare an engine with Polars case by case: on the case and on its other future."""
    n_frames = 2 * len(case_seeds)
    batch, expected = batch_and_reference(tuple(case_seeds))
    for name, frame in profiles_on(batch, engine, AS_OF, session=session).items():
        ours, reference = split_batch(frame, n_frames), split_batch(expected[name], n_frames)
        for case in range(0, n_frames, 2):
            assert_same({name: ours[case]}, {name: reference[case]})
            assert_same({name: ours[case + 1]}, {name: reference[case]})


@pytest.mark.parametrize("engine", ["polars", "lazy", "pandas", "duckdb"])
@settings(RULES, max_examples=1)
@given(case_seeds=seeds(N_CASES))
def test_engines_give_the_profiles_of_polars_and_see_nothing_later(engine, case_seeds):
    check_engine(engine, case_seeds)


@pytest.mark.slow
@settings(RULES, max_examples=1)
@given(case_seeds=seeds(2 * N_CASES))
def test_spark_gives_the_profiles_of_polars_and_sees_nothing_later(spark, case_seeds):
    check_engine("pyspark", case_seeds, spark)
    spark.catalog.clearCache()


@settings(RULES, max_examples=4)
@given(case_seeds=seeds(2))
def test_profiles_of_a_single_case_do_not_see_what_lies_on_or_after_their_date(case_seeds):
    records = draw_records(case_seeds[0])
    replaced = with_other_future(records, case_seeds[1])
    assert_same(profiles_on(replaced, "polars", AS_OF), profiles_on(records, "polars", AS_OF))


@settings(RULES, max_examples=2)
@given(case_seeds=seeds(1), n_days=st.integers(-800, 800), known_days=st.integers(-400, 400))
def test_engines_agree_at_any_date_and_knowledge(case_seeds, n_days, known_days):
    as_of = date(2024, 2, 29) + timedelta(days=n_days)
    known_at = as_of + timedelta(days=known_days)
    records = draw_records(case_seeds[0], as_of)
    reference = profiles_on(records, "polars", as_of, known_at)
    for engine in ("lazy", "pandas", "duckdb"):
        assert_same(profiles_on(records, engine, as_of, known_at), reference)


@settings(RULES, max_examples=5)
@given(case_seeds=seeds(1))
def test_a_batch_holds_what_its_cases_hold_one_by_one(case_seeds):
    """Guard the batch itself: keys apart, order kept, nothing of a case added to another."""
    case = draw_records(case_seeds[0])
    alone = profiles_on(case, "polars", AS_OF)
    batch = one_batch([case, with_other_future(case, 1)], case)
    for name, frame in profiles_on(batch, "polars", AS_OF).items():
        for part in split_batch(frame, 2):
            assert_same({name: part}, {name: alone[name]})


def test_generated_cases_fill_every_frame_and_vary_every_feature():
    """A column that is null in all cases would be compared for nothing."""
    batch = profiles_on(batch_of(range(2 * N_CASES)), "polars", AS_OF)
    for name in (f.name for f in fields(Profiles)):
        frame = batch[name]
        empty = [c for c in frame.columns if frame[c].null_count() == len(frame)]
        assert (name, empty, len(frame) > N_CASES) == (name, [], True)
        same = [c for c in frame.columns if frame[c].n_unique() < 2]
        assert (name, same) == (name, [])


def test_another_future_differs_in_every_table():
    records = draw_records(3)
    for name, frame in vars(with_other_future(records, 1)).items():
        assert not frame.equals(getattr(records, name)), name
