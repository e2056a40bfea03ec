# pyright: strict
"""What a NIP, an NI PPPK or a NIK must look like.

NIP (PNS, 18 digits): birth YYYYMMDD, first appointment YYYYMM, sex 1 or 2, serial of 3. NI PPPK (18
digits): birth YYYYMMDD, year of appointment, number of contracts (2), sex, serial of 3; its third
part is no month.
"""

from __future__ import annotations

import re
from datetime import datetime

_RUINED = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)


def nip_problem(number: str, *, contract: bool) -> str | None:
    """Return the rule that a NIP (or, for a contract employee, an NI PPPK) breaks, or None.

    >>> nip_problem("199001152015032001", contract=False)
    >>> nip_problem("199001152021152001", contract=True)
    >>> nip_problem("199001152021152001", contract=False)
    'must hold a month of appointment in digits 13-14'
    >>> nip_problem("1.98E+17", contract=False)
    'must be 18 digits; a spreadsheet has rounded it, export the column as text'
    """
    if _RUINED.fullmatch(number):
        return "must be 18 digits; a spreadsheet has rounded it, export the column as text"
    if not re.fullmatch(r"\d{18}", number):
        return "must be 18 digits"
    if not _is_date(number[:8]):
        return "must begin with a date of birth YYYYMMDD"
    if number[14] not in "12":
        return "must hold 1 or 2 in digit 15"
    if not contract and not "01" <= number[12:14] <= "12":
        return "must hold a month of appointment in digits 13-14"
    return None


def nik_problem(number: str) -> str | None:
    """Return the rule that a NIK breaks, or None.

    >>> nik_problem("7501014501900001")
    >>> nik_problem("7,5E+15")
    'must be 16 digits; a spreadsheet has rounded it, export the column as text'
    """
    if _RUINED.fullmatch(number):
        return "must be 16 digits; a spreadsheet has rounded it, export the column as text"
    return None if re.fullmatch(r"\d{16}", number) else "must be 16 digits"


def key_problem(number: str) -> str | None:
    """Return the rule that an internal key (pns_id, employee number) breaks, or None."""
    if _RUINED.fullmatch(number):
        return "must be a key; a spreadsheet has rounded it, export the column as text"
    return None


def _is_date(digits: str) -> bool:
    try:
        return datetime.strptime(digits, "%Y%m%d").year >= 1900
    except ValueError:
        return False
