"""Searches the ranker's settings with Optuna, each trial a nested run in MLflow.

A search that was killed goes on where it stopped: finished trials are kept in the workspace, the
one that was running is counted as failed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.trial import FrozenTrial, Trial, TrialState

from features.errors import ArtifactError
from features.workspace import replace_text
from models.booster import BoosterParams
from models.ranker import CourseRanker
from training import tracking
from training.bootstrap import paired_gain
from training.tuning_pairs import TuningPairs

SPACE_FILE = Path(__file__).with_name("tuning_space.toml")
N_THREADS = 2
FOUND_FILE = "ranker.json"


@dataclass(frozen=True)
class Found:
    """What a search came to.

    Attributes
    ----------
    settings : dict of str to float
        To be used: those of the best trial where it surely beats the defaults, else the defaults.
    best, default : float
        NDCG@10 on the second window.
    gain, gain_low, gain_high : float
        Of the best trial over the defaults on the same people, with its 95% interval. The best of
        many trials flatters itself; the later period judges it anew.
    adopted : bool
        Whether the settings are those of the best trial.
    n_trials : int
        Finished ones, the defaults among them.
    """

    settings: dict[str, float]
    best: float
    default: float
    gain: float
    gain_low: float
    gain_high: float
    adopted: bool
    n_trials: int

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able dictionary."""
        return asdict(self)

    @property
    def sentence(self) -> str:
        """Return the outcome in words."""
        compared = (
            f"NDCG@10 {self.best:.3f} against {self.default:.3f} of the defaults on the later "
            f"window: {self.gain:+.3f} (95% interval {self.gain_low:+.3f} to "
            f"{self.gain_high:+.3f}) after {self.n_trials} trials"
        )
        if self.adopted:
            return f"the best settings are used by the next `huyula train`. {compared}"
        return f"no settings are surely better, so the defaults stay. {compared}"


def default_settings() -> dict[str, float]:
    """Return the ranker's defaults of what is searched."""
    params = CourseRanker().get_params(deep=False)
    return {name: params[name] for name in load_space()}


def load_space() -> dict[str, dict[str, Any]]:
    """Return ``kind``, ``range`` and ``log`` of each setting."""
    content = tomllib.loads(SPACE_FILE.read_text(encoding="utf-8"))
    return {name: each for name, each in content.items() if isinstance(each, dict)}


def open_study(storage: Path, name: str, seed: int) -> optuna.Study:
    """Open or begin a study; trials that a killed process left running count as failed."""
    optuna.logging.set_verbosity(logging.WARNING)
    storage.parent.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        storage=f"sqlite:///{storage.resolve()}",
        study_name=name,
        direction="maximize",
        load_if_exists=True,
    )
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)
    # a sampler of the same seed would draw again what it drew before the interruption
    study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.trials))
    waiting = study.get_trials(deepcopy=False, states=(TrialState.WAITING,))
    defaults = default_settings()
    if not waiting and all(trial.params != defaults for trial in _finished(study)):
        study.enqueue_trial(defaults)
    return study


def run_trials(
    study: optuna.Study,
    pairs: TuningPairs,
    n_trials: int,
    seed: int,
    on_trial: Callable[[str], None] = lambda _: None,
) -> Found:
    """Try settings until the study holds this many finished trials, each a nested run."""
    per_person: dict[int, np.ndarray] = {}

    def objective(trial: Trial) -> float:
        settings = _suggest(trial)
        with tracking.nested_run(f"trial-{trial.number}", settings) as log:
            per_person[trial.number] = pairs.ndcg_of(_params(settings), seed, N_THREADS)
            value = float(per_person[trial.number].mean())
            log({"ndcg_at_10": value})
        return value

    while len(finished := _finished(study)) < n_trials:
        study.optimize(objective, n_trials=1)
        on_trial(f"best NDCG@10 {study.best_value:.3f}")
    return _found(finished, pairs, seed, per_person)


def study_name(records_digest: str, dates: tuple[date, date], seed: int) -> str:
    """Return the study's name: other records, windows, spaces or seeds are searched anew."""
    space = hashlib.sha256(SPACE_FILE.read_bytes()).hexdigest()[:8]
    return f"ranker-{records_digest[:12]}-{dates[0]}-{dates[1]}-{space}-{seed}"


def n_finished(study: optuna.Study) -> int:
    """Return how many trials came to an end."""
    return len(_finished(study))


def save_found(folder: Path, found: Found, study: str) -> None:
    """Keep what a search came to for the next training."""
    content = {"study": study, **found.to_dict()}
    replace_text(folder / FOUND_FILE, json.dumps(content, indent=1, allow_nan=False) + "\n")


def saved_settings(folder: Path) -> dict[str, float]:
    """Return the settings of the last search, none where there was no search.

    Raises
    ------
    ArtifactError
        The file is damaged, or names a setting that is not searched.
    """
    path = folder / FOUND_FILE
    if not path.exists():
        return {}
    try:
        settings = dict(json.loads(path.read_text(encoding="utf-8"))["settings"])
        CourseRanker().set_params(**settings)
    except (ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"{path} is damaged: {error}; run `huyula tune` again") from error
    return settings


def _suggest(trial: Trial) -> dict[str, float]:
    settings: dict[str, float] = {}
    for name, one in load_space().items():
        low, high = one["range"]
        suggest = trial.suggest_int if one["kind"] == "int" else trial.suggest_float
        settings[name] = suggest(name, low, high, log=one["log"])
    return settings


def _params(settings: Mapping[str, float]) -> BoosterParams:
    return BoosterParams(**settings)  # type: ignore[arg-type]


def _finished(study: optuna.Study) -> list[FrozenTrial]:
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def _found(
    trials: list[FrozenTrial], pairs: TuningPairs, seed: int, known: dict[int, np.ndarray]
) -> Found:
    def people_of(trial: FrozenTrial) -> np.ndarray:
        if trial.number not in known:
            known[trial.number] = pairs.ndcg_of(_params(trial.params), seed, N_THREADS)
        return known[trial.number]

    best = max(trials, key=lambda trial: (trial.value or 0.0, -trial.number))
    defaults = default_settings()
    first = next(trial for trial in trials if trial.params == defaults)
    gain = paired_gain(people_of(best), people_of(first), rng=np.random.default_rng(seed))
    adopted = gain.lower > 0
    return Found(
        best.params if adopted else defaults,
        float(people_of(best).mean()),
        float(people_of(first).mean()),
        gain.mean,
        gain.lower,
        gain.upper,
        adopted,
        len(trials),
    )
