"""Serial numbers that no two employers share, without asking one another.

A NIP ends in a serial of three digits, so at most 999 people may share birth, appointment and sex.
Each employer has serials of its own; where there are more employers than that can serve, groups of
them have birthdays of their own too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SERIALS, FEWEST_SERIALS = 999, 3
LANES = SERIALS // FEWEST_SERIALS
RESIDENT_SERIALS = 9999


@dataclass(frozen=True)
class SerialRange:
    """Serials that one employer may give.

    Attributes
    ----------
    first, count : int
        The first serial, and how many there are.
    group, groups : int
        Days of birth (counted from 1970) are those that leave `group` when divided by `groups`.
    """

    first: int
    count: int
    group: int = 0
    groups: int = 1


def civil_serials(number: int, of: int) -> SerialRange:
    """Return the serials of NIP and NI PPPK of one of so many employers.

    >>> civil_serials(0, 1)
    SerialRange(first=1, count=999, group=0, groups=1)
    >>> civil_serials(334, 1200)
    SerialRange(first=4, count=3, group=1, groups=4)
    """
    group, lane = divmod(number, LANES)
    count = SERIALS // min(of, LANES)
    return SerialRange(1 + lane * count, count, group, -(-of // LANES))


def resident_serials(number: int, of: int) -> SerialRange:
    """Return the serials of NIK of one of so many employers."""
    count = RESIDENT_SERIALS // of
    return SerialRange(1 + number * count, count)


def spread_births(birth: np.ndarray, other: np.ndarray, serials: SerialRange) -> np.ndarray:
    """Move days of birth back, as little as needed, so that the serials suffice.

    Parameters
    ----------
    birth : ndarray of datetime64[D]
    other : ndarray of int
        What else of a person stands in the number.
    """
    day = birth.astype("datetime64[D]").astype(int)
    day -= (day - serials.group) % serials.groups
    while True:
        late = _rank(day, other) >= serials.count
        if not late.any():
            return day.astype("datetime64[D]")
        day[late] -= serials.groups


def _rank(day: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how many before each one have the same day and the same of the rest."""
    _, group = np.unique(np.column_stack([day, other]), axis=0, return_inverse=True)
    order = np.argsort(group, kind="stable")
    ranked = group[order]
    rank = np.empty(len(day), int)
    rank[order] = np.arange(len(day)) - np.searchsorted(ranked, ranked)
    return rank
