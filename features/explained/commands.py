"""The command that shows one person's profile."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import datetime

import click

from features.console import say, workspace_option
from features.errors import SchemaError
from features.schema import ROLES
from features.wording.languages import LANGUAGES, Language
from features.workspace import Workspace

NUMBER_KINDS = ("nip", "pns_id", "nik", "employee_no")
IDENTIFIED = ("planner", "superior", "employee")
"""Roles that may look somebody up by a number; the others work without identities."""


@click.command()
@click.argument("employee_id", required=False)
@click.option(
    "--number",
    metavar="NIP",
    help="Look the person up by a personal number instead, which is logged; - asks for it, so that "
    "it stands in no history of the shell.",
)
@click.option(
    "--as", "role", type=click.Choice(ROLES), required=True, help="Show what this role may see."
)
@click.option("--reason", help="Why the profile is needed; it goes into the log.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Date the profile looks back from. Default: the end of the records' last month.",
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="id", show_default=True, help="Of the page."
)
@click.option("--target-post", metavar="POST", help="Id or title of a post to compare with.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@workspace_option
def profile(
    employee_id: str | None,
    number: str | None,
    role: str,
    reason: str | None,
    as_of: datetime | None,
    language: Language,
    target_post: str | None,
    as_json: bool,
    workspace: Workspace,
) -> None:
    """Show one person's profile, explained: what a role may see, each index with its rules.

    What records cannot tell is said not to be known, with the reason. --as chooses what is shown
    and is no lock: who may read the workspace may read everything in it. Names: huyula resolve.
    """
    from features.explained.document import profile_document
    from features.explained.page import WIDTH, page_text
    from features.explained.person import describe_person
    from features.horizon import choose_horizon
    from features.records import load_records

    if (employee_id is None) == (number is None):
        raise click.UsageError("give either EMPLOYEE_ID or --number")
    folder = workspace.require(workspace.records, "huyula import")
    records = load_records(folder)
    whom = _whom(employee_id, number, role, reason, workspace)
    horizon = choose_horizon(folder, records, as_of.date() if as_of else None)
    person = describe_person(
        records, whom, horizon.as_of, target_post=target_post, known_at=horizon.known_at
    )
    document = profile_document(person, role, language)
    if as_json:
        say(json.dumps(document, ensure_ascii=False, indent=1, default=str))
        return
    shown_live = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if shown_live else WIDTH
    say(page_text(document, width, colour=shown_live))


def _whom(
    employee_id: str | None, number: str | None, role: str, reason: str | None, workspace: Workspace
) -> str:
    """Return whose profile is meant; a look-up by number is logged before anything is shown."""
    from features.identity import open_people
    from features.lookups import log_profile
    from features.merges import canonical, read_merges
    from features.settings import Settings

    log = workspace.logs / "resolve.jsonl"
    if employee_id is not None:
        whom = canonical(read_merges(workspace.merges), employee_id)
        if reason is not None:
            log_profile(log, whom, role, reason)
        return whom
    if role not in IDENTIFIED:
        raise SchemaError("--number", f"is for the roles {', '.join(IDENTIFIED)}", role)
    if not (reason or "").strip():
        raise SchemaError("--reason", "must say why the person is looked up")
    given = click.prompt("NIP", hide_input=True, err=True) if number == "-" else str(number)
    people = open_people(workspace, Settings().key_folder)
    found = next(filter(None, (people.find(kind, given) for kind in NUMBER_KINDS)), None)
    whom = found or people.employee_id("number", given)  # which raises, the number masked
    log_profile(log, whom, role, str(reason))
    return whom


COMMANDS_BY_NAME = {"profile": profile}
