"""Education and grades: what people brought with them and how their golongan rose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.simulation.draws import pick
from experiments.simulation.employer import Employer

YEARS_A_GRADE, EARLIEST_YEARS = 4, 8
GRADES = tuple(
    f"{numeral}/{letter}"
    for numeral, letters in (("I", "abcd"), ("II", "abcd"), ("III", "abcd"), ("IV", "abcde"))
    for letter in letters
)
CODES = ("15", "30", "35", "40", "45", "50")
"""SIASN's codes: SLTA, D-III, D-IV, S-1, S-2, S-3."""
SHARES = {
    "jpt_pratama": (0, 0, 0, 0.18, 0.72, 0.10),
    "administrator": (0, 0, 0.02, 0.43, 0.54, 0.01),
    "pengawas": (0, 0.03, 0.04, 0.73, 0.20, 0),
    "ahli_madya": (0, 0, 0.02, 0.58, 0.39, 0.01),
    "ahli_muda": (0, 0, 0.03, 0.85, 0.12, 0),
    "ahli_pertama": (0, 0, 0.03, 0.94, 0.03, 0),
    "penyelia": (0, 0.45, 0.10, 0.45, 0, 0),
    "mahir": (0, 0.55, 0.10, 0.35, 0, 0),
    "terampil": (0, 0.80, 0.05, 0.15, 0, 0),
    "pemula": (1, 0, 0, 0, 0, 0),
    "pelaksana": (0.22, 0.08, 0.03, 0.65, 0.02, 0),
}
ENTRY = {"15": "II/a", "30": "II/c", "35": "III/a", "40": "III/a", "45": "III/b", "50": "III/c"}
HIGHEST = {
    "jpt_pratama": "IV/c", "administrator": "IV/b", "pengawas": "III/d", "ahli_madya": "IV/c",
    "ahli_muda": "III/d", "ahli_pertama": "III/b", "penyelia": "III/d", "mahir": "III/b",
    "terampil": "II/d", "pemula": "II/c", "pelaksana": "III/c",
}  # fmt: skip
LOWEST = {"jpt_pratama": "IV/b", "administrator": "IV/a", "pengawas": "III/c"}
CONTRACT = {
    "jpt_pratama": "XVI", "administrator": "XIII", "pengawas": "XI", "pelaksana": "V",
    "ahli_madya": "XIII", "ahli_muda": "XI", "ahli_pertama": "IX", "penyelia": "XI",
    "mahir": "IX", "terampil": "VII", "pemula": "V",
}  # fmt: skip
"""Golongan of a PPPK in a post of this level."""


@dataclass(frozen=True)
class Background:
    """Education by person, and the history of grades, by person and then by date.

    Attributes
    ----------
    education : ndarray of str
        SIASN's code of the highest education.
    person, grade, since : ndarray
        One entry a grade that somebody got.
    """

    education: np.ndarray
    person: np.ndarray
    grade: np.ndarray
    since: np.ndarray

    def present(self, n_people: int) -> np.ndarray:
        """Return each person's last grade."""
        last = np.full(n_people, "", self.grade.dtype)
        last[self.person] = self.grade
        return last


def draw_background(employer: Employer, rng: np.random.Generator) -> Background:
    """Draw education by the level of the first post, and a rise every four years up to its cap."""
    people, period = employer.people, employer.period
    level = np.array(employer.posts.levels)[people.post]
    education = np.array(CODES)[pick(rng, np.array([SHARES[name] for name in level]))]
    first = np.array([GRADES.index(ENTRY[code]) for code in education])
    cap = np.array([GRADES.index(HIGHEST[name]) for name in level])
    first = np.minimum(first, cap)
    floor = np.array([GRADES.index(LOWEST.get(name, "I/a")) for name in level])
    years = np.arange(0, 44, YEARS_A_GRADE)
    step = np.arange(len(years))
    since = people.appointed.astype("datetime64[M]")[:, None] + years * 12
    grade = np.clip(first[:, None] + step, floor[:, None], cap[:, None])
    earliest = period.first - EARLIEST_YEARS * 12
    superseded = np.column_stack([since[:, 1:] <= earliest, np.zeros(len(level), bool)])
    risen = np.column_stack([np.ones(len(level), bool), np.diff(grade, axis=1) > 0])
    known = risen & (since < period.first + period.months) & ~people.pppk[:, None]
    # Of what lies far back only the grade then held is kept.
    held = known & ~(superseded & (np.cumsum(known[:, ::-1], axis=1)[:, ::-1] > 1))
    person, place = np.nonzero(held)
    contract = np.flatnonzero(people.pppk)
    who = np.concatenate([person, contract])
    names = np.concatenate(
        [
            np.array(GRADES)[grade[person, place]],
            np.array([CONTRACT[name] for name in level[contract]], dtype="U5"),
        ]
    )
    when = np.concatenate(
        [since[person, place], people.appointed[contract].astype("datetime64[M]")]
    )
    order = np.lexsort((when, who))
    return Background(education, who[order], names[order], when[order].astype("datetime64[D]"))
