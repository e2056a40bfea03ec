"""Turn the text columns of one source file into the typed columns of one canonical table."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from features.quarantine import Problem, mask_cell
from features.schema import Column
from features.sources.delimited import LINE, SourceTable
from features.sources.mapping import ColumnRule, TableRule
from features.sources.parsing import Context, look_up, parse
from features.sources.spelling import clean, find_column, fold, fold_text


@dataclass(frozen=True)
class Converted:
    """Typed rows (with `LINE`) and the problems met on the way."""

    frame: pl.DataFrame
    problems: list[Problem]
    headers: dict[str, str] = field(default_factory=dict)
    """The file's own column by canonical column."""
    absent: list[str] = field(default_factory=list)
    """Columns that the rule knows and the file lacks."""


@dataclass(frozen=True)
class _Cells:
    """One canonical column: where it comes from, as text and as typed."""

    column: Column
    rule: ColumnRule
    header: str
    raw: pl.Series
    values: pl.Series

    def broken(self) -> pl.Series:
        """Return where the text does not parse, or is missing where it must not be."""
        unparsed = self.values.is_null() & self.raw.is_not_null() & ~self._said_empty()
        return unparsed if self.column.nullable else self.values.is_null()

    def _said_empty(self) -> pl.Series:
        """Return where the mapping turns the text into nothing on purpose."""
        words = [fold_text(word) for word, canonical in self.rule.values.items() if not canonical]
        folded = self.raw.to_frame("raw").select(fold(pl.col("raw"))).to_series()
        return folded.is_in(words).fill_null(value=False)


def convert(source: SourceTable, rule: TableRule, context: Context, *, private: bool) -> Converted:
    """Convert one file by one rule.

    Parameters
    ----------
    private : bool
        Whether no cell of the file may be shown in a problem.

    Returns
    -------
    Converted
        Rows with a bad value in a column that must hold one are left out and reported; a bad value
        elsewhere is dropped alone. A file without such a column yields one problem and no rows.
    """
    columns = [c for c in rule.table.all_columns if c.name in rule.columns]
    absent = [c for c in columns if not _has_source(source.frame, rule.columns[c.name])]
    required = [c for c in absent if not c.nullable]
    if required:
        names = [rule.columns[c.name].source for c in required]
        problems = [missing_column(source, rule.into, one) for one in names]
        return Converted(pl.DataFrame(schema={LINE: pl.Int64}), problems)
    cells = [_cells(source.frame, rule.columns[c.name], c, context) for c in columns]
    problems = [p for one in cells for p in _problems(source, rule, one, private=private)]
    frame = source.frame.select(LINE, *(one.values.alias(one.column.name) for one in cells))
    bad_lines = {p.line for p in problems if p.action == "row dropped"}
    return Converted(
        frame.filter(~pl.col(LINE).is_in(list(bad_lines))),
        problems,
        {one.column.name: one.header for one in cells},
        [" or ".join(rule.columns[c.name].source) for c in absent],
    )


def missing_column(source: SourceTable, table: str, names: list[str]) -> Problem:
    """Return the problem of a file that lacks a column it must have."""
    return Problem(
        file=source.name,
        line=1,
        table=table,
        column=" or ".join(names),
        value="",
        rule="must be a column of this file",
        action="table skipped",
    )


def _has_source(frame: pl.DataFrame, rule: ColumnRule) -> bool:
    names = [*rule.source, *rule.key_from]
    return rule.const is not None or find_column(frame, names) is not None


def _cells(frame: pl.DataFrame, rule: ColumnRule, column: Column, context: Context) -> _Cells:
    key_header = find_column(frame, rule.key_from)
    header = find_column(frame, rule.source) or key_header
    text = clean(header) if header else pl.lit(rule.const, dtype=pl.String)
    cells = frame.select(LINE, raw=text, key=clean(key_header) if key_header else None)
    values = parse(pl.col("raw"), rule, column, context)
    if key_header:
        values = pl.coalesce(look_up(pl.col("key"), rule.key_lookup(), context), values)
    return _Cells(
        column, rule, header or column.name, cells["raw"], cells.select(typed=values)["typed"]
    )


def _problems(
    source: SourceTable, rule: TableRule, cells: _Cells, *, private: bool
) -> list[Problem]:
    broken = cells.broken()
    if not broken.any():
        return []
    lines, texts = source.frame[LINE].filter(broken), cells.raw.filter(broken)
    return [
        Problem(
            file=source.name,
            line=line,
            table=rule.into,
            column=cells.header,
            value=mask_cell(text, private=private or cells.rule.year_of_date),
            rule=_rule_text(text, cells.rule, cells.column),
            action="value dropped" if cells.column.nullable else "row dropped",
        )
        for line, text in zip(lines, texts, strict=True)
    ]


def _rule_text(text: str | None, rule: ColumnRule, column: Column) -> str:
    if text is None:
        return "must not be empty"
    if rule.lookup:
        return f"must name one known {rule.lookup}"
    if rule.values:
        return f"must be one of {', '.join(rule.values)}"
    if rule.slug:
        return "must hold letters or digits"
    kind = "date" if rule.year_of_date else "int" if rule.year_end else column.kind
    return {
        "int": "must be a whole number",
        "float": "must be a number",
        "date": "must be a date",
        "bool": "must be yes or no",
        "text": "must not hold a personal number",
    }[kind]
