"""From the text of a cell to the type of a canonical column; what does not parse becomes null."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from features.schema import Column
from features.sources.mapping import ColumnRule
from features.sources.spelling import fold, fold_text

YES, NO = ["y", "ya", "yes", "1", "true"], ["t", "tidak", "n", "no", "0", "false"]
ISO = "%Y-%m-%d"
_PERSONAL_NUMBER = r"(^|[^0-9A-Za-z])([0-9]{16}|[0-9]{18})($|[^0-9A-Za-z])"
TEXT_RULES = {
    _PERSONAL_NUMBER: "must not hold a personal number",
    r"^=": "must not be a formula",
    r"^#(REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)": "must not be a spreadsheet's error",
}
_TIME = r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$"


@dataclass(frozen=True)
class Context:
    """What parsing needs beside the rule itself."""

    date_formats: Sequence[str]
    lookup: Callable[[str], Mapping[str, str]]
    """``table.column`` to a dictionary from folded text to key."""


def parse(text: pl.Expr, rule: ColumnRule, column: Column, context: Context) -> pl.Expr:
    """Return the typed value of cleaned texts."""
    if rule.lookup:
        return look_up(text, rule.lookup, context)
    if rule.slug:
        return fold(text).str.replace_all(" ", "-")
    if rule.values:
        text = _translate(text.str.extract(r"^(\S+)") if rule.first_word else text, rule)
    formats = rule.date_formats or context.date_formats
    if rule.year_of_date:
        return parse_date(text, formats).dt.year().cast(pl.Int64)
    if rule.year_end:
        return _year_end(_whole_number(text, rule))
    if column.kind == "date":
        return parse_date(text, [ISO] if rule.const is not None else formats)
    return _PARSERS[column.kind](text, rule)


def look_up(text: pl.Expr, where: str, context: Context) -> pl.Expr:
    """Return the key of what the text names in ``table.column``, compared without case."""
    keys = dict(context.lookup(where))
    return fold(text).replace_strict(keys, default=None, return_dtype=pl.String)


def parse_date(text: pl.Expr, formats: Sequence[str]) -> pl.Expr:
    """Return the date by the first format that fits; a time of day is left out.

    Days and months may lack their zero. Years before 1900, such as those of two digits, are none.
    YYYY-MM-DD always fits: the dates of Parquet, databases and spreadsheets are written so.
    """
    day = text.str.replace(_TIME, "")
    found = pl.coalesce([day.str.to_date(one, strict=False) for one in (*formats, ISO)])
    return pl.when(found.dt.year().is_between(1900, 2999)).then(found)


def _translate(text: pl.Expr, rule: ColumnRule) -> pl.Expr:
    values = {fold_text(foreign): canonical or None for foreign, canonical in rule.values.items()}
    if rule.separator is None:
        return fold(text).replace_strict(values, default=None, return_dtype=pl.String)
    parts = text.str.split(rule.separator).list.eval(
        fold(pl.element()).replace_strict(values, default=None, return_dtype=pl.String)
    )
    unknown = parts.list.eval(pl.element().is_null()).list.any()
    return pl.when(~unknown).then(parts.list.join("|"))


def _year_end(year: pl.Expr) -> pl.Expr:
    four_digits = pl.when(year.is_between(1000, 9999)).then(year)
    return pl.date(four_digits, 12, 31)


def _text(text: pl.Expr, _rule: ColumnRule) -> pl.Expr:
    """Refuse what holds a NIP or NIK (cells slide, and texts are shown), and what is no text."""
    refused = text.str.contains("|".join(TEXT_RULES))
    return pl.when(~refused).then(text)


def text_rule(text: str) -> str:
    """Return the rule that a text breaks that `parse` has refused."""
    return next(rule for pattern, rule in TEXT_RULES.items() if re.search(pattern, text))


def _number(text: pl.Expr, rule: ColumnRule) -> pl.Expr:
    if rule.thousands:
        sign = re.escape(rule.thousands)
        grouped = text.str.contains(rf"^-?\d{{1,3}}({sign}\d{{3}})+(\D\d+)?$")
        joined = text.str.replace_all(rule.thousands, "", literal=True)
        text = pl.when(grouped).then(joined).otherwise(text)
    comma = text.str.contains(r"^-?\d+,\d+$")
    point = pl.when(comma).then(text.str.replace(",", ".", literal=True)).otherwise(text)
    number = point.cast(pl.Float64, strict=False)
    number = pl.when(number.is_finite()).then(number)
    return number * rule.multiply if rule.multiply else number


def _whole_number(text: pl.Expr, rule: ColumnRule) -> pl.Expr:
    number = _number(text, rule)
    return pl.when(number == number.round()).then(number).cast(pl.Int64, strict=False)


def _yes_no(text: pl.Expr, _rule: ColumnRule) -> pl.Expr:
    word = text.str.to_lowercase()
    return pl.when(word.is_in(YES)).then(True).when(word.is_in(NO)).then(False)


_PARSERS = {"text": _text, "float": _number, "int": _whole_number, "bool": _yes_no}
