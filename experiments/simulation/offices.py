"""Offices (OPD) of the employer and how its people are shared out among them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice, product
from typing import Any

import numpy as np

from experiments.simulation.lists import read_list

SMALLEST, LARGEST, TYPICAL = 20, 400, 130
BRANCHES = {
    "education": "Korwil Pendidikan",
    "health": "UPTD Puskesmas",
    "district": "Kecamatan",
}


@dataclass(frozen=True)
class Offices:
    """Offices under one root; lists and arrays have one entry an office.

    Attributes
    ----------
    root, root_id : str
        Name and key of the employer.
    ids, names, kinds : list of str
        ``kinds`` decides which posts exist there.
    remote : ndarray of bool
        Far from the seat of government.
    sizes : ndarray of int
        People who belong there at first.
    """

    root: str
    root_id: str
    ids: list[str]
    names: list[str]
    kinds: list[str]
    remote: np.ndarray
    sizes: np.ndarray


def build_offices(people: int, number: int = 0, of: int = 1) -> Offices:
    """Choose as many offices as `people` fill, and their sizes.

    With several employers, the one of this `number` (from 0) has it in its names and keys.
    """
    key, suffix = (f"{number + 1:04d}-", f" ({number + 1:04d})") if of > 1 else ("", "")
    listed = read_list("units")
    n_offices = max(3, round(people / TYPICAL))
    units = listed["units"][:n_offices]
    units += _branches(listed["places"], n_offices - len(units))
    return Offices(
        root=listed["root"] + suffix,
        root_id=f"UNOR-{key}000",
        ids=[f"UNOR-{key}{place:03d}" for place in range(1, len(units) + 1)],
        names=[unit["name"] + suffix for unit in units],
        kinds=[unit["kind"] for unit in units],
        remote=np.array([unit.get("remote", False) for unit in units]),
        sizes=share_out(people, np.array([unit["weight"] for unit in units])),
    )


def share_out(people: int, weights: np.ndarray) -> np.ndarray:
    """Share out people by weight, each office from the smallest to the largest size if possible.

    >>> share_out(100, np.array([9.0, 1.0, 1.0]))
    array([60, 20, 20])
    """
    low = min(SMALLEST, people // len(weights))
    high = max(LARGEST, -(-people // len(weights)))
    sizes = np.clip(np.floor(people * weights / weights.sum()).astype(int), low, high)
    by_weight = np.argsort(-weights, kind="stable")
    while sizes.sum() != people:
        step = 1 if sizes.sum() < people else -1
        able = [i for i in by_weight if low <= sizes[i] + step <= high]
        sizes[able[: abs(people - sizes.sum())]] += step
    return sizes


def _branches(places: list[str], n_branches: int) -> list[dict[str, Any]]:
    numbered = product(range(1, n_branches + 2), places)
    kinds = cycle(("education", "health", "education", "district"))
    return [
        {
            "name": f"{BRANCHES[kind]} {place} {number}",
            "kind": kind,
            "weight": 0.9 if kind == "district" else 3.0,
            "remote": place.split()[-1] in ("Pesisir", "Dalam", "Hulu", "Atas"),
        }
        for (number, place), kind in zip(islice(numbered, max(n_branches, 0)), kinds, strict=False)
    ]
