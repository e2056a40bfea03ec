import numpy as np
import pandas as pd
import pytest

from models.support_effect import (
    EffectRules,
    SupportEffectError,
    estimate_effect,
    first_lots,
)

RULES = EffectRules(worthwhile=0.05, min_people=2, min_events=1)
NAN = float("nan")


def lots_of(*rows):
    columns = ["as_of", "unit_id", "flagged", "propensity", "outcome"]
    return pd.DataFrame(rows, columns=columns)


def simulated(seed, benefit, n_strata=120):
    """Strata of 2 to 6 people; the risk differs from unit to unit, the lot decides who is drawn."""
    rng = np.random.default_rng(seed)
    rows = []
    for unit in range(n_strata):
        m = int(rng.integers(2, 7))
        n = int(rng.integers(1, m))
        risk, drawn = rng.uniform(0.3, 0.7), rng.permutation(m) < n
        event = rng.random(m) < risk - benefit * drawn
        rows += [("2026-01", unit, d, n / m, float(e)) for d, e in zip(drawn, event, strict=True)]
    return lots_of(*rows)


def test_the_effect_is_the_difference_within_units_weighted_by_their_people():
    found = estimate_effect(
        lots_of(
            ("1", "a", True, 0.5, 0.0),
            ("1", "a", False, 0.5, 1.0),
            ("1", "a", True, 0.5, 1.0),
            ("1", "a", False, 0.5, 1.0),
            ("1", "b", True, 0.5, 1.0),
            ("1", "b", False, 0.5, 1.0),
        ),
        RULES,
    )
    assert (found.n_drawn, found.n_not_drawn, found.n_strata, found.n_events) == (3, 3, 2, 5)
    assert found.risk_drawn == pytest.approx((4 * 0.5 + 2 * 1) / 6)
    assert found.risk_not_drawn == 1
    assert found.effect == pytest.approx(1 / 3)


def test_the_error_of_pairs_by_hand():
    rows = [(str(i), "a", flag, 0.5, out) for i, pair in enumerate([(0, 1), (0, 0), (1, 1)])
            for flag, out in zip((True, False), pair, strict=True)]  # fmt: skip
    found = estimate_effect(lots_of(*rows), RULES)
    # differences 1, 0, 0: mean 1/3, squares about it 4/9 + 1/9 + 1/9 = 2/3, over 3 * 2
    error = (2 / 3 / 6) ** 0.5
    assert found.upper - found.lower == pytest.approx(2 * 4.302653 * error)  # t, 2 degrees
    assert found.smallest == pytest.approx((4.302653 + 0.841621) * error)


def test_who_cannot_be_compared_is_counted_and_left_out():
    found = estimate_effect(
        lots_of(
            ("1", "a", True, 0.5, 0.0),
            ("1", "a", False, 0.5, NAN),
            ("1", "b", True, 0.5, 0.0),
            ("1", "b", False, 0.5, 1.0),
        ),
        RULES,
    )
    assert (found.n_drawn, found.n_not_drawn, found.n_left_out) == (1, 1, 2)
    assert (found.effect, found.verdict) == (None, "too_few")


def test_nothing_at_all_is_too_few():
    assert estimate_effect(lots_of(), RULES).verdict == "too_few"


@pytest.mark.parametrize("benefit", [0.0, 0.2])
def test_intervals_hold_the_truth_as_often_as_they_say(benefit):
    found = [estimate_effect(simulated(seed, benefit), RULES) for seed in range(150)]
    holds = np.mean([one.lower <= benefit <= one.upper for one in found])
    assert 0.90 <= holds <= 0.99  # 95%, three standard errors of 150 rounds
    assert np.mean([one.effect for one in found]) == pytest.approx(benefit, abs=0.015)
    if benefit:  # of the size of the smallest effect: seen about as often as the power says
        assert {one.verdict for one in found} <= {"helps", "undecided"}
        assert np.mean([one.verdict == "helps" for one in found]) > 0.8
    else:
        assert np.mean([one.verdict == "helps" for one in found]) <= 0.06


def test_much_evidence_of_no_effect_says_stop():
    assert estimate_effect(simulated(1, 0.0, n_strata=1500), RULES).verdict == "stop"


def test_no_event_at_all_never_says_stop():
    quiet = simulated(1, 0.0).assign(outcome=0.0)
    assert estimate_effect(quiet, RULES).verdict == "too_few"


def test_few_people_decide_nothing():
    rules = EffectRules(worthwhile=0.05, min_people=10_000, min_events=1)
    assert estimate_effect(simulated(1, 0.5), rules).verdict == "too_few"


@pytest.mark.parametrize(
    ("chances", "said"),
    [((0.5, 1.0), "between 0 and 1, got 1.0"), ((0.5, 0.4), r"differs in \('1', 'a'\)")],
)
def test_a_chance_that_no_lot_had_is_refused(chances, said):
    rows = [
        ("1", "a", flag, chance, 0.0) for flag, chance in zip((True, False), chances, strict=True)
    ]
    with pytest.raises(SupportEffectError, match=said):
        estimate_effect(lots_of(*rows), RULES)


def test_a_person_counts_with_the_first_lot_of_a_horizon():
    lots = pd.DataFrame(
        {
            "employee_id": ["e1", "e1", "e2", "e1"],
            "as_of": pd.to_datetime(["2026-07-01", "2026-02-01", "2026-02-01", "2026-01-01"]),
        }
    )
    assert first_lots(lots, 6).index.tolist() == [0, 2, 3]
