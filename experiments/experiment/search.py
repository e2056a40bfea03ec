"""Searches parameters with Optuna on a window before every test period; each trial is a nested run.

A search that was killed goes on where it stopped, and comes to what it would have come to: what is
tried next follows from the finished trials and the seed alone.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from filelock import FileLock, Timeout
from optuna.trial import FrozenTrial, Trial, TrialState

from experiments.experiment.measures import measure
from experiments.experiment.question import Params, Question
from experiments.experiment.specification import LOWER_IS_BETTER, Search, Setting
from features.errors import HuyulaError
from training import tracking

RUN_ID = "run_id"


@dataclass(frozen=True)
class Searched:
    """What a search came to.

    Attributes
    ----------
    params : dict
        Of the best finished trial; of equal ones the earliest.
    best, declared : float
        The metric of the best and of the first trial, which has the specification's parameters.
    n_trials, n_before : int
        Finished ones, and how many of them an interrupted run had left.
    """

    params: dict[str, Any]
    best: float
    declared: float
    n_trials: int
    n_before: int

    @property
    def sentence(self) -> str:
        """Return the outcome in words."""
        went_on = f", {self.n_before} of them before an interruption" if self.n_before else ""
        return (
            f"search: {self.best:.4f} on the window before every test period, {self.declared:.4f} "
            f"with the declared parameters, after {self.n_trials} trials{went_on}"
        )


@contextmanager
def open_study(folder: Path, identity: str, metric: str) -> Iterator[optuna.Study]:
    """Open or begin the study of one experiment on one data set by one code; it is held alone.

    It is forgotten once the block ends without an error.

    Raises
    ------
    HuyulaError
        Another process searches the same.
    """
    optuna.logging.set_verbosity(logging.WARNING)
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(identity.encode()).hexdigest()[:24]
    storage = folder / f"search-{name}.db"
    try:
        with FileLock(storage.with_suffix(".lock"), timeout=0):
            study = optuna.create_study(
                storage=f"sqlite:///{storage.resolve()}",
                study_name=name,
                direction="minimize" if metric in LOWER_IS_BETTER else "maximize",
                load_if_exists=True,
            )
            for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
                study.tell(trial.number, state=TrialState.FAIL)
            yield study
            storage.unlink()
    except Timeout as error:
        raise HuyulaError(
            "the same experiment on the same data is being searched by another process; wait"
        ) from error


def killed_run(study: optuna.Study) -> str:
    """Return the run that the study was begun for, or nothing."""
    return str(study.user_attrs.get(RUN_ID, ""))


def search(
    study: optuna.Study,
    question: Question,
    run_id: str,
    on_trial: Callable[[str], None] = lambda _: None,
) -> Searched:
    """Try parameters until the study holds the declared number of finished trials.

    Parameters
    ----------
    study : Study
    question : Question
        Judges on its window of validation; no test period is looked at.
    run_id : str
        The open run, noted so that an interrupted one goes on with it.
    on_trial : callable
        Told of each finished trial.
    """
    one = question.specification
    asked = one.search
    assert asked is not None  # noqa: S101
    study.set_user_attr(RUN_ID, run_id)
    n_before = len(_finished(study))
    for _ in range(n_before):
        on_trial("earlier")
    while (n := len(_finished(study))) < asked.n_trials:
        study.sampler = _sampler(one.seed, n)
        study.optimize(lambda trial: _value(trial, question, asked, first=n == 0), n_trials=1)
        on_trial(f"best {study.best_value:.4f}")
    trials = _finished(study)
    sign = 1 if one.search_metric in LOWER_IS_BETTER else -1
    best = min(trials, key=lambda trial: (sign * _of(trial), trial.number))
    params = {**one.params, **best.user_attrs["params"]}
    return Searched(params, _of(best), _of(trials[0]), len(trials), n_before)


def fresh_search(question: Question, on_trial: Callable[[str], None]) -> Searched:
    """Search in memory, from the beginning: what `reproduce` does, within an open run."""
    optuna.logging.set_verbosity(logging.WARNING)
    metric = question.specification.search_metric
    direction = "minimize" if metric in LOWER_IS_BETTER else "maximize"
    return search(optuna.create_study(direction=direction), question, "", on_trial)


def _sampler(seed: int, n_finished: int) -> optuna.samplers.TPESampler:
    # what a trial draws must not hang on trials that were killed
    return optuna.samplers.TPESampler(seed=1000 * seed + n_finished)


def _value(trial: Trial, question: Question, asked: Search, *, first: bool) -> float:
    """Judge one trial; the first one has the specification's own parameters."""
    one = question.specification
    drawn = {} if first else {name: _drawn(trial, name, s) for name, s in asked.space.items()}
    trial.set_user_attr("params", drawn)
    params: Params = {**one.params, **drawn}
    with tracking.nested_run(f"trial-{trial.number}", params) as log:
        rows = question.judge(question.validation, params).rows
        value = measure(one.task, rows, one.seed)[one.search_metric].mean
        log({one.search_metric: value})
    return value


def _drawn(trial: Trial, name: str, setting: Setting) -> Any:  # noqa: ANN401
    if setting.range is None:
        return trial.suggest_categorical(name, setting.choices)
    low, high = setting.range
    if setting.kind == "int":
        return trial.suggest_int(name, int(low), int(high), log=setting.log)
    return trial.suggest_float(name, low, high, log=setting.log)


def _of(trial: FrozenTrial) -> float:
    assert trial.value is not None  # noqa: S101
    return trial.value


def _finished(study: optuna.Study) -> list[FrozenTrial]:
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
