"""Runs a finished experiment again and says whether its figures come out alike, or what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from experiments.experiment.ledger import Ledger
from experiments.experiment.open_question import open_question
from experiments.experiment.people import Pseudonyms
from experiments.experiment.run import about_run, judge_periods
from experiments.experiment.search import fresh_search
from experiments.experiment.tracked import Finished, open_finished
from experiments.experiment.versions import versions_now
from features.keys import load_experiment_key
from features.settings import Settings
from features.workspace import Workspace
from training import tracking
from training.road import Bar

TOLERANCE = 1e-6
"""Of a metric, on another machine."""
DECISIVE = {
    "data_digest": "data", "code_digest": "code", "lock_digest": "lock file",
    "model_digest": "own model's file", "machine": "machine",
}  # fmt: skip


@dataclass(frozen=True)
class Reproduction:
    """How a second run came out.

    Attributes
    ----------
    differences : dict of str to tuple of str
        What differs, then and now.
    n_metrics : int
    largest : float
        Largest difference of a metric; infinite where one is missing.
    tolerance : float
        0 on the same machine.
    """

    differences: dict[str, tuple[str, str]]
    n_metrics: int
    largest: float
    tolerance: float

    @property
    def succeeded(self) -> bool:
        """Whether all metrics are equal within the tolerance."""
        return self.largest <= self.tolerance

    @property
    def lines(self) -> list[str]:
        """Return the outcome in words."""
        shown = [f"{what} differs: {then} then, {now} now"
                 for what, (then, now) in self.differences.items()]  # fmt: skip
        within = "to the last digit" if self.tolerance == 0 else f"within {TOLERANCE:g}"
        if self.succeeded:
            return [*shown, f"REPRODUCED: {self.n_metrics} metrics are equal {within}"]
        why = (
            ""
            if shown
            else ": same data, code, lock file and machine, so training is not repeatable"
        )
        return [*shown, f"NOT REPRODUCED: metrics differ by up to {self.largest:g}{why}"]


def reproduce_run(
    reference: str, workspace: Workspace, bar: Bar, *, with_search: bool = True
) -> Reproduction:
    """Search and judge again what a run did, from its specification and the data as they are now.

    Parameters
    ----------
    reference : str
    workspace : Workspace
    bar : callable
    with_search : bool, default=True
        Else the parameters that its search chose are taken as they are.
    """
    finished = open_finished(reference, workspace)
    experiment = finished.experiment
    question, choice = open_question(experiment, workspace)
    pseudonyms = Pseudonyms(load_experiment_key(Settings().key_folder))
    about = about_run(experiment, question, choice, versions_now(), pseudonyms)
    ledger, params = Ledger(workspace.experiments), dict(finished.about["chosen"])
    tags = {"reproduces": finished.run.run_id}
    with tracking.new_run(f"reproduce {finished.run.name}", {}, tags) as run_id:
        asked = experiment.specification.search
        if with_search and asked is not None:
            with bar("Searching", asked.n_trials) as advance:
                params = fresh_search(question, advance).params
        with bar("Judging the test periods", len(question.periods)) as advance:
            for period in question.periods:
                ledger.look(period.key, run_id, experiment.specification.name)
            result = judge_periods(question, question.periods, params, pseudonyms, advance)
        found = _compared(finished, about, result.metrics)
        tracking.tag_run({"outcome": found.lines[-1]})
    return found


def _compared(finished: Finished, about: dict[str, Any], metrics: dict[str, Any]) -> Reproduction:
    differences = {
        what: (_short(finished.about[name]), _short(about[name]))
        for name, what in DECISIVE.items()
        if finished.about[name] != about[name]
    }
    if "code" in differences:
        commits = [f"{one['commit'][:12]}{' with changes' if one['dirty'] else ''}"
                   for one in (finished.about, about)]  # fmt: skip
        differences["code"] = (commits[0], commits[1])
    then, now = _flat(finished.metrics), _flat(metrics)
    largest = max((abs(then[k] - now[k]) for k in then.keys() & now.keys()), default=0.0)
    if then.keys() != now.keys():
        largest = float("inf")
    same_machine = finished.about["machine"] == about["machine"]
    return Reproduction(differences, len(then), largest, 0.0 if same_machine else TOLERANCE)


def _flat(metrics: dict[str, dict[str, dict[str, float]]]) -> dict[str, float]:
    return {
        f"{period} {model} {name}": value
        for period, by_model in metrics.items()
        for model, own in by_model.items()
        for name, value in own.items()
    }


def _short(digest: str) -> str:
    return digest[:12] or "none"
