"""From numbers on a command line to export files and their truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from experiments.simulation.dirt import soil
from experiments.simulation.draws import stream
from experiments.simulation.employer import build_employer
from experiments.simulation.export_events import event_files
from experiments.simulation.export_people import people_files
from experiments.simulation.export_reference import reference_files
from experiments.simulation.identity import build_identities
from experiments.simulation.period import Period
from experiments.simulation.truth import truth_tables
from experiments.simulation.workforce import Progress, Workforce
from experiments.simulation.world import World, load_world

FEWEST_PEOPLE = 30


@dataclass(frozen=True)
class Simulation:
    """A simulated export.

    Attributes
    ----------
    files : dict of DataFrame
        By file name without ending, all columns as text.
    truth : dict of DataFrame
        What only an evaluation may know.
    """

    files: dict[str, pl.DataFrame]
    truth: dict[str, pl.DataFrame]


def simulate(
    people: int,
    months: int,
    seed: int,
    *,
    start: date = date(2023, 1, 1),
    dirt: float = 0.0,
    world: World | None = None,
    progress: Progress = lambda month: None,
) -> Simulation:
    """Simulate an employer; the same arguments give the same tables.

    Parameters
    ----------
    people : int
        Everybody who is employed at any time of the period.
    months : int
        Length of the period.
    seed : int
        Of all random draws.
    start : date
        First day of the first month.
    dirt : float
        Share of rows spoiled, from 0 to 1.
    world : World, optional
        Strengths of the causes; the default world if not given.
    progress : callable
        Called with each month played.

    Raises
    ------
    ValueError
        There are too few `people` or `months`, `start` is not the first of a month, or `dirt` is
        not a share.
    """
    _check(people, months, start, dirt)
    period = Period(start, months)
    strengths = world or load_world()
    employer = build_employer(people, period, seed)
    workforce = Workforce(employer, strengths, seed)
    workforce.run(progress)
    who = build_identities(employer, stream(seed, "identities"))
    clean = {
        **reference_files(employer),
        **people_files(workforce, who, seed),
        **event_files(workforce, who),
    }
    soiled = soil(clean, dirt, stream(seed, "dirt"))
    truth = {**truth_tables(workforce, who), "dirt": soiled.counts}
    return Simulation(files=soiled.files, truth=truth)


def _check(people: int, months: int, start: date, dirt: float) -> None:
    if people < FEWEST_PEOPLE:
        raise ValueError(f"people must be at least {FEWEST_PEOPLE}, got {people}")
    if months < 1:
        raise ValueError(f"months must be positive, got {months}")
    if start.day != 1:
        raise ValueError(f"start must be the first day of a month, got {start}")
    if not 0 <= dirt <= 1:
        raise ValueError(f"dirt must be a share from 0 to 1, got {dirt}")
