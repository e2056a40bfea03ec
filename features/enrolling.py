"""Whose a set of numbers is: the person whom the most permanent known number names, or a new one.

Sets that share neither a number nor a known person with others are decided all at once; the few
that do, one after the other. The outcome is the same: what one set decides changes nothing for
another unless both know one number or one person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.hash_index import NOWHERE
from features.tokens import Tokens


@dataclass(frozen=True)
class Decided:
    """What became of each set of numbers.

    Attributes
    ----------
    people : ndarray of shape (n_sets,)
        Positions in `Tokens.people`.
    refused : dict of ndarray of bool
        By kind: whether the number turned out to be another person's.
    """

    people: np.ndarray
    refused: dict[str, np.ndarray]


@dataclass(frozen=True)
class _Cells:
    """The numbers of one kind: in which sets there is one, its hash and its owner so far."""

    kind: str
    bit: int
    given: np.ndarray
    hashes: np.ndarray
    owners: np.ndarray


def decide(tokens: Tokens, numbers: pl.DataFrame) -> Decided:
    """Find or make the person of each set of numbers, and give it those that are nobody's.

    Parameters
    ----------
    tokens : Tokens
        Gains the new numbers and people.
    numbers : DataFrame
        A row a set, a column a kind, the most permanent kind first; null where there is none.
        Rows that equal the row above count as one set.
    """
    again = numbers.select(
        pl.all_horizontal(pl.all().eq_missing(pl.all().shift(1))) & (pl.int_range(pl.len()) > 0)
    ).to_series()
    sets = numbers.filter(~again)
    which = (~again).cum_sum().cast(pl.Int64).to_numpy() - 1
    cells = [_looked_up(tokens, kind, sets[kind]) for kind in sets.columns]
    known, held = len(tokens.people), tokens.kinds_of_people()
    entangled = _entangled(cells, len(sets))
    people, refused = _decide_alone(cells, held, ~entangled)
    own = [one.given & (one.owners == NOWHERE) & ~entangled for one in cells]
    next_new = _number_new(people, ~entangled, known)
    _decide_in_order(cells, held, np.flatnonzero(entangled), (people, refused, own), next_new)
    tokens.make_people(int(people.max(initial=known - 1)) + 1 - known)
    for one, mine in zip(cells, own, strict=True):
        tokens.add(one.kind, one.hashes[mine], people[mine], sets[one.kind].filter(mine))
    by_kind = {one.kind: no[which] for one, no in zip(cells, refused, strict=True)}
    return Decided(people[which], by_kind)


def _looked_up(tokens: Tokens, kind: str, numbers: pl.Series) -> _Cells:
    given = numbers.is_not_null().to_numpy()
    hashes = np.zeros((len(numbers), 4), np.uint64)
    hashes[given] = tokens.hashes(kind, numbers.drop_nulls())
    owners = np.full(len(numbers), NOWHERE)
    owners[given] = tokens.find(hashes[given])
    return _Cells(kind, tokens.bit(kind), given, hashes, owners)


def _entangled(cells: list[_Cells], n_sets: int) -> np.ndarray:
    """Return which sets share a number or a person that is known with another set."""
    entangled = np.zeros(n_sets, bool)
    pairs = [np.empty(0, np.int64)]
    for one in cells:
        rows = np.flatnonzero(one.given)
        _, inverse, count = np.unique(one.hashes[rows, 0], return_inverse=True, return_counts=True)
        entangled[rows[count[inverse] > 1]] = True
        known = np.flatnonzero(one.owners != NOWHERE)
        pairs.append(one.owners[known] * n_sets + known)
    owner, row = np.divmod(np.unique(np.concatenate(pairs)), max(n_sets, 1))
    n_of = np.bincount(owner) if len(owner) else np.zeros(0, int)
    entangled[row[n_of[owner] > 1]] = True
    return entangled


def _decide_alone(
    cells: list[_Cells], held: np.ndarray, alone: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the known person of each set, or `NOWHERE`, and where a number is another's.

    The first known number decides, unless its owner is known by another number of a more permanent
    kind that is given too: then it is somebody else's.
    """
    people = np.full(len(alone), NOWHERE)
    above = np.zeros(len(alone), np.int64)
    for one in cells:
        held_by_owner = held[np.maximum(one.owners, 0)] if len(held) else above
        fits = (one.owners != NOWHERE) & ((held_by_owner & above) == 0)
        people = np.where(alone & (people == NOWHERE) & fits, one.owners, people)
        above = np.where(one.given, above | one.bit, above)
    refused = [alone & (one.owners != NOWHERE) & (one.owners != people) for one in cells]
    return people, refused


def _number_new(people: np.ndarray, alone: np.ndarray, known: int) -> int:
    """Give positions from `known` on to those alone who are nobody known; return the next one."""
    new = alone & (people == NOWHERE)
    people[new] = known + np.arange(int(new.sum()))
    return known + int(new.sum())


def _decide_in_order(
    cells: list[_Cells],
    held: np.ndarray,
    rows: np.ndarray,
    outcome: tuple[np.ndarray, list[np.ndarray], list[np.ndarray]],
    next_new: int,
) -> None:
    """Decide sets that may depend on one another in their order; fill in the outcome."""
    people, refused, own = outcome
    owners: dict[tuple[int, bytes], int] = {}
    kinds: dict[int, int] = {}
    for row in rows:
        given = [(at, one) for at, one in enumerate(cells) if one.given[row]]
        tokens = [(at, one.hashes[row].tobytes()) for at, one in given]
        for token, (_, one) in zip(tokens, given, strict=True):
            if one.owners[row] != NOWHERE:
                owner = owners.setdefault(token, int(one.owners[row]))
                kinds.setdefault(owner, int(held[owner]))
        bits = [one.bit for _, one in given]
        person = _first_fitting([owners.get(token) for token in tokens], bits, kinds)
        if person is None:
            person, next_new = next_new, next_new + 1
        people[row] = person
        for (at, _), token, bit in zip(given, tokens, bits, strict=True):
            own[at][row] = token not in owners
            refused[at][row] = owners.setdefault(token, person) != person
            if not refused[at][row]:
                kinds[person] = kinds.get(person, 0) | bit


def _first_fitting(owners: list[int | None], bits: list[int], kinds: dict[int, int]) -> int | None:
    """Return the first owner who has no number of a more permanent kind, as `_decide_alone`."""
    above = 0
    for owner, bit in zip(owners, bits, strict=True):
        if owner is not None and not kinds.get(owner, 0) & above:
            return owner
        above |= bit
    return None
