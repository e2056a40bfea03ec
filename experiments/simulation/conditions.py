"""Yearly and quarterly records beside the main processes: surveys, service results, honours."""

from __future__ import annotations

import numpy as np

from experiments.simulation.draws import sigmoid
from experiments.simulation.employer import Employer
from experiments.simulation.lists import read_list
from experiments.simulation.state import Log, State
from experiments.simulation.world import Pulse, Survey, World

SURVEY_MONTH, HONOUR_MONTH, SANCTION_MONTH = 9, 8, 12
HONOUR_YEARS = (10, 20, 30)
OF_THE_MONTH, ACHIEVER = 3, 4
AWARDS = (
    *(f"Satyalancana Karya Satya {years} Tahun" for years in HONOUR_YEARS),
    "ASN of the Month",
    "Gorontalo Berprestasi",
)
ACHIEVER_SHARE, ACHIEVER_PEOPLE = 0.05, 2
SANCTION_DAYS = (3, 11, 21)
"""Unexcused days in a year from which PP 94/2021 knows a light, a moderate, a severe sanction."""
SANCTION_MONTHS = (0, 9, 12)
UWES_HIGHEST = 6.0


class Surveys:
    """Asks the people of some units how engaged they are (UWES-9).

    Attributes
    ----------
    asked : ndarray of bool
        Units that are asked.
    log : Log
        One row a person asked; ``score`` is nan where there is no answer.
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.strength, self.period, self.rng, self.log = world.survey, employer.period, rng, Log()
        n_units = len(employer.offices.ids)
        self.asked = rng.random(n_units) < world.survey.units
        self.asked[rng.integers(n_units)] |= world.survey.units > 0  # one at least

    def step(self, state: State, active: np.ndarray, month: int) -> None:
        """Ask, if it is the month of the survey."""
        if self.period.calendar_month(month) != SURVEY_MONTH:
            return
        rows = np.flatnonzero(active & self.asked[state.unit])
        score = _answers(self.strength, state.engagement[rows], (0, UWES_HIGHEST), self.rng)
        day = self.period.day_one(month) + self.rng.integers(0, 28, len(rows))
        self.log.add(person=rows, score=score, day=day)


class Pulses:
    """Asks the people of some units every few months how they are, where the world has it.

    Attributes
    ----------
    log : Log
        One row a person asked; ``score`` is nan where there is no answer.
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.strength, self.period, self.rng, self.log = world.pulse, employer.period, rng, Log()
        n_units = len(employer.offices.ids)
        self.asked = rng.random(n_units) < (world.pulse.units if world.pulse else 0)

    def step(self, state: State, active: np.ndarray, month: int) -> None:
        """Ask, if it is a month of the survey."""
        strength = self.strength
        if strength is None or (self.period.calendar_month(month) - 1) % strength.every_months:
            return
        rows = np.flatnonzero(active & self.asked[state.unit])
        score = _answers(strength, state.engagement[rows], (1, strength.highest), self.rng)
        day = np.full(len(rows), self.period.day_one(month))
        self.log.add(person=rows, score=score, day=day)


def _answers(
    strength: Survey | Pulse,
    spirit: np.ndarray,
    scale: tuple[float, float],
    rng: np.random.Generator,
) -> np.ndarray:
    """Return scores by engagement, nan where somebody does not answer."""
    noise = strength.noise * rng.standard_normal(len(spirit))
    score = np.clip(strength.mean + strength.engagement * spirit + noise, *scale)
    chance = sigmoid(strength.answers + strength.answers_engagement * spirit)
    return np.where(rng.random(len(spirit)) < chance, score.round(2), np.nan)


class ServiceResults:
    """Measures the service results of units, and gives awards and sanctions.

    Attributes
    ----------
    targets, awards, sanctions : Log
        Quarterly results by unit; awards; sanctions.
    """

    def __init__(self, world: World, employer: Employer, rng: np.random.Generator) -> None:
        self.strength, self.rng = world.results, rng
        self.people, self.period = employer.people, employer.period
        self.targets, self.awards, self.sanctions = Log(), Log(), Log()
        listed = read_list("indicators")
        self.names = [entry["name"] for entry in listed["indicators"]]
        self.lower = np.array([entry["better"] == "lower" for entry in listed["indicators"]])
        self.usual = np.array([entry["target"] for entry in listed["indicators"]])
        place = {entry["key"]: i for i, entry in enumerate(listed["indicators"])}
        self.of_unit = np.array(
            [[place[key] for key in listed["by_kind"][kind]] for kind in employer.offices.kinds]
        )
        self.year_results = np.zeros(len(employer.offices.ids))

    def step(self, state: State, active: np.ndarray, month: int) -> None:
        """Record what falls into a month."""
        calendar = self.period.calendar_month(month)
        self._recognise(state, active, month)
        if calendar % 3 == 0:
            self._measure(state, active, month)
        if calendar == HONOUR_MONTH:
            self._honour(active, month)
        if calendar == SANCTION_MONTH:
            self._achieve(state, active, month)
            self._sanction(state, active, month)

    def _recognise(self, state: State, active: np.ndarray, month: int) -> None:
        lucky = self.rng.random(len(active)) < self.strength.awarded
        self._award(
            np.flatnonzero(active & lucky & (state.recognised == month)), OF_THE_MONTH, month
        )

    def _measure(self, state: State, active: np.ndarray, month: int) -> None:
        strength, n_units = self.strength, len(state.leadership)
        count = np.maximum(np.bincount(state.unit[active], minlength=n_units), 1)
        spirit, able = (
            np.bincount(state.unit[active], values[active], n_units) / count
            for values in (state.engagement, (state.competence() - 0.8) / 0.1)
        )
        worth = (
            strength.engagement * spirit
            + strength.competence * able
            + strength.leadership * state.leadership
        )
        noise = strength.noise * self.rng.standard_normal(self.of_unit.shape)
        result = worth[:, None] + noise
        self.year_results = 0.75 * self.year_results + 0.25 * result.mean(axis=1)
        target = self.usual[self.of_unit]
        lower = self.lower[self.of_unit]
        attained = target * np.exp(np.where(lower, -0.1, 0.06) * result)
        self.targets.add(
            unit=np.repeat(np.arange(n_units), self.of_unit.shape[1]),
            indicator=self.of_unit.ravel(),
            attained=attained.ravel().round(1),
            day=np.full(self.of_unit.size, self.period.day_one(month + 1) - 1),
        )

    def _honour(self, active: np.ndarray, month: int) -> None:
        day = self.period.day_one(month)
        years = (day - self.people.appointed.astype("datetime64[D]")).astype(int) // 365.25
        for kind, due in enumerate(HONOUR_YEARS):
            self._award(np.flatnonzero(active & ~self.people.pppk & (years == due)), kind, month)

    def _achieve(self, state: State, active: np.ndarray, month: int) -> None:
        """Give the yearly award to the ablest people of the units with the best results."""
        n_best = max(1, round(ACHIEVER_SHARE * len(self.year_results)))
        for unit in np.argsort(-self.year_results, kind="stable")[:n_best]:
            own = np.flatnonzero(active & (state.unit == unit))
            best = own[np.argsort(-self.people.ability[own], kind="stable")[:ACHIEVER_PEOPLE]]
            self._award(best, ACHIEVER, month)

    def _award(self, rows: np.ndarray, kind: int, month: int) -> None:
        day = self.period.day_one(month) + self.rng.integers(0, 28, len(rows))
        self.awards.add(person=rows, kind=kind, day=day)

    def _sanction(self, state: State, active: np.ndarray, month: int) -> None:
        level = np.digitize(state.unexcused_this_year, SANCTION_DAYS)
        chance = np.minimum(self.strength.sanctioned * np.array([0, 1, 3, 6])[level], 1)
        rows = np.flatnonzero(active & (self.rng.random(len(level)) < chance))
        day = self.period.day_one(month) + self.rng.integers(0, 28, len(rows))
        length = np.array(SANCTION_MONTHS)[level[rows] - 1]
        ends = np.where(length > 0, day + (length * 30.4375).astype(int), np.datetime64("NaT"))
        self.sanctions.add(person=rows, level=level[rows] - 1, day=day, ends=ends)
