"""Import a foreign export: files in, canonical tables, token table and quarantine out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from features.errors import SchemaError
from features.identity import TokenTable
from features.quarantine import Problem, quarantine_frame
from features.records import empty_table
from features.schema import BY_NAME, DATES, TABLES, Table
from features.sources.checks import FILE, add_dates, check_rows, key_columns
from features.sources.convert import Context, convert, fold
from features.sources.delimited import LINE, SourceTable, read_delimited
from features.sources.mapping import Mapping, TableRule
from features.sources.people import enrol_people

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Imported:
    """What an import yields.

    Attributes
    ----------
    tables : dict of str to polars.DataFrame
        Every canonical table, sorted by its key.
    quarantine : polars.DataFrame
        Every value, row and table not used (`features.quarantine.SCHEMA`).
    report : dict
        Rows read, kept and quarantined by table and by rule; notes on repairs.
    """

    tables: dict[str, pl.DataFrame]
    quarantine: pl.DataFrame
    report: dict[str, Any]


def import_export(
    path: Path, mapping: Mapping, people: TokenTable, *, today: date, progress: Progress
) -> Imported:
    """Convert every file the mapping names; `people` gains the persons met.

    Raises
    ------
    SchemaError
        `path` does not exist, or the file of people is missing or unusable.
    """
    if not path.exists():
        raise SchemaError("PATH", "must be a folder or file that exists", path)
    files = _Files(path)
    state = _State(mapping, people, today)
    for table in TABLES:
        for rule in (rule for rule in mapping.table if rule.into == table.name):
            progress(f"{table.name} from {rule.file}")
            state.add(files, table, rule)
        state.finish(table)
    unread = files.problems()
    return Imported(
        state.tables, quarantine_frame(state.problems + unread), _report(state, files, unread)
    )


def save_import(imported: Imported, folder: Path) -> None:
    """Write tables, quarantine and report into an empty folder."""
    for name, frame in imported.tables.items():
        frame.write_parquet(folder / f"{name}.parquet")
    imported.quarantine.write_csv(folder / "quarantine.csv")
    text = json.dumps(imported.report, indent=1, ensure_ascii=False)
    (folder / "import_report.json").write_text(text, encoding="utf-8")


class _Files:
    """The export's files, each read once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: dict[Path, SourceTable] = {}

    def matching(self, pattern: str) -> Iterator[SourceTable]:
        candidates = sorted(self.path.iterdir()) if self.path.is_dir() else [self.path]
        for file in candidates:
            if file.is_file() and file.match(pattern):
                if file not in self._read:
                    self._read[file] = read_delimited(file)
                yield self._read[file]

    def problems(self) -> list[Problem]:
        return [problem for source in self._read.values() for problem in source.problems]

    def sources(self) -> list[SourceTable]:
        return list(self._read.values())


class _State:
    """Tables as they grow, in the order in which they refer to each other."""

    def __init__(self, mapping: Mapping, people: TokenTable, today: date) -> None:
        self.mapping, self.people, self.today = mapping, people, today
        self.tables: dict[str, pl.DataFrame] = {}
        self.problems: list[Problem] = []
        self.rows_read: dict[str, int] = {}
        self._parts: list[pl.DataFrame] = []
        self._distinct = False

    def add(self, files: _Files, table: Table, rule: TableRule) -> None:
        if rule.only_if_empty and any(len(part) for part in self._parts):
            return
        sources = list(files.matching(rule.file))
        if rule.required and not any(len(source.frame) for source in sources):
            raise SchemaError(rule.file, "must be a file of the export with at least one row")
        for source in sources:
            if len(source.frame):
                self._add_source(source, table, rule)

    def _add_source(self, source: SourceTable, table: Table, rule: TableRule) -> None:
        context = Context(self.mapping.date_formats, self.people, self._lookup)
        converted = convert(source, rule, table, context)
        self.problems += converted.problems
        frame = converted.frame
        if frame.is_empty() and rule.required:
            raise SchemaError(
                source.path.name, f"must have usable rows; {_first(converted.problems)}"
            )
        if frame.is_empty():
            return
        if rule.person:
            frame = self._with_people(source, rule, frame)
        self.rows_read[table.name] = self.rows_read.get(table.name, 0) + len(source.frame)
        self._distinct = rule.distinct
        self._parts.append(frame.with_columns(pl.lit(source.path.name).alias(FILE)))

    def _with_people(
        self, source: SourceTable, rule: TableRule, frame: pl.DataFrame
    ) -> pl.DataFrame:
        assert rule.person is not None  # noqa: S101
        kept = SourceTable(
            source.path, source.frame.join(frame.select(LINE), on=LINE, how="semi"), [], []
        )
        contract = frame.sort(LINE)["employment_type"] == "PPPK"
        people, problems = enrol_people(
            kept, rule.person, contract, self.people, self.mapping.date_formats
        )
        self.problems += problems
        return frame.join(people, on=LINE, how="inner", maintain_order="left")

    def finish(self, table: Table) -> None:
        parts, self._parts = self._parts, []
        names = [c.name for c in (*table.columns, *DATES)]
        if not parts:
            self.tables[table.name] = empty_table(table)
            return
        frame = pl.concat([add_dates(part, table).select(LINE, FILE, *names) for part in parts])
        frame, problems = check_rows(
            frame, table, key_columns(self.tables), self.today, distinct=self._distinct
        )
        self.problems += problems
        self.tables[table.name] = frame.select(names).sort(table.key or names)

    def _lookup(self, where: str) -> dict[str, str]:
        table, column = where.split(".")
        frame = self.tables[table]
        folded = frame.select(fold(pl.col(column)).alias("text"))["text"]
        return dict(zip(folded, frame[BY_NAME[table].key[0]], strict=True))


def _report(state: _State, files: _Files, unread: list[Problem]) -> dict[str, Any]:
    problems = quarantine_frame(state.problems + unread)
    by_rule = problems.group_by("file", "table", "column", "rule", "action").len("rows")
    return {
        "mapping": state.mapping.name,
        "files": {s.path.name: len(s.frame) + len(s.problems) for s in files.sources()},
        "tables": {
            name: {"read": state.rows_read.get(name, 0), "kept": len(frame)}
            for name, frame in state.tables.items()
        },
        "problems": by_rule.sort(
            "rows", "file", "rule", descending=[True, False, False]
        ).to_dicts(),
        "notes": [note for source in files.sources() for note in source.notes],
    }


def _first(problems: list[Problem]) -> str:
    return f"{problems[0].column} {problems[0].rule}" if problems else "none was found"
