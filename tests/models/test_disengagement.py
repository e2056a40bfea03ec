import json

import numpy as np
import pandas as pd
import pytest

from models.contributions import BASE
from models.disengagement import THIN, UNLIKE, DisengagementModel, SupportRule, load_support
from models.evidence import can_be_seen
from models.hazard import HazardModel
from models.lagged_self import LaggedSelf
from models.likeness import Likeness
from models.platt import logit
from tests.models.hazard_case import TINY, drawn_panel


@pytest.fixture(scope="module")
def model():
    learned = drawn_panel(800, 1)
    later = drawn_panel(800, 2)
    hazard = HazardModel(component="absence_rise", grid=TINY, n_seeds=1).fit(learned)
    lagged = LaggedSelf(component="learning_stopped").fit(later, hazard.baseline_)
    likeness = Likeness().fit(learned)
    return DisengagementModel(
        {"learning_stopped": lagged, "absence_rise": hazard.calibrate(later)}, likeness=likeness
    )


@pytest.fixture(scope="module")
def people():
    return drawn_panel(300, 3)


@pytest.fixture
def offices():
    return pd.DataFrame(
        {
            "unexcused_rise": [0.5, -1.0, np.nan, 2.0],
            "n_offers_6_months": [3.0, 3.0, 0.0, 1.0],
            "n_enrolments_6_months": [0.0, 1.0, 0.0, 0.0],
        }
    )


def test_rule_scores_by_hand(offices):
    assert SupportRule().score(offices).tolist() == [1.5, 0.0, 0.0, 3.0]
    assert SupportRule().probability(offices) is None
    assert load_support("rule", SupportRule().to_files()).kind == "rule"


def test_the_score_is_the_log_odds_of_at_least_one_component(model, people):
    stopped, risen = (one.probability(people) for one in model.components.values())
    at_least_one = 1 - (1 - stopped) * (1 - risen)
    np.testing.assert_allclose(model.probability(people), at_least_one)
    np.testing.assert_allclose(model.score(people), logit(at_least_one))


def test_a_score_is_taken_apart_along_the_line_from_the_base_rates(model, people):
    chances = np.column_stack([one.probability(people) for one in model.components.values()])
    above = logit(chances) - logit(np.array([o.base_rate_ for o in model.components.values()]))
    weights = model._weights(chances)
    base = 1 - np.prod([1 - one.base_rate_ for one in model.components.values()])
    np.testing.assert_allclose(
        (weights * above).sum(axis=1), model.score(people) - logit(base), atol=1e-6
    )
    main = np.array([*model.components])[(weights * above).argmax(axis=1)]
    assert model.main_component(people) == main.tolist()


def test_a_single_component_keeps_its_own_log_odds_and_contributions(model, people):
    hazard = model.components["absence_rise"]
    alone = DisengagementModel({"absence_rise": hazard})
    calibrated = hazard.slope_ * hazard.score(people) + hazard.intercept_
    np.testing.assert_allclose(alone.score(people), calibrated)
    ours, own = alone.contributions(people), hazard.contributions(people)
    np.testing.assert_allclose(ours["predicate_vs_unit"], hazard.slope_ * own["predicate_vs_unit"])


@pytest.mark.parametrize("which", ["rule", "model"])
def test_contributions_add_up_to_the_score(which, model, people):
    one = model if which == "model" else SupportRule()
    parts = one.contributions(people)
    assert parts.columns[-1] == BASE
    np.testing.assert_allclose(parts.sum(axis=1), one.score(people), atol=1e-6)


def test_who_never_learned_cannot_stop_learning(model, people):
    some = people.assign(n_enrolments_12_months=0.0)
    assert not can_be_seen(some, "learning_stopped").any()
    assert can_be_seen(some, "voluntary_exit").all()
    assert set(model.main_component(some)) == {"absence_rise"}
    assert set(model.curves(some, (6,))["component"]) == {"absence_rise"}
    nothing = some.assign(n_attendance_months=np.nan)
    assert np.isnan(model.score(nothing)).all()
    assert set(model.main_component(nothing)) == {""}
    assert set(model.reasons_to_abstain(nothing)) == {THIN}
    assert set(SupportRule().reasons_to_abstain(nothing)) == {THIN}
    assert not model.contributions(nothing).to_numpy().any()
    assert model.curves(nothing, (6,)).empty


def test_a_person_from_another_world_abstains_and_about_a_hundredth_of_the_others(model):
    others = drawn_panel(2000, 4)
    reasons = pd.Series(model.reasons_to_abstain(others))
    assert 0.002 < (reasons == UNLIKE).mean() < 0.03
    far = others[list(model.likeness.features)] + 40
    stranger = others.assign(**{name: far[name] for name in far})
    assert set(model.reasons_to_abstain(stranger)) == {UNLIKE}


def test_who_lacks_several_families_of_figures_abstains(model, people):
    lacking = people.assign(
        **dict.fromkeys(("predicate", "predicate_change", "predicate_vs_unit", "feedback_score",
                         "feedback_change", "feedback_vs_unit", "feedback_superior",
                         "feedback_peer"), np.nan)
    )  # fmt: skip
    assert THIN not in model.reasons_to_abstain(lacking)
    more = lacking.assign(post_days=np.nan)
    assert set(model.reasons_to_abstain(more)) == {THIN}


def test_likeness_by_hand():
    known = pd.DataFrame({"post_days": np.arange(101.0), "predicate": [3.0] * 100 + [np.nan]})
    likeness = Likeness(features=("post_days", "predicate", "n_gaps")).fit(
        known.assign(n_gaps=np.nan)
    )
    asked = pd.DataFrame(
        {"post_days": [50.0, 148.0, np.nan], "predicate": [3.0, 3.5, np.nan], "n_gaps": 1.0}
    )
    # days lie in 1 to 99, width 98: 148 is half a width above; 3.5 is half a step beyond 3 alone
    np.testing.assert_allclose(likeness.distance(asked), [0, 0.5, 0])
    assert likeness.families_ == ("career", "performance")
    assert likeness.n_missing_families(asked).tolist() == [0, 0, 2]
    back = Likeness.from_dict(json.loads(json.dumps(likeness.to_dict())))
    np.testing.assert_array_equal(back.distance(asked), likeness.distance(asked))


@pytest.mark.parametrize("quantile", [0, 1])
def test_likeness_checks_its_parameters(quantile, people):
    with pytest.raises(ValueError, match="quantile must lie between 0 and 1"):
        Likeness(quantile=quantile).fit(people)
    with pytest.raises(ValueError, match="people must not be empty"):
        Likeness().fit(people[:0])


def test_curves_tell_of_each_component_apart(model, people):
    curves = model.curves(people[:4], (3, 6, 12))
    assert len(curves) == 4 * 2 * 2  # one window was learned from: nothing is said of a year
    assert set(zip(curves["component"], curves["source"], strict=True)) == {
        ("learning_stopped", "lagged"), ("absence_rise", "hazard"),
    }  # fmt: skip
    wide = curves.pivot_table(index=["employee_id", "component"], columns="months",
                              values="probability")  # fmt: skip
    assert (wide[3] <= wide[6]).all()
    at_horizon = curves[curves["months"] == 6]
    assert (at_horizon["lower"] <= at_horizon["probability"]).all()
    assert (at_horizon["probability"] <= at_horizon["upper"]).all()
    assert curves.loc[curves["months"] == 3, "lower"].isna().all()


def test_files_round_trip_scores_exactly_alike(model, people):
    files = json.loads(json.dumps(model.to_files()))
    back = load_support("disengagement", files)
    assert (back.score(people) == model.score(people)).all()
    assert back.sources == {"learning_stopped": "lagged", "absence_rise": "hazard"}
    assert list(back.boosters) == ["absence_rise"]
    assert back.reasons_to_abstain(people) == model.reasons_to_abstain(people)


def test_a_component_apart_has_a_curve_and_does_not_count(model, people):
    apart = DisengagementModel(
        {"learning_stopped": model.components["learning_stopped"]},
        {"absence_rise": model.components["absence_rise"]},
    )
    back = load_support("disengagement", apart.to_files())
    assert set(back.main_component(people)) == {"learning_stopped"}
    assert set(back.curves(people, (6,))["component"]) == {"learning_stopped", "absence_rise"}
    assert UNLIKE not in back.reasons_to_abstain(people)


def test_input_is_not_modified_and_column_order_does_not_matter(model, people):
    before = people.copy()
    assert (model.score(people[people.columns[::-1]]) == model.score(people)).all()
    pd.testing.assert_frame_equal(people, before)


def test_nobody_is_no_error(model, people):
    assert model.main_component(people[:0]) == []
    assert model.contributions(people[:0]).shape == (0, 1)
    assert model.score(people[:0]).shape == (0,)
