"""A foreign export: a file, a folder of files of any kind, or a database; each table read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from features.errors import SchemaError
from features.quarantine import Problem, mask_file_name
from features.sources.database import Database, is_url
from features.sources.delimited import SourceTable, read_delimited
from features.sources.excel import excel_places
from features.sources.mapping import Mapping, load_mapping, shipped_mappings
from features.sources.parquet import parquet_place
from features.sources.place import Place, matching_places
from features.sources.spelling import fold_name

SHOWN_FILES = 8


class Export:
    """The tables of an export that a mapping reads; close it, or use it in a ``with`` statement.

    Parameters
    ----------
    path : Path or str
        A file, a folder, or a database's URL such as ``postgresql://user@host/database``.

    Raises
    ------
    SchemaError
        The path does not exist, the database cannot be reached, or neither holds anything that the
        mapping reads.
    """

    def __init__(self, path: Path | str, mapping: Mapping) -> None:
        self._database = Database(str(path)) if is_url(path) else None
        self._read: dict[str, SourceTable] = {}
        try:
            self.places = _places(path, self._database, date_columns(mapping))
            wanted = matching_places(self.places, mapping.patterns())
            if not wanted:
                raise _none_fits(self.places, mapping)
        except BaseException:
            self.close()
            raise
        self.unused = [
            place.name + " (hidden)" * place.hidden for place in self.places if place not in wanted
        ]
        """Names of files, sheets or database tables that no rule of the mapping reads."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database, if there is one."""
        if self._database:
            self._database.close()

    def matching(self, patterns: Sequence[str]) -> list[SourceTable]:
        """Return the tables of these names, in the order of their names."""
        found = matching_places(self.places, patterns)
        for place in found:
            if place.name not in self._read:
                self._read[place.name] = place.read()
        return [self._read[place.name] for place in found]

    def sources(self) -> list[SourceTable]:
        """Return all tables read so far."""
        return list(self._read.values())

    def problems(self) -> list[Problem]:
        """Return what could not be read in any of them."""
        return [problem for source in self.sources() for problem in source.problems]


def file_places(path: Path, dates: frozenset[str] = frozenset()) -> list[Place]:
    """Return what a file holds, by its ending: the sheets of a workbook, else one table."""
    ending = path.suffix.lower()
    if ending in (".xlsx", ".xlsm"):
        return excel_places(path, dates)
    if ending in (".parquet", ".pq"):
        return [parquet_place(path)]
    return [Place(mask_file_name(path.name), (path.name,), lambda: read_delimited(path))]


@contextmanager
def open_places(path: Path | str) -> Iterator[list[Place]]:
    """Yield everything that a file, a folder or a database holds.

    Raises
    ------
    SchemaError
        The path does not exist, or the database cannot be reached.
    """
    database = Database(str(path)) if is_url(path) else None
    try:
        yield _places(path, database, frozenset())
    finally:
        if database:
            database.close()


def date_columns(mapping: Mapping) -> frozenset[str]:
    """Return the folded names of the export's columns that the mapping reads as dates."""
    names = list(mapping.person.birth_date)
    for rule in mapping.table:
        kinds = {column.name: column.kind for column in rule.table.all_columns}
        for name, column in rule.columns.items():
            if column.year_of_date or (kinds[name] == "date" and not column.year_end):
                names += column.source
    return frozenset(map(fold_name, names))


def _places(path: Path | str, database: Database | None, dates: frozenset[str]) -> list[Place]:
    if database:
        return database.places()
    path = Path(path)
    if not path.exists():
        raise SchemaError("PATH", "must be a folder or file that exists", path)
    if not path.is_dir():
        return file_places(path, dates)
    files = sorted(file for file in path.iterdir() if not file.name.startswith((".", "~$")))
    return [place for file in files for place in file_places(file, dates)]


def _none_fits(places: list[Place], mapping: Mapping) -> SchemaError:
    names = [place.name for place in places]
    shown = ", ".join(names[:SHOWN_FILES]) + (", ..." if len(names) > SHOWN_FILES else "")
    rule = f"must hold files that the mapping {mapping.name} reads: {', '.join(mapping.patterns())}"
    fitting = [
        name
        for name in shipped_mappings()
        if matching_places(places, load_mapping(name).patterns())
    ]
    hint = f"; --mapping {' or '.join(fitting)} reads files of these names" if fitting else ""
    return SchemaError("PATH", rule, f"{shown or 'nothing'}{hint}")
