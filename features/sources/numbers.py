# pyright: strict
"""What a NIP, an NI PPPK, a NIK or an internal key must look like.

NIP (PNS, 18 digits): birth YYYYMMDD, first appointment YYYYMM, sex 1 or 2, serial of 3. NI PPPK (18
digits): birth YYYYMMDD, year of appointment, number of contracts (2), sex, serial of 3; its third
part is no month. Neither has a check digit. Sex: 1 man, 2 woman.
"""

from __future__ import annotations

import re
from datetime import date, datetime

import polars as pl

_RUINED = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)
_GOOD = {
    "nip": r"^(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9][0-9]{4}(0[1-9]|1[0-2])[12][0-9]{3}$",
    "nik": r"^[0-9]{16}$",
    "pns_id": r"^[0-9A-Z-]{16,64}$",
    "employee_no": r"^[0-9A-DF-Z./-]+$",
}
_DIGITS = {"nip": 18, "nik": 16}
AGES = range(16, 71)
"""Ages at appointment that are possible; wide, for it only finds digits that slid."""


def spelled(number: str) -> str:
    """Return a number as it is compared: no spaces, no spreadsheet's apostrophe, upper case.

    >>> spelled("19900115 201503 2 001"), spelled("'7501014501900001"), spelled("a5eb-03")
    ('199001152015032001', '7501014501900001', 'A5EB-03')
    """
    return re.sub(r"\s", "", number).removeprefix("'").upper()


def spelled_cells(cells: pl.Expr) -> pl.Expr:
    """Return a column of numbers, each as `spelled` writes it."""
    return cells.str.replace_all(r"\s", "").str.strip_prefix("'").str.to_uppercase()


def surely_good(kind: str) -> pl.Expr:
    """Return whether the number in column ``kind`` breaks no rule, for all but the unusual ones.

    Of a NIP, the date of birth in column ``birth`` must be empty or the one that it begins with,
    and whether a woman's in column ``woman`` empty or what digit 15 says.
    """
    number = pl.col(kind)
    if kind != "nip":
        return number.str.contains(_GOOD[kind])
    birth = number.str.slice(0, 8).str.to_date("%Y%m%d", strict=False)
    same_sex = pl.col("woman") == (number.str.slice(14, 1) == "2")
    born, appointed = (number.str.slice(at, 4).cast(pl.Int32, strict=False) for at in (0, 8))
    return (
        number.str.contains(_GOOD[kind])
        & (appointed - born).is_between(AGES.start, AGES.stop - 1).fill_null(value=False)
        & (number.str.slice(15) != "000")
        & birth.is_not_null()
        & (birth == pl.col("birth")).fill_null(value=True)
        & same_sex.fill_null(value=True)
    )


def number_problem(
    kind: str,
    number: str,
    *,
    contract: bool = False,
    birth: date | None = None,
    woman: bool | None = None,
) -> str | None:
    """Return the rule that a person's number breaks, or None.

    Parameters
    ----------
    kind : str
        ``nip``, ``nik``, ``pns_id`` or ``employee_no``.
    number : str
        As `spelled`.
    contract : bool
        Whether it is a contract employee's, so that a NIP is an NI PPPK.
    birth : date, optional
        Date of birth that the row gives; a NIP must begin with it.
    woman : bool, optional
        Sex that the row gives; digit 15 of a NIP must say the same.

    Examples
    --------
    >>> number_problem("nip", "199001152015032001", birth=date(1990, 1, 15))
    >>> number_problem("nip", "199001152015032001", birth=date(1990, 1, 16))
    'must begin with the date of birth that the row gives'
    >>> number_problem("nip", "199001152021152001", contract=True)
    >>> number_problem("nip", "199001152021152001")
    'must hold a month of appointment in digits 13-14'
    >>> number_problem("nip", "1.98E+17")
    'must be 18 digits; a spreadsheet has rounded it, export the column as text'
    >>> number_problem("nik", "7501014501900001")
    """
    must = f"must be {_DIGITS[kind]} digits" if kind in _DIGITS else "must be a key"
    if _RUINED.fullmatch(number):
        return f"{must}; a spreadsheet has rounded it, export the column as text"
    if kind == "pns_id":
        return None if re.fullmatch(r"[0-9A-Z-]{16,64}", number) else f"{must} of 16 or more signs"
    if kind in _DIGITS and not re.fullmatch(rf"[0-9]{{{_DIGITS[kind]}}}", number):
        return must
    if kind != "nip":
        return None
    return _nip_problem(number, contract) or _disagreement(number, birth, woman)


def _nip_problem(number: str, contract: bool) -> str | None:
    """Return the rule that the number breaks by itself."""
    born = _born(number)
    if born is None:
        return "must begin with a date of birth YYYYMMDD"
    if number[14] not in "12":
        return "must hold 1 or 2 in digit 15"
    if not contract and not "01" <= number[12:14] <= "12":
        return "must hold a month of appointment in digits 13-14"
    if contract and number[12:14] == "00":
        return "must hold a number of contracts in digits 13-14"
    if int(number[8:12]) - born.year not in AGES:
        return "must hold a year of appointment in digits 9-12"
    return "must end with a serial from 001" if number[15:] == "000" else None


def _disagreement(number: str, birth: date | None, woman: bool | None) -> str | None:
    """Return where the row's other columns say otherwise."""
    if birth and _born(number) != birth:
        return "must begin with the date of birth that the row gives"
    if woman is not None and (number[14] == "2") != woman:
        return "must hold the sex that the row gives in digit 15"
    return None


def _born(nip: str) -> date | None:
    try:
        born = datetime.strptime(nip[:8], "%Y%m%d").date()
    except ValueError:
        return None
    return born if born.year >= 1900 else None
