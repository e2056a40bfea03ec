"""Numbers and names follow the rules of the civil service and never repeat."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from experiments.simulation.identity import (
    civil_numbers,
    full_names,
    person_keys,
    resident_numbers,
)
from experiments.simulation.lists import read_list

BIRTHS = st.dates(date(1960, 1, 1), date(2004, 12, 31))
APPOINTMENTS = st.dates(date(2005, 1, 1), date(2025, 12, 31))
PERSON = st.tuples(BIRTHS, APPOINTMENTS, st.booleans(), st.integers(0, 5))


def days(dates):
    return np.array(list(dates), "datetime64[D]")


@given(st.lists(PERSON, min_size=1, max_size=30))
def test_civil_number_says_birth_appointment_sex_and_serial(people):
    births, appointments, women, contracts = zip(*people, strict=True)
    numbers = civil_numbers(days(births), days(appointments), np.array(women), np.array(contracts))
    assert len(set(numbers)) == len(numbers)
    for number, born, since, woman, n_contracts in zip(
        numbers, births, appointments, women, contracts, strict=True
    ):
        assert len(number) == 18
        assert number[:8] == born.strftime("%Y%m%d")
        assert number[8:12] == f"{since.year}"
        assert number[12:14] == (f"{n_contracts:02d}" if n_contracts else f"{since.month:02d}")
        assert number[14] == ("2" if woman else "1")
        assert int(number[15:]) >= 1


@given(st.lists(st.tuples(BIRTHS, st.booleans()), min_size=1, max_size=30), st.integers(0, 9))
def test_resident_number_adds_forty_to_the_day_of_women(people, seed):
    births, women = zip(*people, strict=True)
    numbers = resident_numbers(days(births), np.array(women), np.random.default_rng(seed))
    assert len(set(numbers)) == len(numbers)
    for number, born, woman in zip(numbers, births, women, strict=True):
        assert len(number) == 16
        assert number.startswith("75")
        assert int(number[6:8]) == born.day + 40 * woman
        assert number[8:12] == born.strftime("%m%y")


def test_serial_counts_people_with_the_same_birth_appointment_and_sex():
    same = days([date(1990, 5, 17)] * 3), days([date(2015, 3, 1)] * 3)
    assert civil_numbers(*same, np.array([False] * 3), np.array([0, 0, 0])) == [
        "199005172015031001",
        "199005172015031002",
        "199005172015031003",
    ]


def test_person_keys_are_different_and_shaped_like_uuids():
    keys = person_keys(500, np.random.default_rng(3))
    assert len(set(keys)) == 500
    assert all([len(part) for part in key.split("-")] == [8, 4, 4, 4, 12] for key in keys)


def test_names_have_two_words_or_three_of_four_letters_or_more():
    women = np.arange(400) % 2 == 0
    names = full_names(women, np.random.default_rng(5))
    assert {len(name.split()) for name in names} == {2, 3}
    assert all(len(word) >= 4 for name in names for word in name.split())
    listed = read_list("names")
    assert all(name.split()[0] in listed["women"] for name in names[::2])
    assert all(name.split()[0] in listed["men"] for name in names[1::2])
