"""Writes a simulation into a workspace."""

from __future__ import annotations

from features.workspace import Workspace, replace_folder
from experiments.simulation.simulate import Simulation


def write_export(simulation: Simulation, workspace: Workspace) -> None:
    """Put the export into ``source`` and what only an evaluation may read into ``truth``."""
    with workspace.lock():
        with replace_folder(workspace.source) as folder:
            for name, frame in simulation.files.items():
                frame.write_csv(folder / f"{name}.csv", separator=";")
        with replace_folder(workspace.root / "truth") as folder:
            for name, frame in simulation.truth.items():
                frame.write_parquet(folder / f"{name}.parquet")
