"""What really moved the simulated people: for evaluation only."""

from __future__ import annotations

import numpy as np
import polars as pl

from experiments.simulation.gains import form_strengths
from experiments.simulation.identity import Identities
from experiments.simulation.state import Log
from experiments.simulation.workforce import Workforce
from experiments.simulation.world import World


def truth_tables(workforce: Workforce, who: Identities) -> dict[str, pl.DataFrame]:
    """Return the tables of the truth folder by name; those of a world come with the first employer.

    Numbers are single precision: what is asked of them is not finer.
    """
    keys = np.array(who.keys)
    first = workforce.employer.number == 0
    return {
        "people": _people(workforce, keys),
        "months": _months(workforce, keys),
        "levels": _levels(workforce, keys),
        "offers": _offers(workforce, keys),
        "enrolments": _enrolments(workforce, keys),
        "gains": _gains(workforce, keys),
        "units": _units(workforce),
        **({"courses": _courses(workforce), "world": _world(workforce.world)} if first else {}),
    }


def _people(workforce: Workforce, keys: np.ndarray) -> pl.DataFrame:
    people = workforce.employer.people
    topics = workforce.employer.competencies.topics
    causes = {
        "ability": people.ability,
        "trait": people.trait,
        "absence": people.absence,
        "commute": people.commute,
        "liked": people.liked,
        "growth": people.growth,
        "response": people.response,
        **{f"taste_{topic}": people.taste[:, i] for i, topic in enumerate(topics)},
    }
    return pl.DataFrame(
        {
            "pns_id": keys,
            "remote": workforce.employer.offices.remote[people.unit],
            **{name: values.astype(np.float32) for name, values in causes.items()},
        }
    )


def _months(workforce: Workforce, keys: np.ndarray) -> pl.DataFrame:
    """Return both outcomes of those in service, by month (see `Potential`)."""
    log = workforce.potential.log
    return pl.DataFrame(
        {
            "pns_id": keys[log.column("person")],
            "month": workforce.employer.period.day_one(log.column("month")),
            **_rest(log, "person", "month"),
        }
    )


def _levels(workforce: Workforce, keys: np.ndarray) -> pl.DataFrame:
    """Return true levels before the first month, before each January and at the end."""
    employer = workforce.employer
    names = employer.competencies.ids
    return pl.concat(
        pl.DataFrame(
            {
                "pns_id": keys,
                "before": np.full(len(keys), employer.period.day_one(month)),
                **{name: levels[:, i] for i, name in enumerate(names)},
            }
        )
        for month, levels in workforce.snapshots
    )


def _offers(workforce: Workforce, keys: np.ndarray) -> pl.DataFrame:
    """Return each nomination: the answer's chance, the same under support, and without it.

    ``chance_alone`` is the chance that the person, not nominated, would have enrolled in the same
    run of the course anyway.
    """
    log = workforce.learning.offers
    return pl.DataFrame(
        {
            "pns_id": keys[log.column("person")],
            "kursus_id": np.array(workforce.employer.courses.ids)[log.column("course")],
            "tanggal_penawaran": log.column("day"),
            "chance_accepted": log.column("chance").astype(np.float32),
            "chance_accepted_supported": log.column("chance_supported").astype(np.float32),
            "accepts_supported": log.column("accepts_supported"),
            "chance_alone": log.column("chance_alone").astype(np.float32),
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
            "level_before": log.column("before").astype(np.float32),
            "level_after": log.column("after").astype(np.float32),
        }
    )


def _courses(workforce: Workforce) -> pl.DataFrame:
    """Return what the gain of each course follows from, by competency it teaches."""
    courses, competencies = workforce.employer.courses, workforce.employer.competencies
    course, competency = np.nonzero(courses.teaches)
    return pl.DataFrame(
        {
            "kursus_id": np.array(courses.ids)[course],
            "kode_kompetensi": np.array(competencies.ids)[competency],
            "taught": courses.teaches[course, competency].astype(np.float32),
            "topic": np.array(competencies.topics)[courses.topic[course]],
            "form": form_strengths(workforce.world, courses.forms)[course].astype(np.float32),
        }
    )


def _world(world: World) -> pl.DataFrame:
    """Return the strengths by their dotted names, and the whole world as JSON under its title."""
    rows = [
        {"strength": name, "value": value, "text": None}
        for name, value in _flat(world.model_dump(exclude_none=True))
    ]
    whole = {"strength": "world", "value": None, "text": world.model_dump_json(exclude_none=True)}
    schema = {"strength": pl.String, "value": pl.Float64, "text": pl.String}
    return pl.DataFrame([*rows, whole], schema=schema)


def _flat(strengths: dict, above: str = "") -> list[tuple[str, float]]:
    rows = []
    for name, value in strengths.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{above}{name}.")
        elif not isinstance(value, str):
            rows.append((f"{above}{name}", float(value)))
    return rows


def _units(workforce: Workforce) -> pl.DataFrame:
    leadership = np.array(workforce.leadership)
    n_months, n_units = leadership.shape
    return pl.DataFrame(
        {
            "unor_id": np.tile(workforce.employer.offices.ids, n_months),
            "month": workforce.employer.period.day_one(np.repeat(np.arange(n_months), n_units)),
            "leadership": leadership.ravel().astype(np.float32),
        }
    )


def _rest(log: Log, *apart: str) -> dict[str, np.ndarray]:
    return {name: log.column(name) for name in log.chunks if name not in apart}
