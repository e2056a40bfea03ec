"""Who works for the employer: posts, ages, appointments and what they are by nature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.simulation.draws import pick
from experiments.simulation.offices import Offices
from experiments.simulation.period import Period
from experiments.simulation.placement import place_people
from experiments.simulation.posts import STRUCTURAL, Posts
from experiments.simulation.serials import SerialRange, spread_births

NEVER = 10_000
JUNIOR = ("pelaksana", "ahli_pertama", "terampil", "pemula")
PPPK_SHARE = {
    "pelaksana": 0.38, "ahli_pertama": 0.53, "terampil": 0.47, "pemula": 0.49, "mahir": 0.28,
    "ahli_muda": 0.26, "penyelia": 0.10, "ahli_madya": 0.05,
}  # fmt: skip
AGES = {
    "jpt_pratama": (52, 3), "administrator": (49, 4), "pengawas": (46, 5), "ahli_madya": (50, 5),
    "ahli_muda": (43, 6), "penyelia": (47, 6), "mahir": (40, 6),
}  # fmt: skip
WOMEN_SHARE = {
    "education": 0.80,
    "health": 0.84,
    "social": 0.68,
    "order": 0.34,
    "works": 0.48,
    "field": 0.55,
}
LATE_RETIREMENT = ("jpt_pratama", "ahli_madya")
CPNS_MONTHS = 12
JOINING = 0.14
"""Share of junior people who join in the course of the period."""
PNS_WAVES, PPPK_WAVES = (5, 17, 29), (8, 20, 32)


@dataclass(frozen=True)
class People:
    """What does not change about each person; arrays have one entry a person.

    Attributes
    ----------
    unit, post : ndarray of int
        Where and as what a person starts.
    post_since : ndarray of datetime64[D]
        Since when in that post.
    woman : ndarray of bool
    birth, appointed : ndarray of datetime64[D]
    contracts : ndarray of int
        Number of contracts of a PPPK, 0 for PNS.
    joins, retires : ndarray of int
        Month of the period, negative or `NEVER` where outside.
    ability, trait, absence : ndarray of float
        Standard normal: how able, how engaged by nature, how often absent by nature.
    commute, liked, growth, response : ndarray of float
        Standard normal: how long the way to work, how well liked whatever the work, how fast a
        person learns, how well support would work.
    retires_on : ndarray of datetime64[D]
        Foreseen retirement.
    taste : ndarray of shape (n_people, n_topics)
        Interest in each topic, shared in part with others in the post.
    """

    unit: np.ndarray
    post: np.ndarray
    post_since: np.ndarray
    woman: np.ndarray
    birth: np.ndarray
    appointed: np.ndarray
    contracts: np.ndarray
    joins: np.ndarray
    retires: np.ndarray
    ability: np.ndarray
    trait: np.ndarray
    absence: np.ndarray
    commute: np.ndarray
    liked: np.ndarray
    growth: np.ndarray
    response: np.ndarray
    retires_on: np.ndarray
    taste: np.ndarray

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def pppk(self) -> np.ndarray:
        """True for contract staff."""
        return self.contracts > 0

    def employment_type(self, period: Period, month: int) -> np.ndarray:
        """Return 0 PNS, 1 CPNS (first year of service), 2 PPPK."""
        service = (period.first + month) - self.appointed.astype("datetime64[M]")
        return np.where(self.pppk, 2, np.where(service.astype(int) < CPNS_MONTHS, 1, 0))


def build_people(
    offices: Offices,
    posts: Posts,
    period: Period,
    rng: np.random.Generator,
    serials: SerialRange,
) -> People:
    """Draw the workforce: everybody who is employed at any time of the period."""
    unit, post = place_people(offices, posts, rng)
    n = len(unit)
    level = np.array(posts.levels)[post]
    pppk = rng.random(n) < np.array([PPPK_SHARE.get(name, 0.0) for name in posts.levels])[post]
    kind = np.array(offices.kinds)[unit]
    women_share = np.array([WOMEN_SHARE.get(name, 0.63) for name in kind])
    women_share[np.isin(level, STRUCTURAL[:2])] *= 0.6
    joins = _joining(level, pppk, period, rng)
    birth = _births(level, pppk, joins, period, rng)
    appointed = _appointments(birth, pppk, joins, period, rng)
    years = (period.start.year - appointed.astype("datetime64[Y]").astype(int) - 1970).clip(0)
    contracts = np.where(pppk, 1 + np.minimum(years // 3, rng.integers(0, 3, n)), 0)
    woman = rng.random(n) < women_share
    birth = spread_births(birth, np.column_stack([_written(appointed, contracts), woman]), serials)
    teacher = np.char.startswith(np.array(posts.titles), "Guru")[post]
    late = np.isin(level, LATE_RETIREMENT) | teacher
    retires_on = _retirements(birth, np.where(late, 60, 58), period)
    return People(
        unit=unit,
        post=post,
        post_since=_post_since(appointed, joins, period, rng),
        woman=woman,
        birth=birth,
        appointed=appointed,
        contracts=contracts,
        joins=joins,
        retires=_within(period, retires_on),
        ability=rng.standard_normal(n),
        trait=rng.standard_normal(n),
        absence=rng.standard_normal(n),
        commute=rng.standard_normal(n),
        liked=rng.standard_normal(n),
        growth=rng.standard_normal(n),
        response=rng.standard_normal(n),
        retires_on=retires_on,
        taste=posts.topics[post] + 0.8 * rng.standard_normal((n, posts.topics.shape[1])),
    )


def _written(appointed: np.ndarray, contracts: np.ndarray) -> np.ndarray:
    """Return what a number says of the appointment: its month, or its year and the contracts."""
    month = appointed.astype("datetime64[M]").astype(int)
    return np.where(contracts > 0, -(100 * (month // 12 + 1970) + contracts), month)


def _joining(
    level: np.ndarray, pppk: np.ndarray, period: Period, rng: np.random.Generator
) -> np.ndarray:
    chance = JOINING * np.isin(level, JUNIOR)
    waves = np.where(pppk[:, None], PPPK_WAVES, PNS_WAVES)
    wave = waves[np.arange(len(level)), pick(rng, np.ones((len(level), 3)))]
    return np.where((rng.random(len(level)) < chance) & (wave < period.months), wave, -1)


def _births(
    level: np.ndarray, pppk: np.ndarray, joins: np.ndarray, period: Period, rng: np.random.Generator
) -> np.ndarray:
    mean, spread = np.array([AGES.get(name, (40, 9)) for name in level]).T
    mean = np.where(joins >= 0, 26, np.where(pppk, 35, mean))
    spread = np.where(joins >= 0, 2.5, np.where(pppk, 6, spread))
    age = np.clip(rng.normal(mean, spread), 22.0, 57.9)
    return (period.day_one(0) - (age * 365.25).astype(int)).astype("datetime64[D]")


def _appointments(
    birth: np.ndarray, pppk: np.ndarray, joins: np.ndarray, period: Period, rng: np.random.Generator
) -> np.ndarray:
    born = birth.astype("datetime64[M]")
    age_months = (period.first - born).astype(int)
    entry = np.minimum(rng.integers(21 * 12, 33 * 12, len(birth)), age_months - 1)
    contract = age_months - rng.integers(1, 25, len(birth))
    month = born + np.where(pppk, np.maximum(contract, 20 * 12), entry)
    return np.where(joins >= 0, period.first + joins, month).astype("datetime64[D]")


def _post_since(
    appointed: np.ndarray, joins: np.ndarray, period: Period, rng: np.random.Generator
) -> np.ndarray:
    service = (period.first - appointed.astype("datetime64[M]")).astype(int).clip(0)
    held = np.minimum(service, rng.integers(1, 97, len(service)))
    since = (period.first - held).astype("datetime64[D]")
    return np.where(joins >= 0, appointed, since)


def _retirements(birth: np.ndarray, age: np.ndarray, period: Period) -> np.ndarray:
    """Return the first of the month after the birthday, for all after the period has begun."""
    leaving = birth.astype("datetime64[M]") + age * 12 + 1
    return np.maximum(leaving, period.first + 1).astype("datetime64[D]")


def _within(period: Period, day: np.ndarray) -> np.ndarray:
    month = (day.astype("datetime64[M]") - period.first).astype(int)
    return np.where(month < period.months, month, NEVER)
