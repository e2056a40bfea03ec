"""Rules over the typed rows of one table: dates, ranges, allowed words, references and keys."""

from __future__ import annotations

from datetime import date

import polars as pl

from features.quarantine import Action, Problem, mask_cell
from features.records import DTYPES
from features.schema import BY_NAME, DATES, Column, Table
from features.sources.delimited import LINE

FILE = "__file"


def add_dates(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Fill absent columns with nulls and ``available_at`` by the table's lag."""
    absent = [c for c in (*table.columns, *DATES) if c.name not in frame.columns]
    frame = frame.with_columns(
        pl.lit(None, dtype=DTYPES[column.kind]).alias(column.name) for column in absent
    )
    known = pl.coalesce("available_at", _after(pl.col("valid_from"), table.lag))
    return frame.with_columns(pl.max_horizontal("valid_from", known).alias("available_at"))


def check_rows(
    frame: pl.DataFrame, table: Table, keys: dict[str, pl.Series], today: date, *, distinct: bool
) -> tuple[pl.DataFrame, list[Problem]]:
    """Apply every rule the schema declares.

    Parameters
    ----------
    frame : polars.DataFrame
        Typed rows with `LINE` and `FILE`.
    keys : dict of str to Series
        Known keys of the tables that columns may refer to.
    today : date
        No past event may lie after it.
    distinct : bool
        Keep the first row of a key silently: the source is no list of this table's things.

    Returns
    -------
    tuple of DataFrame and list of Problem
        The rows that hold, and what was wrong with the others.
    """
    problems: list[Problem] = []
    for column in (*table.columns, *DATES):
        for broken, rule in _column_rules(frame, column, table, keys, today):
            frame, found = _apply(frame, column, table, broken, rule)
            problems += found
    frame, repeated = _unique(frame, table, distinct=distinct)
    return frame, problems + repeated


def _after(valid_from: pl.Expr, lag: int | str) -> pl.Expr:
    if lag == "month_end":
        return valid_from.dt.month_end()
    if lag == "next_february":
        return valid_from.dt.truncate("1y").dt.offset_by("13mo")
    return valid_from.dt.offset_by(f"{lag}d")


def _column_rules(
    frame: pl.DataFrame, column: Column, table: Table, keys: dict[str, pl.Series], today: date
) -> list[tuple[pl.Series, str]]:
    values = frame[column.name]
    rules: list[tuple[pl.Series, str]] = []
    if column.kind == "date" and not column.future and column.name != "available_at":
        rules.append((values > today, f"must not lie after {today}"))
    if column.minimum is not None:
        rules.append((values < column.minimum, f"must be at least {column.minimum:g}"))
    if column.maximum is not None:
        rules.append((values > column.maximum, f"must be at most {column.maximum:g}"))
    if column.allowed:
        rules.append((~values.is_in(column.allowed), f"must be one of {', '.join(column.allowed)}"))
    if column.references and column.references != table.name:
        known = keys.get(column.references, pl.Series([], dtype=pl.String))
        rules.append((~values.is_in(known.implode()), f"must be known in {column.references}"))
    return rules


def _apply(
    frame: pl.DataFrame, column: Column, table: Table, broken: pl.Series, rule: str
) -> tuple[pl.DataFrame, list[Problem]]:
    broken = broken.fill_null(value=False)
    if not broken.any():
        return frame, []
    action: Action = "value dropped" if column.nullable else "row dropped"
    problems = [
        _problem(row, table, column.name, rule, action)
        for row in frame.filter(broken).iter_rows(named=True)
    ]
    if column.nullable:
        dropped = pl.when(~broken).then(pl.col(column.name)).alias(column.name)
        return frame.with_columns(dropped), problems
    return frame.filter(~broken), problems


def _unique(
    frame: pl.DataFrame, table: Table, *, distinct: bool
) -> tuple[pl.DataFrame, list[Problem]]:
    content = [c.name for c in (*table.columns, *DATES)]
    key = list(table.key) or content
    first = frame.is_empty() or frame.select(pl.struct(key).is_first_distinct()).to_series()
    if distinct or frame.is_empty() or first.all():
        return frame.filter(first) if not frame.is_empty() else frame, []
    same = frame.select(~pl.struct(content).is_first_distinct()).to_series()
    problems = [
        _problem(row, table, " + ".join(key), _repeat_rule(repeats=repeats), "row dropped")
        for row, repeats in zip(
            frame.filter(~first).iter_rows(named=True), same.filter(~first), strict=True
        )
    ]
    return frame.filter(first), problems


def _repeat_rule(*, repeats: bool) -> str:
    return (
        "must stand once; this row repeats an earlier one"
        if repeats
        else "must be a key of one row; an earlier row has it with other values"
    )


def _problem(
    row: dict[str, object], table: Table, column: str, rule: str, action: Action
) -> Problem:
    value = row.get(column)
    shown = "" if value is None else mask_cell(str(value), private=False)
    return Problem(
        file=str(row[FILE]),
        line=int(str(row[LINE])),
        table=table.name,
        column=column,
        value="" if column == "employee_id" else shown,
        rule=rule,
        action=action,
    )


def key_columns(frames: dict[str, pl.DataFrame]) -> dict[str, pl.Series]:
    """Return the key of each single-key table, for references."""
    return {
        name: frame[BY_NAME[name].key[0]]
        for name, frame in frames.items()
        if len(BY_NAME[name].key) == 1 and BY_NAME[name].key[0] in frame.columns
    }
