"""Who is who: keyed hashes of personal numbers to a random permanent key, and names kept apart.

This is the only place that can lead from a number to a person or from a person to a name. Beside
its hash each number stands sealed (AES-256-GCM, bound to the hash), so that a new key can be put in
place without the numbers being at hand: a chain of hashes would need the old key for ever.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from features.errors import ArtifactError, MissingStepError, UnknownEmployeeError
from features.keys import find_identity_key, load_identity_key
from features.merges import canonical, read_merges
from features.quarantine import mask_number
from features.sealing import Seal
from features.sources.numbers import spelled
from features.workspace import Workspace, write_frame

TOKENS, NAMES, KEY_CHECK = "tokens.parquet", "names.parquet", "key_check.txt"
TOKEN_SCHEMA = {
    "token": pl.String, "employee_id": pl.String, "sealed": pl.Binary, "since": pl.Int64,
}  # fmt: skip
NAME_SCHEMA = {"employee_id": pl.String, "name": pl.String, "since": pl.Int64}
KEPT_NAMES = 2


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
        ``kind:HMAC`` to ``employee_id``, as imported: before any merge.
    names : dict of str to str
        ``employee_id`` to name.
    merges : dict of str to str
        ``employee_id`` to the one that it is now shown under (`features.merges`).
    since : int
        Number of the import that enrols; what it adds goes again if it is undone.
    """

    key: bytes = field(repr=False)
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    names: dict[str, str] = field(default_factory=dict, repr=False)
    merges: dict[str, str] = field(default_factory=dict, repr=False)
    since: int = field(default=1, repr=False)
    _stored: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TOKEN_SCHEMA),
                                  repr=False)  # fmt: skip
    _named: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NAME_SCHEMA),
                                 repr=False)  # fmt: skip
    _fresh: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folder: Path, key: bytes, *, until: int | None = None) -> TokenTable:
        """Read the table.

        Parameters
        ----------
        until : int, optional
            Number of the last import that counts; what later ones added is left out.

        Raises
        ------
        MissingStepError
            There is none: nobody could be found in it.
        ArtifactError
            It was made with another key: nobody in it would be found again.
        """
        if not (folder / TOKENS).exists():
            raise MissingStepError(f"the token table {folder}", "huyula import")
        tokens, names = (_read(folder / file, until) for file in (TOKENS, NAMES))
        newest = names.sort("since").unique("employee_id", keep="last")
        table = cls(
            key,
            dict(zip(tokens["token"], tokens["employee_id"], strict=True)),
            dict(zip(newest["employee_id"], newest["name"], strict=True)),
            _stored=tokens,
            _named=names,
        )
        if not table.is_keyed(folder):
            raise ArtifactError(
                f"the people in {folder} were hashed with another identity key; set "
                "HUYULA_KEY_FOLDER to the folder that holds the right one"
            )
        return table

    def is_keyed(self, folder: Path) -> bool:
        """Return whether the table in `folder` was made with this key."""
        made_with = (folder / KEY_CHECK).read_text(encoding="ascii")
        return hmac.compare_digest(made_with, self.token("key", "check"))

    def save(self, folder: Path) -> None:
        """Write both tables into an empty folder that only its owner may read."""
        folder.chmod(0o700)
        write_frame(pl.concat([self._stored, self._sealed()]), folder / TOKENS)
        write_frame(self._name_versions(), folder / NAMES)
        (folder / KEY_CHECK).write_text(self.token("key", "check"), encoding="ascii")

    def rekeyed(self, key: bytes) -> TokenTable:
        """Return the same people under another key; every ``employee_id`` stays.

        Raises
        ------
        ArtifactError
            A sealed number is not the one its hash was made of.
        """
        table = TokenTable(
            key, names=self.names, merges=self.merges, since=self.since, _named=self._named
        )
        seal, rows = Seal(key), []
        for row, kind, number in self.numbers():
            token = table.token(kind, number)
            rows.append((token, row["employee_id"], seal.close(token, number), row["since"]))
        table._stored = pl.DataFrame(rows, schema=TOKEN_SCHEMA, orient="row")
        table.tokens = dict(zip(table._stored["token"], table._stored["employee_id"], strict=True))
        return table

    def numbers(self) -> Iterator[tuple[dict[str, object], str, str]]:
        """Yield each row of the table with its kind and the number itself: handle with care."""
        seal = Seal(self.key)
        for row in pl.concat([self._stored, self._sealed()]).iter_rows(named=True):
            kind = row["token"].partition(":")[0]
            number = seal.open(row["token"], row["sealed"])
            if self.token(kind, number) != row["token"]:
                raise ArtifactError("the token table is damaged: a number does not fit its hash")
            yield row, kind, number

    def token(self, kind: str, value: str) -> str:
        """Return the keyed hash of a number, spelled without spaces and in upper case."""
        message = f"{kind}:{spelled(value)}".encode()
        return f"{kind}:{hmac.digest(self.key, message, hashlib.sha256).hex()}"

    def owner(self, kind: str, value: str) -> str | None:
        """Return the person that the records of an import give this number to, or None."""
        return self.tokens.get(self.token(kind, value))

    def canonical(self, employee_id: str) -> str:
        """Return the id that this person is shown under."""
        return canonical(self.merges, employee_id)

    def knows(self, employee_id: str) -> bool:
        """Return whether an import made this id."""
        return employee_id in self.names or employee_id in self.tokens.values()

    def name(self, employee_id: str) -> str | None:
        """Return the name of the person that an id means, or None."""
        return self.names.get(self.canonical(employee_id)) or self.names.get(employee_id)

    def find(self, kind: str, value: str) -> str | None:
        """Return the id that whoever has this number is shown under, or None."""
        owner = self.owner(kind, value)
        return self.canonical(owner) if owner else None

    def employee_id(self, kind: str, value: str) -> str:
        """Return the id that whoever has this number is shown under.

        Raises
        ------
        UnknownEmployeeError
            Nobody has; the message holds the number masked.
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
            owners = {kind: self._own(tokens[kind], person, numbers[kind]) for kind in tokens}
            kinds |= {(person, kind) for kind, owner in owners.items() if owner == person}
            refused = [kind for kind, owner in owners.items() if owner != person]
            enrolled.append(Enrolled(person, refused))
        return enrolled

    def begin_import(self, number: int) -> None:
        """Note what is enrolled from now on as that of the import of this number."""
        self.since = number
        at_most = pl.col("since").clip(upper_bound=number)  # records may have begun anew
        self._stored = self._stored.with_columns(at_most)
        self._named = self._named.with_columns(at_most)

    def give(self, kind: str, number: str, employee_id: str) -> str:
        """Give a number to a person unless it is somebody's, and return whose it is."""
        return self._own(self.token(kind, number), employee_id, number)

    def _own(self, token: str, person: str, number: str) -> str:
        if token not in self.tokens:
            self.tokens[token] = person
            self._fresh[token] = number
        return self.tokens[token]

    def _owner(self, tokens: Mapping[str, str], kinds: set[tuple[str, str]]) -> str | None:
        more_permanent: list[str] = []
        for kind, token in tokens.items():
            owner = self.tokens.get(token)
            if owner and not any((owner, other) in kinds for other in more_permanent):
                return owner
            more_permanent.append(kind)
        return None

    def _sealed(self) -> pl.DataFrame:
        """Return the rows of the numbers met since the table was read."""
        seal = Seal(self.key)
        rows = [
            (token, self.tokens[token], seal.close(token, spelled(number)), self.since)
            for token, number in self._fresh.items()
        ]
        return pl.DataFrame(rows, schema=TOKEN_SCHEMA, orient="row")

    def _name_versions(self) -> pl.DataFrame:
        """Return each person's present name and the one before it, for an import to be undone."""
        now = pl.DataFrame(
            {"employee_id": list(self.names), "name": list(self.names.values())},
            schema={"employee_id": pl.String, "name": pl.String},
        ).with_columns(since=pl.lit(self.since, dtype=pl.Int64))
        newest = self._named.sort("since").unique("employee_id", keep="last")
        changed = now.join(newest, on=["employee_id", "name"], how="anti")
        versions = pl.concat([self._named, changed]).unique(
            ["employee_id", "since"], keep="last", maintain_order=True
        )
        return versions.sort("employee_id", "since").group_by(
            "employee_id", maintain_order=True
        ).tail(KEPT_NAMES)  # fmt: skip


def open_people(workspace: Workspace, key_folder: Path, *, create: bool = False) -> TokenTable:
    """Read a workspace's token table with the key that it was made with, and what was merged.

    Parameters
    ----------
    create : bool
        Return an empty table where there is none yet.

    Raises
    ------
    MissingStepError, ArtifactError
        See `TokenTable.load` and `load_identity_key`.
    """
    from features.history import IMPORTS, read_imports

    if create and not workspace.identity.exists():
        return TokenTable(load_identity_key(key_folder, create=True))
    folder = workspace.require(workspace.identity, "huyula import")
    key = find_identity_key(key_folder, lambda key: TokenTable(key).is_keyed(folder))
    # what an interrupted import or undo added to it does not count
    listed = (workspace.records / IMPORTS).exists()
    until = len(read_imports(workspace.records)) if listed else None
    people = TokenTable.load(folder, key, until=until)
    people.merges = read_merges(workspace.merges)
    return people


def _read(path: Path, until: int | None) -> pl.DataFrame:
    frame = pl.read_parquet(path)
    if "since" not in frame.columns:
        raise ArtifactError(
            f"{path} was written by an earlier version, without sealed numbers; import into an "
            "empty workspace"
        )
    return frame if until is None else frame.filter(pl.col("since") <= until)
