"""The page of real runs on a panel, the learning curve, and what a fitted model goes by."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from sklearn.ensemble import RandomForestClassifier

from experiments.experiment.command import experiment
from experiments.experiment.report.importance import importance_of
from experiments.experiment.support_models import BoostedTrees, PlainLogistic
from models.event_model import EventModel
from models.event_protocol import Encoded
from training import tracking

pytestmark = pytest.mark.slow
TOML = """
name = "trees"
task = "support"
model = "lightgbm"
[data]
file = "panel.csv"
label = "left"
id = "employee"
time = "month"
[periods]
as_of = [2024-04-01, 2024-05-01]
embargo_days = 1
final = 2024-06-01
[params]
n_estimators = 5
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """Return a folder in which one experiment was run."""
    folder, rng = tmp_path_factory.mktemp("office"), np.random.default_rng(1)
    n = 200 * 6
    hours = rng.normal(size=n)
    left = rng.random(n) < 1 / (1 + np.exp(1 - 2 * hours))
    pd.DataFrame({
        "employee": np.tile([f"p{i}" for i in range(200)], 6),
        "month": np.repeat([f"2024-{m:02}-01" for m in range(1, 7)], 200),
        "hours": hours.round(3), "pay": rng.normal(size=n).round(3),
        "left": np.where(left, "yes", "no"),
    }).to_csv(folder / "panel.csv", index=False)  # fmt: skip
    (folder / "trees.toml").write_text(TOML)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUYULA_KEY_FOLDER", str(folder / "keys"))
        out = ask(folder, "run", str(folder / "trees.toml"))
        assert out.exit_code == 0, out.output
        yield folder


def ask(folder: Path, *words: str):
    return CliRunner().invoke(experiment, [*words, "--workspace", str(folder / "workspace")])


def ledger_of(folder: Path) -> list[dict]:
    text = (folder / "workspace" / "experiments" / "ledger.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_the_page_of_a_run_is_written_without_another_look(office, tmp_path):
    before = ledger_of(office)
    path = tmp_path / "deep" / "page.html"
    out = ask(office, "report", "trees", "--output", str(path), "--language", "en")
    assert out.exit_code == 0, out.output
    page = path.read_text()
    assert f"written: {path}" in out.output
    assert ">AUC 0." in page.replace("model: AUC", ">AUC")
    assert '<th scope="row">hours</th>' in page
    assert "n_estimators = 5" in page
    assert "--learning-curve` does" in page
    assert ledger_of(office) == before


def test_a_learning_curve_is_kept_and_looks_at_the_last_test_period_alone(office):
    before = len(ledger_of(office))
    out = ask(office, "report", "trees", "--learning-curve")
    assert out.exit_code == 0, out.output
    new = ledger_of(office)[before:]
    assert [(one["action"], "from 2024-05-01" in one["period"]) for one in new] == [
        ("looked", True)
    ]  # fmt: skip
    run = tracking.find_run("trees")
    assert run.status == "FINISHED"
    page = (office / "workspace" / "output" / f"experiment_{run.run_id[:8]}.html").read_text()
    assert "bagian orang yang dipelajari" in page
    assert "100%" in page
    again = ask(office, "report", "trees")
    assert again.exit_code == 0
    kept = json.loads(tracking.fetch(run.run_id, "learning_curve.json", office).read_text())
    # everybody: what the run itself found
    assert kept["points"][-1]["mean"] == pytest.approx(run.metrics["2024-05-01.model.ap"])
    assert [one["share"] for one in kept["points"]] == [0.1, 0.25, 0.5, 0.75, 1.0]


def test_a_learning_curve_of_other_data_is_refused(office):
    panel = (office / "panel.csv").read_bytes()
    try:
        (office / "panel.csv").write_bytes(panel.replace(b"0.1", b"0.9"))
        out = ask(office, "report", "trees", "--learning-curve")
    finally:
        (office / "panel.csv").write_bytes(panel)
    assert out.exit_code == 1
    assert "data of the run must be unchanged" in str(out.exception)


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(BoostedTrees(n_estimators=5), id="trees"),
        pytest.param(PlainLogistic(n_knots=2), id="logistic"),
        pytest.param(EventModel(n_seeds=1), id="event"),
        pytest.param(Encoded(RandomForestClassifier(10, random_state=0)), id="encoded"),
    ],
)
def test_a_model_goes_by_the_column_that_tells(rng, model):
    X = pd.DataFrame({"noise": rng.normal(size=300), "kind": rng.choice(["a", "b"], 300)})
    X["hours"] = rng.normal(size=300)
    y = (X["hours"] + rng.normal(size=300) / 2 > 0).to_numpy(dtype=float)
    shares = importance_of(model.fit(X, y))
    assert next(iter(shares)) == "hours"
    assert set(shares) <= set(X)
    assert sum(shares.values()) == pytest.approx(1)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)


def test_a_model_that_does_not_tell_has_no_importance():
    assert importance_of(object()) == {}
