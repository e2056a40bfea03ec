"""Canonical tables as they grow out of an export's files, in the order in which they refer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from features.errors import SchemaError
from features.hash_index import TextIndex
from features.identity import TokenTable
from features.import_report import Tally
from features.quarantine import SCHEMA, Problem, quarantine_frame
from features.records import held_rows
from features.schema import BY_NAME, TABLES, Table
from features.sources.checks import (
    FILE,
    MERGES,
    PART,
    Origins,
    add_dates,
    check_keys,
    check_known,
    check_values,
)
from features.sources.convert import convert
from features.sources.export import Export
from features.sources.findings import Findings
from features.sources.mapping import Mapping, TableRule
from features.sources.parsing import Context
from features.sources.people import Enrolment, Finder, has_birth_dates
from features.sources.screening import screen
from features.sources.spelling import fold
from features.sources.spool import Scratch, Spool
from features.sources.table import LINE, SourceTable
from features.sources.tidying import tidy
from features.table_store import TableStore

REPAIRED = {
    "file": pl.String, "line": pl.Int64, "table": pl.String, "column": pl.String, "rule": pl.String,
}  # fmt: skip

REFERRED_TO = {column.references for table in TABLES for column in table.columns}


class Growing:
    """What an import knows so far: tables, keys, problems, repairs and counts."""

    def __init__(
        self,
        export: Export,
        mapping: Mapping,
        people: TokenTable,
        today: date,
        scratch: Scratch,
        held: Path | None = None,
    ) -> None:
        self.export, self.mapping, self.people, self.today = export, mapping, people, today
        self.tables = TableStore(scratch)
        self.problems = Findings(SCHEMA, scratch)
        self.repaired = Findings(REPAIRED, scratch)
        self.tally = Tally()
        self._scratch = scratch
        self._held = held
        self._context = Context(mapping.date_formats, self._lookup)
        self._finder = Finder(mapping.person, people)
        self._keys: dict[str, TextIndex] = {}
        self._lookups: dict[str, dict[str, str]] = {}
        self._absent: dict[str, list[str]] = {}
        self._origins = Origins()
        self._first_problems: dict[tuple[str, str], Problem] = {}
        self._skipped: set[Problem] = set()
        self._read: set[str] = set()
        self._spool: Spool | None = None
        self._n_parts = 0
        self._has_list = False

    def add(self, rule: TableRule) -> None:
        """Read the rule's files into the table that is growing."""
        if rule.only_without_list and self._has_list:
            return
        for source in self.export.matching(rule.file):
            if has_birth_dates(source, self.mapping.person):
                self._origins.private.add(source.name)
            found = False
            for typed in self._typed(source, rule):
                rows = self._unnamed(typed, rule)
                if not rows.is_empty():
                    found = True
                    self._take(rows, source, rule)
            self._has_list |= found and not rule.distinct
            self._n_parts += 1
            if source.n_rows:
                self.tally.read[source.name, rule.into] += source.n_rows

    def finish(self, table: Table) -> None:
        """Check the table that has grown and start the next."""
        spool, self._spool, self._has_list, self._n_parts = self._spool, None, False, 0
        n_rows = self.tables.add(table, self._checked(spool, table) if spool else ())
        if table.name in REFERRED_TO:
            self._keys[table.name] = TextIndex(self._known(table, table.key[0]).to_series())
        if table.name == "employees" and not n_rows and not self._held:
            raise self._nobody()

    def note(self, problems: list[Problem]) -> None:
        """Put problems into the quarantine; a table is skipped once, not once a batch."""
        new = [p for p in problems if p not in self._skipped]
        for problem in new:
            self._first_problems.setdefault((problem.file, problem.table), problem)
            if problem.action != "value dropped" and problem.action != "row dropped":
                self._skipped.add(problem)
        self.problems.add(quarantine_frame(new))

    def notes(self) -> list[str]:
        """Return guesses, repairs and columns that the mapping knows and a file lacks."""
        notes = [f"{s.name} {note}" for s in self.export.sources() for note in s.notes]
        absent = {file: ", ".join(dict.fromkeys(names)) for file, names in self._absent.items()}
        return notes + [f"{file} has no column {names}" for file, names in absent.items()]

    def _typed(self, source: SourceTable, rule: TableRule) -> Iterator[pl.DataFrame]:
        """Yield the rows of one file as typed rows of people that are known."""
        of_people = "employee_id" in {column.name for column in rule.table.columns}
        enrolling = Enrolment(
            self.mapping.person, self.people, self.mapping.date_formats, self.today
        )
        waiting: list[pl.DataFrame] = []
        self._skipped.clear()
        for part in self._parts(source):
            rows, is_skipped = self._convert(part, rule)
            if is_skipped or not of_people or part.frame.is_empty():
                yield rows
            elif rule.into == "employees":
                contract = (pl.col("employment_type") == "PPPK").alias("contract")
                self.note(enrolling.add(part, rows.select(LINE, contract)))
                waiting.append(rows)
            else:
                who, problems = self._finder.find(part, rule.into)
                self.note(problems)
                yield rows.join(who, on=LINE, maintain_order="left")
        if waiting:
            who, problems = enrolling.finish()
            self.note(problems)
            for rows in waiting:
                yield rows.join(who, on=LINE, maintain_order="left")

    def _parts(self, source: SourceTable) -> Iterator[SourceTable]:
        """Yield the file's batches, tidied; its own faults are noted at the first reading."""
        is_first = source.name not in self._read
        self._read.add(source.name)
        nothing_yet = True
        for batch in source.batches():
            rows, screened = screen(batch, source.name)
            rows, mended = tidy(rows)
            if is_first:
                self.note(source.take_problems() + screened)
                self._note_repairs(mended, source.name, "")
            if len(rows):
                nothing_yet = False
                yield source.part(rows)
        if is_first:
            self.note(source.take_problems())
        if nothing_yet and source.n_rows:  # rows that cannot be read show which columns there are
            schema = {LINE: pl.Int64} | dict.fromkeys(source.columns, pl.String)
            yield source.part(pl.DataFrame(schema=schema))

    def _convert(self, part: SourceTable, rule: TableRule) -> tuple[pl.DataFrame, bool]:
        """Return typed rows, and whether the file lacks columns that the table must have."""
        private = part.name in self._origins.private
        converted = convert(part, rule, self._context, private=private)
        self.note(converted.problems)
        for mended in converted.repairs:
            self._note_repairs(mended, part.name, rule.into)
        for name, header in converted.headers.items():
            self._origins.headers[part.name, rule.into, name] = header
        if converted.absent:
            known = self._absent.setdefault(part.name, [])
            known += [names for names in converted.absent if names not in known]
        return converted.frame, any(p.action == "table skipped" for p in converted.problems)

    def _take(self, rows: pl.DataFrame, source: SourceTable, rule: TableRule) -> None:
        """Check typed rows and keep the good ones until all have come."""
        table = rule.table
        marked = rows.with_columns(
            pl.lit(source.name).alias(FILE),
            pl.lit(self._n_parts).alias(PART),
            pl.lit(rule.distinct).alias(MERGES),
        )
        marked, problems = check_known(marked, table, self.today, self._origins)
        self.note(problems)
        marked = add_dates(marked, table)
        names = [column.name for column in table.all_columns]
        marked = marked.select(LINE, FILE, PART, MERGES, *names)
        good, problems = check_values(marked, table, self._keys, self.today, self._origins)
        self.note(problems)
        if self._spool is None:
            refers_to_itself = any(c.references == table.name for c in table.columns)
            self._spool = Spool(self._scratch, (table.key or names)[0], whole=refers_to_itself)
        self._spool.add(good)

    def _checked(self, spool: Spool, table: Table) -> Iterator[pl.DataFrame]:
        names = [column.name for column in table.all_columns]
        above = [column.name for column in table.columns if column.references == table.name]
        held = (
            held_rows(self._held, table.name, above + [*table.key])
            if self._held and above
            else None
        )
        for rows in spool.parts():
            checked = check_keys(rows, table, self._origins, held)
            self.note(checked.problems)
            self.tally.kept += _by_file(checked.frame, table)
            self.tally.merged += Counter({(f, table.name): n for f, n in checked.merged.items()})
            yield self._without_mentions(checked.frame, table).select(names)

    def _unnamed(self, rows: pl.DataFrame, rule: TableRule) -> pl.DataFrame:
        """Drop what a partial export merely names and the records hold under another key."""
        slugged = any(c.slug for name, c in rule.columns.items() if name in rule.table.key)
        if not (self._held and rule.distinct and slugged):
            return rows
        name = rule.table.columns[1].name
        held = held_rows(self._held, rule.into, [name]).select(folded=fold(pl.col(name)))
        named = rows.with_columns(folded=fold(pl.col(name)))
        return named.join(held, on="folded", how="anti").drop("folded")

    def _without_mentions(self, frame: pl.DataFrame, table: Table) -> pl.DataFrame:
        """Drop what a partial export merely mentions and the records hold: it corrects nothing."""
        if not self._held or not table.key or not frame[MERGES].any():
            return frame
        mentioned = frame.filter(MERGES)
        held = held_rows(self._held, table.name, table.key)
        new = mentioned.join(held, on=table.key, how="anti", nulls_equal=True)
        return pl.concat([frame.filter(~pl.col(MERGES)), new]).sort(table.key)

    def _known(self, table: Table, *columns: str) -> pl.DataFrame:
        """Return columns, the key among them, of the table's rows and of those held beside them."""
        names = list(dict.fromkeys(columns))
        rows = self.tables.scan(table.name).select(names).collect()
        if not self._held:
            return rows
        held = held_rows(self._held, table.name, names)
        return pl.concat([rows, held.join(rows, on=table.key, how="anti")])

    def _note_repairs(self, mended: pl.DataFrame, file: str, table: str) -> None:
        if len(mended):
            marked = mended.with_columns(file=pl.lit(file), table=pl.lit(table))
            self.repaired.add(marked.select(REPAIRED.keys()))

    def _lookup(self, where: str) -> dict[str, str]:
        """Return the keys by text; a text that means several things is left out."""
        if where not in self._lookups:
            table, column = where.split(".")
            key = BY_NAME[table].key[0]
            rows = self._known(BY_NAME[table], column, key)
            texts = rows.select(fold(pl.col(column)).alias("text"), key).drop_nulls()
            once = texts.filter(pl.col("text").is_unique())
            self._lookups[where] = dict(once.iter_rows())
        return self._lookups[where]

    def _nobody(self) -> SchemaError:
        patterns = [p for rule in self.mapping.table if rule.into == "employees" for p in rule.file]
        names = " or ".join(dict.fromkeys(patterns))
        found = [source.name for source in self.export.matching(patterns)]
        if not found:
            return SchemaError(names, "must be among the files of the export: it names the people")
        problems = (
            self._first_problems.get((file, table)) for table in ("", "employees") for file in found
        )
        why = next(filter(None, problems), None)
        reason = f"{why.column} {why.rule}".strip() if why else "it has no rows"
        return SchemaError(", ".join(found), f"must name at least one person: {reason}")


def _by_file(frame: pl.DataFrame, table: Table) -> Counter[tuple[str, str]]:
    counts = frame.group_by(FILE).len()
    return Counter({(file, table.name): n for file, n in counts.iter_rows()})
