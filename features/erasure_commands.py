"""The command that takes one person out of a workspace."""

from __future__ import annotations

import click

from features.console import say, workspace_option
from features.workspace import Workspace

LOG = "erasure.jsonl"


@click.command()
@click.argument("employee_id")
@click.option("--reason", required=True, help="Why, without naming the person: it is logged.")
@click.option("--yes", is_flag=True, help="Do not ask before erasing.")
@workspace_option
def erase(employee_id: str, reason: str, yes: bool, workspace: Workspace) -> None:
    """Take one person out of everything the workspace holds, for good.

    Records in all versions, profiles, indices, panel, snapshot, lists, flags, output, requests,
    numbers and name. Ids merged with EMPLOYEE_ID go too. The log says when, who and why, not whom.
    An import of an export that still holds the person brings them back under a new id.
    """
    from features.erasure import count_rows, erase_person, ids_of
    from features.errors import UnknownEmployeeError
    from features.identity import open_people
    from features.lookups import log_erasure
    from features.settings import Settings

    with workspace.lock():
        people = open_people(workspace, Settings().key_folder)
        if not people.knows(employee_id):
            raise UnknownEmployeeError("employee_id", employee_id)
        ids = ids_of(workspace, employee_id)
        counts = count_rows(workspace, ids)
        for name, n_rows in counts.items():
            say(f"{name:<17}{n_rows:>8,} rows")
        if not yes:
            click.confirm("erase this person? It cannot be brought back", abort=True)
        log_erasure(workspace.logs / LOG, counts, reason)  # first: nothing goes without a trace
        erase_person(workspace, ids)
    say(f"erased {sum(counts.values()):,} rows; who, when and why, without the id, is in "
        f"{workspace.logs / LOG}")  # fmt: skip
    say("figures counted before (report.html, tracking) still count the person: make them again")


COMMANDS_BY_NAME = {"erase": erase}
