import numpy as np
import pandas as pd
import pytest

from features.standards.load import load_standard
from training.fairness.audit import findings_of
from training.fairness.calibration import group_calibration
from training.fairness.flags import Flagging, audit_flags, between_groups
from training.fairness.mitigation import mitigation_costs

RULES = load_standard("fairness")


def case(n_women=400, n_men=400, women_flagged=40, men_flagged=10, probability=None, outcome=None):
    """Build a flagging in which women come first in every order."""
    flagged = np.zeros(n_women + n_men, dtype=bool)
    flagged[:women_flagged] = flagged[n_women : n_women + men_flagged] = True
    groups = pd.DataFrame({
        "sex": ["female"] * n_women + ["male"] * n_men,
        "age_band": "30-39", "unit": "U", "employment_type": "PNS",
    })  # fmt: skip
    if outcome is None:
        outcome = np.full(len(flagged), np.nan)
    return Flagging("disengagement", flagged * 1.0, flagged, probability, outcome, outcome), groups


def test_a_group_flagged_four_times_as_often_is_found_on_both_sides():
    rows = audit_flags(*case(), RULES)["sex"]
    women, men = rows
    assert (women["finding"], men["finding"]) == ("too many", "too few")
    assert (women["n_people"], women["n_flagged"], women["rate"]) == (400, 40, 0.1)
    assert women["ratio"] == pytest.approx(40.5 / 10.5)
    assert women["ratio_low"] < women["ratio"] < women["ratio_high"]
    assert women["p_adjusted"] == pytest.approx(2 * women["p_value"])
    said = findings_of({"sex": rows}, {})
    assert [one.partition(" (")[0] for one in said] == [
        "support flags by sex: too many among female",
        "support flags by sex: too few among male",
    ]
    assert "(3.86 times everybody else's rate, adjusted p 0.000)" in said[0]


def test_only_attributes_with_several_groups_are_audited():
    assert list(audit_flags(*case(), RULES)) == [
        "sex", "sex*age_band", "sex*employment_type",
    ]  # fmt: skip


def test_groups_of_less_than_thirty_are_insufficient_and_of_less_than_twenty_withheld():
    rows = audit_flags(*case(400, 25, 40, 5), RULES)["sex"]
    assert rows[1] == {
        "group": "male", "finding": "insufficient", "n_people": 25, "n_flagged": 5, "rate": 0.2,
    }  # fmt: skip
    rows = audit_flags(*case(400, 19, 40, 5), RULES)["sex"]
    assert rows == [{"group": one, "finding": "withheld"} for one in ("female", "male")]


def test_too_few_flags_in_all_are_compared_by_nothing():
    assert audit_flags(*case(women_flagged=2, men_flagged=2), RULES) == {}
    assert audit_flags(*case(women_flagged=0, men_flagged=0), RULES) == {}


def test_parity_is_that_of_fairlearn():
    from fairlearn.metrics import demographic_parity_difference, demographic_parity_ratio

    flagging, groups = case()
    found = between_groups(flagging, groups, ["female", "male"], "sex")
    same = {"y_true": flagging.flagged, "y_pred": flagging.flagged}
    expected = demographic_parity_ratio(**same, sensitive_features=groups["sex"])
    assert found["parity_ratio"] == pytest.approx(expected) == pytest.approx(0.25)
    expected = demographic_parity_difference(**same, sensitive_features=groups["sex"])
    assert found["parity_difference"] == pytest.approx(expected)


def test_calibration_is_judged_where_events_suffice(rng):
    probability = np.tile(np.linspace(0.1, 0.6, 400), 2)
    outcome = (rng.random(800) < probability).astype(float)
    outcome[400:450] = np.nan
    men_high = np.where(np.arange(800) >= 400, np.clip(probability * 1.6, 0, 0.95), probability)
    flagging, groups = case(probability=men_high, outcome=outcome)
    women, men = (row["calibration"] for row in audit_flags(flagging, groups, RULES)["sex"])
    assert women["finding"] == "holds"
    assert men["finding"] == "fails"
    assert men["predicted_by_observed_low"] > 1.1
    rows = audit_flags(flagging, groups, RULES)
    assert any("fails among male" in one for one in findings_of(rows, {}))


def test_few_events_are_insufficient():
    outcome = np.r_[np.ones(99), np.zeros(301)]
    limits = RULES["calibration"]
    assert group_calibration(np.full(400, 0.25), outcome, limits, 2) == {"finding": "insufficient"}


def test_more_groups_widen_the_interval_and_one_probability_has_no_slope():
    outcome = np.r_[np.ones(120), np.zeros(280)]
    limits = RULES["calibration"]
    one, ten = (group_calibration(np.full(400, 0.3), outcome, limits, n) for n in (1, 10))
    assert one["predicted_by_observed"] == pytest.approx(1)
    assert ten["predicted_by_observed_low"] < one["predicted_by_observed_low"]
    assert np.isnan(one["slope"])
    assert one["finding"] == "holds"


def test_mitigation_shows_ratios_and_cost_within_capacity():
    n = 800
    groups = pd.DataFrame({
        "sex": ["female", "male"] * (n // 2), "age_band": "30-39", "employment_type": "PNS",
    })  # fmt: skip
    people = pd.DataFrame({"employee_id": [f"e{i:03}" for i in range(n)], "unit_id": "U"})
    woman = (groups["sex"] == "female").to_numpy()
    score = np.random.default_rng(1).normal(size=n) + 1.0 * woman
    outcome = (score > np.quantile(score, 0.9)).astype(float)
    flagged = score >= np.sort(score)[-40]
    flagging = Flagging("disengagement", score, flagged, None, outcome, outcome)
    cost = mitigation_costs(people, flagging, groups, 0.05, RULES, 1)["sex"]
    assert [row["strength"] for row in cost["rows"]] == [0.0, 0.25, 0.5, 0.75, 1.0]
    before, after = cost["rows"][0], cost["rows"][-1]
    assert before["ratio_highest"] > 1.25
    assert after["ratio_lowest"] == pytest.approx(1.0)
    assert before["precision"] == 1.0
    assert after["precision_change_low"] <= after["precision_change"] <= 0
    assert 0 < cost["least_strength"] <= 1.0
    assert list(mitigation_costs(people, flagging, groups, 0.05, RULES, 1)) == ["sex"]
