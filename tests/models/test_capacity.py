import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.capacity import flag, places, rank_in_unit


def people_of(*units):
    return pd.DataFrame({"employee_id": [f"p{i:03}" for i in range(len(units))], "unit_id": units})


def test_flag_takes_the_top_of_each_unit():
    people = people_of(*["a"] * 4, *["b"] * 4)
    score = np.array([0.1, 0.9, 0.5, 0.2, 3.0, 1.0, 2.0, 0.0])
    assert flag(people, score, 0.25).tolist() == [0, 1, 0, 0, 1, 0, 0, 0]
    assert flag(people, score, 0.5).tolist() == [0, 1, 1, 0, 1, 0, 1, 0]


def test_flag_gives_a_small_unit_no_place_of_its_own():
    assert not flag(people_of(*["a"] * 19), np.arange(19.0), 0.05).any()
    assert flag(people_of(*["a"] * 20), np.arange(20.0), 0.05).sum() == 1


def test_flag_never_takes_an_abstained_person():
    people = people_of("a", "a")
    assert flag(people, np.array([np.nan, 1.0]), 1.0).tolist() == [False, True]


def test_flag_breaks_ties_by_employee_id_whatever_the_row_order():
    people = people_of("a", "a", "a", "a")
    score = np.zeros(4)
    backwards = people[::-1]
    assert people["employee_id"][flag(people, score, 0.25)].tolist() == ["p000"]
    assert backwards["employee_id"][flag(backwards, score, 0.25)].tolist() == ["p000"]


def test_places_does_not_lose_one_to_floating_point():
    assert places(people_of(*["a"] * 100), 0.29)[0] == 29


@pytest.mark.parametrize("capacity", [-0.1, 1.1])
def test_flag_raises_on_an_impossible_capacity(capacity):
    with pytest.raises(ValueError, match=f"capacity must lie between 0 and 1, got {capacity}"):
        flag(people_of("a"), np.zeros(1), capacity)


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=80), st.floats(0, 1), st.integers(0, 9)
)
def test_flag_never_exceeds_the_capacity_of_any_unit(units, capacity, seed):
    people = people_of(*units)
    score = np.random.default_rng(seed).normal(size=len(units)).round(1)
    flagged = people.assign(flagged=flag(people, score, capacity))
    for _, unit in flagged.groupby("unit_id"):
        assert unit["flagged"].sum() <= capacity * len(unit) + 1e-6


def test_rank_in_unit_by_hand():
    ranks = rank_in_unit(people_of("a", "b", "a"), np.array([1.0, 5.0, 2.0]))
    assert ranks.tolist() == [2, 1, 1]
