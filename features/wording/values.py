# pyright: strict
"""How a figure of a profile is written: its number, its unit, or why it is not known."""

from __future__ import annotations

from datetime import date

from features.profile_columns import PROFILE_COLUMNS
from features.standards.listing import Line
from features.wording.languages import PREDICATES, Language, decimal, shortest, whole
from features.wording.terms import RATING_OF, term
from features.wording.units import not_known, unit_name

DAYS_A_YEAR = 365.25
SIGNED = ("_change", "_trend", "_rise")


def figure_text(name: str, value: float | None, language: Language) -> str:
    """Write a figure of `features.profile_columns.PROFILE_COLUMNS`.

    >>> figure_text("post_days", 1583.0, "id"), figure_text("predicate", 4.0, "en")
    ('1583 hari (4,3 tahun)', 'Baik')
    >>> figure_text("completed_share", 0.75, "en"), figure_text("uwes9", None, "en")
    ('75%', 'not known: no answer')
    >>> figure_text("predicate_vs_unit", 0.4, "id"), figure_text("n_moves", 2.0, "id")
    ('+0,40 tingkat', '2')
    """
    column = PROFILE_COLUMNS[name]
    if value is None:
        return not_known(column.null_when, language)
    if column.unit == "share" and not _is_signed(name):
        return f"{whole(100 * value)}%"
    if column.unit == "days":
        return days_text(value, language)
    if column.unit.startswith("ordinal") and value == round(value):
        return _ordinal(name, round(value), language)
    return _with_unit(_number(name, value, language), column.unit, language)


def days_text(days: float, language: Language) -> str:
    """Write a time in days, and in years where it is long.

    >>> days_text(126.0, "en"), days_text(731.0, "en")
    ('126 days', '731 days (2.0 years)')
    """
    text = f"{days:.0f} {unit_name('days', language)}"
    if days < DAYS_A_YEAR:
        return text
    years = decimal(days / DAYS_A_YEAR, language, 1)
    return f"{text} ({years} {unit_name('years', language)})"


def span_text(lower: float, upper: float, language: Language) -> str:
    """Write an interval, or the number where both ends are the same.

    >>> span_text(20.0, 20.0, "id"), span_text(0.0, 17.5, "id"), span_text(1.0, 25.0, "en")
    ('20', '0 sampai 17,5', '1 to 25')
    """
    if lower == upper:
        return shortest(lower, language)
    between = "sampai" if language == "id" else "to"
    return f"{shortest(lower, language)} {between} {shortest(upper, language)}"


def rule_text(rule: Line, language: Language) -> str:
    """Write where a rule comes from, how sure it is and since when it holds."""
    since = "berlaku sejak" if language == "id" else "in force since"
    until = "sampai" if language == "id" else "until"
    dates = f", {since} {_day(rule.valid_from)}" if rule.valid_from else ""
    dates += f" {until} {_day(rule.valid_until)}" if rule.valid_until else ""
    return f"{rule_source(rule, language)} ({term('certainty', rule.certainty, language)}{dates})"


def rule_source(rule: Line, language: Language) -> str:
    """Return where a rule comes from; an employer's own words stay as they are."""
    return rule.source_id or rule.source if language == "id" else rule.source


def _ordinal(name: str, value: int, language: Language) -> str:
    if PROFILE_COLUMNS[name].unit == "ordinal 1-3":
        return term("rating", RATING_OF[value], language)
    return PREDICATES[value]


def _number(name: str, value: float, language: Language) -> str:
    unit = PROFILE_COLUMNS[name].unit
    if unit in {"count", "year"}:
        return whole(value)
    sign = "+" if _is_signed(name) and round(value, 2) > 0 else ""
    return sign + (shortest if unit == "JP" else decimal)(
        value, language, 1 if unit in {"JP", "percent", "levels", "points", "years"} else 2
    )


def _is_signed(name: str) -> bool:
    return name.endswith(SIGNED) or "_vs_" in name


def _with_unit(number: str, unit: str, language: Language) -> str:
    if unit == "percent":
        return f"{number}%"
    word = "" if unit == "share" else unit_name(unit, language)
    return f"{number} {word}".rstrip()


def _day(day: date) -> str:
    return day.isoformat()
