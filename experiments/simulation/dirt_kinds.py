"""The ways in which real exports spoil a value: one small function each, text in, text out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Spoil = Callable[[str, np.random.Generator], str | None]

FAR_FUTURE_YEARS = 100


def spreadsheet_number(value: str, _rng: np.random.Generator) -> str:
    """Write an 18-digit number as a spreadsheet shows it.

    >>> spreadsheet_number("198508172010012001", np.random.default_rng(0))
    '1.99E+17'
    """
    return f"{int(value):.2E}"


def iso_date(value: str, _rng: np.random.Generator) -> str:
    """Write a date as yyyy-mm-dd."""
    day, month, year = value.split("-")
    return f"{year}-{month}-{day}"


def slash_date(value: str, _rng: np.random.Generator) -> str:
    """Write a date as d/m/Y without leading zeros.

    >>> slash_date("05-03-2024", np.random.default_rng(0))
    '5/3/2024'
    """
    day, month, year = value.split("-")
    return f"{int(day)}/{int(month)}/{year}"


def impossible_date(value: str, rng: np.random.Generator) -> str:
    """Write a day that no month has."""
    month = rng.choice(["02", "04", "06", "09", "11"])
    return f"31-{month}-{value[-4:]}"


def future_date(value: str, _rng: np.random.Generator) -> str:
    """Write a date decades ahead."""
    return f"{value[:-4]}{int(value[-4:]) + FAR_FUTURE_YEARS}"


def unknown_code(value: str, rng: np.random.Generator) -> str:
    """Write a code or title that no reference file has.

    >>> unknown_code("KRS-001", np.random.default_rng(0)).startswith("KRS-9")
    True
    """
    number = int(rng.integers(900, 1000))
    return f"{value[:-3]}{number}" if value[-3:].isdigit() else f"{value} Lama {number}"


def blank(_value: str, _rng: np.random.Generator) -> None:
    """Leave the field empty."""
    return


def untidy_text(value: str, rng: np.random.Generator) -> str:
    """Change capitals, double a space and add spaces behind."""
    changed = [value.upper(), value.lower(), value.replace(" ", "  ", 1)][rng.integers(3)]
    return changed + " " * int(rng.integers(1, 4))


def negative_number(value: str, _rng: np.random.Generator) -> str:
    """Put a minus before the number (-1 for zero)."""
    return f"-{value}" if float(value) else "-1"


def too_large_number(value: str, rng: np.random.Generator) -> str:
    """Write a number far beyond any scale."""
    return str(int(rng.integers(5_000, 99_999)))


def decimal_comma(value: str, _rng: np.random.Generator) -> str:
    """Write a number with a decimal comma.

    >>> rng = np.random.default_rng(0)
    >>> decimal_comma("80.4", rng), decimal_comma("24", rng)
    ('80,4', '24,0')
    """
    return value.replace(".", ",") if "." in value else f"{value},0"
