"""`huyula simulate`."""

from __future__ import annotations

from datetime import datetime

import click

from features.console import progress_bar, say, workspace_option
from features.workspace import Workspace


@click.command()
@click.option(
    "--people",
    type=click.IntRange(60, 200_000),
    default=4000,
    show_default=True,
    help="Employees: everybody in service at any time of the period.",
)
@click.option(
    "--months",
    type=click.IntRange(3, 240),
    default=36,
    show_default=True,
    help="Length of the period; the shorter, the less can be learned and judged.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="The same seed gives the same files, another seed another workforce.",
)
@click.option(
    "--start",
    type=click.DateTime(["%Y-%m"]),
    default="2023-01",
    show_default=True,
    metavar="YYYY-MM",
    help="First month.",
)
@click.option(
    "--dirt",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="Share of rows spoiled the way real exports are; 0 gives clean files.",
)
@workspace_option
def simulate(
    people: int, months: int, seed: int, start: datetime, dirt: float, workspace: Workspace
) -> None:
    """Make up an employer and write its HR files.

    The people, their courses and their absences are invented, in the shape of SIASN exports, so
    that every step can be tried without anybody's records. The files go to the folder `source` of
    the workspace; read them with `huyula import`. What really moved the people goes to the folder
    `truth`, which only evaluations may read.
    """
    from experiments.simulation.simulate import simulate as run
    from experiments.simulation.writing import write_export

    with workspace.lock():
        with progress_bar("Simulating months", months) as advance:
            simulation = run(people, months, seed, start=start.date(), dirt=dirt, progress=advance)
        write_export(simulation, workspace)
    n_rows = sum(frame.height for frame in simulation.files.values())
    n_spoiled = simulation.truth["dirt"]["n_rows"].sum()
    say(f"Simulated {people:,} people over {months} months from {start:%Y-%m} (seed {seed}).")
    say(
        f"{len(simulation.files)} files, {n_rows:,} rows, {n_spoiled:,} of them spoiled on purpose."
    )
    say(f"written to {workspace.source}")
