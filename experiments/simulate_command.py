"""`huyula simulate`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import click

MONTH = click.DateTime(["%Y-%m"])


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
    help="Length of the period.",
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
    type=MONTH,
    default="2023-01",
    show_default=True,
    metavar="YYYY-MM",
    help="First month.",
)
@click.option(
    "--dirt",
    type=click.FloatRange(0, 0.5),
    default=0.01,
    show_default=True,
    help="Share of rows spoiled as in real exports; 0 gives clean files.",
)
@click.option("--workspace", type=click.Path(file_okay=False, path_type=Path), help="Folder to work in.")
def simulate(
    people: int, months: int, seed: int, start: datetime, dirt: float, workspace: Path | None
) -> None:
    """Make up an employer: HR files as SIASN exports them.

    The people, their courses and their absences are invented, but their causes are known, so that
    every later step can be tried and checked without anybody's records. The files are written to
    `source` in the workspace; `huyula import --mapping siasn` reads them. What really moved the
    people lies in `truth`; only evaluations read it.
    """
    from experiments.simulation.simulate import simulate as run
    from experiments.simulation.writing import write_export
    from features.settings import Settings
    from features.workspace import Workspace

    target = Workspace(workspace or Settings().workspace)
    simulation = run(
        people, months, seed, start=start.date(), dirt=dirt, progress=_with_progress_bar
    )
    write_export(simulation, target)
    for name, frame in simulation.files.items():
        click.echo(f"{name + '.csv':<24}{frame.height:>10,} rows")
    click.echo(f"{simulation.truth['dirt']['n_rows'].sum():,} rows spoiled on purpose")
    click.echo(f"written to {target.source}")


def _with_progress_bar(months: Iterable[int]) -> Iterator[int]:
    from rich.console import Console
    from rich.progress import track

    yield from track(months, description="simulating months", console=Console(stderr=True))
