import contextlib
import json
import shutil
from datetime import date

import polars as pl
import pytest
from click.testing import CliRunner

from features.commands import profiles
from features.errors import HuyulaError, MissingStepError
from features.keys import load_signing_key, load_verifying_key
from features.settings import Settings
from features.standards.load import load_standard
from features.workspace import Workspace
from models.bundle import Bundle, open_bundle, write_bundle
from models.disengagement import load_support
from models.recommender import Recommender
from training import retraining, tracking
from training.audit_commands import FOUND, card, fairness, monitor
from training.candidate import Candidate
from training.cards.facts import card_facts
from training.commands import retrain
from training.fairness.words import FINDINGS, GROUPS
from training.monitoring import steps
from training.monitoring.compare import matured_calibration
from training.monitoring.steps import monitor_live, released_support
from training.road import judge_candidate, judge_null, release_champions, train_candidate

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def quiet(_title, _total):
    yield lambda _part="": None


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUYULA_KEY_FOLDER", str(folder))
        yield folder


@pytest.fixture(scope="module")
def road(simulated, keys):
    """Walk train, evaluate, release once; return what each said."""
    return [
        train_candidate(simulated, None, quiet),
        judge_candidate(simulated, quiet),
        release_champions(simulated, quiet),
    ]


def test_each_step_says_what_it_did(road):
    trained, judged, released = ("\n".join(lines) for lines in road)
    assert "recommender learned from courses taken 2025-01-01 to 2025-07-01" in trained
    assert "7 monthly snapshots 2024-01-01 to 2024-07-01, calibrated on 2025-01-01" in trained
    assert "judged on 2025-07-01 to 2026-01-01" in judged
    assert "recommender: " in judged
    assert "support: " in judged
    assert "bundle " in released


def test_bundle_verifies_and_holds_the_released_models(simulated, road, keys):
    bundle = open_bundle(simulated.bundle, load_verifying_key(keys))
    kinds = {part: bundle.about[part]["kind"] for part in ("recommender", "support")}
    verdicts = bundle.about["gates"]
    assert kinds == {part: verdicts[part]["released"] for part in kinds}
    own = {n.partition("/")[2]: t for n, t in bundle.files.items() if n.startswith("recommender/")}
    assert Recommender.from_files(own).kind == kinds["recommender"]
    if kinds["support"] != "none":
        own = {n.partition("/")[2]: t for n, t in bundle.files.items() if n.startswith("support/")}
        assert load_support(kinds["support"], own).kind == kinds["support"]


def test_bundle_holds_no_people(simulated, road, simulated_records):
    content = "".join(
        path.read_text()
        for path in simulated.bundle.rglob("*.*")
        if path.is_file() and path.suffix != ".sig"
    )
    people = simulated_records.employees["employee_id"]
    assert len(people) == 500
    assert not any(person in content for person in people)


def test_runs_are_tracked_with_parameters_metrics_digest_verdict_and_charts(simulated, road):
    version, kind, run_id = tracking.champion(tracking.RECOMMENDER)
    run = tracking.mlflow.get_run(run_id)
    assert (version, kind) == ("1", run.data.tags["recommender_verdict"] and kind)
    assert len(run.data.params["records_digest"]) == 64
    assert run.data.params["evaluation"] == "2025-07-01"
    assert 0 < run.data.metrics["recommender.popularity.ndcg_at_10"] < 1
    assert "support_verdict" in run.data.tags
    files = {file.path for file in tracking.mlflow.MlflowClient().list_artifacts(run_id)}
    assert {"candidate", "recommender.png", "recommender_judgement.json"} <= files


def test_evaluate_leaves_the_fairness_audit_with_candidate_and_run(simulated, road):
    audit = json.loads((simulated.candidate / "fairness.json").read_text())
    run = tracking.mlflow.get_run(audit["run_id"])
    assert audit["run_id"] == Candidate.load(simulated.candidate).run_id
    assert {"sex", "age_band", "unit", "sex*employment_type"} <= set(audit["lists"])
    assert audit["proxies"]["sex"]["finding"] == "measured"
    files = {f.path for f in tracking.mlflow.MlflowClient().list_artifacts(audit["run_id"])}
    assert "fairness.json" in files
    assert 0.3 < run.data.metrics["fairness.proxy_sex.auc"] < 0.8
    rows = [row for part in ("flags", "lists") for own in audit[part].values() for row in own]
    assert {row["finding"] for row in rows} <= set(FINDINGS)
    assert {row["group"] for row in audit["lists"]["sex"]} <= set(GROUPS)
    assert "proxy meter" in "\n".join(road[1])


def test_fairness_command_says_by_its_exit_code_whether_something_was_found(simulated, road):
    arguments = ["--workspace", str(simulated.root), "--language", "en"]
    run = CliRunner().invoke(fairness, arguments, catch_exceptions=False)
    audit = json.loads((simulated.output / "fairness.json").read_text())
    assert audit == json.loads((simulated.candidate / "fairness.json").read_text())
    assert run.exit_code == (FOUND if audit["findings"] else 0), run.output
    assert "Fairness audit" in (simulated.output / "fairness.html").read_text()


def test_cards_are_read_from_the_run_and_kept_with_it(simulated, road, tmp_path):
    arguments = ["--workspace", str(simulated.root), "--language", "en"]
    run = CliRunner().invoke(card, arguments, catch_exceptions=False)
    assert run.exit_code == 0, run.output
    judged = json.loads((simulated.candidate / "judgement.json").read_text())
    text = (simulated.output / "model_card.md").read_text()
    assert judged["support"]["verdict"]["sentence"] in text
    candidate = Candidate.load(simulated.candidate)
    assert candidate.records_digest in text
    assert card_facts(simulated)["bundle"]["digest"] in text
    fetched = tracking.fetch(candidate.run_id, "cards/en/model_card.md", tmp_path)
    assert fetched.read_text() == text
    people = pl.read_parquet(simulated.records / "employees.parquet")["employee_id"]
    assert not any(person in text for person in people)


def test_cards_of_a_candidate_that_is_not_the_released_one_name_no_bundle(
    simulated, road, tmp_path
):
    other = Workspace(tmp_path / "other")
    shutil.copytree(simulated.candidate, other.candidate)
    assert card_facts(other)["bundle"] is None
    assert card_facts(other)["imported"] is None
    shutil.copytree(simulated.bundle, other.bundle)
    assert card_facts(other)["bundle"] is not None
    judged = json.loads((other.candidate / "judgement.json").read_text())
    judged["support"]["verdict"]["sentence"] = "another"
    (other.candidate / "judgement.json").write_text(json.dumps(judged))
    assert card_facts(other)["bundle"] is None


def test_monitor_compares_live_profiles_with_what_the_bundle_learned_from(simulated, road):
    arguments = ["--workspace", str(simulated.root)]
    assert CliRunner().invoke(profiles, arguments, catch_exceptions=False).exit_code == 0
    run = CliRunner().invoke(monitor, arguments, catch_exceptions=False)
    found = json.loads((simulated.output / "monitor.json").read_text())
    assert run.exit_code == (FOUND if found["warnings"] else 0), run.output
    assert found["reference_as_of"] == "2025-01-01"
    assert found["features"]["post_days"]["finding"] in {"stable", "moving", "moved"}
    assert found["calibration"]["all"]["finding"] in {"not matured", "no probability"}
    assert found["delay"]["attendance"]["now"] is not None
    assert "<h1>Monitoring</h1>" in (simulated.output / "monitor.html").read_text()


def test_monitor_judges_labels_that_matured_after_the_judging(simulated, road, simulated_records):
    candidate, rules = Candidate.load(simulated.candidate).support, load_standard("monitoring")
    assert candidate is not None
    model = candidate.released(dict.fromkeys(candidate.hazards, "hazard"))
    end = date(2026, 1, 1)
    judged = matured_calibration(simulated_records, end, 6, date(2025, 1, 1), model, rules)
    assert judged.keys() == candidate.hazards.keys()
    for one in judged.values():
        assert one["finding"] in {"holds", "fails", "insufficient", "not seen"}
        assert one["finding"] == "not seen" or one["snapshot"] == "2025-07-01"
    early = matured_calibration(simulated_records, end, 6, date(2025, 7, 1), model, rules)
    assert early == {"all": {"finding": "not matured"}}


def test_monitor_asks_for_a_bundle_with_a_reference(keys, tmp_path):
    workspace = Workspace(tmp_path / "old")
    workspace.bundle.mkdir(parents=True)
    write_bundle(workspace.bundle, {}, {"support": {"kind": "none"}}, load_signing_key(keys))
    with pytest.raises(HuyulaError, match="holds no reference to compare with"):
        monitor_live(workspace)
    assert released_support(Bundle("d", {"support": {"kind": "none"}}, {})) is None


def test_a_crowned_booster_loads_by_its_alias(simulated, road):
    _, _, run_id = tracking.champion(tracking.RECOMMENDER)
    tracking.crown("crowned", run_id, "ranker", "ranker")
    booster = tracking.mlflow.lightgbm.load_model("models:/crowned@champion")
    assert (
        booster.feature_name() == Candidate.load(simulated.candidate).ranker.booster_.feature_name()
    )


def test_evaluating_twice_gives_the_same_verdict(simulated, road):
    first = json.loads((simulated.candidate / "judgement.json").read_text())
    judge_candidate(simulated, quiet)
    assert json.loads((simulated.candidate / "judgement.json").read_text()) == first


@pytest.mark.parametrize("seed", [1, 2])
def test_gates_refuse_models_that_learned_from_lots(simulated, road, seed):
    before = (simulated.candidate / "candidate.json").read_text()
    lines = judge_null(simulated, seed, None, quiet)
    assert lines[0] == f"null test {seed}: both models learned from labels drawn by lot."
    assert lines[-1].startswith("The gates refused both")
    assert (simulated.candidate / "candidate.json").read_text() == before
    assert tracking.mlflow.last_active_run().data.tags["null_test"] == "True"


def test_evaluate_refuses_a_candidate_of_other_records(simulated, road, tmp_path):
    other = Workspace(tmp_path / "other")
    shutil.copytree(simulated.records, other.records)
    shutil.copytree(simulated.candidate, other.candidate)
    (other.records / "extra.parquet").write_bytes(b"changed")
    with pytest.raises(HuyulaError, match="records have changed since `huyula train`"):
        judge_candidate(other, quiet)


def test_steps_name_the_missing_step_before_them(tmp_path):
    with pytest.raises(MissingStepError, match="run `huyula import` first"):
        train_candidate(Workspace(tmp_path / "empty"), None, quiet)
    with pytest.raises(MissingStepError, match="run `huyula train` first"):
        judge_candidate(Workspace(tmp_path / "empty"), quiet)


def test_retraining_keeps_a_learned_model_whose_successor_is_refused(
    simulated, road, keys, monkeypatch
):
    before = {path: path.read_bytes() for path in simulated.bundle.rglob("*") if path.is_file()}
    tracking.connect(simulated.root, Settings().tracking_uri)
    crowned = tracking.champion(tracking.RECOMMENDER)
    better = {"recommender": "ranker", "support": "disengagement"}
    verdict = json.loads((simulated.candidate / "judgement.json").read_text())["support"]["verdict"]
    assert verdict["released"] != "disengagement"  # 500 people have too few events
    monkeypatch.setattr(retraining, "served_kinds", lambda _workspace: better)
    run = CliRunner().invoke(retrain, ["--workspace", str(simulated.root)])
    assert run.exit_code == FOUND, run.output
    assert "KEPT: the support that serves is disengagement" in run.output
    after = {path: path.read_bytes() for path in simulated.bundle.rglob("*") if path.is_file()}
    assert after == before
    assert tracking.champion(tracking.RECOMMENDER) == crowned


def test_retraining_releases_what_the_gates_let_through_and_only_after_a_drift(
    simulated, road, keys, monkeypatch
):
    arguments = ["--workspace", str(simulated.root), "--if-drift"]
    for warnings, said in (([], "nothing has moved: the bundle stays"), (["moved"], "next: ")):
        monkeypatch.setattr(steps, "monitor_live", lambda _w, found=warnings: {"warnings": found})
        run = CliRunner().invoke(retrain, arguments, catch_exceptions=False)
        assert run.exit_code == 0, run.output
        assert said in run.output
    assert retraining.served_kinds(simulated) == {
        part: one["verdict"]["released"]
        for part, one in json.loads((simulated.candidate / "judgement.json").read_text()).items()
    }
    assert retraining.served_kinds(Workspace(simulated.root / "nowhere")) == {}
