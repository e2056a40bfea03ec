"""People: who is meant by a row, in the people's own file and in all others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from features.identity import TokenTable
from features.merges import shown_ids
from features.quarantine import Problem, mask_number
from features.sources.convert import missing_column
from features.sources.delimited import LINE, SourceTable
from features.sources.mapping import PersonRule
from features.sources.numbers import number_problem, spelled
from features.sources.parsing import parse_date
from features.sources.spelling import clean, find_column

SHARED = "must belong to one person; other rows give it to another"
SEVERAL = "must be one number a person; other rows give this person another"

WOMAN = {
    **dict.fromkeys(("f", "p", "w", "perempuan", "wanita", "female"), True),
    **dict.fromkeys(("m", "l", "laki-laki", "laki laki", "pria", "male"), False),
}


@dataclass
class _Row:
    """One row of the people's file: its line, its usable numbers by kind, its name."""

    line: int
    numbers: dict[str, str]
    name: str | None


def has_birth_dates(source: SourceTable, rule: PersonRule) -> bool:
    """Return whether the file tells when people were born, so that no cell of it may be shown."""
    return find_column(source.frame, rule.birth_date) is not None


def enrol_people(
    source: SourceTable,
    rule: PersonRule,
    contracts: Mapping[int, bool],
    people: TokenTable,
    date_formats: Sequence[str],
) -> tuple[pl.DataFrame, list[Problem]]:
    """Find or make the person of each row of the people's file and remember the names.

    Parameters
    ----------
    contracts : mapping of int to bool
        By line of the rows to enrol: whether the row is a contract employee's, whose NIP has rules
        of its own.

    Returns
    -------
    tuple of DataFrame and list of Problem
        ``employee_id`` by `LINE`; a row without one usable number is left out. A bad number beside
        a good one is dropped alone, and so is one that several people share. The order of the rows
        does not matter.
    """
    headers = _headers(source, rule)
    if not headers:
        return _by_line([]), [_no_number_column(source, rule, "employees")]
    rows, problems = _read_rows(source, rule, headers, contracts, date_formats)
    problems += _drop_ambiguous(rows, source.name, headers)
    column = " + ".join(headers.values())
    problems += [
        Problem(source.name, row.line, "employees", column, "", "must hold a usable number")
        for row in rows
        if not row.numbers
    ]
    rows = [row for row in rows if row.numbers]
    rows.sort(key=lambda row: [*(row.numbers.get(kind, "~") for kind in headers), row.name or ""])
    enrolled: list[tuple[int, str]] = []
    for row, found in zip(rows, people.enrol([row.numbers for row in rows]), strict=True):
        enrolled.append((row.line, found.employee_id))
        problems += [_dropped(row, kind, SHARED, source.name, headers) for kind in found.refused]
        if row.name:
            people.names[found.employee_id] = row.name
    return _by_line(enrolled), problems


def find_people(
    source: SourceTable, rule: PersonRule, people: TokenTable, table: str
) -> tuple[pl.DataFrame, list[Problem]]:
    """Return ``employee_id`` by `LINE`, and the rows whose numbers name nobody or two people."""
    headers = _headers(source, rule)
    if not headers:
        return _by_line([]), [_no_number_column(source, rule, table)]
    cells = source.frame.select(LINE, *(clean(name).alias(kind) for kind, name in headers.items()))
    owners = cells.with_columns(_owners(cells[kind], people) for kind in headers)
    first = pl.coalesce(*headers)
    shown = {kind: pl.col(kind).replace(shown_ids(people.merges)) for kind in headers}
    agree = pl.all_horizontal(
        (one == pl.coalesce(*shown.values())).fill_null(value=True) for one in shown.values()
    )
    found = owners.select(LINE, employee_id=first, agree=agree)
    good = pl.col("employee_id").is_not_null() & pl.col("agree")
    bad = cells.join(found.filter(~good), on=LINE, maintain_order="left")
    problems = [_unknown(row, source.name, headers, table) for row in bad.iter_rows(named=True)]
    return found.filter(good).drop("agree"), problems


def _headers(source: SourceTable, rule: PersonRule) -> dict[str, str]:
    """Return the file's column of each kind of number it has, the most permanent kind first."""
    found = {kind: find_column(source.frame, names) for kind, names in rule.kinds().items()}
    return {kind: header for kind, header in found.items() if header}


def _no_number_column(source: SourceTable, rule: PersonRule, table: str) -> Problem:
    return missing_column(source, table, [n for names in rule.kinds().values() for n in names])


def _by_line(enrolled: list[tuple[int, str]]) -> pl.DataFrame:
    return pl.DataFrame(enrolled, schema={LINE: pl.Int64, "employee_id": pl.String}, orient="row")


def _read_rows(
    source: SourceTable,
    rule: PersonRule,
    headers: dict[str, str],
    contracts: Mapping[int, bool],
    date_formats: Sequence[str],
) -> tuple[list[_Row], list[Problem]]:
    cells = source.frame.select(
        LINE,
        *(clean(header).alias(kind) for kind, header in headers.items()),
        name=_name(source, rule),
        birth=_birth(source, rule, date_formats),
        woman=_woman(source, rule),
    )
    rows: list[_Row] = []
    problems: list[Problem] = []
    for cell in cells.iter_rows(named=True):
        contract = contracts.get(cell[LINE])
        if contract is None:
            continue
        row = _Row(cell[LINE], {k: spelled(cell[k]) for k in headers if cell[k]}, cell["name"])
        for kind, number in list(row.numbers.items()):
            broken = number_problem(
                kind, number, contract=contract, birth=cell["birth"], woman=cell["woman"]
            )
            if broken:
                problems.append(_dropped(row, kind, broken, source.name, headers))
                del row.numbers[kind]
        rows.append(row)
    return rows, problems


def _name(source: SourceTable, rule: PersonRule) -> pl.Expr:
    columns = [c for name in rule.name if (c := find_column(source.frame, [name]))]
    parts = [clean(column) for column in columns]
    joined = pl.concat_str(parts, separator=" ", ignore_nulls=True) if parts else pl.lit("")
    return pl.when(joined != "").then(joined)


def _birth(source: SourceTable, rule: PersonRule, date_formats: Sequence[str]) -> pl.Expr:
    column = find_column(source.frame, rule.birth_date)
    return parse_date(clean(column), date_formats) if column else pl.lit(None, dtype=pl.Date)


def _woman(source: SourceTable, rule: PersonRule) -> pl.Expr:
    """Return the sex a row gives in one of the usual words; other words say nothing."""
    column = find_column(source.frame, rule.sex)
    if not column:
        return pl.lit(None, dtype=pl.Boolean)
    word = clean(column).str.to_lowercase()
    return word.replace_strict(WOMAN, default=None, return_dtype=pl.Boolean)


def _drop_ambiguous(rows: list[_Row], file: str, headers: dict[str, str]) -> list[Problem]:
    """Drop numbers that several people share, and those of which one person has several.

    People are told apart by their more permanent numbers. Whose the number is cannot be known, so
    all rows lose it.
    """
    kinds, problems = list(headers), []
    for position, kind in enumerate(kinds[1:], start=1):
        keyed = [(row, _key(row, kinds[:position])) for row in rows if kind in row.numbers]
        owners: dict[str, set[str]] = defaultdict(set)
        numbers: dict[str, set[str]] = defaultdict(set)
        for row, key in keyed:
            if key:
                owners[row.numbers[kind]].add(key)
                numbers[key].add(row.numbers[kind])
        for row, key in keyed:
            shared = len(owners[row.numbers[kind]]) > 1
            if shared or (key and len(numbers[key]) > 1):
                problems.append(_dropped(row, kind, SHARED if shared else SEVERAL, file, headers))
                del row.numbers[kind]
    return problems


def _key(row: _Row, kinds: list[str]) -> str | None:
    return next((f"{kind}:{row.numbers[kind]}" for kind in kinds if kind in row.numbers), None)


def _dropped(row: _Row, kind: str, rule: str, file: str, headers: dict[str, str]) -> Problem:
    value = mask_number(row.numbers[kind])
    return Problem(file, row.line, "employees", headers[kind], value, rule, "value dropped")


def _owners(numbers: pl.Series, people: TokenTable) -> pl.Series:
    """Return the known owner of each number; each distinct number is hashed once."""
    kind = numbers.name
    owners = {number: people.owner(kind, number) for number in numbers.drop_nulls().unique()}
    return numbers.replace_strict(owners, default=None, return_dtype=pl.String)


def _unknown(row: dict[str, str], file: str, headers: dict[str, str], table: str) -> Problem:
    """Return why a row's numbers lead to no one person."""
    kind = next((kind for kind in headers if row[kind]), None)
    if kind is None:
        column, rule = " or ".join(headers.values()), "must not be empty"
        return Problem(file, int(row[LINE]), table, column, "", rule)
    broken = number_problem(kind, spelled(row[kind]), contract=True)
    rule = broken or f"must be the {kind} of a person in the people's file"
    if not row["agree"]:
        rule = "must name one person; the numbers of this row name two"
    return Problem(file, int(row[LINE]), table, headers[kind], mask_number(row[kind]), rule)
