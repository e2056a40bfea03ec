# pyright: strict
"""The canonical tables as text for a terminal and as JSON, from their one declaration."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from textwrap import wrap

from features.errors import SchemaError
from features.schema import BY_NAME, FROM_THE_START, TABLES, Column, Table

WIDTH = 100
LAGS = {
    "0": "known on valid_from",
    "month_end": "known from the end of the month",
    "next_february": "known from 1 February of the next year",
}


def schema_text(names: Sequence[str] = ()) -> str:
    """Return the named tables with their columns, or a list of all tables.

    Raises
    ------
    SchemaError
        There is no such table.
    """
    if names:
        return "\n\n".join("\n".join(_table_lines(table)) for table in _chosen(names))
    width = max(len(table.name) for table in TABLES) + 2
    lines = [
        line
        for table in TABLES
        for line in wrap(
            f"{table.name:<{width}}{table.meaning}", WIDTH, subsequent_indent=" " * width
        )
    ]
    return "\n".join([*lines, "", "columns of a table: huyula schema TABLE"]).replace("``", "")


def schema_json(names: Sequence[str] = ()) -> str:
    """Return the named tables, or all, as JSON: everything that is declared, column by column.

    Raises
    ------
    SchemaError
        There is no such table.
    """
    tables = [{**asdict(t), "columns": [asdict(c) for c in t.all_columns]} for t in _chosen(names)]
    return json.dumps({"tables": tables}, indent=1, ensure_ascii=False)


def _chosen(names: Sequence[str]) -> Sequence[Table]:
    unknown = [name for name in names if name not in BY_NAME]
    if unknown:
        raise SchemaError("TABLE", f"must be one of {', '.join(BY_NAME)}", unknown[0])
    return [BY_NAME[name] for name in names] or TABLES


def _table_lines(table: Table) -> list[str]:
    known = LAGS.get(str(table.lag), f"known {table.lag} days after valid_from")
    facts = [
        ("key", ", ".join(table.key) or "none"),
        ("known", f"{known}, where an export does not say"),
        ("seen by", ", ".join(table.seen_by)),
        ("kept", f"{table.keep_years} years" if table.keep_years else "with what it is about"),
    ]
    if table.standing:
        facts.insert(1, ("holds", f"from {FROM_THE_START} on, where an export does not say"))
    lines = [table.name, *wrap(table.meaning.replace("``", ""), WIDTH)]
    lines += [f"  {name:<9}{fact}" for name, fact in facts]
    width = max(len(column.name) for column in table.all_columns) + 2
    return [*lines, "", *(line for column in table.all_columns for line in _lines(column, width))]


def _lines(column: Column, width: int) -> list[str]:
    unit = f" ({column.unit})" if column.unit else ""
    told = "; ".join([f"{column.meaning}{unit}", *_rules(column)])
    needed = "" if column.nullable else "required"
    head = f"  {column.name:<{width}}{column.kind:<7}{needed:<10}"
    return wrap(f"{head}{told}", WIDTH, subsequent_indent=" " * len(head), drop_whitespace=True)


def _rules(column: Column) -> list[str]:
    rules: list[str] = []
    if column.allowed:
        rules.append(f"one of {', '.join(column.allowed)}")
    if column.minimum is not None:
        rules.append(f"at least {column.minimum:g}")
    if column.maximum is not None:
        rules.append(f"at most {column.maximum:g}")
    if column.references:
        rules.append(f"known in {column.references}")
    if column.future:
        rules.append("may lie in the future")
    return rules
