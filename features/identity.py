"""Who is who: keyed hashes of personal numbers to a random permanent key, and names kept apart.

This is the only place that can lead from a number to a person or from a person to a name. Beside
its hash each number stands sealed (AES-256-GCM, bound to the hash), so that a new key can be put in
place without the numbers being at hand: a chain of hashes would need the old key for ever.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from features.enrolling import decide
from features.errors import ArtifactError, MissingStepError, UnknownEmployeeError
from features.hash_index import NOWHERE
from features.keys import find_identity_key, load_identity_key
from features.merges import canonical, read_merges
from features.met_numbers import MetNumbers
from features.names import Names
from features.part_writer import write_parts
from features.quarantine import mask_number
from features.sources.numbers import spelled, spelled_cells
from features.tokens import SCHEMA as TOKEN_SCHEMA
from features.tokens import Tokens
from features.workspace import Workspace, write_frame

TOKENS, NAMES, KEY_CHECK = "tokens.parquet", "names.parquet", "key_check.txt"
NAME_SCHEMA = {"employee_id": pl.String, "name": pl.String, "since": pl.Int64}
KEPT_NAMES = 2


class TokenTable:
    """Tokens of personal numbers and the names of people.

    Attributes
    ----------
    key : bytes
        Keys the hashes; it lies outside the repository and the workspace.
    names : Names
        ``employee_id`` to name.
    merges : dict of str to str
        ``employee_id`` to the one that it is now shown under (`features.merges`).
    since : int
        Number of the import that enrols; what it adds goes again if it is undone.
    """

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.names = Names()
        self.merges: dict[str, str] = {}
        self.since = 1
        self._tokens = Tokens(key)
        self._named = pl.DataFrame(schema=NAME_SCHEMA)
        self._met: dict[str, MetNumbers] = {}

    def __repr__(self) -> str:
        return "TokenTable()"

    def __len__(self) -> int:
        return len(self._tokens)

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
            It was made with another key: nobody in it would be found again. Or an earlier version
            wrote it.
        """
        if not (folder / TOKENS).exists():
            raise MissingStepError(f"the token table {folder}", "huyula import")
        table = cls(key)
        table._tokens.read(folder / TOKENS, until)
        names = pl.read_parquet(folder / NAMES)
        table._named = names if until is None else names.filter(pl.col("since") <= until)
        table.names = Names(_newest(table._named))
        if not table.is_keyed(folder):
            raise ArtifactError(
                f"the people in {folder} were hashed with another identity key; set "
                "HUYULA_KEY_FOLDER to the folder that holds the right one"
            )
        return table

    @property
    def tokens(self) -> dict[str, str]:
        """``kind:HMAC`` to ``employee_id``, as imported: before any merge; a copy."""
        parts = (part.select("token", "employee_id") for part in self._tokens.parts(self.since))
        return {token: person for part in parts for token, person in part.iter_rows()}

    def is_keyed(self, folder: Path) -> bool:
        """Return whether the table in `folder` was made with this key."""
        made_with = (folder / KEY_CHECK).read_text(encoding="ascii")
        return hmac.compare_digest(made_with, self.token("key", "check"))

    def save(self, folder: Path) -> None:
        """Write both tables into an empty folder that only its owner may read."""
        folder.chmod(0o700)
        parts = self._tokens.parts(self.since)
        write_parts(parts, pl.DataFrame(schema=TOKEN_SCHEMA), folder / TOKENS)
        write_frame(self._name_versions(), folder / NAMES)
        (folder / KEY_CHECK).write_text(self.token("key", "check"), encoding="ascii")

    def rekeyed(self, key: bytes) -> TokenTable:
        """Return the same people under another key; every ``employee_id`` stays.

        Raises
        ------
        ArtifactError
            A sealed number is not the one its hash was made of.
        """
        table = TokenTable(key)
        table.names, table.merges, table.since = self.names, self.merges, self.since
        table._named = self._named
        for part in self._tokens.parts(self.since):
            opened = map(self._tokens.number, part["token"], part["sealed"])
            kinds, numbers = map(list, zip(*opened, strict=True))
            table._tokens.add_old(kinds, numbers, part["employee_id"], part["since"].to_numpy())
        return table

    def numbers(self) -> Iterator[tuple[dict[str, object], str, str]]:
        """Yield each row of the table with its kind and the number itself: handle with care."""
        for part in self._tokens.parts(self.since):
            for row in part.iter_rows(named=True):
                yield row, *self._tokens.number(row["token"], row["sealed"])

    def token(self, kind: str, value: str) -> str:
        """Return the keyed hash of a number, spelled without spaces and in upper case."""
        return f"{kind}:{self._hash(kind, value).tobytes().hex()}"

    def owner(self, kind: str, value: str) -> str | None:
        """Return the person that the records of an import give this number to, or None."""
        (found,) = self._tokens.find(self._hash(kind, value))
        return None if found == NOWHERE else self._tokens.people.texts[int(found)]

    def owners(self, numbers: pl.Series) -> pl.Series:
        """Return the owner of each of many numbers, null where there is none.

        The name of the series says which kind they are. What an import has met is remembered as it
        is until the table is dropped.
        """
        met = self._met.setdefault(numbers.name, MetNumbers(numbers.name))
        found = met.owners(numbers, self._tokens)
        at = pl.Series(found).to_frame("at").select(pl.when(pl.col("at") != NOWHERE).then("at"))
        return self._tokens.people.texts.gather(at.to_series()).rename(numbers.name)

    def canonical(self, employee_id: str) -> str:
        """Return the id that this person is shown under."""
        return canonical(self.merges, employee_id)

    def knows(self, employee_id: str) -> bool:
        """Return whether an import made this id."""
        return employee_id in self.names or employee_id in self._tokens.people

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

    def enrol(self, people: pl.DataFrame) -> pl.DataFrame:
        """Return the person that each set of numbers belongs to, made new if none is known.

        Parameters
        ----------
        people : DataFrame
            A row a set of numbers, a column a kind, the most permanent kind first. The first known
            number decides, unless its owner is known by another number of a more permanent kind
            that is given too: then it is somebody else's.

        Returns
        -------
        DataFrame
            ``employee_id``, and by kind (bool) whether the number turned out to be another's.
        """
        numbers = people.select(spelled_cells(pl.all()))
        decided = decide(self._tokens, numbers)
        for kind in numbers.columns:
            mine = numbers[kind].is_not_null() & pl.Series(~decided.refused[kind])
            met = self._met.setdefault(kind, MetNumbers(kind))
            met.add(numbers[kind].filter(mine), decided.people[mine.to_numpy()])
        found = self._tokens.people.texts.gather(decided.people)
        return pl.DataFrame({"employee_id": found, **decided.refused})

    def begin_import(self, number: int) -> None:
        """Note what is enrolled from now on as that of the import of this number."""
        self.since = number
        self._tokens.as_of_import(number)  # records may have begun anew
        self._named = self._named.with_columns(pl.col("since").clip(upper_bound=number))

    def give(self, kind: str, number: str, employee_id: str) -> str:
        """Give a number to a person unless it is somebody's, and return whose it is."""
        owner = self.owner(kind, number)
        if owner is None:
            at = self._tokens.owner_positions(pl.Series([employee_id]))
            numbers = pl.Series([spelled(number)])
            self._tokens.add(kind, self._hash(kind, number), at, numbers)
        return owner or employee_id

    def _hash(self, kind: str, value: str) -> np.ndarray:
        return self._tokens.hashes(kind, pl.Series([spelled(value)]))

    def _name_versions(self) -> pl.DataFrame:
        """Return each person's present name and the one before it, for an import to be undone."""
        now = self.names.frame().with_columns(since=pl.lit(self.since, dtype=pl.Int64))
        changed = now.join(_newest(self._named), on=["employee_id", "name"], how="anti")
        versions = pl.concat([self._named, changed]).unique(
            ["employee_id", "since"], keep="last", maintain_order=True
        )
        return versions.sort("employee_id", "since").group_by(
            "employee_id", maintain_order=True
        ).tail(KEPT_NAMES)  # fmt: skip


def _newest(names: pl.DataFrame) -> pl.DataFrame:
    return names.sort("since").unique("employee_id", keep="last")


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
