"""From panels whose truth is known to a judged list of support needs."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from features.labels import EVENT
from models.hazard import HazardModel
from tests.models.hazard_case import TINY, drawn_panel
from training import support_fitting
from training.fitting import TooLittleError
from training.periods import Periods
from training.support_candidate import SupportCandidate
from training.support_fitting import fit_components
from training.support_judging import judge_on, year_ahead
from training.survey_check import validated_on_survey

PERIODS = Periods((date(2024, 1, 1),), date(2024, 7, 1), date(2025, 1, 1), date(2025, 7, 1), 6)


def panel_at(day, seed, n=1500, outcome_seed=None):
    """Return a panel; who is absent more is lower in the survey, and nobody fell or left."""
    panel = drawn_panel(n, seed, pd.Timestamp(day), outcome_seed)
    never = dict.fromkeys(("performance_fall", "voluntary_exit"), np.nan)
    asked = np.arange(n) % 2 == 0
    noise = np.random.default_rng(seed).normal(size=n)
    low = ((panel["predicate_vs_unit"] + noise) > 1.5).astype(float).where(asked)
    months = {f"{name}_month": np.nan for name in (*never, "survey_low")}
    before = {f"{name}_before": np.nan for name in (*never, "survey_low")}
    event = panel[["absence_rise", "learning_stopped"]].max(axis=1)
    # the rule's figures, which say nothing here
    rule = {"n_offers_6_months": 0.0, "n_enrolments_6_months": 1.0}
    more = never | months | before | rule | {EVENT: event, "survey_low": low}
    return panel.assign(**more)


@pytest.fixture(scope="module")
def candidate():
    return fit_components(panel_at("2024-01-01", 1), panel_at("2024-07-01", 2), 6, grid=TINY)


@pytest.fixture(scope="module")
def judged(candidate):
    return judge_on(panel_at("2025-01-01", 3), PERIODS, candidate, 0)


def test_a_component_learns_where_it_has_events_and_says_what_else_lacks(candidate):
    assert set(candidate.hazards) == {"absence_rise", "learning_stopped", "survey_low"}
    assert "holds 0 events among 0 labelled" in candidate.missing["voluntary_exit"]
    few, later = panel_at("2024-01-01", 1, 60), panel_at("2024-07-01", 2, 60)
    with pytest.raises(TooLittleError, match="absence_rise: the training period holds .* events"):
        fit_components(few, later, 6)


def test_each_component_is_released_by_its_own_gate(judged):
    components = judged.verdict.numbers["components"]
    # absence follows the profile; stopping follows the window before, and nothing else
    assert judged.verdict.numbers["sources"] == {
        "learning_stopped": "lagged", "absence_rise": "hazard", "performance_fall": "none",
        "voluntary_exit": "none", "survey_low": components["survey_low"]["source"],
    }  # fmt: skip
    assert components["learning_stopped"]["sentence"].startswith("REFUSED: the lagged self")
    assert "Calibration" in components["absence_rise"]["sentence"]
    assert components["absence_rise"]["calibration"]["hazard"]["verdict"] == "holds"
    assert components["voluntary_exit"]["sentence"].startswith("NOT LEARNED")
    assert (judged.verdict.released, judged.verdict.passed) == ("disengagement", True)
    assert set(judged.curves) == {"predicted", "observed"}


def test_the_combined_order_is_checked_on_the_survey(judged, candidate):
    survey = judged.verdict.numbers["survey"]
    assert survey["n_people"] == 750
    model = candidate.released({"absence_rise": "hazard"})
    rng = np.random.default_rng(0)
    found = validated_on_survey(panel_at("2025-01-01", 3), model, rng)
    assert found["validated"]
    assert found["auc_low"] > 0.55
    assert found["sentence"].startswith("VALIDATED on a survey: AUC ")
    lots = panel_at("2025-01-01", 3)
    drawn = np.random.default_rng(5).permutation(lots["survey_low"].dropna())
    lots.loc[lots["survey_low"].notna(), "survey_low"] = drawn
    refused = validated_on_survey(lots, model, rng)
    assert not refused["validated"]
    assert "named after its components" in refused["sentence"]
    nobody = validated_on_survey(lots.assign(survey_low=np.nan), model, rng)
    assert nobody["sentence"].startswith("NOT VALIDATED on a survey: 0 low answers among 0 people.")


def test_a_component_without_events_in_the_later_period_is_not_judged(candidate):
    later = panel_at("2025-01-01", 3, 400).assign(survey_low=0.0)
    components = judge_on(later, PERIODS, candidate, 0).verdict.numbers["components"]
    assert components["survey_low"]["sentence"] == "NOT JUDGED: 0 events among 400 people."
    assert components["survey_low"]["source"] == "none"


def test_a_candidate_survives_its_files_and_components_that_do_not_count_stand_apart(candidate):
    back = SupportCandidate.from_files(candidate.to_files())
    assert back.missing == candidate.missing
    asked = panel_at("2025-01-01", 3, 50)
    sources = {"absence_rise": "hazard", "learning_stopped": "lagged", "survey_low": "hazard"}
    one, other = candidate.released(sources), back.released(sources)
    assert (one.score(asked) == other.score(asked)).all()
    assert list(other.apart) == ["survey_low"]


def test_a_year_is_told_by_two_windows(candidate):
    first, second = panel_at("2024-07-01", 2, 400), panel_at("2025-01-01", 2, 400, 9)
    panel = pd.concat([first, second], ignore_index=True)
    # one window was learned from, so that there is no curve of a year to judge
    assert year_ahead(panel, candidate, PERIODS) == {}
    both = pd.concat([panel_at("2024-01-01", 1, 800), panel_at("2024-07-01", 1, 800, 8)])
    hazard = HazardModel(component="absence_rise", grid=TINY).fit(both.reset_index(drop=True))
    hazard.calibrate(panel_at("2024-07-01", 2, 800))
    year = year_ahead(panel, SupportCandidate({"absence_rise": hazard}, {}), PERIODS)
    year = year["absence_rise"]
    assert (year["months"], year["n_people"]) == (12, 400)
    assert year["n_events"] == int((first["absence_rise"] + second["absence_rise"] > 0).sum())
    assert year["auc"] > 0.7


def test_outcomes_dealt_by_lot_keep_their_dates_and_their_number():
    panel = pd.concat([panel_at("2024-01-01", 1, 200), panel_at("2024-07-01", 2, 200)],
                      ignore_index=True)  # fmt: skip
    dealt = support_fitting._permuted(panel, 0)
    by_date = [one.groupby("as_of")["absence_rise"].sum() for one in (panel, dealt)]
    pd.testing.assert_series_equal(*by_date)
    assert (dealt["absence_rise"] != panel["absence_rise"]).any()
    told = dealt["absence_rise"] == 1
    assert dealt.loc[told, "absence_rise_month"].notna().all()
