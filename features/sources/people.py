"""People: who is meant by a row, in the people's own file and in all others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import polars as pl

from features.identity import TokenTable
from features.quarantine import Problem, mask_number
from features.sources.convert import missing_column
from features.sources.mapping import PersonRule
from features.sources.numbers import number_problem, spelled, spelled_cells, surely_good
from features.sources.parsing import parse_date
from features.sources.spelling import clean, find_column
from features.sources.table import LINE, SourceTable

SHARED = "must belong to one person; other rows give it to another"
MOST_REMEMBERED = 1_000_000
SEVERAL = "must be one number a person; other rows give this person another"


def has_birth_dates(source: SourceTable, rule: PersonRule) -> bool:
    """Return whether the file tells when people were born, so that no cell of it may be shown."""
    return find_column(source, rule.birth_date) is not None


class Enrolment:
    """Finds or makes the person of each row of one people's file.

    The rows come in batches; who is who can be told when all have come, and their order does not
    matter. Held meanwhile: a person's line, numbers and name.
    """

    def __init__(self, rule: PersonRule, people: TokenTable, date_formats: Sequence[str]) -> None:
        self._rule, self._people, self._date_formats = rule, people, date_formats
        self._headers: dict[str, str] = {}
        self._rows: list[pl.DataFrame] = []
        self._file = ""

    def add(self, source: SourceTable, contracts: Mapping[int, bool]) -> list[Problem]:
        """Take some rows; return the numbers that are no usable ones.

        Parameters
        ----------
        source : SourceTable
            A batch of the people's file.
        contracts : mapping of int to bool
            By line of the rows to enrol: whether the row is a contract employee's, whose NIP has
            rules of its own.
        """
        self._file, self._headers = source.name, _headers(source, self._rule)
        if not self._headers:
            return [_no_number_column(source, self._rule, "employees")]
        cells = source.frame.select(
            LINE,
            *(spelled_cells(clean(header)).alias(kind) for kind, header in self._headers.items()),
            name=_name(source, self._rule),
            birth=_birth(source, self._rule, self._date_formats),
        ).join(_contracts(contracts), on=LINE, maintain_order="left")
        problems: list[Problem] = []
        for kind in self._headers:
            cells, found = self._without_bad(cells, kind)
            problems += found
        self._rows.append(cells.drop("birth", "contract"))
        return problems

    def finish(self) -> tuple[pl.DataFrame, list[Problem]]:
        """Enrol everybody and remember the names.

        Returns
        -------
        tuple of DataFrame and list of Problem
            ``employee_id`` by `LINE`; a row without one usable number is left out. A bad number
            beside a good one is dropped alone, and so is one that several people share.
        """
        if not self._rows:
            return _by_line([]), []
        kinds = list(self._headers)
        rows, problems = self._without_ambiguous(pl.concat(self._rows))
        nobody = pl.all_horizontal(pl.col(kinds).is_null())
        column = " + ".join(self._headers.values())
        problems += [
            Problem(self._file, line, "employees", column, "", "must hold a usable number")
            for line in rows.filter(nobody)[LINE]
        ]
        rows = rows.filter(~nobody).sort(pl.col(kinds).fill_null("~"), pl.col("name").fill_null(""))
        numbers = ({k: n for k, n in row.items() if n} for row in rows[kinds].iter_rows(named=True))
        found = self._people.enrol(numbers)
        for position, kind in ((i, k) for i, one in enumerate(found) for k in one.refused):
            line, number = rows[LINE][position], rows[kind][position]
            problems.append(_dropped(line, number, SHARED, self._file, self._headers[kind]))
        enrolled = [one.employee_id for one in found]
        names = zip(enrolled, rows["name"], strict=True)
        self._people.names.update((person, name) for person, name in names if name)
        return _by_line(list(zip(rows[LINE], enrolled, strict=True))), problems

    def _without_bad(self, cells: pl.DataFrame, kind: str) -> tuple[pl.DataFrame, list[Problem]]:
        """Drop the numbers that break a rule; what is surely good is not looked at one by one."""
        suspects = cells.filter(pl.col(kind).is_not_null() & ~surely_good(kind))
        broken = [
            (row[LINE], row[kind], rule)
            for row in suspects.iter_rows(named=True)
            if (
                rule := number_problem(
                    kind, row[kind], contract=row["contract"], birth=row["birth"]
                )
            )
        ]
        problems = [_dropped(*one, self._file, self._headers[kind]) for one in broken]
        lines = [line for line, _, _ in broken]
        return _without_number(cells, kind, pl.col(LINE).is_in(lines)), problems

    def _without_ambiguous(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
        """Drop numbers that several people share, and those of which one person has several.

        People are told apart by their more permanent numbers. Whose the number is cannot be known,
        so all rows lose it.
        """
        kinds, problems = list(self._headers), []
        for position, kind in enumerate(kinds[1:], start=1):
            number = pl.col(kind)
            key = pl.coalesce(pl.lit(f"{k}:") + pl.col(k) for k in kinds[:position])
            marked = rows.with_columns(key=key).with_columns(
                shared=number.is_not_null()
                & (pl.col("key").drop_nulls().n_unique().over(kind) > 1),
                several=number.is_not_null()
                & pl.col("key").is_not_null()
                & (number.drop_nulls().n_unique().over("key") > 1),
            )
            for row in marked.filter(pl.col("shared") | pl.col("several")).iter_rows(named=True):
                why = SHARED if row["shared"] else SEVERAL
                header = self._headers[kind]
                problems.append(_dropped(row[LINE], row[kind], why, self._file, header))
            rows = _without_number(marked, kind, pl.col("shared") | pl.col("several"))
            rows = rows.drop("key", "shared", "several")
        return rows, problems


class Finder:
    """Finds the persons of rows by their numbers; each number is hashed once, while few are."""

    def __init__(self, rule: PersonRule, people: TokenTable) -> None:
        self._rule, self._people = rule, people
        self._owners: dict[str, dict[str | None, str | None]] = defaultdict(dict)

    def find(self, source: SourceTable, table: str) -> tuple[pl.DataFrame, list[Problem]]:
        """Return ``employee_id`` by `LINE`, and the rows whose numbers name nobody or two."""
        headers = _headers(source, self._rule)
        if not headers:
            return _by_line([]), [_no_number_column(source, self._rule, table)]
        cells = source.frame.select(
            LINE, *(clean(header).alias(k) for k, header in headers.items())
        )
        owners = cells.with_columns(self._owners_of(cells[kind]) for kind in headers)
        first = pl.coalesce(*headers)
        agree = pl.all_horizontal((pl.col(kind) == first).fill_null(value=True) for kind in headers)
        found = owners.select(LINE, employee_id=first, agree=agree)
        good = pl.col("employee_id").is_not_null() & pl.col("agree")
        bad = cells.join(found.filter(~good), on=LINE, maintain_order="left")
        problems = [_unknown(row, source.name, headers, table) for row in bad.iter_rows(named=True)]
        return found.filter(good).drop("agree"), problems

    def _owners_of(self, numbers: pl.Series) -> pl.Series:
        """Return the known owner of each number."""
        kind, cells = numbers.name, numbers.to_list()
        known = self._owners[kind]
        if len(known) > MOST_REMEMBERED:
            known.clear()
        for number in set(cells) - known.keys():
            known[number] = None if number is None else self._people.find(kind, number)
        return pl.Series(kind, [known[number] for number in cells], dtype=pl.String)


def _headers(source: SourceTable, rule: PersonRule) -> dict[str, str]:
    """Return the file's column of each kind of number it has, the most permanent kind first."""
    found = {kind: find_column(source, names) for kind, names in rule.kinds().items()}
    return {kind: header for kind, header in found.items() if header}


def _no_number_column(source: SourceTable, rule: PersonRule, table: str) -> Problem:
    return missing_column(source, table, [n for names in rule.kinds().values() for n in names])


def _by_line(enrolled: list[tuple[int, str]]) -> pl.DataFrame:
    return pl.DataFrame(enrolled, schema={LINE: pl.Int64, "employee_id": pl.String}, orient="row")


def _contracts(contracts: Mapping[int, bool]) -> pl.DataFrame:
    columns = {LINE: list(contracts), "contract": list(contracts.values())}
    return pl.DataFrame(columns, schema={LINE: pl.Int64, "contract": pl.Boolean})


def _without_number(rows: pl.DataFrame, kind: str, bad: pl.Expr) -> pl.DataFrame:
    return rows.with_columns(pl.when(~bad).then(pl.col(kind)).alias(kind))


def _name(source: SourceTable, rule: PersonRule) -> pl.Expr:
    columns = [c for name in rule.name if (c := find_column(source, [name]))]
    parts = [clean(column) for column in columns]
    joined = pl.concat_str(parts, separator=" ", ignore_nulls=True) if parts else pl.lit("")
    return pl.when(joined != "").then(joined)


def _birth(source: SourceTable, rule: PersonRule, date_formats: Sequence[str]) -> pl.Expr:
    column = find_column(source, rule.birth_date)
    return parse_date(clean(column), date_formats) if column else pl.lit(None, dtype=pl.Date)


def _dropped(line: int, number: str, rule: str, file: str, header: str) -> Problem:
    return Problem(file, line, "employees", header, mask_number(number), rule, "value dropped")


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
