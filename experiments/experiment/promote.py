"""Gives a run's model an alias of the registry, through the gates or with a reason that is logged.

A champion is judged on the final period, which that opens; a challenger on the periods of its run.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.experiment.components_model import HAZARD
from experiments.experiment.gates import PASSED, REFUSED, Gate, passed
from experiments.experiment.ledger import Ledger
from experiments.experiment.model_choice import RANKER
from experiments.experiment.open_question import open_question
from experiments.experiment.people import Pseudonyms
from experiments.experiment.question import Question
from experiments.experiment.release_gate import RELEASABLE, Release, release_of
from experiments.experiment.run import about_run, judge_periods
from experiments.experiment.tracked import Finished, open_finished
from experiments.experiment.versions import versions_now
from features.errors import HuyulaError, SchemaError
from features.keys import load_experiment_key
from features.settings import Settings
from features.workspace import Workspace
from training import tracking
from training.road import Bar

BOOSTERS = {"recommend": RANKER, "support": "support"}


class GateError(HuyulaError):
    """The gates refused a promotion."""


@dataclass(frozen=True)
class Promotion:
    """What is asked for.

    Attributes
    ----------
    alias : {"champion", "challenger"}
    reason : str
        Of a forced promotion, or of a second look at the final period.
    force : bool
        Promote against the gates.
    """

    alias: str
    reason: str = ""
    force: bool = False

    def __post_init__(self) -> None:
        if self.force and not self.reason.strip():
            raise SchemaError("--force", "needs --reason, which is logged")


def promote_run(reference: str, asked: Promotion, workspace: Workspace, bar: Bar) -> list[str]:
    """Promote a run's model and return what to say of it.

    Raises
    ------
    GateError
        A gate refuses, and it is not forced.
    FinalPeriodError
        The final period was opened before and nothing was promoted since; see `Ledger.open_final`.
    HuyulaError
        A bundle cannot hold the model, so it cannot be champion.
    """
    finished = open_finished(reference, workspace)
    question, choice = open_question(finished.experiment, workspace)
    pseudonyms = Pseudonyms(load_experiment_key(Settings().key_folder))
    about = about_run(finished.experiment, question, choice, versions_now(), pseudonyms)
    ledger, champion = Ledger(workspace.experiments), asked.alias == tracking.CHAMPION
    in_workspace = finished.experiment.specification.data.file is None
    if champion and in_workspace:
        _check_releasable(finished)
    gates, release = [*_run_gates(finished), _unchanged(finished, about)], None
    final = question.final if champion else None
    if final is not None:
        _stop(gates, asked, ledger, final.key, finished)  # a lost case opens nothing
        ledger.open_final(final.key, finished.run.run_id, asked.reason)
        with bar("Judging the final period", 1) as advance:
            chosen = finished.about["chosen"]
            result = judge_periods(question, (final,), chosen, pseudonyms, advance)
        gates += [Gate(f"final {g.name}", g.verdict, g.sentence, g.numbers) for g in result.gates]
        if in_workspace:
            release = release_of(question, result.model, finished.run.run_id)
            gates.append(release.gate)
    period = final.key if final else " ".join(finished.about["periods"].values())
    _stop(gates, asked, ledger, period, finished)
    version = _crown(finished, question, asked, gates, release)
    ledger.promoted(period, finished.run.run_id, asked.alias, asked.reason if asked.force else "")
    forced = f", forced: {asked.reason}" if asked.force and not passed(gates) else ""
    said = f"{finished.label} is {asked.alias} of {question.registered}, version {version}{forced}"
    return [*(f"{gate.name}: {gate.verdict}. {gate.sentence}" for gate in gates), said]


def _run_gates(finished: Finished) -> list[Gate]:
    return [Gate(**own) for own in finished.gates.values()]


def _unchanged(finished: Finished, about: Mapping[str, Any]) -> Gate:
    """Return the gate on what the run was made with: a refit of other code is another model."""
    names = {"data_digest": "data", "code_digest": "code", "lock_digest": "lock file",
             "model_digest": "own model's file"}  # fmt: skip
    other = [what for name, what in names.items() if finished.about[name] != about[name]]
    if not other:
        return Gate("unchanged", PASSED, "data, code and lock file are those of the run", {})
    sentence = f"since the run changed: {', '.join(other)}; run the experiment again"
    return Gate("unchanged", REFUSED, sentence, {"changed": other})


def _stop(
    gates: list[Gate], asked: Promotion, ledger: Ledger, period: str, finished: Finished
) -> None:
    if passed(gates) or asked.force:
        return
    refused = [gate for gate in gates if gate.verdict == REFUSED]
    ledger.refused(period, finished.run.run_id, asked.alias, [gate.name for gate in refused])
    lines = "".join(f"\n  {gate.name}: {gate.sentence}" for gate in refused)
    raise GateError(f"{finished.label} is not promoted, the gates refuse it:{lines}")


def _check_releasable(finished: Finished) -> None:
    task, model = finished.about["task"], finished.about["model"]
    if model not in RELEASABLE[task]:
        raise HuyulaError(
            f"the champion must be one that a bundle can hold ({', '.join(RELEASABLE[task])}), got "
            f"{model}; --as challenger is open to it"
        )
    if task == "recommend" and model != RANKER and finished.about["chosen"]:
        raise HuyulaError(
            f"the champion {model} must have its default parameters, as `huyula release` fits it, "
            f"got {finished.about['chosen']}"
        )


def _crown(
    finished: Finished,
    question: Question,
    asked: Promotion,
    gates: list[Gate],
    release: Release | None,
) -> str:
    run_id, task = finished.run.run_id, finished.about["task"]
    booster, kind = "", finished.about["model"]
    with tracking.continue_run(run_id):
        name = f"promotion_{asked.alias}.json"
        tracking.log_json({"gates": [g.to_dict() for g in gates], "reason": asked.reason}, name)
        tracking.tag_run({"promoted": asked.alias, "promotion_reason": asked.reason})
        if release is not None:
            with tempfile.TemporaryDirectory() as folder:
                release.candidate.save(Path(folder))
                tracking.log_candidate(Path(folder))
            content = json.loads(json.dumps(release.judgement.to_dict()))
            if asked.force and release.gate.verdict == REFUSED:
                said = content["verdict"]["sentence"]
                content["verdict"]["sentence"] = f"FORCED ({asked.reason.strip()}). {said}"
                if release.candidate.support is not None:  # what no gate lets through, goes whole
                    forced = dict.fromkeys(release.candidate.support.hazards, HAZARD)
                    content["verdict"]["numbers"]["sources"] = forced
            tracking.log_json(content, f"{release.part}_judgement.json")
            if release.booster is not None:
                booster = BOOSTERS[task]
                tracking.log_booster(release.booster, booster)
    if not booster and "model.model_uri" in finished.run.tags and release is None:
        booster = "model"
    return tracking.crown(question.registered, run_id, kind, booster, asked.alias)
