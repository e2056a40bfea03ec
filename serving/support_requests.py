"""The commands by which a person asks for support, or takes that back."""

from __future__ import annotations

from features.asked import ask_support, standing_requests, withdraw_request
from features.errors import UnknownEmployeeError
from features.identity import TokenTable, open_people
from features.merges import read_merges
from features.settings import Settings
from features.workspace import Workspace


def ask_for_support(workspace: Workspace, employee_id: str, note: str) -> str:
    """Note the request of a known person; the caller holds the workspace's lock.

    Raises
    ------
    UnknownEmployeeError
        No import made this id.
    SchemaError
        The person asks already.
    """
    people = _known(workspace, employee_id)
    ask_support(workspace.support_asked, employee_id, note, people.merges)
    return (
        f"{people.canonical(employee_id)} stands on the support list as asked; "
        "`huyula support` writes it anew, the service tells it at once"
    )


def withdraw_support(workspace: Workspace, employee_id: str) -> str:
    """Note that a person asks no longer; the caller holds the workspace's lock.

    Raises
    ------
    UnknownEmployeeError, SchemaError
        No import made this id; the person does not ask.
    """
    people = _known(workspace, employee_id)
    withdraw_request(workspace.support_asked, employee_id, people.merges)
    return f"{people.canonical(employee_id)} asks for support no longer"


def list_requests(workspace: Workspace) -> list[str]:
    """Return a line a person who asks, oldest first, with the note."""
    asking = standing_requests(workspace.support_asked, read_merges(workspace.merges))
    if not asking:
        return ["nobody asks for support"]
    return [
        f"{who}  since {line['at'][:10]}  {line.get('note', '')}".rstrip()
        for who, line in asking.items()
    ]


def _known(workspace: Workspace, employee_id: str) -> TokenTable:
    people = open_people(workspace, Settings().key_folder)
    if not people.knows(employee_id):
        raise UnknownEmployeeError("employee_id", employee_id)
    return people
