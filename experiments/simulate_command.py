"""`huyula simulate`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from features.console import progress_bar, say, workspace_option
from features.workspace import Workspace

if TYPE_CHECKING:
    from experiments.simulation.calibration import Compared
    from experiments.simulation.plan import Plan


@click.command()
@click.option(
    "--people",
    type=click.IntRange(60, 6_000_000),
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
@click.option(
    "--world",
    default="gorontalo",
    show_default=True,
    metavar="NAME|FILE",
    help="How strongly each cause works: a shipped world, or a TOML file of what differs.",
)
@click.option(
    "--worlds", is_flag=True, is_eager=True, callback=lambda c, p, v: _list(c, v),
    expose_value=False, help="List the worlds that ship, and stop.",
)  # fmt: skip
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    show_default="one a processor",
    help="Employers (of up to 5,000 people) simulated at once; the files are the same.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "parquet"]),
    default="csv",
    show_default=True,
    help="Of the export's files; Parquet takes a fraction of the space.",
)
@click.option("--calibration", is_flag=True, help="Print published figures beside simulated ones.")
@workspace_option
def simulate(
    people: int,
    months: int,
    seed: int,
    start: datetime,
    dirt: float,
    world: str,
    processes: int | None,
    form: str,
    calibration: bool,
    workspace: Workspace,
) -> None:
    """Make up employers and write their HR files.

    The people, their courses and their absences are invented, in the shape of SIASN exports, so
    that every step can be tried without anybody's records. The files go to the folder `source` of
    the workspace; read them with `huyula import`. What really moved the people, and what they would
    have done otherwise, goes to the folder `truth`, which only evaluations may read.
    """
    from experiments.simulation.plan import Plan
    from experiments.simulation.world_files import load_world
    from experiments.simulation.writing import usual_processes, write_plan

    plan = Plan(people, months, seed, load_world(world), start.date(), dirt)
    with workspace.lock():
        title, total = _progress(plan)
        with progress_bar(title, total) as advance:
            written = write_plan(plan, workspace, processes or usual_processes(), advance, form)
    say(f"Simulated {people:,} people over {months} months from {start:%Y-%m} (seed {seed}).")
    say(f"world {world}: {plan.world.title}")
    n_rows = sum(written.rows.values())
    say(f"{len(written.rows)} files, {n_rows:,} rows, {written.dirt:,} of them spoiled on purpose.")
    if calibration:
        say("")
        _say_calibration(written.calibration)
    say(f"written to {workspace.source}")


def _progress(plan: Plan) -> tuple[str, int]:
    if plan.employers == 1:
        return "Simulating months", plan.months
    return "Simulating employers", plan.employers


def _list(context: click.Context, wanted: bool) -> None:
    if not wanted:
        return
    from experiments.simulation.world_files import shipped_worlds

    worlds = shipped_worlds()
    for name, title in worlds.items():
        say(f"{name:<{max(map(len, worlds))}}  {title}")
    context.exit()


def _say_calibration(rows: list[Compared]) -> None:
    say(f"{'':<44}{'published':>10}{'simulated':>10}{'tolerance':>10}")
    for row in rows:
        mark = "" if row.within else "  outside"
        say(f"{row.label:<44}{row.target:>10.4f}{row.simulated:>10.4f}{row.tolerance:>10.4f}{mark}")
    say("Sources: experiments/simulation/lists/calibration.toml")
