"""A new identity key for a workspace, put in place so that an interruption leaves a working pair.

The new key is kept before the token table is written with it, and the table takes its place in one
go; whoever opens the table finds the kept key that fits it (`features.keys`). Without the old key
the new table tells nothing, and with it no more: every hash and seal is made anew.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from features.identity import open_people
from features.keys import LENGTH, change_identity_key, forget_identity_key, keep_identity_key
from features.workspace import Workspace, replace_folder


def rotate_key(workspace: Workspace, key_folder: Path, *, forget: bool = False) -> int:
    """Give the workspace's token table a new key and return how many numbers it holds.

    Parameters
    ----------
    forget : bool
        Delete the former key, which other workspaces or back-ups may still need.
    """
    people = open_people(workspace, key_folder)
    key = secrets.token_bytes(LENGTH)
    keep_identity_key(key_folder, people.key)
    keep_identity_key(key_folder, key)
    with replace_folder(workspace.identity) as folder:
        people.rekeyed(key).save(folder)
    change_identity_key(key_folder, key)
    if forget:
        forget_identity_key(key_folder, people.key)
    return len(people)
