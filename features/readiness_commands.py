"""The readiness command."""

from __future__ import annotations

import json

import click

from features.console import say, workspace_option
from features.workspace import Workspace


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for other programs.")
@workspace_option
def readiness(as_json: bool, workspace: Workspace) -> None:
    """Say which profiles, labels, models and outputs the import supports, and what would add more.

    "ready" has what it takes, "thin" works and is weak, "missing" cannot be made from this import.
    """
    from features.horizon import read_horizon
    from features.readiness import check_readiness, readiness_json, readiness_lines
    from features.records import load_records

    folder = workspace.require(workspace.records, "huyula import")
    records = load_records(folder)
    items = check_readiness(records, read_horizon(folder, records).as_of)
    if as_json:
        say(json.dumps(readiness_json(items), indent=1))
        return
    for line in readiness_lines(items):
        say(line)


COMMANDS_BY_NAME = {"readiness": readiness}
