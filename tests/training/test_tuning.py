"""The search of settings: resumable, repeatable, and modest about what it found."""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pytest
from optuna.trial import TrialState

from features.errors import ArtifactError
from models.booster import BoosterParams
from models.pair_features import Coding, PairFeatures
from models.ranker_pairs import Pairs
from training import tracking, tuning
from training.fitting import TooLittleError
from training.periods import Periods
from training.road import train_candidate, tune_ranker
from training.tuning import default_settings, load_space, open_study, run_trials, saved_settings
from training.tuning_pairs import TuningPairs, tuning_pairs


@contextlib.contextmanager
def quiet(_title, _total):
    yield lambda _part="": None


def pairs_of(n_people: int, seed: int) -> TuningPairs:
    """Return two windows in which the course with the largest gap is taken, by and large."""
    rng = np.random.default_rng(seed)

    def window() -> Pairs:
        gap = rng.random((n_people, 6)).astype(np.float32)
        taken = (gap + rng.normal(scale=0.3, size=gap.shape)).argmax(axis=1)
        relevance = (np.arange(6) == taken[:, None]).astype(np.int64)
        return Pairs(gap.reshape(-1, 1), relevance.ravel(), np.full(n_people, 6))

    features = PairFeatures([("gap", "gap", False)], Coding({}), Coding({}))
    features.__class__ = type("One", (PairFeatures,), {"names": ["gap_gap"]})
    return TuningPairs(window(), window(), features, ("first", "second"))  # type: ignore[arg-type]


@pytest.fixture
def tracked(tmp_path):
    tracking.connect(tmp_path, "")
    with tracking.new_run("tune", {}, {}):
        yield tmp_path


def test_the_ndcg_of_each_person_by_hand():
    features = np.array([[3.0], [2], [1], [1], [2]], dtype=np.float32)
    learned = Pairs(np.tile(features[:3], (40, 1)), np.tile([2, 1, 0], 40), np.full(40, 3))
    validated = Pairs(features, np.array([2, 0, 0, 1, 0]), np.array([3, 2]))
    own = TuningPairs(learned, validated, pairs_of(5, 0).features, ("a", "b"))  # type: ignore[arg-type]
    params = BoosterParams(20, 0.2, 4, 5, 0.1, 1.0)
    # the first person's course stands first, the second's stands second of two
    assert own.ndcg_of(params, 0, 1).tolist() == pytest.approx([1, 1 / np.log2(3)])


def test_defaults_are_tried_first_and_every_setting_lies_in_its_range(tracked):
    study = open_study(tracked / "trials.db", "one", 0)
    found = run_trials(study, pairs_of(60, 0), 4, 0)
    assert study.trials[0].params == default_settings()
    for name, one in load_space().items():
        low, high = one["range"]
        assert all(low <= trial.params[name] <= high for trial in study.trials)
        assert low <= default_settings()[name] <= high
    assert found.n_trials == 4
    assert found.best >= found.default
    assert found.gain == pytest.approx(found.best - found.default)
    assert found.adopted == (found.gain_low > 0)
    assert found.adopted or found.settings == default_settings()
    runs = tracking.mlflow.search_runs(output_format="list")
    trials = [run for run in runs if "mlflow.parentRunId" in run.data.tags]
    assert sorted(run.data.metrics["ndcg_at_10"] for run in trials) == pytest.approx(
        sorted(trial.value for trial in study.trials)
    )


def test_a_search_goes_on_where_it_stopped(tracked):
    storage, pairs = tracked / "trials.db", pairs_of(60, 0)
    run_trials(open_study(storage, "one", 0), pairs, 2, 0)
    left = open_study(storage, "one", 0)
    left.ask()  # a process was killed in the middle of it
    resumed = open_study(storage, "one", 0)
    states = [trial.state for trial in resumed.trials]
    assert states == [TrialState.COMPLETE, TrialState.COMPLETE, TrialState.FAIL]
    assert run_trials(resumed, pairs, 4, 0).n_trials == 4
    finished = [one.params for one in resumed.trials if one.state == TrialState.COMPLETE]
    assert len({json.dumps(params) for params in finished}) == 4  # nothing was drawn twice


def test_defaults_whose_trial_was_killed_are_tried_again(tracked):
    storage = tracked / "trials.db"
    open_study(storage, "one", 0).ask()
    resumed = open_study(storage, "one", 0)
    run_trials(resumed, pairs_of(60, 0), 1, 0)
    assert [trial.params for trial in resumed.trials] == [{}, default_settings()]


def test_settings_that_are_surely_better_are_used(tracked, monkeypatch):
    pairs = pairs_of(400, 1)
    poor = default_settings() | {"n_estimators": 50, "learning_rate": 0.01, "min_leaf": 300,
                                 "n_leaves": 4, "l2": 50.0}  # fmt: skip
    monkeypatch.setattr(tuning, "default_settings", lambda: poor)
    monkeypatch.setattr(tuning, "_params", lambda one: _shuffled(one) if one == poor else
                        BoosterParams(**one))  # fmt: skip
    found = run_trials(open_study(tracked / "trials.db", "one", 0), pairs, 3, 0)
    assert found.adopted
    assert found.settings != poor
    assert "are used by the next" in found.sentence


def _shuffled(settings) -> BoosterParams:
    """Return settings under which no split is ever made, so that all courses tie."""
    return BoosterParams(**settings | {"min_leaf": 100_000})


def test_records_that_begin_too_late_are_refused(tiny_records):
    from datetime import date

    periods = Periods((), date(2024, 2, 1), date(2024, 8, 1), date(2025, 2, 1), 6)
    with pytest.raises(TooLittleError, match="months after 2023-08-01; at least 50"):
        tuning_pairs(tiny_records, periods)


def test_without_a_search_nothing_is_set(tmp_path):
    assert saved_settings(tmp_path) == {}


@pytest.mark.parametrize("text", ["{", '{"settings": {"n_trees": 3}}', "{}", '{"settings": 3}'])
def test_damaged_settings_are_refused(tmp_path, text):
    (tmp_path / "ranker.json").write_text(text)
    with pytest.raises(ArtifactError, match=r"ranker.json is damaged.*run `huyula tune` again"):
        saved_settings(tmp_path)


@pytest.mark.slow
def test_what_was_found_is_trained_with(simulated, tmp_path):
    from features.workspace import Workspace

    workspace = Workspace(tmp_path)
    workspace.records.symlink_to(simulated.records.resolve(), target_is_directory=True)
    said = "\n".join(tune_ranker(workspace, 2, 0, None, quiet))
    assert "learned on the 6 months after 2024-07-01, compared on those after 2025-01-01" in said
    found = json.loads((workspace.tuning / "ranker.json").read_text())
    assert found["n_trials"] == 2
    again = "\n".join(tune_ranker(workspace, 2, 0, None, quiet))
    assert "went on after 2 trials" in again
    assert json.loads((workspace.tuning / "ranker.json").read_text()) == found
    found["settings"]["n_leaves"] = 5
    (workspace.tuning / "ranker.json").write_text(json.dumps(found))
    train_candidate(workspace, None, quiet)
    params = tracking.mlflow.last_active_run().data.params
    assert params["ranker.n_leaves"] == "5"
    assert params["records_digest"]
