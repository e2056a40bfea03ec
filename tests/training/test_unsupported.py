import numpy as np
import pandas as pd
import pytest

from models.hazard import HazardModel
from models.platt import expit, logit
from tests.models.hazard_case import drawn_panel, true_probability
from training.calibration import calibration_report
from training.unsupported import read_lots, unsupported_weights


def lots_of(*rows):
    lots = pd.DataFrame(rows, columns=["as_of", "employee_id", "flagged", "propensity"])
    return lots.assign(as_of=pd.to_datetime(lots["as_of"]))


PANEL = pd.DataFrame({"employee_id": list("abcde"), "as_of": pd.Timestamp("2025-01-01")})


def test_weights_by_hand():
    lots = lots_of(
        ("2025-02-01", "a", True, 0.5),  # drawn: supported
        ("2025-02-01", "b", False, 0.5),  # not drawn, in two lots: a chance of a half and a quarter
        ("2025-03-01", "b", False, 0.25),
        ("2025-02-01", "c", True, 1.0),
        ("2025-07-01", "d", True, 1.0),  # after the window
        ("2024-07-01", "d", True, 1.0),  # a whole horizon before it
        ("2024-07-02", "e", False, 0.95),
    )
    weights = unsupported_weights(PANEL, lots, 6)
    assert weights.tolist() == pytest.approx([0, 1 / (0.5 * 0.75), 0, 1, 10])  # 20 is too many


def test_without_a_log_everybody_counts_once(tmp_path):
    lots = read_lots(tmp_path)
    assert unsupported_weights(PANEL, lots, 6).tolist() == [1] * 5


def test_a_log_is_read_whole(tmp_path):
    for day in ("2025-02-01", "2025-03-01"):
        lots_of((day, "a", True, 1.0)).assign(unit_id="u").to_parquet(tmp_path / f"{day}.parquet")
    assert read_lots(tmp_path)["as_of"].tolist() == list(
        pd.to_datetime(["2025-02-01", "2025-03-01"])
    )


def test_support_that_works_does_not_look_like_miscalibration():
    """Half of those likely to have the event are drawn, and support spares all of them."""
    panel = drawn_panel(6000, 1)
    truth = true_probability(panel)
    rng = np.random.default_rng(2)
    at_margin = truth > 0.2
    drawn = at_margin & (rng.random(len(panel)) < 0.5)
    helped = panel.assign(absence_rise=np.where(drawn, 0.0, panel["absence_rise"]))
    lots = lots_of(
        *(
            (panel["as_of"].iloc[0], one, bool(is_drawn), 0.5)
            for one, is_drawn, near in zip(panel["employee_id"], drawn, at_margin, strict=True)
            if near
        )
    )
    weight = unsupported_weights(panel, lots, 6)
    outcome = helped["absence_rise"].to_numpy()
    assert calibration_report(truth, outcome).verdict == "fails"
    assert calibration_report(truth, outcome, weight).verdict == "holds"
    hazard = HazardModel(component="absence_rise")
    hazard.score = lambda people: logit(true_probability(people))
    hazard.calibrate(helped, weight)
    assert hazard.slope_ == pytest.approx(1, abs=0.15)
    hazard.calibrate(helped)
    assert expit(hazard.intercept_) < 0.45 or hazard.slope_ < 0.85


def test_true_probabilities_hold_and_others_fail_by_level_and_by_spread():
    rng = np.random.default_rng(0)
    p = rng.uniform(0.02, 0.5, 8000)
    y = (rng.random(8000) < p).astype(float)
    report = calibration_report(p, y, n_groups=5)
    assert report.verdict == "holds"
    assert report.slope_low < report.slope < report.slope_high
    assert report.ratio_low < 1 < report.ratio_high
    assert report.sentence().startswith("Calibration holds: slope ")
    assert calibration_report(p * 1.3, y).verdict == "fails"
    flat = expit(0.4 * logit(p) + 0.6 * logit(0.26))
    assert calibration_report(flat, y).verdict == "fails"


def test_more_groups_widen_the_intervals_and_few_events_are_insufficient():
    rng = np.random.default_rng(1)
    p = rng.uniform(0.02, 0.3, 500)
    y = (rng.random(500) < p).astype(float)
    one, ten = calibration_report(p, y), calibration_report(p, y, n_groups=10)
    assert ten.slope_low < one.slope_low
    assert ten.ratio_high > one.ratio_high
    assert one.verdict == "insufficient"
    assert "insufficient (under 100 events)" in one.sentence()
    with pytest.raises(ValueError, match="n_groups must be positive, got 0"):
        calibration_report(p, y, n_groups=0)
    with pytest.raises(ValueError, match="must hold an event"):
        calibration_report(p, y * 0)
