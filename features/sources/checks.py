"""Rules over the typed rows of one table: dates, ranges, allowed words, references and keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from features.quarantine import Action, Problem, mask_cell
from features.records import DTYPES
from features.schema import BY_NAME, Column, Table
from features.sources.delimited import LINE

FILE, PART, MERGES = "__file", "__part", "__merges"
REPEATED = "must stand once; another row says the same"
CONFLICTING = "must be a key of one row; another row has other values"


@dataclass(frozen=True)
class Origins:
    """What a problem may tell of the files that rows came from."""

    private: set[str] = field(default_factory=set)
    """Files of which no cell may be shown."""
    headers: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """The file's own column by file, canonical table and column."""

    def column(self, file: str, table: Table, names: tuple[str, ...]) -> str:
        """Return what the file calls these canonical columns."""
        own = [self.headers.get((file, table.name, name), name) for name in names]
        return " + ".join("person" if name == "employee_id" else name for name in own)


@dataclass(frozen=True)
class Checked:
    """The rows that hold, what was wrong with others, and repeats merged, by file."""

    frame: pl.DataFrame
    problems: list[Problem]
    merged: dict[str, int]


def add_dates(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Fill absent columns with nulls and ``available_at`` by the table's lag."""
    absent = [c for c in table.all_columns if c.name not in frame.columns]
    frame = frame.with_columns(
        pl.lit(None, dtype=DTYPES[column.kind]).alias(column.name) for column in absent
    )
    known = pl.coalesce("available_at", _after(pl.col("valid_from"), table.lag))
    return frame.with_columns(pl.max_horizontal("valid_from", known).alias("available_at"))


def check_rows(
    frame: pl.DataFrame,
    table: Table,
    keys: dict[str, pl.Series],
    today: date,
    origins: Origins,
) -> Checked:
    """Apply every rule the schema declares; the order of the rows does not matter.

    Parameters
    ----------
    frame : polars.DataFrame
        Typed rows with `LINE`, `FILE`, `PART` (order of the rules they came by) and `MERGES`
        (whether a row that repeats a key is merged and not a problem: its source is no list).
    keys : dict of str to Series
        Known keys of the tables that columns may refer to; under the table's own name, those that
        a partial export adds to.
    today : date
        No past event may lie after it.
    origins : Origins
        How problems may speak of the files.
    """
    problems: list[Problem] = []
    others = {name: known for name, known in keys.items() if name != table.name}
    for column in table.all_columns:
        for broken, rule in _column_rules(column, others, today):
            frame, found = _apply(frame, column, table, broken, rule, origins)
            problems += found
    frame, repeats = _split_repeats(frame, table)
    mistaken = repeats.filter(~pl.col(MERGES))
    problems += [_repeat(row, table, origins) for row in mistaken.iter_rows(named=True)]
    merged = repeats.filter(MERGES).group_by(FILE).len()
    own_key: dict[str, pl.Series] = {}
    if len(table.key) == 1:
        own = frame[table.key[0]]
        own_key[table.name] = pl.concat([own, keys.get(table.name, own.clear())])
    for column in table.columns:  # references to rows of the same table
        for broken, rule in _reference_rules(column, own_key):
            frame, found = _apply(frame, column, table, broken, rule, origins)
            problems += found
    return Checked(frame, problems, dict(merged.iter_rows()))


def key_columns(frames: dict[str, pl.DataFrame]) -> dict[str, pl.Series]:
    """Return the key of each single-key table, for references."""
    return {
        name: frame[BY_NAME[name].key[0]]
        for name, frame in frames.items()
        if len(BY_NAME[name].key) == 1
    }


def _after(valid_from: pl.Expr, lag: int | str) -> pl.Expr:
    if lag == "month_end":
        return valid_from.dt.month_end()
    if lag == "next_february":
        return valid_from.dt.truncate("1y").dt.offset_by("13mo")
    return valid_from.dt.offset_by(f"{lag}d")


def _column_rules(
    column: Column, keys: dict[str, pl.Series], today: date
) -> list[tuple[pl.Expr, str]]:
    """Return the rules of a column: where it is broken, and what it says."""
    value = pl.col(column.name)
    rules = _reference_rules(column, keys)
    if column.kind == "date" and not column.future and column.name != "available_at":
        rules.append((value > today, f"must not lie after {today}"))
    if column.minimum is not None:
        rules.append((value < column.minimum, f"must be at least {column.minimum:g}"))
    if column.maximum is not None:
        rules.append((value > column.maximum, f"must be at most {column.maximum:g}"))
    if column.allowed:
        rules.append((~value.is_in(column.allowed), f"must be one of {', '.join(column.allowed)}"))
    return rules


def _reference_rules(column: Column, keys: dict[str, pl.Series]) -> list[tuple[pl.Expr, str]]:
    known = keys.get(column.references)
    if known is None:
        return []
    unknown = ~pl.col(column.name).is_in(known.implode())
    return [(unknown, f"must be known in {column.references}")]


def _apply(
    frame: pl.DataFrame,
    column: Column,
    table: Table,
    broken: pl.Expr,
    rule: str,
    origins: Origins,
) -> tuple[pl.DataFrame, list[Problem]]:
    """Drop what breaks a rule: the value where it may be empty, else the row."""
    broken = broken.fill_null(value=False)
    bad = frame.filter(broken)
    if bad.is_empty():
        return frame, []
    action: Action = "value dropped" if column.nullable else "row dropped"
    problems = [
        Problem(
            file=row[FILE],
            line=row[LINE],
            table=table.name,
            column=origins.column(row[FILE], table, (column.name,)),
            value=_shown(row[column.name], column, private=row[FILE] in origins.private),
            rule=rule,
            action=action,
        )
        for row in bad.iter_rows(named=True)
    ]
    if column.nullable:
        dropped = pl.when(~broken).then(pl.col(column.name)).alias(column.name)
        return frame.with_columns(dropped), problems
    return frame.filter(~broken), problems


def _shown(value: object, column: Column, *, private: bool) -> str:
    return "" if column.name == "employee_id" else mask_cell(str(value), private=private)


def _split_repeats(frame: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return one row of each key, and the others with a column ``same`` (as to all values).

    Rules earlier in the mapping go first, then the smaller values, so that the order of a file's
    rows decides nothing.
    """
    content = [c.name for c in table.all_columns]
    ordered = frame.sort(PART, *content, LINE, nulls_last=True)
    if not table.key:
        return ordered, ordered.clear().with_columns(same=pl.lit(value=True))
    marked = ordered.with_columns(
        first=pl.struct(table.key).is_first_distinct(),
        same=~pl.struct(content).is_first_distinct(),
    )
    kept = marked.filter("first").drop("first", "same")
    return kept, marked.filter(~pl.col("first")).drop("first")


def _repeat(row: dict[str, Any], table: Table, origins: Origins) -> Problem:
    rule = REPEATED if row["same"] else CONFLICTING
    column = origins.column(row[FILE], table, table.key)
    return Problem(row[FILE], row[LINE], table.name, column, "", rule)
