"""What really moved the simulated people: for evaluation only."""

from __future__ import annotations

import numpy as np
import polars as pl

from experiments.simulation.export_people import Identities
from experiments.simulation.workforce import Story


def truth_tables(story: Story, who: Identities) -> dict[str, pl.DataFrame]:
    """Return the tables of the truth folder by name."""
    keys = np.array(who.keys)
    return {
        "people": _people(story, keys),
        "engagement": _engagement(story, keys),
        "competencies": _competencies(story, keys),
        "offers": _offers(story, keys),
        "enrolments": _enrolments(story, keys),
        "units": _units(story),
    }


def _people(story: Story, keys: np.ndarray) -> pl.DataFrame:
    people = story.employer.people
    topics = story.employer.competencies.topics
    return pl.DataFrame(
        {
            "pns_id": keys,
            "ability": people.ability,
            "trait": people.trait,
            "absence": people.absence,
            "remote": story.employer.offices.remote[people.unit],
            **{f"taste_{topic}": people.taste[:, i] for i, topic in enumerate(topics)},
        }
    )


def _engagement(story: Story, keys: np.ndarray) -> pl.DataFrame:
    """Engagement and expected unexcused days of those in service, by month."""
    log = story.attendance.log
    person, month = log.column("person"), log.column("month")
    return pl.DataFrame(
        {
            "pns_id": keys[person],
            "month": story.employer.period.day_one(month),
            "engagement": story.engagement[month, person],
            "unexcused_rate": log.column("rate"),
        }
    )


def _competencies(story: Story, keys: np.ndarray) -> pl.DataFrame:
    n_people, n_competencies = story.first_levels.shape
    return pl.DataFrame(
        {
            "pns_id": np.repeat(keys, n_competencies),
            "kode_kompetensi": np.tile(story.employer.competencies.ids, n_people),
            "first_level": story.first_levels.ravel(),
            "last_level": story.state.levels.ravel(),
        }
    )


def _offers(story: Story, keys: np.ndarray) -> pl.DataFrame:
    log = story.learning.offers
    return pl.DataFrame(
        {
            "pns_id": keys[log.column("person")],
            "kursus_id": np.array(story.employer.courses.ids)[log.column("course")],
            "tanggal_penawaran": log.column("day"),
            "chance_accepted": log.column("chance"),
        }
    )


def _enrolments(story: Story, keys: np.ndarray) -> pl.DataFrame:
    log = story.learning.enrolments
    origins = np.array(["offered", "own choice", "assigned"])
    return pl.DataFrame(
        {
            "pns_id": keys[log.column("person")],
            "kursus_id": np.array(story.employer.courses.ids)[log.column("course")],
            "tanggal_mulai": story.employer.sessions.starts[log.column("session")],
            "origin": origins[log.column("origin")],
        }
    )


def _units(story: Story) -> pl.DataFrame:
    n_months, n_units = story.leadership.shape
    return pl.DataFrame(
        {
            "unor_id": np.tile(story.employer.offices.ids, n_months),
            "month": story.employer.period.day_one(np.repeat(np.arange(n_months), n_units)),
            "leadership": story.leadership.ravel(),
        }
    )
