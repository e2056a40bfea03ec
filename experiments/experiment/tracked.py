"""Finished experiments, read back from the tracking."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.experiment.open_question import Experiment
from experiments.experiment.run import ABOUT, GATES, METRICS_FILE, PEOPLE, SPECIFICATION, TAG
from experiments.experiment.specification import read_specification
from features.errors import HuyulaError
from features.settings import Settings
from features.workspace import Workspace
from training import tracking


@dataclass(frozen=True)
class Finished:
    """A finished run of an experiment.

    Attributes
    ----------
    run : TrackedRun
    about : dict
        See `about_run`, with the parameters ``chosen``.
    text : str
        The specification.
    metrics, gates : dict
        As they were logged.
    rows : DataFrame
        See `Result.rows`.
    """

    run: tracking.TrackedRun
    about: dict[str, Any]
    text: str
    metrics: dict[str, dict[str, dict[str, float]]]
    gates: dict[str, dict[str, Any]]
    rows: pd.DataFrame

    @property
    def label(self) -> str:
        """Return the name with the beginning of the id."""
        return f"{self.run.name} ({self.run.run_id[:8]})"

    @property
    def experiment(self) -> Experiment:
        """Return what was run, with its paths from where it was run."""
        folder = Path(self.about["folder"])
        return Experiment(read_specification(self.text, folder, SPECIFICATION), self.text, folder)


def open_finished(reference: str, workspace: Workspace) -> Finished:
    """Read a run by id, beginning of its id, or name.

    Raises
    ------
    HuyulaError
        There is no such run, it is no experiment, or it did not finish.
    """
    tracking.connect(workspace.root, Settings().tracking_uri)
    run = tracking.find_run(reference)
    if TAG not in run.tags:
        raise HuyulaError(f"run {reference} must be of `huyula experiment run`, got {run.name}")
    if run.status != "FINISHED":
        raise HuyulaError(f"run {reference} must be finished, got {run.status}: run it again")
    with tempfile.TemporaryDirectory() as folder:

        def text_of(name: str) -> str:
            return tracking.fetch(run.run_id, name, Path(folder)).read_text(encoding="utf-8")

        rows = pd.read_parquet(tracking.fetch(run.run_id, PEOPLE, Path(folder)))
        about, metrics, gates = (json.loads(text_of(n)) for n in (ABOUT, METRICS_FILE, GATES))
        return Finished(run, about, text_of(SPECIFICATION), metrics, gates, rows)
