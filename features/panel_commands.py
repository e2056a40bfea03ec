"""The panel command."""

from __future__ import annotations

from datetime import datetime

import click

from features.console import progress_bar, say, workspace_option
from features.workspace import Workspace

DAY = click.DateTime(["%Y-%m-%d"])
EVERY = {"month": 1, "quarter": 3, "year": 12}


@click.command()
@click.option("--from", "first", type=DAY, required=True, metavar="YYYY-MM-DD",
              help="First snapshot.")  # fmt: skip
@click.option("--to", "last", type=DAY, metavar="YYYY-MM-DD",
              help="Last snapshot. Default: the last whose horizon the records cover.")  # fmt: skip
@click.option("--every", type=click.Choice(list(EVERY)), default="month", show_default=True)
@click.option("--horizon", type=click.IntRange(1, 60), metavar="MONTHS",
              help="Months that labels look ahead. Default: the standard's.")  # fmt: skip
@workspace_option
def panel(
    first: datetime, last: datetime | None, every: str, horizon: int | None, workspace: Workspace
) -> None:
    """Write profiles and what happened after them, over many dates, for your own models.

    One Parquet file a snapshot lands in the workspace's panel folder. A run that was interrupted
    goes on where it stopped.
    """
    from features.horizon import read_horizon
    from features.known import months_before
    from features.panel import snapshot_dates
    from features.panel_files import write_panel
    from features.records import load_records
    from features.standards.load import load_standard

    months = horizon or load_standard("disengagement")["horizon_months"]
    folder = workspace.require(workspace.records, "huyula import")
    whole = read_horizon(folder, load_records(folder)).as_of
    end = last.date() if last else months_before(whole, months)
    if end < first.date():
        raise click.BadParameter(
            f"must not lie after {end}, the last snapshot, got {first.date()}", param_hint="--from"
        )
    dates = snapshot_dates(first.date(), end, EVERY[every])
    with workspace.lock(), progress_bar("Snapshots", len(dates)) as advance:
        n_rows = write_panel(workspace, dates, months, advance)
    say(f"{len(dates):,} snapshots {dates[0]} to {dates[-1]}, {n_rows:,} rows: {workspace.panel}")


COMMANDS_BY_NAME = {"panel": panel}
