"""The command that deletes what is past keeping."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from features.console import say, workspace_option
from features.workspace import Workspace

if TYPE_CHECKING:
    from features.retention import Expired

LOG = "retention.jsonl"


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show what would go.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting.")
@workspace_option
def retention(dry_run: bool, yes: bool, workspace: Workspace) -> None:
    """Delete rows that are older than their table is kept (`huyula schema TABLE`).

    First shows what would go, by table: rows, and the oldest date. Corrected and withdrawn versions
    go too, and the records from before the last import, which then cannot be undone. What still
    holds stays, however old: sanctions in force, valid assessments, certificates. Logged lists,
    flags and requests for support go as `huyula standards log_retention` says. The next full
    import brings back what its export still holds: run this after each.
    """
    from features.log_retention import delete_old_logs, old_logs
    from features.lookups import log_deletion
    from features.retention import delete_expired, expired_rows, needs_deleting

    records, today = workspace.require(workspace.records, "huyula import"), date.today()
    with workspace.lock():
        logs = old_logs(workspace, today)
        found = [*expired_rows(records, today), *logs]
        for line in _lines(found):
            say(line)
        of_records = needs_deleting(records, today)
        if not of_records and not any(one.rows for one in logs):
            say("nothing is past keeping")
            return
        if dry_run:
            say("nothing was deleted: this is a dry run")
            return
        if not yes:
            click.confirm("delete these rows? They cannot be brought back", abort=True)
        # first: nothing is ever deleted without a trace
        log_deletion(workspace.logs / LOG, {one.table: one.rows for one in found if one.rows})
        if of_records:
            delete_expired(records, today)
        delete_old_logs(workspace, today)
    say(f"deleted {sum(one.rows for one in found):,} rows; counts, without anybody's id, are in "
        f"{workspace.logs / LOG}")  # fmt: skip
    folders = (workspace.profiles, workspace.indices, workspace.panel, workspace.snapshot)
    made = [folder.name for folder in folders if folder.exists()]
    if made and of_records:
        say(f"made before this, from rows that are gone; make them again: {', '.join(made)}")


def _lines(found: list[Expired]) -> list[str]:
    lines = [f"{'table':<17}{'about dates before':<20}{'rows':>11}  {'oldest':<12}still hold"]
    for one in found:
        kept = f"{one.in_force:,}" if one.in_force else ""
        oldest = f"{one.oldest or ''}"
        line = f"{one.table:<17}{one.before!s:<20}{one.rows:>11,}  {oldest:<12}{kept}"
        lines.append(line.rstrip())
    return lines


COMMANDS_BY_NAME = {"retention": retention}
