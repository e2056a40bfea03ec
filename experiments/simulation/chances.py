"""How engagement and circumstances move what people do: the laws, without any draw.

The processes draw from these; the truth asks them what would be under other circumstances.
"""

from __future__ import annotations

import numpy as np

from experiments.simulation.draws import sigmoid
from experiments.simulation.people import People
from experiments.simulation.world import Form, World

SWITCH_AT, SWITCHED_ON, SWITCHED_OFF = -0.5, 0.6, -1.4
LARGEST_EXIT_DRIVE = 20.0


def felt(engagement: np.ndarray, form: Form) -> np.ndarray:
    """Return engagement as it acts on behaviour: by degrees, or more or less as a switch."""
    switch = np.where(engagement > SWITCH_AT, SWITCHED_ON, SWITCHED_OFF)
    return (1 - form.engagement_step) * engagement + form.engagement_step * switch


def unexcused_rate(world: World, people: People, engagement: np.ndarray) -> np.ndarray:
    """Return the expected days of unexcused absence in a month, mishaps and faults apart."""
    strength, acting = world.attendance, felt(engagement, world.form)
    spread = strength.person_spread
    log_rate = (
        np.log(strength.unexcused_monthly)
        + spread * people.absence
        - spread**2 / 2
        + strength.commute * people.commute
        + strength.engagement * acting
        + strength.low_engagement * np.minimum(acting + 1, 0)
    )
    return np.minimum(np.exp(log_rate), strength.maximum_rate)


def exit_chance(world: World, engagement: np.ndarray) -> np.ndarray:
    """Return the chance of leaving the service of one's own will in a month."""
    strength, acting = world.careers, felt(engagement, world.form)
    drive = np.exp(strength.resignation_engagement * np.minimum(acting, 0.5))
    return strength.resignation_yearly / 12 * np.minimum(drive, LARGEST_EXIT_DRIVE)


def answer_log_odds(
    world: World,
    engagement: np.ndarray,
    engagement_before: np.ndarray,
    workload: np.ndarray,
    commute: np.ndarray,
    remote: np.ndarray,
) -> np.ndarray:
    """Return the log-odds of accepting an offer, what the course itself adds apart."""
    strength, acting = world.answers, felt(engagement, world.form)
    return (
        strength.base
        + strength.engagement * acting
        + strength.trend * (acting - felt(engagement_before, world.form))
        + strength.workload * workload
        + strength.commute * commute
        + strength.remoteness * remote
    )


def silence_chance(world: World, engagement: np.ndarray, remote: np.ndarray) -> np.ndarray:
    """Return the chance that who does not accept does not answer either."""
    strength = world.answers
    return sigmoid(
        strength.unanswered
        + strength.unanswered_engagement * felt(engagement, world.form)
        + strength.unanswered_remoteness * remote
    )


def own_choice_rate(world: World, engagement: np.ndarray, remote: np.ndarray) -> np.ndarray:
    """Return the chance of looking for a course by oneself in a month."""
    strength = world.own_choice
    drive = strength.engagement * felt(engagement, world.form) + strength.remoteness * remote
    return np.minimum(strength.monthly * np.exp(drive), 1)


def completion_chance(world: World, engagement: np.ndarray, workload: np.ndarray) -> np.ndarray:
    """Return the chance that an enrolment ends with a certificate."""
    strength = world.completion
    return sigmoid(
        strength.base
        + strength.engagement * felt(engagement, world.form)
        + strength.workload * workload
    )


def support_effect(
    world: World, people: People, leadership: np.ndarray, slide: np.ndarray
) -> np.ndarray:
    """Return what support adds to engagement once it works, in standard deviations.

    Parameters
    ----------
    leadership : ndarray of shape (n_people,)
        How the unit of each person is led.
    slide : ndarray of shape (n_people,)
        What slides have taken from engagement (0 or negative).
    """
    strength = world.support
    own = strength.effect + strength.leadership * leadership + strength.spread * people.response
    return np.maximum(own, 0) - strength.slide * slide
