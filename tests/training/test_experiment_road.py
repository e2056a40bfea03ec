"""Experiments on the records of a workspace: back-tests, the closed final period, the release."""

from __future__ import annotations

import contextlib
import json
from datetime import date

import pandas as pd
import pytest

from experiments.experiment.calendar import Calendar
from experiments.experiment.ledger import Ledger
from experiments.experiment.open_question import Experiment, open_question
from experiments.experiment.promote import GateError, Promotion, promote_run
from experiments.experiment.run import run_experiment
from experiments.experiment.tracked import open_finished
from features.errors import HuyulaError, SchemaError
from features.keys import load_verifying_key
from features.labels import EVENT
from features.workspace import Workspace
from models.bundle import open_bundle
from training import tracking
from training.road import release_champions

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def quiet(_title, _total):
    yield lambda _part="": None


@pytest.fixture(scope="module")
def workspace(simulated, tmp_path_factory):
    root = tmp_path_factory.mktemp("experiments")
    workspace = Workspace(root / "office")
    workspace.root.mkdir()
    workspace.records.symlink_to(simulated.records.resolve(), target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUYULA_KEY_FOLDER", str(root / "keys"))
        yield workspace


def read(workspace: Workspace, name: str, task: str, model: str, more: str = "") -> Experiment:
    path = workspace.root / f"{name}.toml"
    path.write_text(f'name = "{name}"\ntask = "{task}"\nmodel = "{model}"\n{more}')
    return Experiment.read(path)


@pytest.fixture(scope="module")
def ran(workspace):
    """Run a ranker, a generator and the support model; return what each said."""
    rolling = "[periods]\nas_of = [2025-01-01, 2024-10-01]\n"
    short = "[periods]\nhorizon_months = 4\n"  # more snapshots, and so more events, before the test
    families = '[features]\nfamilies = ["career", "development", "attendance"]\n'
    return {
        one.specification.name: "\n".join(run_experiment(one, workspace, quiet))
        for one in (
            read(workspace, "ranker", "recommend", "ranker", families + "[params]\nn_leaves = 7\n"),
            read(workspace, "popular", "recommend", "popularity", rolling),
            read(workspace, "support", "support", "disengagement", families + short),
        )
    }


def test_each_origin_and_all_together_are_told(workspace, ran):
    found = open_finished("popular", workspace)
    assert list(found.metrics) == ["2024-10-01", "2025-01-01", "pooled"]
    n = [found.metrics[name]["model"]["n"] for name in found.metrics]
    assert n[0] + n[1] == n[2] == len(found.rows)
    pooled = found.metrics["pooled"]["model"]["ndcg_at_10"]
    assert pooled == pytest.approx(found.rows["ndcg_at_10"].mean())
    rivals = {name.partition(".")[2] for name in found.rows if name.startswith("ndcg_at_10.")}
    assert rivals == {"gap", "transitions", "item_knn", "ease"}


def test_by_default_the_last_period_before_the_final_one_is_judged(workspace, ran):
    found = open_finished("ranker", workspace)
    assert found.about["periods"] == {"2025-01-01": "recommend 2025-01-01 to 2025-07-01"}
    assert "better: " in ran["ranker"]


def test_nothing_is_learned_from_a_label_that_reaches_into_the_test(workspace):
    one = read(workspace, "embargo", "support", "logistic_regression")
    question, _ = open_question(one, workspace)
    split = question._split(date(2025, 1, 1))
    rows = pd.DataFrame({"when": split.train.when, "late": split.train.late})
    # six months each: the last label ends where the test begins, the calibration's lies apart
    assert rows["when"].max() == pd.Timestamp("2024-07-01")
    assert set(rows.loc[rows["late"] == 1, "when"]) == {pd.Timestamp("2024-07-01")}
    assert rows.loc[rows["late"] == 0, "when"].max() <= pd.Timestamp("2024-01-01")
    assert len(rows["when"].unique()) == 7
    assert EVENT not in split.train.X


def test_the_final_period_is_closed_to_runs(workspace):
    late = read(workspace, "late", "support", "event", "[periods]\nas_of = [2025-03-01]\n")
    with pytest.raises(SchemaError, match=r"must end by 2025-07-01, so it may be 2025-01-01 at"):
        run_experiment(late, workspace, quiet)
    early = read(workspace, "early", "support", "event", "[periods]\nas_of = [2023-03-01]\n")
    with pytest.raises(SchemaError, match="records must span at least 12 months"):
        run_experiment(early, workspace, quiet)


def test_a_calendar_cuts_the_records_into_windows():
    calendar = Calendar(date(2023, 1, 1), date(2026, 1, 1), 6)
    assert (calendar.final, calendar.final_periods.evaluation) == (date(2025, 7, 1),) * 2
    assert [str(day) for day in calendar.snapshots_before(date(2025, 1, 1))] == [
        f"2024-0{month}-01" for month in range(1, 8)
    ]


def test_champions_of_experiments_are_released(workspace, ran):
    for name in ("ranker", "support"):
        forced = Promotion("champion", "to walk the road to its end", force=True)
        said = "\n".join(promote_run(name, forced, workspace, quiet))
        assert "release: " in said
    assert tracking.champion(tracking.RECOMMENDER)[1] == "ranker"
    released = "\n".join(release_champions(workspace, quiet))
    assert "released: recommender ranker (version 1)" in released
    assert "released: support disengagement (version 1)" in released
    from features.settings import Settings

    bundle = open_bundle(workspace.bundle, load_verifying_key(Settings().key_folder))
    assert bundle.about["support"]["kind"] == "disengagement"
    components = json.loads(bundle.files["support/disengagement.json"])["components"]
    assert components
    for one in components:
        assert "unexcused_rise" in one["model"]["features"]
        assert "job_person_match" not in one["model"]["features"]
    actions = [one["action"] for one in Ledger(workspace.experiments).entries()]
    assert actions.count("promoted") == 2


def test_what_a_bundle_cannot_hold_is_no_champion(workspace, ran):
    run_experiment(read(workspace, "plain", "support", "logistic_regression"), workspace, quiet)
    with pytest.raises(HuyulaError, match=r"a bundle can hold \(disengagement\), got logistic"):
        promote_run("plain", Promotion("champion", "why not", force=True), workspace, quiet)
    with pytest.raises(GateError, match=r"better: ndcg_at_10"):
        promote_run("popular", Promotion("challenger"), workspace, quiet)
