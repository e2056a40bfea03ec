"""A world: how strongly each cause works, read from a TOML file.

Another file is another world: models can be run where their authors never looked.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent / "worlds"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Engagement(_Section):
    """What moves the latent engagement of a person from month to month."""

    persistence: float
    trait: float
    noise: float
    leadership: float
    workload: float
    remoteness: float
    recognition: float
    slide_yearly: float
    slide_depth: float
    slide_months: int
    slide_rest_months: int
    slide_workload: float
    slide_leadership: float


class Offers(_Section):
    """How many courses supervisors offer, and which."""

    yearly: float
    remote_factor: float
    ceiling_factor: float
    unit_spread: float
    gap: float
    habit: float
    popularity: float
    topic: float
    series: float


class Answers(_Section):
    """Log-odds with which a person accepts an offer."""

    base: float
    engagement: float
    trend: float
    interest: float
    gap: float
    series: float
    workload: float
    unanswered: float
    unanswered_engagement: float


class OwnChoice(_Section):
    """Enrolment without an offer."""

    monthly: float
    engagement: float
    interest: float
    gap: float
    series: float


class Completion(_Section):
    """Log-odds with which an enrolment ends with a certificate."""

    base: float
    engagement: float


class Learning(_Section):
    """What a completed course does to a competency."""

    gain: float
    gain_spread: float
    forgetting_monthly: float


class Attendance(_Section):
    """Monthly absence."""

    excused_monthly: float
    excused_engagement: float
    unexcused_monthly: float
    person_spread: float
    engagement: float
    low_engagement: float
    maximum_rate: float
    mishap_monthly: float
    mishap_days: float
    fault_monthly: float
    fault_days: float


class Performance(_Section):
    """The yearly appraisal."""

    competence: float
    engagement: float
    ability: float
    noise: float
    top_share: float
    top_share_spread: float
    low_share: float


class Feedback(_Section):
    """Yearly feedback from all sides."""

    mean: float
    engagement: float
    competence: float
    person: float
    noise: float
    leniency: dict[str, float]


class Assessment(_Section):
    """Measurement of competencies."""

    ever: float
    noise: float
    again_months: float


class Careers(_Section):
    """Promotions, moves between units, and leaving before retirement."""

    promotion_yearly: float
    move_yearly: float
    resignation_yearly: float
    resignation_engagement: float


class World(_Section):
    """All strengths of one world."""

    engagement: Engagement
    offers: Offers
    answers: Answers
    own_choice: OwnChoice
    completion: Completion
    learning: Learning
    attendance: Attendance
    performance: Performance
    feedback: Feedback
    assessment: Assessment
    careers: Careers


def load_world(path: Path | None = None) -> World:
    """Read a world from a TOML file; without one, the default world."""
    text = (path or FOLDER / "gorontalo.toml").read_text(encoding="utf-8")
    return World.model_validate(tomllib.loads(text))
