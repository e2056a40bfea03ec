"""Who is who: keyed hashes of personal numbers to a random permanent key, and names kept apart.

This is the only place that can lead from a number to a person or from a person to a name.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from features.errors import ArtifactError, MissingStepError, UnknownEmployeeError
from features.quarantine import mask_number
from features.sources.numbers import spelled
from features.workspace import write_frame

TOKENS, NAMES, KEY_CHECK = "tokens.parquet", "names.parquet", "key_check.txt"


@dataclass(frozen=True)
class Enrolled:
    """One person found or made, and the kinds of number that turned out to be another's."""

    employee_id: str
    refused: list[str]


@dataclass
class TokenTable:
    """Tokens of personal numbers and the names of people.

    Attributes
    ----------
    key : bytes
        Keys the hashes; it lies outside the repository and the workspace.
    tokens : dict of str to str
        ``kind:HMAC`` to ``employee_id``.
    names : dict of str to str
        ``employee_id`` to name.
    """

    key: bytes = field(repr=False)
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    names: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folder: Path, key: bytes) -> TokenTable:
        """Read the table.

        Raises
        ------
        MissingStepError
            There is none: nobody could be found in it.
        ArtifactError
            It was made with another key: nobody in it would be found again.
        """
        if not (folder / TOKENS).exists():
            raise MissingStepError(f"the token table {folder}", "huyula import")
        tokens = pl.read_parquet(folder / TOKENS)
        names = pl.read_parquet(folder / NAMES)
        table = cls(
            key,
            dict(zip(tokens["token"], tokens["employee_id"], strict=True)),
            dict(zip(names["employee_id"], names["name"], strict=True)),
        )
        made_with = (folder / KEY_CHECK).read_text(encoding="ascii")
        if not hmac.compare_digest(made_with, table.token("key", "check")):
            raise ArtifactError(
                f"the people in {folder} were hashed with another identity key; set "
                "HUYULA_KEY_FOLDER to the folder that holds the right one"
            )
        return table

    def save(self, folder: Path) -> None:
        """Write both tables into an empty folder that only its owner may read."""
        folder.chmod(0o700)
        tokens = {"token": list(self.tokens), "employee_id": list(self.tokens.values())}
        names = {"employee_id": list(self.names), "name": list(self.names.values())}
        for file, columns in ((TOKENS, tokens), (NAMES, names)):
            frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
            write_frame(frame, folder / file)
        (folder / KEY_CHECK).write_text(self.token("key", "check"), encoding="ascii")

    def token(self, kind: str, value: str) -> str:
        """Return the keyed hash of a number, spelled without spaces and in upper case."""
        message = f"{kind}:{spelled(value)}".encode()
        return f"{kind}:{hmac.digest(self.key, message, hashlib.sha256).hex()}"

    def find(self, kind: str, value: str) -> str | None:
        """Return the person known by this number, or None."""
        return self.tokens.get(self.token(kind, value))

    def employee_id(self, kind: str, value: str) -> str:
        """Return the person known by this number.

        Raises
        ------
        UnknownEmployeeError
            Nobody is; the message holds the number masked.
        """
        found = self.find(kind, value)
        if found is None:
            raise UnknownEmployeeError(kind, mask_number(value))
        return found

    def enrol(self, people: Iterable[Mapping[str, str]]) -> list[Enrolled]:
        """Return the person that each set of numbers belongs to, made new if none is known.

        Parameters
        ----------
        people : iterable of mapping
            Number by kind, the most permanent kind first. The first known number decides, unless
            its owner is known by another number of a more permanent kind that is given too: then
            it is somebody else's.
        """
        kinds = {(owner, token.split(":")[0]) for token, owner in self.tokens.items()}
        enrolled = []
        for numbers in people:
            tokens = {kind: self.token(kind, value) for kind, value in numbers.items()}
            person = self._owner(tokens, kinds) or uuid.uuid4().hex
            owners = {kind: self.tokens.setdefault(tokens[kind], person) for kind in tokens}
            kinds |= {(person, kind) for kind, owner in owners.items() if owner == person}
            refused = [kind for kind, owner in owners.items() if owner != person]
            enrolled.append(Enrolled(person, refused))
        return enrolled

    def _owner(self, tokens: Mapping[str, str], kinds: set[tuple[str, str]]) -> str | None:
        more_permanent: list[str] = []
        for kind, token in tokens.items():
            owner = self.tokens.get(token)
            if owner and not any((owner, other) in kinds for other in more_permanent):
                return owner
            more_permanent.append(kind)
        return None
