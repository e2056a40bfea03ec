"""Numbers and names of people, by the rules of the civil service.

NIP: birth yyyymmdd, first appointment yyyymm, sex (1 man, 2 woman), serial of 3.
NI PPPK: birth yyyymmdd, appointment year, number of contracts (2 digits), sex, serial of 3.
NIK: 6 digits of region, ddmmyy of birth (day + 40 for women), serial of 4.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import numpy as np

from experiments.simulation.employer import Employer
from experiments.simulation.lists import read_list
from experiments.simulation.serials import civil_serials, resident_serials

REGIONS = tuple(
    f"75{regency:02d}{district:02d}" for regency in range(1, 7) for district in (1, 2, 3, 5, 8)
)

LONG_NAMES = 0.45


@dataclass(frozen=True)
class Identities:
    """What tells people apart; one entry a person."""

    keys: list[str]
    numbers: list[str]
    names: list[str]
    resident_numbers: list[str]


def build_identities(employer: Employer, rng: np.random.Generator) -> Identities:
    """Give everybody a key, a NIP or NI PPPK, a name and a NIK."""
    people = employer.people
    civil = civil_serials(employer.number, employer.of)
    resident = resident_serials(employer.number, employer.of)
    return Identities(
        keys=person_keys(len(people), rng),
        numbers=civil_numbers(
            people.birth, people.appointed, people.woman, people.contracts, civil.first
        ),
        names=full_names(people.woman, rng),
        resident_numbers=resident_numbers(people.birth, people.woman, rng, resident.first),
    )


def civil_numbers(
    birth: np.ndarray,
    appointed: np.ndarray,
    woman: np.ndarray,
    contracts: np.ndarray,
    first: int = 1,
) -> list[str]:
    """Return the NIP, or the NI PPPK where `contracts` is above 0; all different.

    The serials count from `first`.

    >>> days = np.array(["1985-08-17"] * 2, "M8[D]"), np.array(["2010-01-01"] * 2, "M8[D]")
    >>> civil_numbers(*days, np.array([True, True]), np.array([0, 0]))
    ['198508172010012001', '198508172010012002']
    >>> civil_numbers(days[0][:1], days[1][:1], np.array([False]), np.array([2]))
    ['198508172010021001']
    """
    prefixes = []
    for born, since, female, n in zip(birth, appointed, woman, contracts, strict=True):
        month_or_contracts = f"{n:02d}" if n else _digits(since)[4:6]
        prefixes.append(f"{_digits(born)}{_digits(since)[:4]}{month_or_contracts}{1 + int(female)}")
    return _with_serial(prefixes, 3, first)


def resident_numbers(
    birth: np.ndarray, woman: np.ndarray, rng: np.random.Generator, first: int = 1
) -> list[str]:
    """Return the NIK of each person; all different, the serials counting from `first`."""
    regions = np.array(REGIONS)[rng.integers(0, len(REGIONS), len(birth))]
    prefixes = []
    for region, born, female in zip(regions, birth, woman, strict=True):
        digits = _digits(born)
        prefixes.append(f"{region}{int(digits[6:]) + 40 * female:02d}{digits[4:6]}{digits[2:4]}")
    return _with_serial(prefixes, 4, first)


def person_keys(n: int, rng: np.random.Generator) -> list[str]:
    """Return keys shaped like those of SIASN (UUIDs in capitals)."""
    raw = rng.bytes(16 * n)
    return [str(uuid.UUID(bytes=raw[i : i + 16], version=4)).upper() for i in range(0, 16 * n, 16)]


def full_names(woman: np.ndarray, rng: np.random.Generator) -> list[str]:
    """Return names of two or three words."""
    listed = read_list("names")
    n = len(woman)
    given = np.where(woman, rng.choice(listed["women"], n), rng.choice(listed["men"], n))
    middle = np.where(rng.random(n) < LONG_NAMES, rng.choice(listed["middle"], n), "")
    family = rng.choice(listed["family"], n)
    return [
        " ".join(word for word in words if word)
        for words in zip(given, middle, family, strict=True)
    ]


def _digits(day: np.datetime64) -> str:
    return str(day).replace("-", "")


def _with_serial(prefixes: list[str], width: int, first: int) -> list[str]:
    seen: dict[str, int] = {}
    numbers = []
    for prefix in prefixes:
        seen[prefix] = seen.get(prefix, first - 1) + 1
        numbers.append(f"{prefix}{seen[prefix]:0{width}d}")
    return numbers
