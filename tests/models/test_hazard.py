import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from features.errors import ArtifactError
from features.profiles import FEATURES
from models.contributions import BASE
from models.hazard import HazardModel
from models.hazard_choice import FEW, MANY, grid_for
from models.hazard_curve import curve_through
from models.lagged_self import LaggedSelf
from models.platt import expit, fit_platt, logit, slope_error
from tests.models.hazard_case import AS_OF, TINY, drawn_panel, true_probability

PROTECTED = {"sex", "birth_year", "age", "religion", "marital_status", "ethnicity", "disability"}
IDENTIFYING = {"employee_id", "nip", "nik", "pns_id", "name", "unit_id"}


@pytest.fixture(scope="module")
def learned():
    """Return people over two dates, the later half a year after: months 7 to 12 are told."""
    first = drawn_panel(1500, 1, AS_OF - pd.DateOffset(months=6))
    second = drawn_panel(1500, 1, outcome_seed=7)  # the same people, as they were
    return pd.concat([first, second], ignore_index=True)


@pytest.fixture(scope="module")
def model(learned):
    hazard = HazardModel(component="absence_rise", grid=TINY, n_seeds=1).fit(learned)
    return hazard.calibrate(drawn_panel(1500, 2))


@pytest.fixture(scope="module")
def people():
    return drawn_panel(400, 3)


def test_the_order_of_people_is_that_of_the_truth(model, people):
    order = np.corrcoef(model.score(people), logit(true_probability(people)))[0, 1]
    assert order > 0.9


def test_probabilities_are_calibrated_on_later_people(model):
    others = drawn_panel(4000, 4)
    probability = model.probability(others)
    assert probability.mean() == pytest.approx(others["absence_rise"].mean(), abs=0.03)
    slope, _ = slope_error(
        logit(probability), others["absence_rise"].to_numpy(), np.ones(len(others))
    )
    assert 0.8 < slope < 1.25


def test_curves_never_fall_pass_through_the_probability_and_reach_a_year(model, people):
    curves = model.curves(people)
    assert curves.shape == (len(people), 12)
    assert (np.diff(curves, axis=1) >= 0).all()
    assert ((curves >= 0) & (curves <= 1)).all()
    np.testing.assert_allclose(curves[:, 5], model.probability(people), atol=1e-9)


def test_contributions_add_up_to_the_score_and_name_features_alone(model, people):
    parts = model.contributions(people)
    assert list(parts) == [*FEATURES, BASE]
    np.testing.assert_allclose(parts.sum(axis=1), model.score(people), atol=1e-6)
    assert not (PROTECTED | IDENTIFYING) & set(parts)


def test_intervals_cover_the_truth_of_a_known_score():
    """A score that is the truth's log-odds: only level and spread have to be learned."""
    covered = []
    for seed in range(20):
        later = drawn_panel(400, 100 + seed)
        hazard = HazardModel(component="absence_rise")
        hazard.score = lambda people: logit(true_probability(people))
        hazard.calibrate(later)
        some = drawn_panel(50, 200 + seed)
        lower, upper = hazard.interval(some)
        truth = true_probability(some)
        covered.append(((lower <= truth) & (truth <= upper)).mean())
    assert 0.88 <= np.mean(covered) <= 0.99  # of 95%; 20 calibrations of 400 people


def test_weights_count_people_as_often_as_they_say(model, learned):
    later = drawn_panel(600, 5)
    weight = np.where(np.arange(600) < 300, 2.0, 0.0)
    doubled = pd.concat([later[:300]] * 2, ignore_index=True)
    one = clone_fitted(model).calibrate(later, weight)
    other = clone_fitted(model).calibrate(doubled)
    assert (one.slope_, one.intercept_) == pytest.approx((other.slope_, other.intercept_))
    assert one.base_rate_ == pytest.approx(later["absence_rise"][:300].mean())


def clone_fitted(model):
    content, texts = model.to_files()
    return HazardModel.from_files(json.loads(json.dumps(content)), texts)


def test_files_round_trip_exactly(model, people):
    back = clone_fitted(model)
    assert (back.curves(people) == model.curves(people)).all()
    assert (back.interval(people)[0] == model.interval(people)[0]).all()
    uncalibrated = HazardModel.from_files(model.to_files()[0] | {"base_rate": None},
                                          model.to_files()[1])  # fmt: skip
    assert np.isnan(uncalibrated.base_rate_)


def test_damaged_or_missing_boosters_are_refused_before_they_are_parsed(model):
    content, texts = model.to_files()
    with pytest.raises(ArtifactError, match="must have its boosters"):
        HazardModel.from_files(content, {})
    ((name, text),) = texts.items()
    damaged = {name: text.replace("left_child=", "left_child=9 ", 1)}
    with pytest.raises(ArtifactError, match="LightGBM model is damaged"):
        HazardModel.from_files(content, damaged)


def test_refit_equals_fresh_fit_and_the_panel_is_unmodified(learned, people):
    few = learned.iloc[:400]
    before = few.copy()
    one = HazardModel(component="absence_rise", grid=TINY, n_seeds=1).fit(few)
    again = clone(one).fit(few)
    assert (one.fit(few).score(people) == again.score(people)).all()
    pd.testing.assert_frame_equal(few, before)


def test_one_window_gives_a_curve_up_to_its_end(learned, people):
    alone = HazardModel(component="absence_rise", grid=TINY, n_seeds=1).fit(learned[:1500])
    assert alone.curves(people[:5]).shape == (5, 6)


def test_nothing_to_learn_is_refused(learned):
    with pytest.raises(NotFittedError):
        HazardModel(component="absence_rise").score(learned)
    never = learned.assign(absence_rise=0.0)
    with pytest.raises(ValueError, match="absence_rise must hold events and others, got 0 events"):
        HazardModel(component="absence_rise").fit(never)


def test_few_events_mean_few_leaves():
    assert grid_for(100) == FEW
    assert grid_for(5000) == MANY
    assert max(one.n_leaves for one in FEW.trees) < max(one.n_leaves for one in MANY.trees)


def test_a_curve_is_bent_by_hand():
    # S(1) = .9, S(2) = .81; to reach .5 at month 2, S ** r = .5: r = log .5 / log .81
    survival = np.log([[0.9, 0.81]])
    r = np.log(0.5) / np.log(0.81)
    np.testing.assert_allclose(curve_through(survival, np.array([0.5]), 2), [[1 - 0.9**r, 0.5]])


@given(
    st.lists(st.floats(1e-6, 0.9), min_size=6, max_size=12),
    st.floats(1e-6, 0.999),
)
def test_bent_curves_are_curves(hazards, probability):
    survival = np.log1p(-np.array([hazards])).cumsum(axis=1)
    curve = curve_through(survival, np.array([probability]), 6)[0]
    assert (np.diff(curve) >= 0).all()
    assert ((curve >= 0) & (curve <= 1)).all()
    assert curve[5] == pytest.approx(probability)


def test_platt_scaling_is_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    score = rng.normal(3, 2, 500)
    outcome = (rng.random(500) < expit(0.7 * score - 2)).astype(float)
    weight = rng.integers(0, 3, 500).astype(float)
    slope, intercept = fit_platt(score, outcome, weight[None, :])[0]
    theirs = LogisticRegression(C=1e6).fit(score.reshape(-1, 1), outcome, weight)
    assert slope == pytest.approx(theirs.coef_[0, 0], abs=1e-3)
    assert intercept == pytest.approx(theirs.intercept_[0], abs=1e-3)


def test_a_separable_score_gives_finite_numbers():
    both = fit_platt(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.ones((1, 2)))
    assert np.isfinite(both).all()


LAGS = pd.DataFrame(
    {
        "absence_rise_before": [1.0] * 4 + [0.0] * 14 + [np.nan] * 2,
        "absence_rise": [1.0, 1.0, 1.0, 0.0] + [1.0] + [0.0] * 14 + [np.nan],
    }
)


def test_the_lagged_self_by_hand():
    lagged = LaggedSelf(component="absence_rise").fit(LAGS, np.full(6, 0.1))
    assert lagged.base_rate_ == pytest.approx(4 / 19)
    base = 4 / 19  # each state is shrunk by one person who has the event by the base rate
    expected = [(1 + base) / 15, (3 + base) / 5, base / 2]
    asked = LAGS.iloc[[5, 0, 18]]
    np.testing.assert_allclose(lagged.probability(asked), expected)
    parts = lagged.contributions(asked)
    assert list(parts) == ["absence_rise_before", BASE]
    np.testing.assert_allclose(parts.sum(axis=1), lagged.score(asked))
    lower, upper = lagged.interval(asked)
    assert ((lower < expected) & (expected < upper)).all()
    curve = lagged.curves(asked)
    np.testing.assert_allclose(curve[:, 5], expected)
    assert (np.diff(curve, axis=1) > 0).all()


def test_the_lagged_self_survives_json():
    lagged = LaggedSelf(component="absence_rise").fit(LAGS, np.full(6, 0.1))
    back = LaggedSelf.from_dict(json.loads(json.dumps(lagged.to_dict())))
    np.testing.assert_array_equal(back.curves(LAGS), lagged.curves(LAGS))
    with pytest.raises(NotFittedError):
        LaggedSelf(component="absence_rise").score(LAGS)
