"""Runs an experiment: search, judge every test period, gates; all of it tracked."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.experiment.charts import charts_of
from experiments.experiment.gates import Gate, gates_of, passed
from experiments.experiment.ledger import Ledger
from experiments.experiment.measures import at_capacity, best_rival, calibration_at_all, gains
from experiments.experiment.model_choice import ModelChoice
from experiments.experiment.open_question import Experiment, open_question
from experiments.experiment.people import Pseudonyms
from experiments.experiment.question import Judged, Params, Period, Question
from experiments.experiment.report.importance import importance_of
from experiments.experiment.search import Searched, killed_run, open_study, search
from experiments.experiment.versions import Versions, versions_now
from features.keys import load_experiment_key
from features.settings import Settings
from features.workspace import Workspace
from training import tracking
from training.road import Bar

TAG = "huyula.experiment"
SPECIFICATION, ABOUT, METRICS_FILE, PEOPLE, GATES, DRIVERS = (
    "experiment.toml", "experiment.json", "metrics.json", "people.parquet", "gates.json",
    "drivers.json",
)  # fmt: skip
POOLED = "pooled"


@dataclass(frozen=True)
class Result:
    """What was found on the test periods.

    Attributes
    ----------
    rows : DataFrame
        `Judged.rows` of all periods with ``period``, hashed ``person`` and ``case``, which counts a
        person's rows within a period.
    metrics : dict
        By period, and `POOLED`: by model, by metric.
    gates : list of Gate
    model : object
        As fitted for the last period.
    """

    rows: pd.DataFrame
    metrics: dict[str, dict[str, dict[str, float]]]
    gates: list[Gate]
    model: Any


def run_experiment(experiment: Experiment, workspace: Workspace, bar: Bar) -> list[str]:
    """Run one experiment and return what to say of it; the first line holds the run's id."""
    one = experiment.specification
    question, choice = open_question(experiment, workspace)
    pseudonyms = Pseudonyms(load_experiment_key(Settings().key_folder))
    versions, ledger = versions_now(), Ledger(workspace.experiments)
    about = about_run(experiment, question, choice, versions, pseudonyms)
    tags = {TAG: one.task, "model": one.model, "data": question.used.name}
    with _searching(question, workspace, about) as study:
        killed = "" if study is None else killed_run(study)
        with tracking.whole_run(one.name, _params(about, one.params), tags, killed) as run_id:
            _log_inputs(experiment, question, about)
            searched = None
            if study is not None and one.search is not None:
                with bar("Searching", one.search.n_trials) as advance:
                    searched = search(study, question, run_id, advance)
            params = searched.params if searched else dict(one.params)
            with bar("Judging the test periods", len(question.periods)) as advance:
                for period in question.periods:
                    ledger.look(period.key, run_id, one.name)
                result = judge_periods(question, question.periods, params, pseudonyms, advance)
            log_result(result, question, about | {"chosen": params}, searched)
    return [f"run {run_id}: {one.name}", *_lines(result, searched)]


def judge_periods(
    question: Question,
    periods: tuple[Period, ...],
    params: Params,
    pseudonyms: Pseudonyms,
    advance: Any,  # noqa: ANN401
) -> Result:
    """Fit and judge on each period, then measure each and all together."""
    judged: list[Judged] = []
    for period in periods:
        judged.append(question.judge(period, params))
        advance(period.name)
    one = question.specification
    rows = pd.concat(
        [own.rows.assign(period=p.name) for own, p in zip(judged, periods, strict=True)],
        ignore_index=True,
    )
    rows = rows.assign(person=pseudonyms.of(rows["person"]))
    rows = rows.assign(case=rows.groupby(["period", "person"]).cumcount())
    rows = rows.sort_values(["period", "person", "case"], kind="stable", ignore_index=True)
    aucs: dict[str, float] = {}
    for own in judged:
        for name, value in own.column_aucs.items():
            aucs[name] = max(value, aucs.get(name, 0.0))
    named = {p.name: rows[rows["period"] == p.name] for p in periods} | {POOLED: rows}
    metrics = {name: _measured(one.task, own, one.seed) for name, own in named.items()}
    gates = gates_of(one.task, rows, aucs, one.gates, one.seed)
    return Result(rows, metrics, gates, judged[-1].model)


def about_run(
    experiment: Experiment,
    question: Question,
    choice: ModelChoice,
    versions: Versions,
    pseudonyms: Pseudonyms,
) -> dict[str, Any]:
    """Return what a run's figures hang on, JSON-able: `reproduce` and `compare` read it."""
    one = experiment.specification
    return {
        "name": one.name,
        "task": one.task,
        "model": one.model,
        "model_digest": choice.source_digest,
        "folder": str(experiment.folder),
        "data": question.used.name,
        "data_source": question.used.source,
        "data_digest": question.used.digest,
        "periods": {period.name: period.key for period in question.periods},
        "people_key": pseudonyms.fingerprint,
        "seed": one.seed,
        **versions.to_dict(),
    }


def log_result(
    result: Result, question: Question, about: dict[str, Any], searched: Searched | None
) -> None:
    """Log metrics, gates, people's scores and charts to the open run."""
    for period, own in result.metrics.items():
        tracking.log_metrics(own, period)
    verdict = "passed" if passed(result.gates) else "refused"
    sentences = "; ".join(f"{g.name} {g.verdict}: {g.sentence}" for g in result.gates)
    tracking.tag_run({"gates": verdict, "gate_verdicts": sentences})
    tracking.log_params({f"chosen.{name}": value for name, value in about["chosen"].items()})
    if searched is not None:
        tracking.tag_run({"search": searched.sentence})
    tracking.log_json(about, ABOUT)
    tracking.log_json(result.metrics, METRICS_FILE)
    tracking.log_json({gate.name: gate.to_dict() for gate in result.gates}, GATES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PEOPLE
        result.rows.to_parquet(path, index=False)
        tracking.log_file(path)
    for name, figure in charts_of(question.specification.task, result.rows).items():
        tracking.log_figure(figure, f"{name}.png")
    tracking.log_json(importance_of(result.model), DRIVERS)
    booster = getattr(result.model, "booster_", None)
    if booster is not None:
        tracking.log_booster(booster, "model")


@contextmanager
def _searching(question: Question, workspace: Workspace, about: dict[str, Any]) -> Iterator[Any]:
    """Yield the study of the search, or None where nothing is searched."""
    one = question.specification
    if one.search is None:
        yield None
        return
    decisive = ("data_digest", "model_digest", "code_digest", "lock_digest")
    identity = json.dumps([one.model_dump(mode="json"), *(about[name] for name in decisive)])
    with open_study(workspace.experiments, identity, one.search_metric) as study:
        yield study


def _log_inputs(experiment: Experiment, question: Question, about: dict[str, Any]) -> None:
    tracking.log_dataset(question.used.name, question.used.digest, question.used.source)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / SPECIFICATION
        path.write_text(experiment.text, encoding="utf-8")
        tracking.log_file(path)
    tracking.log_json(about, ABOUT)


def _params(about: dict[str, Any], params: Params) -> dict[str, Any]:
    kept = {k: v for k, v in about.items() if k not in ("folder", "data_source", "name", "periods")}
    declared = {f"declared.{name}": value for name, value in params.items()}
    return kept | {"periods": " ".join(about["periods"])} | declared


def _measured(task: str, rows: pd.DataFrame, seed: int) -> dict[str, dict[str, float]]:
    rival = best_rival(task, rows)
    own, theirs, _ = gains(task, rows, {rival: rival}, seed)
    model: dict[str, float] = {}
    for name, interval in own.items():
        model |= {
            name: interval.mean,
            f"{name}_low": interval.lower,
            f"{name}_high": interval.upper,
        }
    other = {name: interval.mean for name, interval in theirs[rival].items() if name != "brier"}
    if task == "support":
        capacity = at_capacity(rows)
        other |= {k.removeprefix("rule_"): v for k, v in capacity.items() if k.startswith("rule_")}
        model |= {k: v for k, v in capacity.items() if not k.startswith("rule_")}
        model |= calibration_at_all(rows)
    counts = {"n": float(len(rows)), "n_people": float(rows["person"].nunique())}
    return {"model": _finite(model | counts), rival: _finite(other)}


def _finite(values: dict[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items() if np.isfinite(value)}


def _lines(result: Result, searched: Searched | None) -> list[str]:
    lines = [searched.sentence] if searched else []
    shown = {POOLED: result.metrics[POOLED]} if len(result.metrics) == 2 else result.metrics
    for name, by_model in shown.items():
        for model, own in by_model.items():
            figures = "  ".join(
                f"{metric} {value:.3f}"
                for metric, value in own.items()
                if not metric.endswith(("_low", "_high")) and metric not in ("n", "n_people")
            )
            lines.append(f"  {name:<12}{model:<18}{figures}")
    lines += [f"{gate.name}: {gate.verdict}. {gate.sentence}" for gate in result.gates]
    return lines
