from __future__ import annotations

import builtins
import json

import pytest
from click.testing import CliRunner

from experiments import nsw as protocol
from experiments.benchmark_command import benchmark
from experiments.benchmark_table import Row
from experiments.nsw import Protocol, covariates, load_nsw, overlap_lines, run_nsw, verdict
from features.errors import SystemPartError
from training.bootstrap import Interval

pytest.importorskip("causaldata")


@pytest.fixture(scope="module")
def found():
    quick = (Protocol("linear, trim .1", "linear", 0.1),)
    return run_nsw(protocols=quick, n_repeats=1)


def test_the_experiment_and_the_naive_difference_are_as_published(found):
    by_model = {row.model: row.metrics for row in found.rows}
    assert by_model["experiment"]["effect"].mean == pytest.approx(1794.34, abs=0.01)
    assert by_model["naive difference"]["effect"].mean == pytest.approx(-8497.52, abs=0.01)
    assert by_model["naive difference"]["placebo"].upper < -10_000
    assert (found.about["n_participants"], found.about["n_survey"]) == (185, 15992)


def test_the_estimate_is_consistent_with_the_experiment(found):
    assert found.about["verdict"] == {
        "holds_experiment": True,
        "excludes_naive": True,
        "placebo_holds_zero": True,
    }
    (estimated,) = (row for row in found.rows if row.model == "linear, trim .1")
    assert estimated.metrics["effect"].lower > -1500  # and not only because it is wide
    overlap = found.about["overlap"]["linear, trim .1"]
    assert overlap["propensity_low"] >= 0.1
    assert 100 < overlap["n_treated"] < 185
    assert any("of 185 participants" in line for line in overlap_lines(found))


def test_earnings_of_the_placebos_year_are_no_covariate_of_it():
    participants, _, _ = load_nsw()
    assert {"re75", "unemployed75"} <= set(covariates(participants))
    assert not {"re75", "unemployed75", "re78"} & set(covariates(participants, "re75"))


def test_a_verdict_fails_where_it_should():
    rows = [
        Row(name, {"effect": Interval(*own), "placebo": Interval(-2, -3, -1)})
        for name, own in (
            ("experiment", (10, 8, 12)), ("naive difference", (-5, -6, -4)), ("x", (-4, -7, 9)),
        )
    ]  # fmt: skip
    assert verdict(rows, "x") == dict.fromkeys(
        ("holds_experiment", "excludes_naive", "placebo_holds_zero"), False
    )


def test_command_prints_and_writes_the_table(tmp_path, monkeypatch, found):
    monkeypatch.setattr(protocol, "run_nsw", lambda **_: found)
    result = CliRunner().invoke(benchmark, ["nsw", "--json", str(tmp_path / "nsw.json")])
    assert result.exit_code == 0, result.output
    assert "experiment" in result.output
    assert "holds the experiment's result, its placebo holds 0" in result.output
    written = json.loads((tmp_path / "nsw.json").read_text())
    assert [row["model"] for row in written["rows"]][:2] == ["experiment", "naive difference"]
    assert {"effect", "effect_low", "placebo_high"} <= set(written["rows"][2])


def test_missing_data_package_names_the_remedy(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "causaldata":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SystemPartError, match="pip install causaldata"):
        load_nsw()
