"""Turn the text columns of one source file into the typed columns of one canonical table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from features.post_titles import NO_LEVEL, levels_said
from features.quarantine import Problem, mask_cell
from features.schema import Column
from features.sources.mapping import ColumnRule, TableRule
from features.sources.parsing import Context, look_up, parse, text_rule
from features.sources.repairs import repair
from features.sources.spelling import clean, find_column, fold, fold_text
from features.sources.table import LINE, SourceTable

_TITLE = pl.Series("__rule", ["was not given; the level that the title of the post says was read"])
FEW = 4
"""Each text is parsed once where a column has at most one distinct text in so many rows."""


@dataclass(frozen=True)
class Converted:
    """Typed rows (with `LINE`) and the problems met on the way."""

    frame: pl.DataFrame
    problems: list[Problem]
    headers: dict[str, str] = field(default_factory=dict)
    """The file's own column by canonical column."""
    absent: list[str] = field(default_factory=list)
    """Columns that the rule knows and the file lacks."""
    repairs: list[pl.DataFrame] = field(default_factory=list)
    """``line``, ``column`` (the file's own) and ``rule`` of every value that was repaired."""


@dataclass(frozen=True)
class _Cells:
    """One canonical column: where it comes from, as text and as typed."""

    column: Column
    rule: ColumnRule
    header: str
    raw: pl.Series
    values: pl.Series
    repaired: pl.Series
    """The rule of the repair, null where there was none."""

    def broken(self) -> pl.Series:
        """Return where the text does not parse, or is missing where it must not be."""
        if not self.column.nullable:
            return self.values.is_null()
        unparsed = self.values.is_null() & self.raw.is_not_null()
        return unparsed & ~self._said_empty() if unparsed.any() else unparsed

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
    absent = [c for c in columns if not _has_source(source, rule.columns[c.name])]
    required = [c for c in absent if not c.nullable]
    if required:
        names = [rule.columns[c.name].source for c in required]
        problems = [missing_column(source, rule.into, one) for one in names]
        return Converted(pl.DataFrame(schema={LINE: pl.Int64}), problems)
    rows = source.frame
    cells = [_cells(source, rows, rule, c, context) for c in columns]
    problems = [p for one in cells for p in _problems(source, rows, rule, one, private=private)]
    frame = rows.select(LINE, *(one.values.alias(one.column.name) for one in cells))
    bad_lines = {p.line for p in problems if p.action == "row dropped"}
    return Converted(
        frame.filter(~pl.col(LINE).is_in(list(bad_lines))),
        problems,
        {one.column.name: one.header for one in cells},
        [" or ".join(rule.columns[c.name].source) for c in absent],
        [_repairs(rows, one) for one in cells if one.repaired.null_count() < len(rows)],
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


def _has_source(source: SourceTable, rule: ColumnRule) -> bool:
    names = [*rule.source, *rule.key_from, *rule.from_title]
    return rule.const is not None or find_column(source, names) is not None


def _cells(
    source: SourceTable, rows: pl.DataFrame, rule: TableRule, column: Column, context: Context
) -> _Cells:
    own = rule.columns[column.name]
    if own.from_title:
        return _said_by_title(source, rows, rule, column, context)
    return _read(source, rows, rule, column, context)


def _said_by_title(
    source: SourceTable, rows: pl.DataFrame, rule: TableRule, column: Column, context: Context
) -> _Cells:
    """Return levels of posts as their own column gives them; where it is empty, by the title."""
    own = rule.columns[column.name]
    header = find_column(source, own.from_title)
    if find_column(source, own.source):
        cells = _read(source, rows, rule, column, context)
        if header is None:
            return cells
    else:
        nothing = pl.Series("__raw", [None], pl.String).new_from_index(0, len(rows))
        cells = _Cells(column, own, header or column.name, nothing, nothing, nothing)
    titles = rows.select(clean(header or column.name)).to_series()
    said = titles.replace_strict(levels_said(titles.drop_nulls().unique()), default=None,
                                 return_dtype=pl.String)  # fmt: skip
    empty = cells.raw.is_null()
    return replace(
        cells,
        values=cells.values.zip_with(~empty, said.fill_null(NO_LEVEL)),
        repaired=cells.repaired.zip_with(
            ~(empty & said.is_not_null()), _TITLE.new_from_index(0, len(rows))
        ),
    )


def _read(
    source: SourceTable, rows: pl.DataFrame, rule: TableRule, column: Column, context: Context
) -> _Cells:
    own = rule.columns[column.name]
    key_header = find_column(source, own.key_from)
    header = find_column(source, own.source) or key_header
    if header and not key_header:
        texts = pl.DataFrame({header: rows[header].unique()})
        if len(texts) * FEW < len(rows):  # parse each text once
            few = _parsed(texts, header, None, rule, column, context)
            cells = rows.select(header).join(
                texts.with_columns(few), on=header, how="left", maintain_order="left",
                nulls_equal=True,
            )  # fmt: skip
            return _Cells(column, own, header, *(cells[one.name] for one in few))
    parsed = _parsed(rows, header, key_header, rule, column, context)
    return _Cells(column, own, header or column.name, *parsed)


def _parsed(
    rows: pl.DataFrame,
    header: str | None,
    key_header: str | None,
    rule: TableRule,
    column: Column,
    context: Context,
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Return the cleaned texts, the typed values and the rules of repairs."""
    own = rule.columns[column.name]
    text = clean(header) if header else pl.lit(own.const, dtype=pl.String)
    key = clean(key_header) if key_header else pl.lit(None, dtype=pl.String)
    n_rows = pl.int_range(len(rows)).alias("__n")
    cells = rows.select(n_rows, __raw=text, __key=key)
    values = parse(pl.col("__raw"), own, column, context)
    if key_header:
        values = pl.coalesce(look_up(pl.col("__key"), own.key_lookup(), context), values)
    typed = cells.select(pl.col("__n"), __typed=values)["__typed"]
    return cells["__raw"], *_repaired(cells["__raw"], typed, rule, column, context)


def _repaired(
    raw: pl.Series, typed: pl.Series, rule: TableRule, column: Column, context: Context
) -> tuple[pl.Series, pl.Series]:
    """Return the values with those that a repair found, and the rule of each repair."""
    bad = (typed.is_null() & raw.is_not_null()).arg_true()
    rules = pl.Series("__rule", [None], pl.String).new_from_index(0, len(raw))
    own = rule.columns[column.name]
    if not len(bad) or own.const is not None:
        return typed, rules
    found = repair(
        raw.gather(bad),
        rule,
        column,
        (own.date_formats or context.date_formats)[0],
        lambda text: parse(text, own, column, context),
    )
    if not found["rule"].is_not_null().any():
        return typed, rules
    return typed.scatter(bad, found["value"]), rules.scatter(bad, found["rule"])


def _repairs(rows: pl.DataFrame, cells: _Cells) -> pl.DataFrame:
    mended = pl.DataFrame({"line": rows[LINE], "rule": cells.repaired}).drop_nulls("rule")
    return mended.select("line", column=pl.lit(cells.header), rule="rule")


def _problems(
    source: SourceTable, rows: pl.DataFrame, rule: TableRule, cells: _Cells, *, private: bool
) -> list[Problem]:
    broken = cells.broken()
    if not broken.any():
        return []
    lines, texts = rows[LINE].filter(broken), cells.raw.filter(broken)
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
    if column.kind == "text":
        return text_rule(text)
    kind = "date" if rule.year_of_date else "int" if rule.year_end else column.kind
    return {
        "int": "must be a whole number",
        "float": "must be a number",
        "date": "must be a date",
        "bool": "must be yes or no",
    }[kind]
