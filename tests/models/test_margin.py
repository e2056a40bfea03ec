import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.capacity import flag, places
from models.margin import MarginRules, draw_flags

RULES = MarginRules(keep_within=1.5, width=0.2, smallest_unit=4)
NO_WIDTH = MarginRules(keep_within=1.5, width=0.0, smallest_unit=4)


def people_of(*units):
    return pd.DataFrame({"employee_id": [f"p{i:03}" for i in range(len(units))], "unit_id": units})


def drawn(score, capacity, before=(), rules=RULES, occasion="2026-01-01"):
    score = np.asarray(score, dtype=float)
    return draw_flags(
        people_of(*["a"] * len(score)),
        score,
        capacity,
        occasion=occasion,
        flagged_before=before,
        rules=rules,
    )


def test_a_clear_line_leaves_nothing_to_the_lot():
    flags = drawn([9, 8, 1, 0], 0.5)
    assert flags["flagged"].tolist() == [True, True, False, False]
    assert flags["propensity"].tolist() == [1, 1, 0, 0]
    assert not flags["by_lot"].any()


def test_equal_scores_at_the_line_share_the_places_left():
    flags = drawn([9, 5, 5, 5, 0, 0], 0.5)  # three places: one is sure, two are left for three
    assert flags["propensity"].tolist() == pytest.approx([1, 2 / 3, 2 / 3, 2 / 3, 0, 0])
    assert flags["by_lot"].tolist() == [False, True, True, True, False, False]
    assert flags["flagged"].sum() == 3
    assert flags["flagged"].tolist()[0]


def test_scores_within_the_width_of_the_line_are_a_tie_and_no_others():
    score = [10.0, 6.1, 6.0, 5.0, 0.0, 0.0]  # two places: the line lies at 6.05
    spread = np.std(score)
    assert 1.05 > 0.2 * spread > 0.05
    flags = drawn(score, 2 / 6)
    assert flags["propensity"].tolist() == [1, 0.5, 0.5, 0, 0, 0]


def test_where_all_are_equal_all_draw():
    assert drawn([1.0] * 10, 0.2, rules=NO_WIDTH)["propensity"].tolist() == [0.2] * 10


def test_whoever_was_flagged_stays_within_the_wider_rank():
    score = [9, 8, 7, 6, 5, 4]  # two places, kept up to rank 3
    flags = drawn(score, 2 / 6, before=["p002"], rules=NO_WIDTH)
    assert flags["flagged"].tolist() == [True, False, True, False, False, False]
    left = drawn(score, 2 / 6, before=["p003"], rules=NO_WIDTH)
    assert left["flagged"].tolist() == [True, True, False, False, False, False]


def test_a_place_fewer_than_people_who_would_stay_is_drawn_among_them():
    flags = drawn([5, 5, 9, 0], 0.25, before=["p000", "p001", "p002"])
    assert flags["flagged"].tolist() == [False, False, True, False]
    tied = drawn([5, 5, 5, 0], 0.25, before=["p000", "p001"])
    assert tied["propensity"].tolist() == [0.5, 0.5, 0, 0]


def test_abstained_people_draw_no_lot_but_count_for_the_size_of_the_unit():
    flags = drawn([np.nan, np.nan, 1, 1], 0.5, before=["p000"])
    assert flags["flagged"].tolist() == [False, False, True, True]
    assert flags["propensity"].tolist() == [0, 0, 1, 1]


def test_a_small_unit_keeps_the_highest_scores():
    people, score = people_of("a", "a", "a"), np.array([1.0, 1.0, 1.0])
    flags = draw_flags(people, score, 0.5, occasion="x", flagged_before=["p002"], rules=RULES)
    assert flags["flagged"].tolist() == flag(people, score, 0.5).tolist() == [True, False, False]
    assert not flags["by_lot"].any()


def test_the_chance_said_is_the_chance_there_is():
    taken = sum(
        drawn([9, 5, 5, 5, 0, 0], 0.5, occasion=str(i))["flagged"].to_numpy() for i in range(100)
    )
    assert taken[[0, 4, 5]].tolist() == [100, 0, 0]
    assert taken[1:4] / 100 == pytest.approx([2 / 3] * 3, abs=0.17)  # 3.6 standard errors


def test_the_rules_in_force_are_those_of_the_standard():
    assert MarginRules.in_force() == MarginRules(1.5, 0.1, 20)


@pytest.mark.parametrize(
    ("rules", "said"),
    [((0.5, 0.2, 20), "keep_within must be at least 1, got 0.5"),
     ((1.5, -1.0, 20), "width must not be negative, got -1.0")],
)  # fmt: skip
def test_rules_raise_on_an_impossible_parameter(rules, said):
    with pytest.raises(ValueError, match=said):
        MarginRules(*rules)


units = st.lists(st.sampled_from("abc"), min_size=1, max_size=60)


@settings(max_examples=15)
@given(units, st.floats(0, 1), st.integers(0, 99), st.floats(0, 1))
def test_capacity_holds_order_is_nothing_and_a_replay_agrees(names, capacity, seed, width):
    rng = np.random.default_rng(seed)
    people = people_of(*names)
    score = rng.normal(size=len(people)).round(1)
    score[rng.random(len(people)) < 0.1] = np.nan
    before = people["employee_id"][rng.random(len(people)) < 0.2].tolist()
    rules = MarginRules(1.5, width, 4)

    def draw(order):
        flags = draw_flags(
            people.iloc[order], score[order], capacity,
            occasion="one", flagged_before=before, rules=rules,
        )  # fmt: skip
        return flags.sort_index()

    flags = draw(np.arange(len(people)))
    pd.testing.assert_frame_equal(flags, draw(rng.permutation(len(people))))
    for _, unit in flags.assign(places=places(people, capacity)).groupby(people["unit_id"]):
        n_places = unit["places"].iloc[0]
        assert unit["flagged"].sum() <= n_places
        assert unit["propensity"].sum() == pytest.approx(unit["flagged"].sum())
    sure = ~flags["by_lot"]
    assert (flags["propensity"][sure] == flags["flagged"][sure]).all()
    assert flags["propensity"][~sure].between(0, 1, inclusive="neither").all()
    assert not flags["flagged"][np.isnan(score)].any()
