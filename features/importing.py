"""Import a foreign export: files in, canonical tables, token table and quarantine out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import polars as pl

from features.growing import Growing
from features.identity import TokenTable
from features.import_report import build_report, write_report
from features.quarantine import write_quarantine
from features.schema import TABLES
from features.sources.export import Export
from features.sources.findings import Findings
from features.sources.mapping import Mapping
from features.sources.spool import Scratch
from features.table_store import TableStore

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Imported:
    """What an import yields; the large parts of it lie on the disk until they are asked for.

    Attributes
    ----------
    tables : TableStore
        Every canonical table by name, sorted by its key; ``tables.scan(name)`` for large ones.
    problems : Findings
        Every value, row, table and file not used (`features.quarantine.SCHEMA`).
    repaired : Findings
        Every value that was repaired: ``file``, ``line``, ``table``, ``column``, ``rule``.
    report : dict
        See `features.import_report.build_report`.
    unused_files : list of str
        Files of the export that no rule of the mapping reads.
    """

    tables: TableStore
    problems: Findings
    repaired: Findings
    report: dict[str, Any]
    unused_files: list[str]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Remove what lies in the scratch folder; tables that are saved stay readable."""
        self.tables.remove_scratch()

    @cached_property
    def quarantine(self) -> pl.DataFrame:
        """All problems in the order of file and line, for exports that are not broken at large."""
        return self.problems.frame()


def import_export(
    path: Path | str,
    mapping: Mapping,
    people: TokenTable,
    *,
    today: date,
    progress: Progress,
    scratch: Path | None = None,
    held: Path | None = None,
) -> Imported:
    """Convert every file the mapping names; `people` gains the persons met.

    The order of the rows within the files decides nothing. Memory is bounded by the number of
    people and of things they refer to, not by the number of rows about them.

    Parameters
    ----------
    scratch : Path, optional
        Folder of its own for what does not fit into memory, on the disk where the tables will lie;
        default: one in the system's folder for temporary files.
    held : Path, optional
        Folder of the records that a partial export adds to: rows may refer to what they hold.

    Raises
    ------
    SchemaError
        `path` holds no file that the mapping reads, or nobody can be read from the people's file.
    """
    with Export(path, mapping) as export:
        space = Scratch(scratch)
        try:
            growing = Growing(export, mapping, people, today, space, held)
            return _import(export, mapping, growing, progress)
        except BaseException:
            space.remove()
            raise


def save_import(imported: Imported, folder: Path) -> None:
    """Write tables, quarantine, repairs and report into an empty folder.

    Large tables move there. Leave the import's ``with`` block to remove its scratch folder.
    """
    imported.tables.save(folder)
    write_quarantine(imported.problems.parts(), folder / "quarantine.csv")
    if len(imported.repaired):
        write_quarantine(imported.repaired.parts(), folder / "repairs.csv")
    write_report(imported.report, folder)


def _import(export: Export, mapping: Mapping, growing: Growing, progress: Progress) -> Imported:
    for table in TABLES:
        for rule in (rule for rule in mapping.table if rule.into == table.name):
            progress(f"{table.name} from {' and '.join(rule.file)}")
            growing.add(rule)
        growing.finish(table)
    for source in export.sources():
        growing.note(source.take_problems())
    report = build_report(
        mapping.name,
        export.sources(),
        growing.tally,
        growing.problems.parts(),
        growing.notes(),
        len(export.unused),
        growing.repaired.parts(),
    )
    return Imported(growing.tables, growing.problems, growing.repaired, report, export.unused)
