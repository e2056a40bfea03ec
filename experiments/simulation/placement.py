"""Which post each person of each office has at the start."""

from __future__ import annotations

import numpy as np

from experiments.simulation.draws import pick
from experiments.simulation.offices import Offices
from experiments.simulation.posts import Posts

ADMINISTRATORS, SUPERVISORS = 0.012, 0.035


def place_people(
    offices: Offices, posts: Posts, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return office and post of each person; the first of an office leads it."""
    unit = np.repeat(np.arange(len(offices.sizes)), offices.sizes)
    by_office = [
        _office_posts(int(size), kind, posts, rng)
        for size, kind in zip(offices.sizes, offices.kinds, strict=True)
    ]
    return unit, np.concatenate(by_office)


def _office_posts(size: int, kind: str, posts: Posts, rng: np.random.Generator) -> np.ndarray:
    heads = np.isin(np.arange(len(posts.ids)), list(posts.heads.values()))
    administrators = np.flatnonzero(posts.at_level("administrator") & ~heads)
    supervisors = np.flatnonzero(posts.at_level("pengawas"))
    n_administrators = max(1, round(ADMINISTRATORS * size))
    n_supervisors = max(1, round(SUPERVISORS * size))
    others = max(size - 1 - n_administrators - n_supervisors, 0)
    drawn = [
        np.array([posts.heads[kind]]),
        rng.choice(administrators, n_administrators),
        rng.choice(supervisors, n_supervisors),
        pick(rng, np.tile(posts.weights[kind], (others, 1))),
    ]
    return np.concatenate(drawn)[:size]
