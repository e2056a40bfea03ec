"""From numbers on a command line to export files and their truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from experiments.simulation.background import draw_background
from experiments.simulation.calibration import count_marginals
from experiments.simulation.dirt import soil
from experiments.simulation.draws import stream
from experiments.simulation.employer import build_employer
from experiments.simulation.export_conditions import condition_files
from experiments.simulation.export_events import event_files
from experiments.simulation.export_people import people_files
from experiments.simulation.export_reference import own_files, shared_files
from experiments.simulation.identity import build_identities
from experiments.simulation.plan import Plan
from experiments.simulation.truth import truth_tables
from experiments.simulation.workforce import Progress, Workforce
from experiments.simulation.world import World
from experiments.simulation.world_files import load_world


@dataclass(frozen=True)
class Simulation:
    """A simulated export, or one employer's part of it.

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
    """Simulate one employer in memory; the same arguments give the same tables.

    See `Plan` for the parameters and their limits. `progress` is called with each month played;
    without a `world` it is the default one. `experiments.simulation.writing` writes simulations of
    many employers.
    """
    plan = Plan(people, months, seed, world or load_world(), start, dirt)
    return simulate_employer(plan, 0, progress, alone=True)


def simulate_employer(
    plan: Plan,
    number: int,
    progress: Progress = lambda month: None,
    *,
    alone: bool = False,
) -> Simulation:
    """Simulate one employer of a plan; files that are the same for all come with the first.

    Parameters
    ----------
    number : int
        Which employer, from 0.
    alone : bool
        Whether it has all people of the plan, however many.
    """
    of, size = (1, plan.people) if alone else (plan.employers, plan.size(number))

    def draws(purpose: str) -> np.random.Generator:
        return stream(plan.seed, purpose, number)

    employer = build_employer(size, plan.period, plan.seed, plan.world.policy, number, of)
    workforce = Workforce(employer, plan.world, plan.seed)
    workforce.run(progress)
    who = build_identities(employer, draws("identities"))
    background = draw_background(employer, draws("background"))
    clean = {
        **(shared_files(employer) if number == 0 else {}),
        **own_files(employer),
        **people_files(workforce, who, background, draws("attributes")),
        **event_files(workforce, who),
        **condition_files(workforce, who, background),
    }
    soiled = soil(clean, plan.dirt, draws("dirt"))
    truth = {
        **truth_tables(workforce, who),
        "marginals": count_marginals(clean, plan.period.end_date),
        "dirt": soiled.counts,
        "soiled": soiled.rows,
    }
    return Simulation(files=soiled.files, truth=truth)
