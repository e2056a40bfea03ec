"""How the report writes numbers, dates and ranges, in English."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from serving.report_numbers import Band

WITHHELD = "withheld"
NOT_STATED = "not stated"


def count(n: int | None) -> str:
    """Write a number of people, or that it is withheld.

    >>> count(3829), count(None)
    ('3,829', 'withheld')
    """
    return WITHHELD if n is None else f"{n:,}"


def percent(share: float | None) -> str:
    """Write a share in whole percent.

    >>> percent(0.256), percent(0.001), percent(0.0), percent(0.999), percent(None)
    ('26%', 'under 1%', '0%', 'over 99%', 'withheld')
    """
    if share is None:
        return WITHHELD
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 <= share < 1:
        return "over 99%"
    return f"{share:.0%}"


def figure(value: float | None, places: int = 2) -> str:
    """Write a number with decimals, or a dash where there is none.

    >>> figure(0.20847, 3), figure(None)
    ('0.208', '–')
    """
    return "–" if value is None or math.isnan(value) else f"{value:,.{places}f}"


def jp(hours: float | None) -> str:
    """Write training hours; large sums to three digits.

    >>> jp(12.0), jp(10.5), jp(61283.0), jp(None)
    ('12 JP', '10.5 JP', '61,300 JP', 'not stated')
    """
    if hours is None:
        return NOT_STATED
    if hours >= 1000:
        return f"{_three_digits(hours):,.0f} JP"
    return f"{hours:,.1f} JP".replace(".0 JP", " JP")


def rupiah(amount: float | None) -> str:
    """Write an amount of money to three digits.

    >>> rupiah(3_520_000), rupiah(8_641_000_000.0), rupiah(150_000), rupiah(0), rupiah(None)
    ('Rp 3.52 million', 'Rp 8.64 billion', 'Rp 150,000', 'Rp 0', 'not stated')
    """
    if amount is None:
        return NOT_STATED
    rounded = _three_digits(amount)
    for size, name in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if rounded >= size:
            return f"Rp {rounded / size:.4g} {name}"
    return f"Rp {rounded:,.0f}"


def day(when: date | None) -> str:
    """Write a date in words.

    >>> day(date(2026, 1, 1)), day(None)
    ('1 January 2026', '–')
    """
    return "–" if when is None else f"{when.day} {when:%B} {when.year}"


def short_day(when: date | None) -> str:
    """Write a date for a table.

    >>> short_day(date(2026, 2, 20))
    '20 Feb 2026'
    """
    return "–" if when is None else f"{when.day} {when:%b} {when.year}"


def span(band: Band) -> str:
    """Write the range of a band.

    >>> span(Band(10, 19, 5)), span(Band(0, 0, 5)), span(Band(60, None, 5)), span(Band(100, 100, 5))
    ('10–19', '0', '60+', '100')
    """
    if band.high is None:
        return f"{band.low}+"
    return f"{band.low}" if band.low == band.high else f"{band.low}–{band.high}"


FILTERS: dict[str, Callable[..., Any]] = {
    "count": count,
    "percent": percent,
    "figure": figure,
    "jp": jp,
    "rupiah": rupiah,
    "day": day,
    "short_day": short_day,
    "span": span,
}
"""By the name that the template uses."""


def _three_digits(value: float) -> float:
    return float(f"{value:.3g}")
