"""MLflow, and nothing else: runs, metrics, charts, registered versions and the alias `champion`."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

import lightgbm as lgb
import mlflow
import numpy as np
from filelock import FileLock
from matplotlib.figure import Figure
from mlflow import lightgbm as mlflow_lightgbm
from mlflow.data.code_dataset_source import CodeDatasetSource
from mlflow.data.meta_dataset import MetaDataset
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature

from features.errors import HuyulaError, MissingStepError

EXPERIMENT = "huyula"
CHAMPION, CHALLENGER = "champion", "challenger"
RECOMMENDER, SUPPORT = "course-recommender", "support-need"
ARTIFACTS = "candidate"
N_TRIES = 3
"""Of what another run may have done meanwhile."""


def connect(workspace: Path, tracking_uri: str) -> None:
    """Use the tracking server of the settings, or a SQLite file in the workspace."""
    for noisy in ("mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    root = workspace.resolve()
    root.mkdir(parents=True, exist_ok=True)
    # two processes must not lay out the tables of one new file at once
    with FileLock(root / ".mlflow.lock"):
        mlflow.set_tracking_uri(tracking_uri or f"sqlite:///{root / 'mlflow.db'}")
        if mlflow.get_experiment_by_name(EXPERIMENT) is None:
            location = None if tracking_uri else (root / "mlartifacts").as_uri()
            # another workspace's process may be faster on a shared server
            with suppress(MlflowException):
                mlflow.create_experiment(EXPERIMENT, artifact_location=location)
    mlflow.set_experiment(EXPERIMENT)


@contextmanager
def new_run(name: str, params: Mapping[str, Any], tags: Mapping[str, str]) -> Iterator[str]:
    """Open a run and yield its id; an exception marks it failed."""
    with mlflow.start_run(run_name=name) as run:
        mlflow.log_params(dict(params))
        mlflow.set_tags(dict(tags))
        yield run.info.run_id


@contextmanager
def continue_run(run_id: str) -> Iterator[None]:
    """Go on with a run that an earlier command opened."""
    with mlflow.start_run(run_id=run_id):
        yield


@contextmanager
def whole_run(
    name: str, params: Mapping[str, Any], tags: Mapping[str, str], killed_run: str = ""
) -> Iterator[str]:
    """Open a run, or go on with one whose process was killed, and yield its id.

    Runs below it that were going on when it was killed are marked so.
    """
    client = mlflow.MlflowClient()
    if not killed_run or client.get_run(killed_run).info.status != "RUNNING":
        with new_run(name, params, tags) as run_id:
            yield run_id
        return
    for child in _children(killed_run):
        if child.info.status == "RUNNING":
            client.set_terminated(child.info.run_id, "KILLED")
    with continue_run(killed_run):
        yield killed_run


@contextmanager
def nested_run(
    name: str, params: Mapping[str, Any]
) -> Iterator[Callable[[Mapping[str, float]], None]]:
    """Open a run below the open one and yield what logs its metrics; an exception fails it."""
    with mlflow.start_run(run_name=name, nested=True):
        mlflow.log_params(dict(params))
        yield _log_flat


def _log_flat(metrics: Mapping[str, float]) -> None:
    mlflow.log_metrics(dict(metrics))


def log_params(params: Mapping[str, Any]) -> None:
    """Add parameters to the open run."""
    mlflow.log_params(dict(params))


def log_candidate(folder: Path) -> None:
    """Keep the fitted models' text files with the run."""
    mlflow.log_artifacts(str(folder), ARTIFACTS)


def log_booster(booster: lgb.Booster, name: str) -> None:
    """Log a booster as an MLflow model with its signature; the run remembers its URI."""
    columns = booster.feature_name()
    example = np.zeros((1, len(columns)))
    info = mlflow_lightgbm.log_model(
        booster,
        name=name,
        signature=infer_signature(example, example[:, 0]),
        pip_requirements=[f"lightgbm=={lgb.__version__}"],
    )
    mlflow.set_tag(f"{name}.model_uri", info.model_uri)


def log_metrics(metrics: Mapping[str, Mapping[str, float]], prefix: str) -> None:
    """Log ``prefix.model.metric`` in one batch; MLflow refuses what is not finite."""
    flat = {
        f"{prefix}.{model}.{metric}": value
        for model, values in metrics.items()
        for metric, value in values.items()
        if np.isfinite(value)
    }
    if flat:
        mlflow.log_metrics(flat)


def log_json(content: Mapping[str, Any], name: str) -> None:
    """Keep a JSON file with the run."""
    mlflow.log_dict(dict(content), name)


def log_text(text: str, name: str) -> None:
    """Keep a text file with the run."""
    mlflow.log_text(text, name)


def log_figure(figure: Figure, name: str) -> None:
    """Keep a chart with the run."""
    mlflow.log_figure(figure, name)


def tag_run(tags: Mapping[str, str]) -> None:
    """Set tags of the open run; long text is cut where MLflow would refuse it."""
    mlflow.set_tags({key: value[:4900] for key, value in tags.items()})


def crown(model: str, run_id: str, kind: str, booster: str = "", alias: str = CHAMPION) -> str:
    """Register what a run may release and give it an alias; return the version.

    Where `booster` is released, the version is that MLflow model, so that
    ``mlflow.lightgbm.load_model("models:/NAME@champion")`` loads it; else it is the run's
    candidate.
    """
    source = f"{mlflow.get_run(run_id).info.artifact_uri}/{ARTIFACTS}"
    if booster:
        source = mlflow.get_run(run_id).data.tags[f"{booster}.model_uri"]
    client = mlflow.MlflowClient()
    with suppress(MlflowException):  # it is there already
        client.create_registered_model(model)
    version = client.create_model_version(
        model, source=source, run_id=run_id, tags={"released_kind": kind}
    ).version
    client.set_registered_model_alias(model, alias, version)
    return str(version)


def champion(model: str) -> tuple[str, str, str]:
    """Return version, kind and run id of the champion.

    Raises
    ------
    MissingStepError
        Nothing has been judged yet.
    """
    try:
        version = mlflow.MlflowClient().get_model_version_by_alias(model, CHAMPION)
    except MlflowException as error:
        raise MissingStepError(f"a champion of {model}", "huyula evaluate") from error
    return str(version.version), version.tags["released_kind"], str(version.run_id)


@dataclass(frozen=True)
class TrackedRun:
    """What is held of a run besides its files."""

    run_id: str
    name: str
    status: str
    params: dict[str, str]
    tags: dict[str, str]
    metrics: dict[str, float]


def find_run(reference: str) -> TrackedRun:
    """Return a run by its id, the beginning of its id, or its name (the newest of several).

    Raises
    ------
    HuyulaError
        No run, or several whose id begins so.
    """
    runs = mlflow.search_runs(
        experiment_names=[EXPERIMENT], output_format="list", order_by=["attributes.start_time DESC"]
    )
    begun = [run for run in runs if run.info.run_id.startswith(reference)]
    named = [run for run in runs if run.info.run_name == reference]
    if len(begun) > 1:
        raise HuyulaError(f"run {reference} must be told by more letters: {len(begun)} begin so")
    found = [*begun, *named]
    if not found:
        raise HuyulaError(f"run must be an id or a name of a tracked run, got {reference}")
    return _tracked(found[0])


def trials_of(run_id: str) -> list[TrackedRun]:
    """Return the runs below a run, oldest first."""
    return [_tracked(run) for run in _children(run_id)]


def log_dataset(name: str, digest: str, source: str) -> None:
    """Log which data the open run used: of the digest 32 digits, of the rows nothing."""
    used = MetaDataset(CodeDatasetSource({"source": source}), name=name, digest=digest[:32])
    for _ in range(N_TRIES - 1):
        # where two runs log one data set for the first time at once, the slower one is refused
        with suppress(MlflowException):
            return mlflow.log_input(used, context="experiment")
    return mlflow.log_input(used, context="experiment")


def log_file(path: Path) -> None:
    """Keep a file with the open run."""
    mlflow.log_artifact(str(path))


def _children(run_id: str) -> list[Any]:
    return mlflow.search_runs(
        experiment_names=[EXPERIMENT],
        filter_string=f"tags.`mlflow.parentRunId` = '{run_id}'",
        order_by=["attributes.start_time ASC"],
        output_format="list",
    )


def _tracked(run: Any) -> TrackedRun:  # noqa: ANN401
    info, held = run.info, run.data
    return TrackedRun(
        info.run_id, info.run_name, info.status, dict(held.params), dict(held.tags),
        dict(held.metrics),
    )  # fmt: skip


def files_of(run_id: str) -> set[str]:
    """Return the names of the files and folders kept with a run."""
    return {one.path for one in mlflow.MlflowClient().list_artifacts(run_id)}


def fetch(run_id: str, path: str, folder: Path) -> Path:
    """Download a run's files into a folder and return where they lie."""
    client = mlflow.MlflowClient()
    return Path(client.download_artifacts(run_id, path, str(folder)))
