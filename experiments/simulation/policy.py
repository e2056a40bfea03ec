"""Policy shocks: new regulations that raise what posts require, the same for every employer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.simulation.competencies import Competencies
from experiments.simulation.period import Period
from experiments.simulation.posts import Posts
from experiments.simulation.world import Policy

HIGHEST = 5
NOTICE_MONTHS = (2, 7)
ISSUERS = ("Menteri PANRB", "Menteri Dalam Negeri", "Lembaga Administrasi Negara", "Bupati Huyula")


@dataclass(frozen=True)
class Regulation:
    """A new regulation.

    Attributes
    ----------
    id, title, issuer, summary : str
    issued : datetime64[D]
        Day on which it becomes known.
    month : int
        Month of the period from whose first day it is in force.
    competency : int
        The competency of which more is required.
    posts : ndarray of int
        The posts it concerns.
    level : ndarray of int
        Level that each of them requires from then on.
    """

    id: str
    title: str
    issuer: str
    summary: str
    issued: np.datetime64
    month: int
    competency: int
    posts: np.ndarray
    level: np.ndarray


def draw_policy(
    strength: Policy,
    posts: Posts,
    competencies: Competencies,
    period: Period,
    rng: np.random.Generator,
) -> list[Regulation]:
    """Draw the regulations of the period, each about one technical competency, none twice."""
    technical = np.flatnonzero(~competencies.shared)
    n = min(int(rng.poisson(strength.yearly * period.months / 12)), len(technical))
    chosen = rng.choice(technical, n, replace=False)
    issued = np.sort(rng.integers(0, period.months, n))
    notice = rng.integers(*NOTICE_MONTHS, n)
    day = rng.integers(0, 28, n)
    return [
        _regulation(
            number,
            strength.levels,
            posts,
            competencies,
            int(chosen[number]),
            issued=period.day_one(int(issued[number])) + int(day[number]),
            month=int(issued[number] + notice[number]),
        )
        for number in range(n)
    ]


def enforce(regulations: list[Regulation], required: np.ndarray, month: int) -> None:
    """Raise `required` (posts x competencies, in place) by what comes into force in a month."""
    for one in regulations:
        if one.month == month:
            required[one.posts, one.competency] = one.level


def _regulation(
    number: int,
    levels: int,
    posts: Posts,
    competencies: Competencies,
    competency: int,
    issued: np.datetime64,
    month: int,
) -> Regulation:
    concerned = np.flatnonzero(posts.required[:, competency])
    name = competencies.names[competency]
    return Regulation(
        id=f"REG-{number + 1:02d}",
        title=f"Peraturan tentang {name}",
        issuer=ISSUERS[number % len(ISSUERS)],
        summary=f"Standar {name} naik {levels} tingkat bagi {len(concerned)} jabatan",
        issued=issued,
        month=month,
        competency=competency,
        posts=concerned,
        level=np.minimum(posts.required[concerned, competency] + levels, HIGHEST).astype(int),
    )
