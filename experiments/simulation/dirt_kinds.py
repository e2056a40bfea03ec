"""The ways in which real exports spoil a value: one small function each, text in, text out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

Spoil = Callable[[str, np.random.Generator], str | None]

FAR_FUTURE_YEARS = 100
SPREADSHEET_EPOCH = date(1899, 12, 30)
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip


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


def spaced_number(value: str, _rng: np.random.Generator) -> str:
    """Write an 18-digit number in its groups.

    >>> spaced_number("198508172010012001", np.random.default_rng(0))
    '19850817 201001 2 001'
    """
    return f"{value[:8]} {value[8:14]} {value[14:15]} {value[15:]}"


def quoted_number(value: str, _rng: np.random.Generator) -> str:
    """Put the apostrophe before a number that keeps spreadsheets from rounding it."""
    return f"'{value}"


def short_number(value: str, rng: np.random.Generator) -> str:
    """Lose one digit."""
    place = int(rng.integers(len(value)))
    return value[:place] + value[place + 1 :]


def date_in_words(value: str, _rng: np.random.Generator) -> str:
    """Write a date with the month's Indonesian name.

    >>> date_in_words("05-03-2024", np.random.default_rng(0))
    '5 Maret 2024'
    """
    day, month, year = value.split("-")
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}"


def day_number(value: str, _rng: np.random.Generator) -> str:
    """Write a date as spreadsheets count days.

    >>> day_number("01-01-2024", np.random.default_rng(0))
    '45292'
    """
    day, month, year = (int(part) for part in value.split("-"))
    return str((date(year, month, day) - SPREADSHEET_EPOCH).days)


def short_year(value: str, _rng: np.random.Generator) -> str:
    """Leave the century out of a date."""
    return f"{value[:-4]}{value[-2:]}"


def unknown_person(value: str, rng: np.random.Generator) -> str:
    """Write the key of somebody who is not in the list of people."""
    return f"{value[:-12]}{int(rng.integers(16**12)):012X}"


def word_for_nothing(_value: str, rng: np.random.Generator) -> str:
    """Write a word or sign that stands for an empty field."""
    return str(rng.choice(["-", "NULL", "N/A", "#N/A"]))


def misspelt_text(value: str, rng: np.random.Generator) -> str:
    """Swap two neighbouring letters that differ.

    >>> misspelt_text("Guru", np.random.default_rng(0)) in {"uGru", "Gruu", "Guur"}
    True
    """
    places = [i for i in range(len(value) - 1) if value[i] != value[i + 1]]
    if not places:
        return value
    i = places[int(rng.integers(len(places)))]
    return value[:i] + value[i + 1] + value[i] + value[i + 2 :]


def number_with_unit(value: str, rng: np.random.Generator) -> str:
    """Write the unit behind the number."""
    return f"{value} {rng.choice(['JP', 'hari', 'poin'])}"
