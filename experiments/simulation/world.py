"""A world: how strongly each cause works.

Another world is another truth: models can be run where their authors never looked. What each
strength means stands beside its value in ``worlds/gorontalo.toml``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0)]
Months = Annotated[int, Field(ge=1, le=120)]
FormName = Literal[
    "Pelatihan Struktural", "Pelatihan Teknis", "Pelatihan Fungsional", "Seminar", "Workshop",
    "E-learning", "Coaching",
]  # fmt: skip
RoleName = Literal["superior", "peer", "subordinate", "self"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Engagement(_Section):
    """What moves the latent engagement of a person from month to month."""

    persistence: Share
    trait: Amount
    noise: Amount
    leadership: float
    workload: float
    remoteness: float
    commute: float
    competence: float
    recognition: float
    slide_yearly: Share
    slide_depth: float
    slide_months: Months
    slide_rest_months: Months
    slide_workload: float
    slide_leadership: float


class Support(_Section):
    """What support does to engagement: only ever what would be, for nobody is given any."""

    effect: float
    slide: Share
    leadership: float
    spread: Amount


class Form(_Section):
    """Departures from straight lines; all at 0 in the default world."""

    engagement_step: Share
    workload_hump: float
    leadership_by_workload: float
    gain_hump: Share


class Offers(_Section):
    """How many courses supervisors offer, and which."""

    yearly: Amount
    remote_factor: Amount
    ceiling_jp: Amount
    unit_spread: Amount
    gap: float
    habit: float
    popularity: float
    topic: float
    series: float


class Nomination(_Section):
    """The bias of supervisors: more offers (log scale) for some than for others."""

    liked: float
    ability: float
    engagement: float
    growth: float


class Answers(_Section):
    """Log-odds with which a person accepts an offer."""

    base: float
    engagement: float
    trend: float
    interest: float
    gap: float
    series: float
    workload: float
    commute: float
    remoteness: float
    unanswered: float
    unanswered_engagement: float
    unanswered_remoteness: float


class OwnChoice(_Section):
    """Enrolment without an offer."""

    monthly: Share
    engagement: float
    interest: float
    gap: float
    series: float
    remoteness: float


class Completion(_Section):
    """Log-odds with which an enrolment ends with a certificate."""

    base: float
    engagement: float
    workload: float


class Learning(_Section):
    """What a completed course does to a competency."""

    gain: Share
    gain_spread: Amount
    fit: float
    too_far: Share
    growth_spread: Amount
    forgetting_monthly: Share
    forms: dict[FormName, Amount]


class Attendance(_Section):
    """Monthly absence."""

    excused_monthly: Amount
    excused_engagement: float
    leave_share: Share
    unexcused_monthly: Annotated[float, Field(gt=0)]
    person_spread: Amount
    engagement: float
    low_engagement: float
    commute: float
    maximum_rate: Annotated[float, Field(gt=0, le=20)]
    mishap_monthly: Share
    mishap_days: Amount
    fault_monthly: Share
    fault_days: Amount
    fault_recognised: Share


class Performance(_Section):
    """The yearly appraisal."""

    competence: float
    engagement: float
    ability: float
    leadership: float
    workload: float
    commute: float
    recognition: float
    noise: Amount
    top_share: Share
    top_share_contract: Share
    top_share_spread: Amount
    low_share: Share


class Feedback(_Section):
    """Yearly feedback from all sides."""

    mean: Annotated[float, Field(ge=0, le=100)]
    engagement: float
    competence: float
    person: float
    noise: Amount
    by_behaviour: Share
    behaviour_noise: Amount
    leniency: dict[RoleName, float]


class Survey(_Section):
    """The yearly UWES-9 survey of some units, from 0 to 6."""

    units: Share
    mean: Annotated[float, Field(ge=0, le=6)]
    engagement: float
    noise: Amount
    answers: float
    answers_engagement: float


class Pulse(_Section):
    """A short survey of some units every few months, from 1 to `highest`."""

    units: Share
    every_months: Months
    highest: Annotated[float, Field(gt=1, le=100)]
    mean: Annotated[float, Field(ge=1, le=100)]
    engagement: float
    noise: Amount
    answers: float
    answers_engagement: float


class Assessment(_Section):
    """Measurement of competencies."""

    ever: Share
    noise: Amount
    again_months: Amount


class Careers(_Section):
    """Promotions, moves between units, and leaving before retirement."""

    promotion_yearly: Share
    move_yearly: Share
    resignation_yearly: Share
    resignation_engagement: float
    equated: Share


class Policy(_Section):
    """New regulations that raise what posts require."""

    yearly: Amount
    levels: Annotated[int, Field(ge=0, le=3)]


class Results(_Section):
    """Service results of units, awards and sanctions."""

    engagement: float
    competence: float
    leadership: float
    noise: Amount
    awarded: Share
    sanctioned: Share


class World(_Section):
    """All strengths of one world; without a pulse survey nobody is asked one."""

    title: str
    engagement: Engagement
    support: Support
    form: Form
    offers: Offers
    nomination: Nomination
    answers: Answers
    own_choice: OwnChoice
    completion: Completion
    learning: Learning
    attendance: Attendance
    performance: Performance
    feedback: Feedback
    survey: Survey
    assessment: Assessment
    careers: Careers
    policy: Policy
    results: Results
    pulse: Pulse | None = None
