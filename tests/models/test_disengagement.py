import json

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from features.errors import ArtifactError
from features.profiles import FEATURES
from models.disengagement import BASE, DisengagementModel, SupportRule, load_support

PROTECTED = {"sex", "birth_year", "age", "religion", "marital_status", "ethnicity", "disability"}
IDENTIFYING = {"employee_id", "nip", "nik", "pns_id", "name", "unit_id"}


@pytest.fixture(scope="module")
def panel():
    """Return 3,000 rows whose event depends on two columns alone; a tenth of the cells is null."""
    rng = np.random.default_rng(0)
    people = pd.DataFrame(rng.normal(size=(3000, len(FEATURES))), columns=list(FEATURES))
    log_odds = -2 + 1.5 * people["unexcused_rise"] - people["feedback_change"]
    event = (rng.random(3000) < 1 / (1 + np.exp(-log_odds))).astype(float)
    return people.mask(rng.random(people.shape) < 0.1), pd.Series(event)


@pytest.fixture(scope="module")
def model(panel):
    people, event = panel
    fitted = DisengagementModel().fit(people[:2000], event[:2000])
    return fitted.calibrate(people[2000:], event[2000:])


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


def test_model_finds_what_drives_the_event(model, panel):
    from sklearn.metrics import roc_auc_score

    people, event = panel
    assert roc_auc_score(event[2000:], model.score(people[2000:])) > 0.8


@pytest.mark.parametrize("which", ["rule", "model"])
def test_contributions_add_up_to_the_score(which, model, panel):
    people, _ = panel
    one = model if which == "model" else SupportRule()
    parts = one.contributions(people)
    assert parts.columns[-1] == BASE
    np.testing.assert_allclose(parts.sum(axis=1), one.score(people), atol=1e-6)


def test_probability_is_calibrated_on_the_later_rows(model, panel):
    people, event = panel
    probability = model.probability(people[2000:])
    assert probability.mean() == pytest.approx(event[2000:].mean(), abs=0.01)
    assert ((probability > 0) & (probability < 1)).all()


def test_refit_equals_fresh_fit(model, panel):
    people, event = panel
    again = clone(model).fit(people[:2000], event[:2000])
    assert (again.fit(people[:2000], event[:2000]).score(people) == model.score(people)).all()


def test_files_round_trip_scores_exactly_alike(model, panel):
    people, _ = panel
    files = json.loads(json.dumps(model.to_files()))
    back = load_support("disengagement", files)
    assert (back.probability(people) == model.probability(people)).all()
    assert load_support("rule", SupportRule().to_files()).kind == "rule"


def test_damaged_booster_is_refused_before_it_is_parsed(model):
    files = model.to_files()
    files["disengagement.txt"] = files["disengagement.txt"].replace(
        "left_child=", "left_child=9 ", 1
    )
    with pytest.raises(ArtifactError, match="LightGBM model is damaged"):
        DisengagementModel.from_files(files)


def test_input_is_not_modified_and_column_order_does_not_matter(model, panel):
    people, _ = panel
    before = people.copy()
    shuffled = people[people.columns[::-1]]
    assert (model.score(shuffled) == model.score(people)).all()
    pd.testing.assert_frame_equal(people, before)


def test_model_raises_before_fit_and_on_bad_labels(panel):
    people, event = panel
    with pytest.raises(NotFittedError):
        DisengagementModel().score(people)
    with pytest.raises(ValueError, match="y must hold events and others"):
        DisengagementModel().fit(people, event * 0)
    with pytest.raises(ValueError, match="no nulls"):
        DisengagementModel().fit(people, event.replace(1.0, np.nan))


def test_no_protected_or_identifying_column_is_a_feature(model):
    assert not (PROTECTED | IDENTIFYING) & set(model.booster_.feature_name())
