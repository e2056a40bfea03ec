"""People: who is meant by a row, in the people's own file and in all others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from features.identity import TokenTable
from features.merges import shown_ids
from features.quarantine import Problem, mask_number
from features.sources.convert import missing_column
from features.sources.mapping import PersonRule
from features.sources.numbers import number_problem, spelled, spelled_cells, surely_good
from features.sources.parsing import parse_date
from features.sources.spelling import clean, find_column
from features.sources.table import LINE, SourceTable

SHARED = "must belong to one person; other rows give it to another"
SEVERAL = "must be one number a person; other rows give this person another"

WOMAN = {
    **dict.fromkeys(("f", "p", "w", "perempuan", "wanita", "female"), True),
    **dict.fromkeys(("m", "l", "laki-laki", "laki laki", "pria", "male"), False),
}


def has_birth_dates(source: SourceTable, rule: PersonRule) -> bool:
    """Return whether the file tells when people were born, so that no cell of it may be shown."""
    return find_column(source, rule.birth_date) is not None


class Enrolment:
    """Finds or makes the person of each row of one people's file.

    The rows come in batches; who is who can be told when all have come, and their order does not
    matter. Held meanwhile: a person's line, numbers and name.
    """

    def __init__(
        self,
        rule: PersonRule,
        people: TokenTable,
        date_formats: Sequence[str],
        today: date = date.max,
    ) -> None:
        self._rule, self._people, self._today = rule, people, today
        self._date_formats = date_formats
        self._headers: dict[str, str] = {}
        self._rows: list[pl.DataFrame] = []
        self._file = ""

    def add(self, source: SourceTable, contracts: pl.DataFrame) -> list[Problem]:
        """Take some rows; return the numbers that are no usable ones.

        Parameters
        ----------
        source : SourceTable
            A batch of the people's file.
        contracts : DataFrame
            `LINE` of the rows to enrol and ``contract`` (bool): whether the row is a contract
            employee's, whose NIP has rules of its own.
        """
        self._file, self._headers = source.name, _headers(source, self._rule)
        if not self._headers:
            return [_no_number_column(source, self._rule, "employees")]
        cells = source.frame.select(
            LINE,
            *(spelled_cells(clean(header)).alias(kind) for kind, header in self._headers.items()),
            name=_name(source, self._rule),
            birth=_birth(source, self._rule, self._date_formats, self._today),
            woman=_woman(source, self._rule),
        ).join(contracts, on=LINE, maintain_order="left")
        problems: list[Problem] = []
        for kind in self._headers:
            cells, found = self._without_bad(cells, kind)
            problems += found
        self._rows.append(cells.drop("birth", "woman", "contract"))
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
            return _nobody(), []
        kinds = list(self._headers)
        waiting, self._rows = self._rows, []
        rows, problems = self._without_ambiguous(pl.concat(waiting))
        nobody = pl.all_horizontal(pl.col(kinds).is_null())
        column = " + ".join(self._headers.values())
        problems += [
            Problem(self._file, line, "employees", column, "", "must hold a usable number")
            for line in rows.filter(nobody)[LINE]
        ]
        rows = rows.filter(~nobody).sort(pl.col(kinds).fill_null("~"), pl.col("name").fill_null(""))
        enrolled = self._people.enrol(rows.select(kinds))
        problems += self._refused(rows, enrolled)
        named = rows.select("name", employee_id=enrolled["employee_id"]).drop_nulls("name")
        self._people.names.add(named)
        return rows.select(LINE, employee_id=enrolled["employee_id"]), problems

    def _refused(self, rows: pl.DataFrame, enrolled: pl.DataFrame) -> list[Problem]:
        """Return the numbers that turned out to be another's, row by row."""
        kinds = list(self._headers)
        marked = rows.select(LINE, *kinds, *(enrolled[k].alias(f"no {k}") for k in kinds))
        bad = marked.filter(pl.any_horizontal(f"no {kind}" for kind in kinds))
        return [
            _dropped(row[LINE], row[kind], SHARED, self._file, self._headers[kind])
            for row in bad.iter_rows(named=True)
            for kind in kinds
            if row[f"no {kind}"]
        ]

    def _without_bad(self, cells: pl.DataFrame, kind: str) -> tuple[pl.DataFrame, list[Problem]]:
        """Drop the numbers that break a rule; what is surely good is not looked at one by one."""
        suspects = cells.filter(pl.col(kind).is_not_null() & ~surely_good(kind))
        broken = [
            (row[LINE], row[kind], rule)
            for row in suspects.iter_rows(named=True)
            if (
                rule := number_problem(
                    kind,
                    row[kind],
                    contract=row["contract"],
                    birth=row["birth"],
                    woman=row["woman"],
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
            marks = _ambiguous(rows, kinds[:position], kind)
            header = self._headers[kind]
            problems += [
                _dropped(line, number, SHARED if is_shared else SEVERAL, self._file, header)
                for line, number, is_shared in marks.iter_rows()
            ]
            if len(marks):
                rows = _without_number(rows, kind, pl.col(LINE).is_in(marks[LINE].implode()))
        return rows, problems


class Finder:
    """Finds the persons of rows by their numbers."""

    def __init__(self, rule: PersonRule, people: TokenTable) -> None:
        self._rule, self._people = rule, people
        self._shown = shown_ids(people.merges)

    def find(self, source: SourceTable, table: str) -> tuple[pl.DataFrame, list[Problem]]:
        """Return ``employee_id`` by `LINE`, and the rows whose numbers name nobody or two."""
        headers = _headers(source, self._rule)
        if not headers:
            return _nobody(), [_no_number_column(source, self._rule, table)]
        cells = source.frame.select(
            LINE, *(clean(header).alias(k) for k, header in headers.items())
        )
        owners = cells.with_columns(self._people.owners(cells[kind]) for kind in headers)
        first = pl.coalesce(*headers)
        shown = {kind: self._as_shown(pl.col(kind)) for kind in headers}
        agree = pl.all_horizontal(
            (one == pl.coalesce(*shown.values())).fill_null(value=True) for one in shown.values()
        )
        found = owners.select(LINE, employee_id=first, agree=agree)
        good = pl.col("employee_id").is_not_null() & pl.col("agree")
        bad = cells.join(found.filter(~good), on=LINE, maintain_order="left")
        problems = [_unknown(row, source.name, headers, table) for row in bad.iter_rows(named=True)]
        return found.filter(good).drop("agree"), problems

    def _as_shown(self, owner: pl.Expr) -> pl.Expr:
        return owner.replace(self._shown) if self._shown else owner


def _headers(source: SourceTable, rule: PersonRule) -> dict[str, str]:
    """Return the file's column of each kind of number it has, the most permanent kind first."""
    found = {kind: find_column(source, names) for kind, names in rule.kinds().items()}
    return {kind: header for kind, header in found.items() if header}


def _no_number_column(source: SourceTable, rule: PersonRule, table: str) -> Problem:
    return missing_column(source, table, [n for names in rule.kinds().values() for n in names])


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(schema={LINE: pl.Int64, "employee_id": pl.String})


def _ambiguous(rows: pl.DataFrame, more_permanent: list[str], kind: str) -> pl.DataFrame:
    """Return line, number and ``shared`` of the rows whose number of a kind is ambiguous.

    Only rows of numbers and keys that occur twice are looked at closely: hardly any.
    """
    number = pl.col(kind)
    key = pl.coalesce(pl.lit(f"{k}:") + pl.col(k) for k in more_permanent)
    keyed = rows.select(LINE, number, key=key)
    twice = (number.is_not_null() & number.is_duplicated()) | (
        pl.col("key").is_not_null() & pl.col("key").is_duplicated()
    )
    marked = keyed.filter(twice).with_columns(
        shared=number.is_not_null() & (pl.col("key").drop_nulls().n_unique().over(kind) > 1),
        several=number.is_not_null()
        & pl.col("key").is_not_null()
        & (number.drop_nulls().n_unique().over("key") > 1),
    )
    return marked.filter(pl.col("shared") | pl.col("several")).select(LINE, kind, "shared")


def _without_number(rows: pl.DataFrame, kind: str, bad: pl.Expr) -> pl.DataFrame:
    return rows.with_columns(pl.when(~bad).then(pl.col(kind)).alias(kind))


def _name(source: SourceTable, rule: PersonRule) -> pl.Expr:
    columns = [c for name in rule.name if (c := find_column(source, [name]))]
    parts = [clean(column) for column in columns]
    joined = pl.concat_str(parts, separator=" ", ignore_nulls=True) if parts else pl.lit("")
    return pl.when(joined != "").then(joined)


def _birth(
    source: SourceTable, rule: PersonRule, date_formats: Sequence[str], today: date
) -> pl.Expr:
    """Return the date of birth; one after the export proves nothing against a number."""
    column = find_column(source, rule.birth_date)
    if not column:
        return pl.lit(None, dtype=pl.Date)
    born = parse_date(clean(column), date_formats)
    return pl.when(born <= today).then(born)


def _dropped(line: int, number: str, rule: str, file: str, header: str) -> Problem:
    return Problem(file, line, "employees", header, mask_number(number), rule, "value dropped")


def _woman(source: SourceTable, rule: PersonRule) -> pl.Expr:
    """Return the sex a row gives in one of the usual words; other words say nothing."""
    column = find_column(source, rule.sex)
    if not column:
        return pl.lit(None, dtype=pl.Boolean)
    word = clean(column).str.to_lowercase()
    return word.replace_strict(WOMAN, default=None, return_dtype=pl.Boolean)


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
