"""One small simulated employer, imported once and shared by the tests of training."""

from __future__ import annotations

import pytest

from experiments.simulation.simulate import simulate
from experiments.simulation.writing import write_export
from features.identity import TokenTable
from features.importing import import_export, save_import
from features.records import load_records
from features.sources.mapping import load_mapping
from features.workspace import Workspace, replace_folder
from training.periods import plan_periods


@pytest.fixture(scope="session")
def simulated(tmp_path_factory):
    """Return a workspace with the imported records of 500 people over 36 months."""
    from datetime import date

    workspace = Workspace(tmp_path_factory.mktemp("training"))
    run = simulate(500, 36, 7, start=date(2023, 1, 1), dirt=0.0, progress=iter)
    write_export(run, workspace)
    imported = import_export(
        workspace.source,
        load_mapping("siasn"),
        TokenTable(b"k" * 32),
        today=date(2026, 1, 1),
        progress=lambda _: None,
    )
    with replace_folder(workspace.records) as folder:
        save_import(imported, folder)
    return workspace


@pytest.fixture(scope="session")
def simulated_records(simulated):
    return load_records(simulated.records)


@pytest.fixture(scope="session")
def simulated_periods():
    from datetime import date

    return plan_periods(date(2023, 1, 1), date(2026, 1, 1), 6)
