"""Writes a simulation into a workspace."""

from __future__ import annotations

from experiments.simulation.simulate import Simulation
from features.workspace import Workspace, replace_folder

TRUTH = "truth"


def write_export(simulation: Simulation, workspace: Workspace) -> None:
    """Put the export into ``source`` and what only an evaluation may read into ``truth``."""
    with replace_folder(workspace.source) as folder:
        for name, frame in simulation.files.items():
            frame.write_csv(folder / f"{name}.csv", separator=";")
    with replace_folder(workspace.root / TRUTH) as folder:
        for name, frame in simulation.truth.items():
            frame.write_parquet(folder / f"{name}.parquet")
