"""The effect of a treatment, on worlds small enough to know the truth of."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from models.effect import Estimate, TreatmentEffect
from models.nuisance import Nuisance, cross_fitted, folds


def quick(**changes) -> TreatmentEffect:
    return TreatmentEffect(**{"learner": "linear", "n_repeats": 1, "trim": 0.02, **changes})


def confounded(n: int, effect: float, seed: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """The able take the course more often and stand higher anyway."""
    rng = np.random.default_rng(seed)
    able = rng.standard_normal(n)
    took = rng.random(n) < 1 / (1 + np.exp(-able))
    outcome = 2 * able + effect * took + 0.5 * rng.standard_normal(n)
    return pd.DataFrame({"able": able, "noise": rng.standard_normal(n)}), took, outcome


def test_two_arms_without_spread_differ_by_their_values():
    X = pd.DataFrame({"x": np.tile([0.0, 1.0], 30)})
    took = np.repeat([True, False], 30)
    model = quick().fit(X, took, np.where(took, 5.0, 2.0))
    assert model.effect_.mean == pytest.approx(3.0)  # 5 - 2, whatever the weights
    assert (model.effect_.lower, model.effect_.upper) == pytest.approx((3.0, 3.0))
    assert model.naive_ == 3.0
    assert (model.overlap_.n_treated, model.overlap_.n_others, model.overlap_.kept) == (30, 30, 1)


@pytest.mark.parametrize("estimand", ["att", "ate"])
@pytest.mark.parametrize("effect", [0.0, 1.0])
def test_finds_a_known_effect_where_the_naive_difference_misleads(estimand, effect):
    model = quick(estimand=estimand).fit(*confounded(800, effect, seed=3))
    assert model.effect_.lower <= effect <= model.effect_.upper
    assert model.effect_.upper - model.effect_.lower < 0.5
    assert model.naive_ > model.effect_.upper + 0.5


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    held = [quick().fit(*confounded(160, 1.0, seed)).effect_ for seed in range(15)]
    assert sum(one.lower <= 1 <= one.upper for one in held) >= 12  # of 15 at 95%: 12 or more in 99%


def test_those_not_seen_again_are_stood_in_for_by_those_like_them():
    X, took, outcome = confounded(1500, 1.0, seed=5)
    outcome = outcome + took * X["able"]  # who learns fast gains more ...
    rng = np.random.default_rng(6)
    seen = rng.random(1500) < np.where(took, 1 / (1 + np.exp(-2 * X["able"])), 0.7)  # ... and stays
    truth = 1 + X["able"][took].mean()
    weighted = quick().fit(X, took, np.where(seen, outcome, np.nan))
    dropped = quick().fit(X[seen], took[seen], outcome[seen])
    assert weighted.effect_.lower <= truth <= weighted.effect_.upper
    assert abs(weighted.effect_.mean - truth) < abs(dropped.effect_.mean - truth)


def test_rows_without_anybody_comparable_are_left_out_and_counted():
    X, took, outcome = confounded(400, 1.0, seed=8)
    far = pd.DataFrame({"able": np.full(40, 9.0), "noise": np.zeros(40)})
    model = quick(trim=0.05).fit(
        pd.concat([X, far], ignore_index=True),
        np.append(took, np.ones(40, bool)),
        np.append(outcome, np.full(40, 500.0)),
    )
    assert model.overlap_.n_treated_trimmed >= 40
    assert model.overlap_.kept < 0.9
    assert model.effect_.mean == pytest.approx(1.0, abs=0.4)
    assert model.overlap_.propensity_high <= 0.95


def test_one_persons_rows_count_as_one():
    X, took, outcome = confounded(300, 1.0, seed=2)
    thrice = [np.concatenate([np.asarray(part)] * 3) for part in (X, took, outcome)]
    table = pd.DataFrame(thrice[0], columns=X.columns)
    apart = quick().fit(table, thrice[1], thrice[2])
    together = quick().fit(table, thrice[1], thrice[2], groups=np.tile(np.arange(300), 3))
    width = [one.effect_.upper - one.effect_.lower for one in (apart, together)]
    assert width[1] > 1.4 * width[0]  # the root of 3, by and large


def test_stacking_takes_the_learner_that_loses_less():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.uniform(-1, 1, 400), "b": rng.uniform(-1, 1, 400)})
    straight = X["a"].to_numpy() + 0.1 * rng.standard_normal(400)
    crossed = np.sign(X["a"] * X["b"]).to_numpy() + 0.1 * rng.standard_normal(400)
    nuisance = Nuisance("stacked", is_chance=False)
    shares = [nuisance.fit_predict(X, y, np.arange(400), X[:5])[1] for y in (straight, crossed)]
    assert shares[0] <= 0.25
    assert shares[1] >= 0.75


def test_a_target_that_does_not_vary_is_its_own_prediction():
    X = pd.DataFrame({"a": [1.0, 2.0, 3.0]})
    predicted, share = Nuisance("stacked", is_chance=True).fit_predict(
        X, np.ones(3), np.arange(3), X
    )
    assert (predicted.tolist(), share) == ([1.0, 1.0, 1.0], 0.0)


def test_no_person_is_predicted_from_the_own_rows():
    groups = np.repeat(np.arange(10), 2)
    for learned, held in folds(groups, 5, seed=0):
        assert not set(groups[learned]) & set(groups[held])


def test_a_fold_without_rows_to_learn_from_is_refused():
    X = pd.DataFrame({"a": np.arange(4.0)})
    only_first = np.array([True, False, False, False])
    with pytest.raises(ValueError, match="every fold must leave rows to learn from"):
        cross_fitted(
            Nuisance("linear", is_chance=False),
            X,
            X["a"].to_numpy(),
            only_first,
            np.arange(4),
            2,
            0,
        )


def test_fits_again_like_a_fresh_one_and_leaves_its_input_alone():
    whole = {"learner": "stacked", "n_folds": 2, "n_repeats": 2}
    X, took, outcome = confounded(80, 1.0, seed=4)
    before = X.copy()
    model = quick(**whole).fit(*confounded(60, 0.0, seed=1))
    again = model.fit(X, took, outcome).report()
    fresh = quick(**whole).fit(X, took, outcome)
    assert again == fresh.report()
    assert json.loads(json.dumps(again)) == again
    pd.testing.assert_frame_equal(X, before)
    assert clone(model).get_params() == model.get_params()
    assert not hasattr(clone(model), "effect_")


def test_unknown_numbers_are_no_obstacle():
    X, took, outcome = confounded(400, 1.0, seed=9)
    X.loc[::7, "noise"] = np.nan
    X["never"] = np.nan
    assert quick().fit(X, took, outcome).effect_.mean == pytest.approx(1.0, abs=0.3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"estimand": "atu"}, "estimand must be att or ate, got atu", id="estimand"),
        pytest.param({"learner": "forest"}, "learner must be one of linear, ", id="learner"),
        pytest.param({"trim": 0.5}, "trim must be at least 0 and below 0.5, got 0.5", id="trim"),
        pytest.param({"confidence": 1}, "confidence must lie between 0 and 1", id="confidence"),
        pytest.param({"n_folds": 1}, "n_folds must be at least 2, got 1", id="folds"),
        pytest.param({"n_repeats": 0}, "n_repeats must be positive, got 0", id="repeats"),
    ],
)
def test_parameters_out_of_range_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        quick(**changes).fit(*confounded(60, 1.0, seed=0))


def test_too_few_people_or_nobody_comparable_is_refused():
    X, took, outcome = confounded(60, 1.0, seed=0)
    with pytest.raises(ValueError, match="not treated and observed must be at least 10, got 0"):
        quick().fit(X, np.ones(60), outcome)
    apart = pd.DataFrame({"able": np.where(took, 50.0, -50.0)})
    with pytest.raises(ValueError, match="treated and others must overlap somewhere"):
        quick(trim=0.3).fit(apart, took, outcome)


def test_an_estimate_knows_whether_it_holds_zero():
    assert Estimate(1, -1, 3).holds_zero
    assert not Estimate(2, 1, 3).holds_zero
