"""The people's file: check the numbers, give every person a key, keep the names apart."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from features.identity import TokenTable
from features.quarantine import Problem, mask
from features.sources.convert import clean, find_column
from features.sources.delimited import LINE, SourceTable
from features.sources.mapping import PersonRule
from features.sources.numbers import key_problem, nik_problem, nip_problem


def enrol_people(
    source: SourceTable,
    rule: PersonRule,
    contract: pl.Series,
    people: TokenTable,
    date_formats: list[str],
) -> tuple[pl.DataFrame, list[Problem]]:
    """Find or make the person of every row and remember the name.

    Parameters
    ----------
    contract : Series of bool
        Whether the row is a contract employee's, whose number has rules of its own.

    Returns
    -------
    tuple of DataFrame and list of Problem
        ``employee_id`` by `LINE`; a row without one usable number is left out. A bad number beside
        a good one is dropped alone.
    """  # fmt: skip
    columns = {kind: find_column(source.frame, names) for kind, names in rule.kinds().items()}
    used = {kind: column for kind, column in columns.items() if column}
    cells = source.frame.select(
        LINE,
        *(clean(column).alias(kind) for kind, column in used.items()),
        _birth(source, rule, date_formats).alias("birth"),
        _name(source, rule).alias("name"),
        contract.fill_null(value=False).alias("contract"),
    )
    enrolled: list[tuple[int, str]] = []
    problems: list[Problem] = []
    for row in cells.iter_rows(named=True):
        numbers, bad = _usable_numbers(row, used, source.path.name)
        problems += bad
        if not numbers:
            problems.append(_no_number(row, used, source.path.name))
            continue
        try:
            person = people.enrol(numbers)
        except ValueError as error:
            problems.append(_row_problem(row, source.path.name, " + ".join(numbers), str(error)))
            continue
        enrolled.append((row[LINE], person))
        if row["name"]:
            people.names[person] = row["name"]
    frame = pl.DataFrame(enrolled, schema={LINE: pl.Int64, "employee_id": pl.String}, orient="row")
    return frame, problems


def _birth(source: SourceTable, rule: PersonRule, date_formats: list[str]) -> pl.Expr:
    column = find_column(source.frame, rule.birth_date)
    if column is None:
        return pl.lit(None, dtype=pl.Date)
    return pl.coalesce([clean(column).str.to_date(one, strict=False) for one in date_formats])


def _name(source: SourceTable, rule: PersonRule) -> pl.Expr:
    columns = [c for name in rule.name if (c := find_column(source.frame, [name]))]
    if not columns:
        return pl.lit(None, dtype=pl.String)
    return pl.concat_str([clean(c) for c in columns], separator=" ", ignore_nulls=True)


def _usable_numbers(
    row: dict, columns: dict[str, str], file: str
) -> tuple[dict[str, str], list[Problem]]:
    numbers: dict[str, str] = {}
    problems: list[Problem] = []
    for kind, column in columns.items():
        value = row[kind]
        if value is None:
            continue
        rule = _number_problem(kind, value, row)
        if rule is None:
            numbers[kind] = value
            continue
        problems.append(
            Problem(file, row[LINE], "employees", column, mask(value), rule, "value dropped")
        )
    return numbers, problems


def _number_problem(kind: str, value: str, row: dict) -> str | None:
    if kind == "nik":
        return nik_problem(value)
    if kind != "nip":
        return key_problem(value)
    rule = nip_problem(value, contract=row["contract"])
    if rule is None and row["birth"] is not None and _born(value) != row["birth"]:
        return "must begin with the date of birth that the row gives"
    return rule


def _born(nip: str) -> object:
    return datetime.strptime(nip[:8], "%Y%m%d").date()


def _no_number(row: dict, columns: dict[str, str], file: str) -> Problem:
    rule = "at least one must identify the person"
    return _row_problem(row, file, " + ".join(columns.values()), rule)


def _row_problem(row: dict, file: str, column: str, rule: str) -> Problem:
    return Problem(file, row[LINE], "employees", column, "", rule)
