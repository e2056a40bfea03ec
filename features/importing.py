"""Import a foreign export: files in, canonical tables, token table and quarantine out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from features.errors import SchemaError
from features.identity import TokenTable
from features.import_report import Tally, build_report, write_report
from features.quarantine import Problem, quarantine_frame, write_quarantine
from features.records import empty_table, held_rows
from features.schema import BY_NAME, TABLES, Table
from features.sources.checks import (
    FILE,
    MERGES,
    PART,
    Origins,
    add_dates,
    check_rows,
    key_columns,
)
from features.sources.convert import convert
from features.sources.delimited import LINE, SourceTable
from features.sources.export import Export
from features.sources.mapping import Mapping, TableRule
from features.sources.parsing import Context
from features.sources.people import enrol_people, find_people, has_birth_dates
from features.sources.spelling import fold
from features.workspace import write_frame

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Imported:
    """What an import yields.

    Attributes
    ----------
    tables : dict of str to polars.DataFrame
        Every canonical table, sorted by its key.
    quarantine : polars.DataFrame
        Every value, row, table and file not used (`features.quarantine.SCHEMA`).
    report : dict
        See `features.import_report.build_report`.
    unused_files : list of str
        Files of the export that no rule of the mapping reads.
    """

    tables: dict[str, pl.DataFrame]
    quarantine: pl.DataFrame
    report: dict[str, Any]
    unused_files: list[str]


def import_export(
    path: Path,
    mapping: Mapping,
    people: TokenTable,
    *,
    today: date,
    progress: Progress,
    held: Path | None = None,
) -> Imported:
    """Convert every file the mapping names; `people` gains the persons met.

    The order of the rows within the files decides nothing. `held` is the folder of the records that
    a partial export adds to: rows may refer to what they hold.

    Raises
    ------
    SchemaError
        `path` holds no file that the mapping reads, or nobody can be read from the people's file.
    """
    export = Export(path, mapping)
    state = _State(export, mapping, people, today, held)
    for table in TABLES:
        for rule in (rule for rule in mapping.table if rule.into == table.name):
            progress(f"{table.name} from {' and '.join(rule.file)}")
            state.add(rule)
        state.finish(table)
    quarantine = quarantine_frame(state.problems + export.problems())
    report = build_report(
        mapping.name, export.sources(), state.tally, quarantine, state.notes(), len(export.unused)
    )
    return Imported(state.tables, quarantine, report, export.unused)


def save_import(imported: Imported, folder: Path) -> None:
    """Write tables, quarantine and report into an empty folder."""
    for name, frame in imported.tables.items():
        write_frame(frame, folder / f"{name}.parquet")
    write_quarantine(imported.quarantine, folder / "quarantine.csv")
    write_report(imported.report, folder)


class _State:
    """Tables as they grow, in the order in which they refer to each other."""

    def __init__(
        self,
        export: Export,
        mapping: Mapping,
        people: TokenTable,
        today: date,
        held: Path | None = None,
    ) -> None:
        self._held = held
        self.export, self.mapping, self.people, self.today = export, mapping, people, today
        self.tables: dict[str, pl.DataFrame] = {}
        self.problems: list[Problem] = []
        self.tally = Tally()
        self._context = Context(mapping.date_formats, self._lookup)
        self._absent: dict[str, list[str]] = {}
        self._origins = Origins()
        self._parts: list[pl.DataFrame] = []
        self._has_list = False

    def add(self, rule: TableRule) -> None:
        """Read the rule's files into the table that is growing."""
        if rule.only_without_list and self._has_list:
            return
        for source in self.export.matching(rule.file):
            if source.n_rows == 0:
                continue
            if has_birth_dates(source, self.mapping.person):
                self._origins.private.add(source.name)
            self.tally.read[source.name, rule.into] += source.n_rows
            frame = self._read(source, rule)
            self._has_list |= not rule.distinct and not frame.is_empty()
            self._parts.append(
                add_dates(frame, rule.table).with_columns(
                    pl.lit(source.name).alias(FILE),
                    pl.lit(len(self._parts)).alias(PART),
                    pl.lit(rule.distinct).alias(MERGES),
                )
            )

    def finish(self, table: Table) -> None:
        """Check the table that has grown and start the next."""
        parts, self._parts, self._has_list = self._parts, [], False
        names = [c.name for c in table.all_columns]
        frame = empty_table(table)
        if parts:
            rows = pl.concat([part.select(LINE, FILE, PART, MERGES, *names) for part in parts])
            checked = check_rows(rows, table, self._keys(table), self.today, self._origins)
            self.problems += checked.problems
            self.tally.kept += _by_file(checked.frame, table)
            self.tally.merged += Counter({(f, table.name): n for f, n in checked.merged.items()})
            frame = self._without_mentions(checked.frame, table)
            frame = frame.select(names).sort(table.key or names)
        self.tables[table.name] = frame
        if table.name == "employees" and frame.is_empty() and not self._held:
            raise self._nobody()

    def notes(self) -> list[str]:
        """Return guesses, repairs and columns that the mapping knows and a file lacks."""
        notes = [f"{s.name} {note}" for s in self.export.sources() for note in s.notes]
        absent = {file: ", ".join(dict.fromkeys(names)) for file, names in self._absent.items()}
        return notes + [f"{file} has no column {names}" for file, names in absent.items()]

    def _read(self, source: SourceTable, rule: TableRule) -> pl.DataFrame:
        private = source.name in self._origins.private
        converted = convert(source, rule, self._context, private=private)
        self.problems += converted.problems
        for name, header in converted.headers.items():
            self._origins.headers[source.name, rule.into, name] = header
        if converted.absent:
            self._absent.setdefault(source.name, []).extend(converted.absent)
        frame = converted.frame
        if "employee_id" not in {c.name for c in rule.table.columns} or frame.is_empty():
            return frame
        who, problems = self._people(source, rule, frame)
        self.problems += problems
        return frame.join(who, on=LINE, maintain_order="left")

    def _people(
        self, source: SourceTable, rule: TableRule, frame: pl.DataFrame
    ) -> tuple[pl.DataFrame, list[Problem]]:
        person = self.mapping.person
        if rule.into != "employees":
            return find_people(source, person, self.people, rule.into)
        contracts = dict(zip(frame[LINE], frame["employment_type"] == "PPPK", strict=True))
        return enrol_people(source, person, contracts, self.people, self.mapping.date_formats)

    def _lookup(self, where: str) -> dict[str, str]:
        """Return the keys by text; a text that means several things is left out."""
        table, column = where.split(".")
        key = BY_NAME[table].key[0]
        frame = self.tables[table]
        if self._held:
            frame = pl.concat([frame, held_rows(self._held, table)]).unique(key, keep="first")
        texts = frame.select(fold(pl.col(column)).alias("text"), key).drop_nulls()
        return dict(texts.filter(pl.col("text").is_unique()).iter_rows())

    def _keys(self, table: Table) -> dict[str, pl.Series]:
        """Return the keys that rows of a table may refer to."""
        keys = key_columns(self.tables)
        if not self._held:
            return keys
        for name in {*keys, table.name}:
            if len(BY_NAME[name].key) == 1:
                held = held_rows(self._held, name)[BY_NAME[name].key[0]]
                keys[name] = pl.concat([keys.get(name, held.clear()), held])
        return keys

    def _without_mentions(self, frame: pl.DataFrame, table: Table) -> pl.DataFrame:
        """Drop what a partial export merely mentions and the records hold: it corrects nothing."""
        if not self._held or not table.key:
            return frame
        held = held_rows(self._held, table.name)
        mentioned = frame.filter(MERGES).join(held, on=table.key, how="anti", nulls_equal=True)
        return pl.concat([frame.filter(~pl.col(MERGES)), mentioned])

    def _nobody(self) -> SchemaError:
        patterns = [p for rule in self.mapping.table if rule.into == "employees" for p in rule.file]
        names = " or ".join(dict.fromkeys(patterns))
        found = [source.name for source in self.export.matching(patterns)]
        if not found:
            return SchemaError(names, "must be among the files of the export: it names the people")
        problems = (*self.export.problems(), *self.problems)
        of_people = (p for p in problems if p.file in found and p.table in ("", "employees"))
        why = next(of_people, None)
        reason = f"{why.column} {why.rule}".strip() if why else "it has no rows"
        return SchemaError(", ".join(found), f"must name at least one person: {reason}")


def _by_file(frame: pl.DataFrame, table: Table) -> Counter[tuple[str, str]]:
    counts = frame.group_by(FILE).len()
    return Counter({(file, table.name): n for file, n in counts.iter_rows()})
