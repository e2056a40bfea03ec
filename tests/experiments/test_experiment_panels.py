"""How a panel in a file is cut into what is learned from and what is judged on, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from experiments.experiment.gates import LEAST_EVENTS, gates_of, passed
from experiments.experiment.measures import at_capacity, calibration, gains, same_people
from experiments.experiment.model_choice import ModelChoice
from experiments.experiment.panel_support import SEARCH, PanelSupport
from experiments.experiment.question import Used
from experiments.experiment.specification import GateLimits, read_specification
from features.errors import HuyulaError, SchemaError

FILE = 'name = "a"\ntask = "support"\nmodel = "event"\n[data]\nfile = "p.csv"\nlabel = "left"\n'
SEARCHED = '[search.space.x]\nkind = "int"\nrange = [1, 2]\n'


class Keeps(BaseEstimator):
    """Remembers which rows it was shown."""

    def fit(self, X, y, groups=None):
        self.rows_, self.groups_ = X["row"].astype(int).tolist(), groups
        return self

    def probability(self, X):
        return np.full(len(X), 0.25)


def panel(folder: Path, times: list, n_people: int = 12, events: str = "id") -> None:
    """Write one row a person and time; every third person has the event."""
    rows = [(f"p{p}", time, p) for time in times for p in range(n_people)]
    frame = pd.DataFrame(rows, columns=["who", "t", "p"])
    frame["left"] = np.where(frame.pop("p") % 3 == 0, "yes", "no")
    frame.assign(row=range(len(frame)), x=1.5).to_csv(folder / "p.csv", index=False)


def ask(folder: Path, more: str) -> PanelSupport:
    one = read_specification(FILE + more, folder, "a.toml")
    return PanelSupport(one, Used("p.csv", "p.csv", "d" * 64), ModelChoice("keeps", Keeps))


def test_rows_before_the_embargo_are_learned_from_and_those_to_the_next_origin_judged(tmp_path):
    panel(tmp_path, [f"2024-{m:02}-01" for m in range(1, 9)])
    periods = "[periods]\nas_of = [2024-07-01, 2024-05-01]\nembargo_days = 31\nfinal = 2024-08-01\n"
    question = ask(tmp_path, 'id = "who"\ntime = "t"\n' + periods)
    assert [one.name for one in question.periods] == ["2024-05-01", "2024-07-01"]
    first, second = (question.judge(one, {}) for one in question.periods)
    assert first.model.rows_ == list(range(36))  # to March: April lies within 31 days of May
    assert len(first.rows) == 24  # May and June
    assert second.model.rows_ == list(range(60))
    assert len(second.rows) == 12  # July; August is final
    assert question.final is not None
    assert len(question.judge(question.final, {}).rows) == 12
    assert question.final.key.endswith("from 2024-08-01 on")
    assert len(first.model.groups_) == 36


def test_a_rolling_back_test_ends_a_step_after_its_last_origin(tmp_path):
    panel(tmp_path, [f"2024-{m:02}-01" for m in range(1, 9)])
    rolling = "[periods]\nrolling = {from = 2024-05-01, to = 2024-06-01, every_months = 1}\n"
    question = ask(tmp_path, 'time = "t"\n' + rolling + "horizon_months = 1\n")
    judged = [question.judge(one, {}) for one in question.periods]
    assert [len(one.rows) for one in judged] == [12, 12]  # not July and August
    assert judged[0].model.rows_ == list(range(36))  # 30 days before May: March and before
    assert judged[0].model.groups_ is None


def test_times_in_numbers_have_an_embargo_of_three_steps(tmp_path):
    panel(tmp_path, list(range(1, 21)))
    question = ask(tmp_path, 'time = "t"\n[periods]\nas_of = [16]\n' + SEARCHED)
    judged = question.judge(question.periods[0], {})
    assert judged.model.rows_ == list(range(12 * 12))  # to 12: 13, 14 and 15 are within three steps
    assert len(judged.rows) == 60
    searched = question.judge(question.validation, {})
    assert searched.model.rows_ == list(range(12 * 5))  # three quarters of 1 to 12: 9, less three
    assert len(searched.rows) == 48


def test_people_without_time_are_dealt_into_folds_and_a_third_is_set_aside(tmp_path):
    panel(tmp_path, [1, 2], n_people=60)
    question = ask(tmp_path, 'id = "who"\ndrop = ["t"]\n')
    judged = [question.judge(one, {}) for one in question.periods]
    assert sum(len(one.rows) for one in judged) == 120
    people = [set(one.rows["person"]) for one in judged]
    assert sum(map(len, people)) == len(set.union(*people)) == 60
    searched = ask(tmp_path, 'id = "who"\ndrop = ["t"]\n' + SEARCHED)
    rows = [searched.judge(one, {}).rows for one in searched.periods]
    tried = searched.judge(searched.validation, {})
    assert searched.validation.name == SEARCH
    assert sum(map(len, rows)) == 80
    assert not set(pd.concat(rows)["person"]) & set(tried.rows["person"])
    assert searched.final is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param(
            '[periods]\nas_of = ["2024-01-01"]', "must leave rows on both sides", id="none"
        ),
        pytest.param(
            "[periods]\nas_of = [2024-07-01]\nfinal = 2024-06-01",
            "final must lie after",
            id="order",
        ),
        pytest.param(
            "[periods]\nas_of = [2024-02-01]\nembargo_days = 90",
            "rows before its embargo",
            id="all",
        ),
        pytest.param(
            "[periods]\nas_of = [2024-07-01]\nfinal = 2025-06-01", "must have rows in it", id="end"
        ),
    ],
)
def test_periods_without_rows_are_refused(tmp_path, more, said):
    panel(tmp_path, [f"2024-{m:02}-01" for m in range(1, 9)])
    with pytest.raises(SchemaError, match=said):
        ask(tmp_path, 'time = "t"\n' + more)


def test_a_search_without_rows_before_it_and_too_few_people_are_refused(tmp_path):
    panel(tmp_path, ["2024-01-01", "2024-06-01"])
    question = ask(tmp_path, 'time = "t"\n[periods]\nas_of = [2024-06-01]\nembargo_days = 1\n')
    with pytest.raises(SchemaError, match="search needs rows well before 2024-06-01"):
        question.judge(question.validation, {})
    panel(tmp_path, [1], n_people=5)
    with pytest.raises(SchemaError, match="must hold events and others"):
        ask(tmp_path, 'id = "who"\ndrop = ["t"]\n')


def test_a_period_needs_both_outcomes(tmp_path):
    panel(tmp_path, [f"2024-{m:02}-01" for m in range(1, 9)])
    rows = pd.read_csv(tmp_path / "p.csv")
    rows.loc[rows["t"] == "2024-06-01", "left"] = "no"
    rows.to_csv(tmp_path / "p.csv", index=False)
    periods = "[periods]\nas_of = [2024-06-01, 2024-07-01]\nembargo_days = 1\n"
    question = ask(tmp_path, 'time = "t"\n' + periods)
    with pytest.raises(HuyulaError, match="seen in 2024-06-01, got 0 events among 12"):
        question.judge(question.periods[0], {})


def rows_of(n: int, rate: float, probability: np.ndarray, outcome: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "period": "spring",
            "person": [f"p{i}" for i in range(n)],
            "case": 0,
            "outcome": outcome,
            "probability": probability,
            "rule": rate,
            "flagged": probability >= np.sort(probability)[-max(n // 20, 1)],
            "rule_flagged": False,
        }
    )


@pytest.fixture
def calibrated(rng) -> pd.DataFrame:
    probability = rng.uniform(0.02, 0.9, 800)
    return rows_of(800, 0.5, probability, (rng.random(800) < probability).astype(float))


def test_gates_pass_what_is_sound_and_name_what_is_not(calibrated):
    sound = gates_of("support", calibrated, {"hours": 0.8}, GateLimits(), 0)
    assert [gate.verdict for gate in sound] == ["passed"] * 3
    assert passed(sound)
    leaky = gates_of("support", calibrated, {"hours": 0.97}, GateLimits(), 0)
    assert leaky[0].verdict == "REFUSED"
    assert "hours alone 0.970" in leaky[0].sentence
    strict = gates_of("support", calibrated, {}, GateLimits(leak_threshold=0.6, least_gain=0.9), 0)
    assert [gate.verdict for gate in strict] == ["REFUSED", "REFUSED", "passed"]
    halved = calibrated.assign(probability=calibrated["probability"] / 2)
    assert [g.verdict for g in gates_of("support", halved, {}, GateLimits(), 0)][2] == "REFUSED"
    few = calibrated.assign(outcome=calibrated["outcome"] * (calibrated.index < 50))
    assert few["outcome"].sum() < LEAST_EVENTS
    assert gates_of("support", few, {}, GateLimits(), 0)[2].verdict == "insufficient"


def test_a_constant_probability_has_no_calibration_slope(calibrated):
    flat = calibration(calibrated.assign(probability=0.4), 0)["calibration_slope"]
    assert np.isnan([flat.mean, flat.lower, flat.upper]).all()


def test_precision_and_lift_at_capacity_by_hand():
    outcome = np.array([1.0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    rows = rows_of(10, 0.2, np.linspace(0.9, 0.1, 10), outcome)
    found = at_capacity(rows.assign(flagged=[True, True, *[False] * 8]))
    assert found["precision_at_capacity"] == 0.5
    assert found["lift_at_capacity"] == 2.5
    assert np.isnan(found["rule_precision_at_capacity"])


def test_intervals_draw_people_with_all_their_rows():
    """Two people with opposite rows: drawn whole, each mean is 0, 1 or between by halves."""
    rows = pd.DataFrame({"person": ["a"] * 50 + ["b"] * 50})
    for name in ("ndcg_at_10", "recall_at_10", "hit_rate_at_10"):
        rows[name] = np.repeat([0.0, 1.0], 50)
        rows[f"{name}.popularity"] = 0.25
    own, theirs, gained = gains("recommend", rows, {"popularity": "popularity"}, 0)
    assert own["ndcg_at_10"].mean == 0.5
    assert (own["ndcg_at_10"].lower, own["ndcg_at_10"].upper) == (0.0, 1.0)
    assert theirs["popularity"]["recall_at_10"].mean == 0.25
    assert gained["popularity"]["ndcg_at_10"].mean == 0.25


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({}, "", id="same"),
        pytest.param({"period": "autumn"}, "other periods: spring and autumn", id="period"),
        pytest.param({"case": 1}, "other rows of the same people", id="rows"),
        pytest.param({"outcome": 1.0}, "the same people had other outcomes", id="outcome"),
    ],
)
def test_rows_are_compared_only_where_they_are_the_same(calibrated, change, said):
    assert said in same_people("support", calibrated, calibrated.assign(**change))
    assert bool(same_people("support", calibrated, calibrated.assign(**change))) == bool(said)
    fewer = same_people("support", calibrated, calibrated.iloc[:799])
    assert fewer == "they were judged on other people: 1 only of the first"
