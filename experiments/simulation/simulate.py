"""From numbers on a command line to export files and their truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from experiments.simulation.dirt import Dirt, soil
from experiments.simulation.draws import stream
from experiments.simulation.export_events import event_files
from experiments.simulation.export_people import build_identities, people_files
from experiments.simulation.export_reference import reference_files
from experiments.simulation.period import Period
from experiments.simulation.truth import truth_tables
from experiments.simulation.workforce import Progress, build_employer, play
from experiments.simulation.world import World, load_world


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
    progress: Progress = lambda turns: turns,
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
        Wraps the months, for a progress bar.
    """
    period = Period(start, months)
    employer = build_employer(people, period, seed)
    story = play(employer, world or load_world(), seed, progress)
    who = build_identities(employer, seed)
    clean = {
        **reference_files(employer),
        **people_files(story, who, seed),
        **event_files(story, who),
    }
    soiled: Dirt = soil(clean, dirt, stream(seed, "dirt"))
    return Simulation(files=soiled.files, truth={**truth_tables(story, who), "dirt": soiled.counts})
