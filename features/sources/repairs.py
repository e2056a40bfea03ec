"""Cells that do not parse as they stand and yet say surely what they mean.

A repair is tried only where the plain text is no value of its column, so that a clean export costs
nothing and no cell that can be read is read otherwise. Every repaired value is counted by its rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from features.schema import Column, Table
from features.sources.mapping import ColumnRule, TableRule

MONTHS = (
    ("januari", "january", "jan"), ("februari", "pebruari", "february", "feb", "peb"),
    ("maret", "march", "mar", "mrt"), ("april", "apr"), ("mei", "may"), ("juni", "june", "jun"),
    ("juli", "july", "jul"), ("agustus", "august", "agt", "agu", "agst", "aug"),
    ("september", "sept", "sep"), ("oktober", "october", "okt", "oct"),
    ("november", "nopember", "nov", "nop"), ("desember", "december", "des", "dec"),
)  # fmt: skip
_MONTH_NUMBER = {name: f"{n:02d}" for n, names in enumerate(MONTHS, start=1) for name in names}
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000  # 1954 to 2064
_UNITS = {"days": r"hari|days?", "JP": r"jp|jam pelajaran", "rupiah": r"rupiah"}


@dataclass(frozen=True)
class Repair:
    """What it says in the report, where it applies, and the text (or null) it makes of one."""

    rule: str
    applies: Callable[[ColumnRule, Column, Table], bool]
    text: Callable[[pl.Expr, str, Column], pl.Expr]
    """Of the text, the first date format of the column, and the column."""


def _is_date(rule: ColumnRule, column: Column, _table: Table) -> bool:
    plain = not rule.lookup and not rule.values and not rule.slug and not rule.year_end
    return plain and (column.kind == "date" or rule.year_of_date)


def _is_month(rule: ColumnRule, column: Column, table: Table) -> bool:
    whole_months = table.lag == "month_end" and column.name == "valid_from"
    return whole_months and _is_date(rule, column, table)


def _is_number(rule: ColumnRule, column: Column, _table: Table) -> bool:
    plain = not rule.lookup and not rule.values and not rule.year_of_date
    return plain and column.kind in ("int", "float")


def _serial(text: pl.Expr, form: str, _column: Column) -> pl.Expr:
    number = text.str.extract(r"^(\d{5})([.,]\d+)?$").cast(pl.Int64)
    day = pl.lit(date(1899, 12, 30)) + pl.duration(days=number)
    return pl.when(number.is_between(_FIRST_SERIAL, _LAST_SERIAL)).then(day.dt.strftime(form))


def _month_name(text: pl.Expr, form: str, _column: Column) -> pl.Expr:
    parts = text.str.to_lowercase().str.extract_groups(
        r"^(?:[a-z']+, ?)?(\d{1,2})[ ./-]*([a-z]+)\.?[ ,./-]*(\d{4})$"
    )
    return _joined(parts.struct[2], parts.struct[1], parts.struct[0], form)


def _month_alone(text: pl.Expr, form: str, _column: Column) -> pl.Expr:
    lower = text.str.to_lowercase()
    named = lower.str.extract_groups(r"^([a-z]+)\.?[ ,./-]*(\d{4})$")
    front = lower.str.extract_groups(r"^(\d{4})[-/.](\d{1,2})$")
    back = lower.str.extract_groups(r"^(\d{1,2})[-/.](\d{4})$")
    return pl.coalesce(
        _joined(named.struct[1], named.struct[0], pl.lit("1"), form),
        _written(front.struct[0], front.struct[1], pl.lit("1"), form),
        _written(back.struct[1], back.struct[0], pl.lit("1"), form),
    )


def _joined(year: pl.Expr, month: pl.Expr, day: pl.Expr, form: str) -> pl.Expr:
    number = month.replace_strict(_MONTH_NUMBER, default=None, return_dtype=pl.String)
    return _written(year, number, day, form)


def _written(year: pl.Expr, month: pl.Expr, day: pl.Expr, form: str) -> pl.Expr:
    found = pl.concat_str([year, month, day], separator="-").str.to_date("%Y-%m-%d", strict=False)
    return found.dt.strftime(form)


def _rupiah(text: pl.Expr, _form: str, _column: Column) -> pl.Expr:
    amount = text.str.extract(r"(?i)^(?:rp\.?|idr) ?(-?\d[\d.,]*?)(?:,-|,--)?$")
    plain = amount.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return pl.when(amount.str.contains(r"^-?(\d+|\d{1,3}(\.\d{3})+)(,\d{1,2})?$")).then(plain)


def _grouped(text: pl.Expr, _form: str, _column: Column) -> pl.Expr:
    dots = text.str.contains(r"^-?\d{1,3}(\.\d{3})+(,\d+|,-)$|^-?\d{1,3}(\.\d{3}){2,}$")
    commas = text.str.contains(r"^-?\d{1,3}(,\d{3})+\.\d+$|^-?\d{1,3}(,\d{3}){2,}$")
    spaces = text.str.contains(r"^-?\d{1,3}( \d{3})+([.,]\d+)?$")
    no_dots = text.str.replace_all(".", "", literal=True).str.replace(r",-$", "")
    return (
        pl.when(dots)
        .then(no_dots.str.replace(",", ".", literal=True))
        .when(commas)
        .then(text.str.replace_all(",", "", literal=True))
        .when(spaces)
        .then(text.str.replace_all(" ", "", literal=True))
    )


def _without_unit(text: pl.Expr, _form: str, column: Column) -> pl.Expr:
    unit = _UNITS.get(column.unit)
    if unit is None:
        return pl.when(pl.lit(value=False)).then(text)
    return text.str.extract(rf"(?i)^(-?\d+(?:[.,]\d+)?) ?(?:{unit})\.?$")


def _minus(text: pl.Expr, _form: str, _column: Column) -> pl.Expr:
    return pl.when(text.str.contains(r"^[−–] ?\d")).then(text.str.replace(r"^[−–] ?", "-"))


def _zero(text: pl.Expr, _form: str, _column: Column) -> pl.Expr:
    return pl.when(text.str.to_lowercase() == "nihil").then(pl.lit("0"))


REPAIRS = (
    Repair("was a spreadsheet's number of a day; the date was read", _is_date, _serial),
    Repair("was a date with the month's name; it was read", _is_date, _month_name),
    Repair("was a month without a day; its first day was read", _is_month, _month_alone),
    Repair("was an amount in rupiah; the number was read", _is_number, _rupiah),
    Repair("was a number in groups of three digits; it was read", _is_number, _grouped),
    Repair("was a number with its unit; the number was read", _is_number, _without_unit),
    Repair("was a number with a typographic minus; it was read", _is_number, _minus),
    Repair("was the word for none; 0 was read", _is_number, _zero),
)


def repair(
    texts: pl.Series,
    rule: TableRule,
    column: Column,
    form: str,
    parse: Callable[[pl.Expr], pl.Expr],
) -> pl.DataFrame:
    """Try every repair on texts that are no value of their column.

    Parameters
    ----------
    texts : Series
        The texts that do not parse.
    rule : TableRule
        How the file is read.
    column : Column
        The canonical column.
    form : str
        A date format that ``parse`` knows.
    parse : callable
        From text to the typed value, as for any other cell.

    Returns
    -------
    DataFrame
        A row a text: ``value`` (null where nothing helps) and ``rule`` of the repair.
    """
    cells = pl.DataFrame({"text": texts})
    nothing = pl.when(pl.lit(value=False)).then("text")
    found = cells.select(value=parse(nothing), rule=nothing)
    for one in REPAIRS:
        if not one.applies(rule.columns[column.name], column, rule.table):
            continue
        mended = cells.select(text=one.text(pl.col("text"), form, column))
        found = found.with_columns(mended.select(new=parse(pl.col("text"))))
        helps = pl.col("value").is_null() & pl.col("new").is_not_null()
        found = found.select(
            value=pl.coalesce("value", "new"),
            rule=pl.when(helps).then(pl.lit(one.rule)).otherwise("rule"),
        )
    return found
