"""What really moved the simulated people: for evaluation only."""

from __future__ import annotations

import numpy as np
import polars as pl

from experiments.simulation.identity import Identities
from experiments.simulation.workforce import Workforce
from experiments.simulation.world import World


def truth_tables(workforce: Workforce, who: Identities) -> dict[str, pl.DataFrame]:
    """Return the tables of the truth folder by name."""
    keys = np.array(who.keys)
    return {
        "people": _people(workforce, keys),
        "engagement": _engagement(workforce, keys),
        "competencies": _competencies(workforce, keys),
        "offers": _offers(workforce, keys),
        "enrolments": _enrolments(workforce, keys),
        "gains": _gains(workforce, keys),
        "units": _units(workforce),
        "world": _world(workforce.world),
    }


def _people(workforce: Workforce, keys: np.ndarray) -> pl.DataFrame:
    people = workforce.employer.people
    topics = workforce.employer.competencies.topics
    return pl.DataFrame(
        {
            "pns_id": keys,
            "ability": people.ability,
            "trait": people.trait,
            "absence": people.absence,
            "remote": workforce.employer.offices.remote[people.unit],
            **{f"taste_{topic}": people.taste[:, i] for i, topic in enumerate(topics)},
        }
    )


def _engagement(workforce: Workforce, keys: np.ndarray) -> pl.DataFrame:
    """Return engagement and expected unexcused days of those in service, by month."""
    log = workforce.attendance.log
    person, month = log.column("person"), log.column("month")
    return pl.DataFrame(
        {
            "pns_id": keys[person],
            "month": workforce.employer.period.day_one(month),
            "engagement": np.array(workforce.spirits)[month, person],
            "unexcused_rate": log.column("rate"),
        }
    )


def _competencies(workforce: Workforce, keys: np.ndarray) -> pl.DataFrame:
    n_people, n_competencies = workforce.first_levels.shape
    return pl.DataFrame(
        {
            "pns_id": np.repeat(keys, n_competencies),
            "kode_kompetensi": np.tile(workforce.employer.competencies.ids, n_people),
            "first_level": workforce.first_levels.ravel(),
            "last_level": workforce.state.levels.ravel(),
        }
    )


def _offers(workforce: Workforce, keys: np.ndarray) -> pl.DataFrame:
    log = workforce.learning.offers
    return pl.DataFrame(
        {
            "pns_id": keys[log.column("person")],
            "kursus_id": np.array(workforce.employer.courses.ids)[log.column("course")],
            "tanggal_penawaran": log.column("day"),
            "chance_accepted": log.column("chance"),
        }
    )


def _enrolments(workforce: Workforce, keys: np.ndarray) -> pl.DataFrame:
    log = workforce.learning.enrolments.log
    origins = np.array(["offered", "own choice", "assigned"])
    return pl.DataFrame(
        {
            "pns_id": keys[log.column("person")],
            "kursus_id": np.array(workforce.employer.courses.ids)[log.column("course")],
            "tanggal_mulai": workforce.employer.sessions.starts[log.column("session")],
            "origin": origins[log.column("origin")],
        }
    )


def _gains(workforce: Workforce, keys: np.ndarray) -> pl.DataFrame:
    """Return what each completed course did to each competency it teaches."""
    log, employer = workforce.learning.enrolments.gains, workforce.employer
    return pl.DataFrame(
        {
            "pns_id": keys[log.column("person")],
            "kursus_id": np.array(employer.courses.ids)[log.column("course")],
            "kode_kompetensi": np.array(employer.competencies.ids)[log.column("competency")],
            "month": employer.period.day_one(log.column("month")),
            "level_before": log.column("before"),
            "level_after": log.column("after"),
        }
    )


def _world(world: World) -> pl.DataFrame:
    rows = [
        {"strength": f"{section}.{name}", "value": float(value)}
        for section, strengths in world.model_dump().items()
        for name, value in strengths.items()
        if not isinstance(value, dict)
    ]
    return pl.DataFrame(rows)


def _units(workforce: Workforce) -> pl.DataFrame:
    leadership = np.array(workforce.leadership)
    n_months, n_units = leadership.shape
    return pl.DataFrame(
        {
            "unor_id": np.tile(workforce.employer.offices.ids, n_months),
            "month": workforce.employer.period.day_one(np.repeat(np.arange(n_months), n_units)),
            "leadership": leadership.ravel(),
        }
    )
