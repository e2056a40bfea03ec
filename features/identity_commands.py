"""Commands on who is who: a new key, two ids of one person, and who may be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from features.console import say, workspace_option
from features.workspace import Workspace

if TYPE_CHECKING:
    from features.identity import TokenTable

REASON = click.option("--reason", required=True, help="Why this is done; it goes into the log.")


@click.group()
def identity() -> None:
    """Change the identity key, or say which ids are one person; everything is logged.

    No command here changes an employee id or a table of the records.
    """


@identity.command("rotate-key")
@REASON
@click.option(
    "--forget-old-key",
    is_flag=True,
    help="Delete the old key. Other workspaces and back-ups made with it can never be read again.",
)
@workspace_option
def rotate_key(reason: str, forget_old_key: bool, workspace: Workspace) -> None:
    """Hash and seal all personal numbers anew under a new secret key."""
    from features.rotation import rotate_key
    from features.settings import Settings

    with workspace.lock():
        _open(workspace)  # first: what cannot be done is not logged
        _log(workspace, "rotate-key", [], reason)
        n_numbers = rotate_key(workspace, Settings().key_folder, forget=forget_old_key)
    say(f"{n_numbers:,} numbers are under a new key; no employee id has changed")
    if not forget_old_key:
        say(
            f"the old key stays in {Settings().key_folder} for other workspaces and back-ups: who "
            "holds it and an old copy of the identity folder can read the numbers in that copy"
        )


@identity.command()
@click.argument("keep_id")
@click.argument("other_id")
@REASON
@workspace_option
def merge(keep_id: str, other_id: str, reason: str, workspace: Workspace) -> None:
    """Show the records of OTHER_ID under KEEP_ID: they are one person.

    Both ids and all their numbers mean KEEP_ID from now on. Where both have a row of one thing (a
    year's review), that of KEEP_ID counts from when it was known.
    """
    from features.errors import UnknownEmployeeError
    from features.merges import with_merge, write_merges

    with workspace.lock():
        people = _open(workspace)
        for employee_id in (keep_id, other_id):
            if not people.knows(employee_id):
                raise UnknownEmployeeError("employee_id", employee_id)
        merges = with_merge(people.merges, keep_id, other_id)
        _log(workspace, "merge", [keep_id, other_id], reason)
        write_merges(workspace.merges, merges)
    say(f"{other_id} is shown under {keep_id}; run `huyula profiles` and what follows again")


@identity.command()
@click.argument("other_id")
@REASON
@workspace_option
def unmerge(other_id: str, reason: str, workspace: Workspace) -> None:
    """Take a merge back: OTHER_ID is a person of its own again."""
    from features.merges import without_merge, write_merges

    with workspace.lock():
        people = _open(workspace)
        merges = without_merge(people.merges, other_id)
        _log(workspace, "unmerge", [people.merges[other_id], other_id], reason)
        write_merges(workspace.merges, merges)
    say(f"{other_id} is a person again; run `huyula profiles` and what follows again")


@identity.command()
@REASON
@workspace_option
def candidates(reason: str, workspace: Workspace) -> None:
    """List ids that may be one person, for you to decide; nothing is merged.

    Same name, one employment over before the other begins, and no different dates of birth in
    their NIP. `huyula resolve` shows the names.
    """
    from features.same_person import find_candidates

    people = _open(workspace)
    _log(workspace, "candidates", [], reason)
    pairs = find_candidates(people, workspace.require(workspace.records, "huyula import"))
    if pairs.is_empty():
        say("no two ids look like one person")
        return
    say(f"{'KEEP_ID':<34}{'OTHER_ID':<34}{'other ended':<13}{'began':<12}birth date")
    for keep, other, ended, began, same in pairs.iter_rows():
        birth = "the same" if same else "unknown"
        say(f"{keep:<34}{other:<34}{ended!s:<13}{began!s:<12}{birth}")
    say("names: huyula resolve ID...; if they are one: huyula identity merge KEEP_ID OTHER_ID")


def _open(workspace: Workspace) -> TokenTable:
    from features.identity import open_people
    from features.settings import Settings

    return open_people(workspace, Settings().key_folder)


def _log(workspace: Workspace, action: str, employee_ids: list[str], reason: str) -> None:
    from features.lookups import log_change

    log_change(workspace.logs / "identity.jsonl", action, employee_ids, reason)
