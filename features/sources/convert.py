"""Turn the text columns of one source file into the typed columns of one canonical table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from features.identity import TokenTable
from features.quarantine import Problem, mask_cell
from features.records import DTYPES
from features.schema import DATES, Column, Table
from features.sources.delimited import LINE, SourceTable
from features.sources.mapping import ColumnRule, TableRule

TRUE, FALSE = ["y", "ya", "yes", "1", "true"], ["t", "tidak", "n", "no", "0", "false"]
Lookup = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True)
class Context:
    """What conversions need beside the file itself."""

    date_formats: list[str]
    people: TokenTable
    lookup: Lookup
    """``table.column`` to a dictionary from folded text to key."""


@dataclass(frozen=True)
class Converted:
    """Typed rows (with `LINE`) and the problems met on the way."""

    frame: pl.DataFrame
    problems: list[Problem]


def convert(source: SourceTable, rule: TableRule, table: Table, context: Context) -> Converted:
    """Convert one file by one rule; rows with a bad required value are left out and reported."""
    columns = [c for c in (*table.columns, *DATES) if c.name in rule.columns]
    missing = [
        c for c in columns if not c.nullable and not _has_source(source.frame, rule.columns[c.name])
    ]
    if missing:
        return Converted(pl.DataFrame(), [_missing_column(source, rule, c) for c in missing])
    typed = {c.name: _column(source.frame, rule.columns[c.name], c, context) for c in columns}
    frame = source.frame.select(LINE, *(values.alias(name) for name, (values, _) in typed.items()))
    problems, bad_lines = _problems(source, rule, columns, typed)
    return Converted(frame.filter(~pl.col(LINE).is_in(list(bad_lines))), problems)


def find_column(frame: pl.DataFrame, names: list[str]) -> str | None:
    """Return the first of these columns the file has, whatever its case, spaces or underscores."""
    folded = {fold_name(column): column for column in reversed(frame.columns)}
    return next((folded[fold_name(name)] for name in names if fold_name(name) in folded), None)


def fold_name(name: str) -> str:
    """Return a column name as it is compared."""
    return name.replace("_", "").replace(" ", "").casefold()


def clean(name: str) -> pl.Expr:
    """Return a text column without outer and repeated spaces; empty text is null."""
    tidy = pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(tidy != "").then(tidy)


def fold(expression: pl.Expr) -> pl.Expr:
    """Return a text as it is compared: lower case, words joined by one space."""
    return expression.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


def _has_source(frame: pl.DataFrame, rule: ColumnRule) -> bool:
    return rule.const is not None or find_column(frame, rule.source) is not None


def _column(
    frame: pl.DataFrame, rule: ColumnRule, column: Column, context: Context
) -> tuple[pl.Series, pl.Series]:
    """Return the typed values and the raw text they came from."""
    raw = _raw(frame, rule)
    values = pl.DataFrame({"raw": raw}).select(_parse(rule, column, context).alias("x"))["x"]
    return values, raw


def _raw(frame: pl.DataFrame, rule: ColumnRule) -> pl.Series:
    if rule.const is not None:
        return pl.Series([rule.const] * len(frame), dtype=pl.String)
    found = find_column(frame, rule.source)
    if found is None:
        return pl.Series([None] * len(frame), dtype=pl.String)
    return frame.select(clean(found).alias("raw"))["raw"]


def _parse(rule: ColumnRule, column: Column, context: Context) -> pl.Expr:
    text = pl.col("raw")
    if rule.person:
        kind = rule.person
        return text.map_elements(
            lambda value: context.people.find(kind, value), return_dtype=pl.String
        )
    if rule.lookup:
        return fold(text).replace_strict(
            dict(context.lookup(rule.lookup)), default=None, return_dtype=pl.String
        )
    if rule.slug:
        return fold(text).str.replace_all(" ", "-")
    if rule.values:
        text = _translate(text, rule)
    if rule.year_of_date:
        return _date(text, rule, context).dt.year().cast(pl.Int64)
    if column.kind == "date":
        return _date(text, rule, context)
    return _PARSERS[column.kind](text, rule)


def _translate(text: pl.Expr, rule: ColumnRule) -> pl.Expr:
    folded = {" ".join(key.casefold().split()): value for key, value in rule.values.items()}
    if rule.separator:
        parts = text.str.to_lowercase().str.split(rule.separator)
        mapped = parts.list.eval(
            pl.element().str.strip_chars().replace_strict(folded, default=None)
        )
        return pl.when(~mapped.list.eval(pl.element().is_null()).list.any()).then(
            mapped.list.join("|")
        )
    return text.str.to_lowercase().replace_strict(folded, default=None, return_dtype=pl.String)


def _date(text: pl.Expr, rule: ColumnRule, context: Context) -> pl.Expr:
    if rule.const is not None:
        return text.str.to_date("%Y-%m-%d", strict=False)
    if rule.year_end:
        year = pl.when(text.str.contains(r"^\d{4}$")).then(text)
        return (year + "-12-31").str.to_date("%Y-%m-%d", strict=False)
    formats = rule.date_formats or context.date_formats
    parsed = [text.str.to_date(one, strict=False) for one in formats]
    date = pl.coalesce(parsed)
    return pl.when(date.dt.year().is_between(1900, 2999)).then(date)


def _text(text: pl.Expr, rule: ColumnRule) -> pl.Expr:
    return text


def _number(text: pl.Expr, rule: ColumnRule) -> pl.Expr:
    decimal_comma = text.str.contains(r"^-?\d+,\d+$")
    number = (
        pl.when(decimal_comma)
        .then(text.str.replace(",", ".", literal=True))
        .otherwise(text)
        .cast(pl.Float64, strict=False)
    )
    number = pl.when(number.is_finite()).then(number)
    return number * rule.multiply if rule.multiply else number


def _whole_number(text: pl.Expr, rule: ColumnRule) -> pl.Expr:
    number = _number(text, rule)
    return pl.when(number == number.round()).then(number).cast(pl.Int64, strict=False)


def _yes_no(text: pl.Expr, rule: ColumnRule) -> pl.Expr:
    word = text.str.to_lowercase()
    return pl.when(word.is_in(TRUE)).then(True).when(word.is_in(FALSE)).then(False)


_PARSERS = {"text": _text, "float": _number, "int": _whole_number, "bool": _yes_no}


def _problems(
    source: SourceTable,
    rule: TableRule,
    columns: list[Column],
    typed: dict[str, tuple[pl.Series, pl.Series]],
) -> tuple[list[Problem], set[int]]:
    problems: list[Problem] = []
    bad_lines: set[int] = set()
    lines = source.frame[LINE]
    for column in columns:
        column_rule = rule.columns[column.name]
        values, raw = typed[column.name]
        broken = _broken(values, raw, column)
        if not broken.any():
            continue
        where = find_column(source.frame, column_rule.source) or column.name
        for line, value in zip(lines.filter(broken), raw.filter(broken), strict=True):
            problems.append(
                Problem(
                    file=source.path.name,
                    line=line,
                    table=rule.into,
                    column=where,
                    value=mask_cell(value, private=_is_private(column_rule, column)),
                    rule=_rule_text(value, column_rule, column),
                    action="value dropped" if column.nullable else "row dropped",
                )
            )
        if not column.nullable:
            bad_lines.update(lines.filter(broken))
    return problems, bad_lines


def _broken(values: pl.Series, raw: pl.Series, column: Column) -> pl.Series:
    broken = values.is_null() & raw.is_not_null()
    return broken if column.nullable else broken | raw.is_null()


def _is_private(rule: ColumnRule, column: Column) -> bool:
    return rule.person is not None or rule.year_of_date or column.name in {"sex", "religion"}


def _rule_text(value: str | None, rule: ColumnRule, column: Column) -> str:
    if value is None:
        return "must not be empty"
    if rule.person:
        return f"must be the {rule.person} of a person in the people's file"
    if rule.lookup:
        return f"must be a known {rule.lookup}"
    if rule.values:
        return f"must be one of {', '.join(rule.values)}"
    if column.kind == "date" or rule.year_of_date:
        return "must be a date"
    return {"int": "must be a whole number", "float": "must be a number"}.get(
        column.kind, "must be yes or no"
    )


def _missing_column(source: SourceTable, rule: TableRule, column: Column) -> Problem:
    names = " or ".join(rule.columns[column.name].source)
    return Problem(
        file=source.path.name,
        line=1,
        table=rule.into,
        column=names,
        value="",
        rule="must be a column of this file",
        action="table skipped",
    )


def empty_like(table: Table) -> pl.DataFrame:
    """Return no rows with the table's columns, types and `LINE`."""
    return pl.DataFrame(
        schema={LINE: pl.Int64} | {c.name: DTYPES[c.kind] for c in (*table.columns, *DATES)}
    )
