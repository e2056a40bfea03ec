"""The benchmark of support needs: counted by hand, and once on a whole small employer."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from experiments import support_worlds
from experiments.benchmark_command import benchmark
from experiments.simulated_employer import HORIZON_MONTHS, START, build_employer
from experiments.simulation.world_files import load_world
from experiments.support_truth import remote_units, true_chances
from experiments.support_worlds import HINDSIGHT, LAGGED, ORACLE, OURS, RULE
from features.labels import EVENT
from features.panel import build_panel
from models.disengagement import DisengagementModel
from models.lagged_self import LaggedSelf
from training.periods import plan_periods


@pytest.fixture(scope="module")
def employer():
    return build_employer(load_world("opportunity_only"), 300, 1)


@pytest.fixture(scope="module")
def periods(employer):
    return plan_periods(START, employer.as_of, HORIZON_MONTHS)


@pytest.fixture(scope="module")
def panel(employer, periods):
    return build_panel(employer.records, [periods.evaluation], HORIZON_MONTHS)


def pooled_by_hand():
    """Return ten people, four with an event; the oracle flags two of them, what is served one."""
    outcome = np.array([1.0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    pooled = support_worlds._Pooled(outcome=[outcome], n_people=12, released=["rule"])
    pooled.sources = [{"absence_rise": "none"}]
    for policy, flagged in ((OURS, [0, 9]), (ORACLE, [0, 1]), (HINDSIGHT, [0, 1]), (LAGGED, [])):
        flags = np.zeros(10)
        flags[flagged] = 1
        pooled.flags[policy] = [flags]
    return pooled


def test_precision_and_shares_by_hand():
    result = support_worlds._result("hand", pooled_by_hand())
    served, oracle, _ = result.rows  # who flags nobody has no row
    assert {name: one.mean for name, one in served.metrics.items()} == pytest.approx(
        {"precision": 0.5, "lift": 1.25, "oracle_share": 0.5, "hindsight_share": 0.5}
    )
    assert oracle.metrics["oracle_share"].mean == 1
    assert result.share_of_oracle() == 0.5
    assert result.about["base_rate"] == 0.4
    assert result.about["share_flagged_for_lack_of_motivation"] is None


@pytest.mark.slow
def test_the_truth_agrees_with_what_happened_and_hindsight_knows_more(employer, panel, periods):
    chances = {
        hindsight: true_chances(
            employer, panel, periods.evaluation, HORIZON_MONTHS, 0, hindsight=hindsight
        )
        for hindsight in (True, False)
    }
    for one in chances.values():
        assert ((one >= 0) & (one <= 1)).all().all()
        unseen = panel["learning_stopped"].isna()
        assert (one.loc[unseen, "learning_stopped"] == 0).all()
    known = panel[EVENT].notna()
    happened = panel.loc[known, EVENT].to_numpy(dtype=float)
    foretold = chances[True].loc[known, "any"]
    spread = np.sqrt((foretold * (1 - foretold)).sum()) / known.sum()
    assert foretold.mean() == pytest.approx(happened.mean(), abs=4 * spread)
    assert foretold[happened == 1].mean() > 2 * foretold[happened == 0].mean()


@pytest.mark.slow
def test_a_flag_about_learning_is_explained_by_opportunity_or_counted(employer, panel, periods):
    assert remote_units(employer, panel)
    lagged = LaggedSelf(component="learning_stopped").fit(panel, np.full(6, 0.02))
    served = DisengagementModel({"learning_stopped": lagged})
    pooled = support_worlds._Pooled(n_people=len(panel))
    support_worlds._add_probabilities(pooled, served, panel)
    support_worlds._add_reasons(pooled, served, employer, panel, periods)
    assert pooled.n_flagged == pooled.n_learning
    assert 0 <= pooled.n_motivation <= pooled.n_learning
    told = panel["learning_stopped"].notna().sum()
    assert len(pooled.foretold["learning_stopped"][0][0]) == told


@pytest.mark.slow
def test_command_prints_and_writes_a_world(employer, tmp_path, monkeypatch):
    monkeypatch.setattr(support_worlds, "build_employer", lambda *_: employer)
    written = tmp_path / "support.json"
    result = CliRunner().invoke(
        benchmark, ["support", "--world", "opportunity_only", "--json", str(written)]
    )
    assert result.exit_code == 0, result.output
    assert "of the oracle's" in result.output
    assert "opportunity_only: " in result.output
    content = json.loads(written.read_text())
    by_model = {row["model"]: row for row in content["rows"]}
    assert {RULE, ORACLE, HINDSIGHT} <= set(by_model)
    assert by_model[ORACLE]["oracle_share"] == 1
    assert content["about"]["goal"] == 0.85
