from __future__ import annotations

from datetime import date

import pytest

from features.sources.numbers import number_problem

NIP, CONTRACT, NIK = "199001152015032001", "199203032021212003", "7501014501900001"
KEY = "A5EB03E241D4F6A0E040640A04020001"
ROUNDED = "a spreadsheet has rounded it, export the column as text"
BIRTH = "must begin with a date of birth YYYYMMDD"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("nip", NIP),
        ("nik", NIK),
        ("pns_id", KEY),
        ("pns_id", "439F9796-3BE7-43AA-AE3A-7CD16F9A7ECB"),
        ("employee_no", "1001"),
    ],
)
def test_good_numbers_have_no_problem(kind, number):
    assert number_problem(kind, number) is None


@pytest.mark.parametrize(
    ("kind", "number", "rule"),
    [
        ("nip", NIP[:-1], "must be 18 digits"),
        ("nip", NIP.replace("1", "I"), "must be 18 digits"),
        ("nip", "²" * 18, "must be 18 digits"),
        ("nip", "1.98E+17", f"must be 18 digits; {ROUNDED}"),
        ("nip", "1,98e17", f"must be 18 digits; {ROUNDED}"),
        ("nip", "199013152015032001", BIRTH),
        ("nip", "199002302015032001", BIRTH),
        ("nip", "180001152015032001", BIRTH),
        ("nip", "199001152015033001", "must hold 1 or 2 in digit 15"),
        ("nip", "199001152015002001", "must hold a month of appointment in digits 13-14"),
        ("nip", CONTRACT, "must hold a month of appointment in digits 13-14"),
        ("nip", "199001152005032001", "must hold a year of appointment in digits 9-12"),
        ("nip", "199001151915032001", "must hold a year of appointment in digits 9-12"),
        ("nip", "199001152061032001", "must hold a year of appointment in digits 9-12"),
        ("nip", "199001152015032000", "must end with a serial from 001"),
        ("nik", NIP, "must be 16 digits"),
        ("nik", "7.5E+15", f"must be 16 digits; {ROUNDED}"),
        ("pns_id", "1001", "must be a key of 16 or more signs"),
        ("pns_id", "SITI RAHMAWATI HULOPI", "must be a key of 16 or more signs"),
        ("pns_id", "4.39E+31", f"must be a key; {ROUNDED}"),
        ("employee_no", "1.0E+10", f"must be a key; {ROUNDED}"),
    ],
)
def test_bad_numbers_say_which_rule_they_break(kind, number, rule):
    assert number_problem(kind, number) == rule


def test_a_contract_number_has_no_month_but_all_other_rules():
    assert number_problem("nip", CONTRACT, contract=True, birth=date(1992, 3, 3)) is None
    rule = "must begin with the date of birth that the row gives"
    assert number_problem("nip", CONTRACT, contract=True, birth=date(1992, 3, 4)) == rule
    assert number_problem("nip", "199213032021212003", contract=True) == BIRTH
    rule = "must hold a number of contracts in digits 13-14"
    assert number_problem("nip", "199203032021002003", contract=True) == rule
    assert number_problem("nip", "199203032021992003", contract=True) is None


@pytest.mark.parametrize(("digit", "woman"), [("1", False), ("2", True)])
def test_digit_15_says_the_sex_that_the_row_gives(digit, woman):
    number = f"19900115201503{digit}001"
    assert number_problem("nip", number, woman=woman) is None
    assert number_problem("nip", number) is None
    rule = "must hold the sex that the row gives in digit 15"
    assert number_problem("nip", number, woman=not woman) == rule
    assert number_problem("nip", number, contract=True, woman=not woman) == rule
    assert number_problem("nik", NIK, woman=woman) is None
