"""Who is who: keyed hashes of personal numbers to a random permanent key, and names kept apart.

This is the only place that can lead from a number to a person or from a person to a name.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from features.errors import MissingStepError, UnknownEmployeeError
from features.quarantine import mask

TOKENS, NAMES = "tokens.parquet", "names.parquet"


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
        """Read the table; an absent folder is an error, for nobody could be found in it."""
        if not (folder / TOKENS).exists():
            raise MissingStepError(f"the token table {folder}", "huyula import")
        tokens = pl.read_parquet(folder / TOKENS)
        names = pl.read_parquet(folder / NAMES)
        return cls(
            key,
            dict(zip(tokens["token"], tokens["employee_id"], strict=True)),
            dict(zip(names["employee_id"], names["name"], strict=True)),
        )

    def save(self, folder: Path) -> None:
        """Write both tables into an empty folder that only its owner may read."""
        folder.chmod(0o700)
        pl.DataFrame(
            {"token": list(self.tokens), "employee_id": list(self.tokens.values())},
            schema={"token": pl.String, "employee_id": pl.String},
        ).write_parquet(folder / TOKENS)
        pl.DataFrame(
            {"employee_id": list(self.names), "name": list(self.names.values())},
            schema={"employee_id": pl.String, "name": pl.String},
        ).write_parquet(folder / NAMES)

    def token(self, kind: str, value: str) -> str:
        """Return the keyed hash of a number, spelled without spaces and in upper case."""
        spelled = re.sub(r"\s", "", value).upper()
        return f"{kind}:{hmac.digest(self.key, f'{kind}:{spelled}'.encode(), hashlib.sha256).hex()}"

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
            raise UnknownEmployeeError(kind, mask(value))
        return found

    def enrol(self, numbers: dict[str, str]) -> str:
        """Return the person that these numbers belong to, made new if none is known.

        Raises
        ------
        ValueError
            The numbers belong to different people.
        """
        tokens = [self.token(kind, value) for kind, value in numbers.items()]
        known = {self.tokens[token] for token in tokens if token in self.tokens}
        if len(known) > 1:
            raise ValueError(f"{', '.join(numbers)} must belong to one person")
        person = known.pop() if known else uuid.uuid4().hex
        self.tokens.update(dict.fromkeys(tokens, person))
        return person
