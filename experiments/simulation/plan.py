"""What is to be simulated: how many employers of how many people, when, in which world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from experiments.simulation.period import Period
from experiments.simulation.world import World

FEWEST_PEOPLE, MOST_PEOPLE = 30, 6_000_000
EMPLOYER_PEOPLE = 5000
"""Most people of one employer: Gorontalo's 32,000 work for seven."""


@dataclass(frozen=True)
class Plan:
    """A simulation before it is run.

    Attributes
    ----------
    people : int
        Everybody who is employed at any time of the period.
    months : int
        Length of the period.
    seed : int
        Of all random draws.
    world : World
        Strengths of the causes.
    start : date
        First day of the first month.
    dirt : float
        Share of rows spoiled, from 0 to 1.

    Raises
    ------
    ValueError
        There are too few or too many `people` or too few `months`, `start` is not the first of a
        month, or `dirt` is not a share.
    """

    people: int
    months: int
    seed: int
    world: World
    start: date = date(2023, 1, 1)
    dirt: float = 0.0

    def __post_init__(self) -> None:
        if self.people < FEWEST_PEOPLE:
            raise ValueError(f"people must be at least {FEWEST_PEOPLE}, got {self.people}")
        if self.people > MOST_PEOPLE:
            raise ValueError(f"people must be at most {MOST_PEOPLE}, got {self.people}")
        if self.months < 1:
            raise ValueError(f"months must be positive, got {self.months}")
        if self.start.day != 1:
            raise ValueError(f"start must be the first day of a month, got {self.start}")
        if not 0 <= self.dirt <= 1:
            raise ValueError(f"dirt must be a share from 0 to 1, got {self.dirt}")

    @property
    def period(self) -> Period:
        """The simulated months."""
        return Period(self.start, self.months)

    @property
    def employers(self) -> int:
        """How many employers there are."""
        return -(-self.people // EMPLOYER_PEOPLE)

    def size(self, number: int) -> int:
        """Return how many people the employer of this number (from 0) has: as equal as can be.

        >>> from experiments.simulation.world_files import load_world
        >>> plan = Plan(32_000, 36, 1, load_world())
        >>> plan.employers, plan.size(0), plan.size(6)
        (7, 4572, 4571)
        """
        each, rest = divmod(self.people, self.employers)
        return each + (number < rest)
