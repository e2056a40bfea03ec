"""Who works for the employer: posts, ages, appointments and what they are by nature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.simulation.draws import pick
from experiments.simulation.offices import Offices
from experiments.simulation.period import Period
from experiments.simulation.placement import place_people
from experiments.simulation.posts import STRUCTURAL, Posts

NEVER = 10_000
JUNIOR = ("pelaksana", "ahli_pertama", "terampil", "pemula")
PPPK_SHARE = {
    "pelaksana": 0.41, "ahli_pertama": 0.56, "terampil": 0.50, "pemula": 0.52, "mahir": 0.30,
    "ahli_muda": 0.28, "penyelia": 0.10, "ahli_madya": 0.05,
}  # fmt: skip
AGES = {
    "jpt_pratama": (52, 3), "administrator": (49, 4), "pengawas": (46, 5), "ahli_madya": (50, 5),
    "ahli_muda": (43, 6), "penyelia": (47, 6), "mahir": (40, 6),
}  # fmt: skip
WOMEN_SHARE = {
    "education": 0.72,
    "health": 0.78,
    "social": 0.60,
    "order": 0.30,
    "works": 0.40,
    "field": 0.48,
}
LATE_RETIREMENT = ("jpt_pratama", "ahli_madya")
CPNS_MONTHS = 12
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
    offices: Offices, posts: Posts, period: Period, rng: np.random.Generator
) -> People:
    """Draw the workforce: everybody who is employed at any time of the period."""
    unit, post = place_people(offices, posts, rng)
    n = len(unit)
    level = np.array(posts.levels)[post]
    pppk = rng.random(n) < np.array([PPPK_SHARE.get(name, 0.0) for name in posts.levels])[post]
    kind = np.array(offices.kinds)[unit]
    women_share = np.array([WOMEN_SHARE.get(name, 0.55) for name in kind])
    women_share[np.isin(level, STRUCTURAL[:2])] *= 0.6
    joins = _joining(level, pppk, period, rng)
    birth = _births(level, pppk, joins, period, rng)
    appointed = _appointments(birth, pppk, joins, period, rng)
    years = (period.start.year - appointed.astype("datetime64[Y]").astype(int) - 1970).clip(0)
    teacher = np.char.startswith(np.array(posts.titles), "Guru")[post]
    late = np.isin(level, LATE_RETIREMENT) | teacher
    return People(
        unit=unit,
        post=post,
        post_since=_post_since(appointed, joins, period, rng),
        woman=rng.random(n) < women_share,
        birth=birth,
        appointed=appointed,
        contracts=np.where(pppk, 1 + np.minimum(years // 3, rng.integers(0, 3, n)), 0),
        joins=joins,
        retires=_retirements(birth, np.where(late, 60, 58), period),
        ability=rng.standard_normal(n),
        trait=rng.standard_normal(n),
        absence=rng.standard_normal(n),
        taste=posts.topics[post] + 0.8 * rng.standard_normal((n, posts.topics.shape[1])),
    )


def _joining(
    level: np.ndarray, pppk: np.ndarray, period: Period, rng: np.random.Generator
) -> np.ndarray:
    chance = 0.09 * np.isin(level, JUNIOR)
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
    contract = age_months - rng.integers(1, 48, len(birth))
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
    leaving = birth.astype("datetime64[M]") + age * 12 + 1
    month = (leaving - period.first).astype(int)
    return np.where(month < period.months, np.maximum(month, 1), NEVER)
