"""Rules over the typed rows of one table: dates, ranges, allowed words, references and keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from features.hash_index import NOWHERE, TextIndex
from features.quarantine import Action, Problem, mask_cell
from features.records import DTYPES
from features.row_rules import row_rules
from features.schema import Column, Table
from features.sources.table import LINE

CIRCULAR = "must not lead back to its own row"
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


def check_known(
    frame: pl.DataFrame, table: Table, today: date, origins: Origins
) -> tuple[pl.DataFrame, list[Problem]]:
    """Report rows that say they will be known after the export that holds them.

    They are known from its day on. (What the table's lag adds may lie later: see `add_dates`.)
    """
    if "available_at" not in frame.columns:
        return frame, []
    column = next(column for column in table.all_columns if column.name == "available_at")
    later = pl.col("available_at") > today
    rule = f"must not lie after {today}"
    _, problems = _apply(frame, (column,), table, later, rule, origins)
    return frame.with_columns(pl.col("available_at").clip(upper_bound=today)), problems


def add_dates(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Fill absent columns with nulls and ``available_at`` by the table's lag."""
    absent = [c for c in table.all_columns if c.name not in frame.columns]
    frame = frame.with_columns(
        pl.lit(None, dtype=DTYPES[column.kind]).alias(column.name) for column in absent
    )
    known = pl.coalesce("available_at", _after(pl.col("valid_from"), table.lag))
    return frame.with_columns(pl.max_horizontal("valid_from", known).alias("available_at"))


def check_values(
    frame: pl.DataFrame,
    table: Table,
    keys: dict[str, TextIndex],
    today: date,
    origins: Origins,
) -> tuple[pl.DataFrame, list[Problem]]:
    """Apply the rules that look at one row alone; rows may come in any parts.

    Parameters
    ----------
    frame : polars.DataFrame
        Typed rows with `LINE`, `FILE`, `PART` (order of the rules they came by) and `MERGES`
        (whether a row that repeats a key is merged and not a problem: its source is no list).
    keys : dict of str to TextIndex
        Known keys of the tables that columns may refer to.
    today : date
        No past event may lie after it.
    origins : Origins
        How problems may speak of the files.
    """
    columns = {column.name: column for column in table.all_columns}
    rules = [
        ((column,), broken, rule)
        for column in table.all_columns
        for broken, rule in _column_rules(column, keys, today)
    ] + [
        (tuple(columns[name] for name in one.columns), one.broken, one.rule)
        for one in row_rules(table.name)
    ]
    problems: list[Problem] = []
    is_broken = frame.select(
        rule[1].any(ignore_nulls=True).alias(str(i)) for i, rule in enumerate(rules)
    )
    # what is dropped becomes empty, and an empty value breaks no rule: the others need no look
    for about, broken, rule in (rules[int(i)] for i in is_broken.columns if is_broken[i].item()):
        frame, found = _apply(frame, about, table, broken, rule, origins)
        problems += found
    return frame, problems


def check_keys(
    frame: pl.DataFrame, table: Table, origins: Origins, held: pl.DataFrame | None = None
) -> Checked:
    """Apply the rules that compare rows: repeats, and references to rows of the same table.

    ``frame`` holds, in any order, all rows of the keys it holds; of a table that refers to itself,
    all rows. ``held`` are the rows that a partial export adds to: they may be referred to.
    """
    problems: list[Problem] = []
    frame, repeats = _split_repeats(frame, table)
    mistaken = repeats.filter(~pl.col(MERGES))
    problems += [_repeat(row, table, origins) for row in mistaken.iter_rows(named=True)]
    merged = repeats.filter(MERGES).group_by(FILE).len()
    for column in (c for c in table.columns if c.references == table.name):
        own_keys = {table.name: TextIndex(_with_held(frame, held, table.key[0])[table.key[0]])}
        for broken, rule in _reference_rules(column, own_keys):
            frame, found = _apply(frame, (column,), table, broken, rule, origins)
            problems += found
        all_rows = _with_held(frame, held, table.key[0])
        circle = pl.col(table.key[0]).is_in(_on_circle(all_rows, table.key[0], column.name))
        frame, found = _apply(frame, (column,), table, circle, CIRCULAR, origins)
        problems += found
    return Checked(frame, problems, dict(merged.iter_rows()))


def _with_held(frame: pl.DataFrame, held: pl.DataFrame | None, key: str) -> pl.DataFrame:
    """Return the rows of the export and those held that it does not replace."""
    if held is None:
        return frame
    return pl.concat([frame.select(held.columns), held.join(frame, on=key, how="anti")])


def _after(valid_from: pl.Expr, lag: int | str) -> pl.Expr:
    if lag == "month_end":
        return valid_from.dt.month_end()
    if lag == "next_february":
        return valid_from.dt.truncate("1y").dt.offset_by("13mo")
    return valid_from.dt.offset_by(f"{lag}d")


def _column_rules(
    column: Column, keys: dict[str, TextIndex], today: date
) -> list[tuple[pl.Expr, str]]:
    """Return the rules of a column: where it is broken, and what it says."""
    value = pl.col(column.name)
    rules = _reference_rules(column, keys)
    if column.kind == "date" and not column.future and column.name != "available_at":
        rules.append((value > today, f"must not lie after {today}"))
    if column.kind == "int" and column.unit == "year" and column.nullable:  # others have a date
        rules.append((value > today.year, f"must not lie after {today.year}"))
    if column.minimum is not None:
        rules.append((value < column.minimum, f"must be at least {column.minimum:g}"))
    if column.maximum is not None:
        rules.append((value > column.maximum, f"must be at most {column.maximum:g}"))
    if column.allowed:
        rules.append((~value.is_in(column.allowed), f"must be one of {', '.join(column.allowed)}"))
    return rules


def _reference_rules(column: Column, keys: dict[str, TextIndex]) -> list[tuple[pl.Expr, str]]:
    known = keys.get(column.references)
    if known is None:
        return []
    unknown = ~_is_in(pl.col(column.name), known)
    return [(unknown, f"must be known in {column.references}")]


def _is_in(value: pl.Expr, known: TextIndex) -> pl.Expr:
    """Return whether a value is among the keys; empty ones are."""

    def found(values: pl.Series) -> pl.Series:
        return pl.Series(known.find(values) != NOWHERE) | values.is_null()

    return value.map_batches(found, return_dtype=pl.Boolean)


def _on_circle(frame: pl.DataFrame, key: str, above: str) -> list[str]:
    """Return the keys from which following ``above`` leads back to themselves."""
    upwards = dict(frame.select(key, above).drop_nulls().iter_rows())
    done: set[str] = set()
    circles: list[str] = []
    for start in upwards:
        path: dict[str, int] = {}
        here = start
        while here in upwards and here not in done and here not in path:
            path[here] = len(path)
            here = upwards[here]
        if here in path:
            circles += list(path)[path[here] :]
        done |= path.keys()
    return circles


def _apply(
    frame: pl.DataFrame,
    about: tuple[Column, ...],
    table: Table,
    broken: pl.Expr,
    rule: str,
    origins: Origins,
) -> tuple[pl.DataFrame, list[Problem]]:
    """Drop what breaks a rule: the first column's value where it may be empty, else the row."""
    column, names = about[0], tuple(one.name for one in about)
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
            column=origins.column(row[FILE], table, names),
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
    rows decides nothing. The rows come out in the order of the key.
    """
    content = [c.name for c in table.all_columns]
    if not table.key:
        return frame.sort(content), frame.clear().with_columns(same=pl.lit(value=True))
    ordered = frame.sort(table.key)
    again = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in table.key)
    again = (again & (pl.int_range(pl.len()) > 0)).alias("again")
    repeats = ordered.select(again, repeated=again | again.shift(-1, fill_value=False))
    if not repeats["again"].any():
        return ordered, ordered.clear().with_columns(same=pl.lit(value=True))
    marked = (
        ordered.filter(repeats["repeated"])
        .sort(PART, *content, LINE, nulls_last=True)
        .with_columns(
            first=pl.struct(table.key).is_first_distinct(),
            same=~pl.struct(content).is_first_distinct(),
        )
    )
    kept = marked.filter("first").drop("first", "same")
    one_of_each = pl.concat([ordered.filter(~repeats["repeated"]), kept]).sort(table.key)
    return one_of_each, marked.filter(~pl.col("first")).drop("first")


def _repeat(row: dict[str, Any], table: Table, origins: Origins) -> Problem:
    rule = REPEATED if row["same"] else CONFLICTING
    column = origins.column(row[FILE], table, table.key)
    return Problem(row[FILE], row[LINE], table.name, column, "", rule)
