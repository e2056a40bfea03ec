"""What callers send and what they get: the messages of the service, with examples.

Unknown fields are refused, and so is a number where a text is expected: an 18-digit NIP sent as a
number has often lost its last digits on the way.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from serving.course_filter import FIELDS, MAX_LENGTH

Text = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Digest = Annotated[str, Field(examples=["9f2c…64 hexadecimal digits"])]


class Message(BaseModel):
    """Refuses unknown fields; its errors never repeat what was sent."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class PersonReference(Message):
    """Names one person by exactly one key; identities travel in bodies, never in URLs."""

    employee_id: Text | None = Field(None, description="Huyula's own random, permanent key.")
    nip: Annotated[str, StringConstraints(pattern="^[0-9]{18}$")] | None = Field(
        None, description="NIP or NI PPPK: 18 digits, as a text."
    )
    pns_id: Text | None = Field(None, description="The key of the national system (SIASN).")
    reference: Annotated[str, StringConstraints(max_length=100)] | None = Field(
        None, description="The caller's own reference, echoed."
    )

    @model_validator(mode="after")
    def _exactly_one_key(self) -> PersonReference:
        if sum(key is not None for key in (self.employee_id, self.nip, self.pns_id)) != 1:
            raise PydanticCustomError(
                "one_key", "must have exactly one of employee_id, nip and pns_id"
            )
        return self


class Question(Message):
    """What every question has: about whom, and what for."""

    people: Annotated[list[PersonReference], Field(min_length=1, max_length=1000)]
    purpose: Text | None = Field(
        None,
        description="What the answer is for. Discipline, promotion, dismissal and pay are refused.",
        examples=["training plan 2026"],
    )


class RecommendationQuestion(Question):
    """Ask which courses suit people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"people": [{"nip": "198501012010011001", "reference": "row 1"}], "k": 3},
                {"people": [{"employee_id": "e7c1f0"}], "target_post": "JF-ANALIS-MADYA"},
                {"people": [{"employee_id": "e7c1f0"}], "filter": 'form == "seminar" and jp <= 10'},
            ]
        }
    )
    k: Annotated[int, Field(ge=1, le=50)] = Field(5, description="Courses a person.")
    target_post: Text | None = Field(
        None, description="post_id; gaps are taken against this post instead of the present one."
    )
    filter: Annotated[str, StringConstraints(max_length=MAX_LENGTH)] | None = Field(
        None,
        description=f"A condition on courses. Fields: {', '.join(FIELDS)}; ==, !=, <, <=, >, >=, "
        "in, and, or, not. A course is left out where what is asked of it is not known.",
        examples=['form == "seminar" and jp <= 10'],
    )


class WhyNotQuestion(Question):
    """Ask why a course does not stand on people's lists, or where it stands."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"people": [{"employee_id": "e7c1f0"}], "course": "K013"}]}
    )
    course: Text = Field(description="course_id.")
    k: Annotated[int, Field(ge=1, le=50)] = Field(5, description="Length of the lists asked about.")
    target_post: Text | None = Field(None, description="As for recommendations.")


class SupportQuestion(Question):
    """Ask who may need support."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"people": [{"employee_id": "e7c1f0"}]}]}
    )


class ProfileQuestion(Question):
    """Ask for competency and performance profiles."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"people": [{"pns_id": "A5EB03E23B3FF6A0"}]}]}
    )


class ModelName(BaseModel):
    """Which model answered."""

    kind: str = Field(description="ranker, the name of a generator, disengagement, rule, none or "
                      "profile.", examples=["ranker"])  # fmt: skip
    version: Digest = Field(description="SHA-256 of the released bundle's manifest.")


class ErrorDetail(BaseModel):
    """Why something was refused; identities are masked."""

    code: str = Field(examples=["invalid_request"])
    message: str = Field(examples=["k must be at most 50, got 51"])
    field: str | None = Field(None, examples=["k"])
    rule: str | None = Field(None, examples=["must be at most 50"])
    value: str | None = Field(None, examples=["51"])
    request_id: str = Field(examples=["5f0c8d6a1b2e4f77"])


class ErrorAnswer(BaseModel):
    """The one shape of every refusal."""

    error: ErrorDetail


class Person(BaseModel):
    """About whom; the caller's reference is echoed."""

    employee_id: str
    reference: str | None = None


class Unknown(BaseModel):
    """Stands in the place of a person whom nobody knows, where several were asked for."""

    reference: str | None = None
    error: ErrorDetail


class Session(BaseModel):
    """The next run of a course."""

    session_id: str
    starts_on: date
    ends_on: date | None = None
    seats: int | None = None
    place: str | None = None


class Lack(BaseModel):
    """A competency that a course teaches and the person lacks."""

    competency_id: str
    name: str
    gap: float = Field(description="Levels lacking.")


class ToAssess(BaseModel):
    """A competency that the post requires and of which too little is known."""

    competency_id: str
    name: str
    evidence: Literal["none", "expired", "wide"] = Field(
        description="Never assessed, assessed too long ago, or measured too widely to act on."
    )


class Contributions(BaseModel):
    """Parts of the score; they add up to it."""

    gap: float = Field(
        description="Competency gaps that the course closes; where nothing is assessed, what the "
        "post requires."
    )
    career: float = Field(
        description="Stage of the career; the gap to a target post other than one's own."
    )
    peers: float = Field(description="Paths of people in similar posts.")
    policy: float = Field(description="What the employer sets: form, hours, cost, dates.")
    interest: float = Field(description="What the courses taken so far are like.")
    base: float = Field(description="The same for everybody.")


class Hours(BaseModel):
    """Training hours (JP) of the year: a floor for PNS, a ceiling for PPPK."""

    this_year: float = Field(description="Completed this year.")
    floor: float | None = Field(None, description="At least so many a year.")
    missing: float | None = Field(None, description="To the floor.")
    ceiling: float | None = Field(None, description="At most so many a year.")
    left: float | None = Field(None, description="Under the ceiling.")
    listed: float = Field(description="Of the courses listed.")
    sentence: str


class RecommendedCourse(BaseModel):
    """One course, with the reasons for it."""

    rank: int
    course_id: str
    title: str
    form: str | None = None
    jp: float | None = Field(None, description="Training hours (jam pelajaran).")
    cost_rupiah: float | None = None
    next_session: Session | None = None
    places_left: int | None = Field(
        None, description="In all coming sessions together; none where one of them is not known."
    )
    chance_of_place: float | None = Field(
        None,
        description="Places for those who have the course among the first five of their lists.",
    )
    score: float
    contributions: Contributions
    closes: list[Lack]
    explored: bool = Field(
        False,
        description="Put at this place by lot, so that courses that are rarely recommended can be "
        "judged; every rule allows it.",
    )
    sentence: str


class Recommendations(Person):
    """Courses for one person, best first."""

    model: ModelName
    as_of: date = Field(description="The profile knows what was known before this date.")
    target_post: str | None = None
    courses: list[RecommendedCourse]
    assess_first: list[ToAssess] = Field(
        description="Where no course answers a measured gap: what to assess before any course."
    )
    note: str | None = Field(None, description="Why there are no courses.")
    hours: Hours | None = Field(
        None, description="None where no rule of hours holds, or hours are not known."
    )


class RecommendationAnswer(BaseModel):
    """One result a person, in the order asked."""

    results: list[Recommendations | Unknown]


class CourseAbove(BaseModel):
    """A course that stands above the one asked about."""

    rank: int
    course_id: str
    title: str
    score: float


class WhyNot(Person):
    """What keeps a course from one person's list, or its place and what stands above it."""

    model: ModelName
    as_of: date
    target_post: str | None = None
    course_id: str
    title: str
    status: Literal["forbidden", "left_out", "ranked_below", "recommended"] = Field(
        description="A rule forbids it; it adds nothing to the list; others come first; it is on "
        "the list."
    )
    rule: str | None = Field(None, description="The first rule that forbids it or leaves it out.")
    rank: int | None = None
    score: float | None = None
    above: list[CourseAbove] = Field(description="What stands above it, best first; at most 50.")
    sentence: str


class WhyNotAnswer(BaseModel):
    """One result a person, in the order asked."""

    results: list[WhyNot | Unknown]


class Driver(BaseModel):
    """Part of a support score; the parts add up to it."""

    feature: str
    contribution: float
    group: str = Field(description="Whose matter it is: person, office or system; base is the same "
                       "for everybody, other is not declared.")  # fmt: skip


class DriverGroups(BaseModel):
    """A support score by whose matter its parts are; they add up to it."""

    person: float = Field(description="Conduct and competencies.")
    office: float = Field(description="What the office offers, assesses and assigns.")
    system: float = Field(description="Rules and quotas set above both.")
    other: float = Field(description="What no group is declared for.")
    base: float = Field(description="The same for everybody.")


class SuggestedAction(BaseModel):
    """A lever of the office, and the score worked out anew with what it moves: no effect."""

    lever: str = Field(examples=["mentoring"])
    decided_by: str
    kind: Literal["set", "assumed"] = Field(
        description="The office sets the figures itself, or the person would have to respond."
    )
    score_from: float
    score_to: float
    course_id: str | None = Field(None, description="Where the lever is a course: the first one "
                                  "recommended.")  # fmt: skip
    sentence: str


class CurvePoint(BaseModel):
    """The probability that a component happens by the end of so many months."""

    months: int
    probability: float
    lower: float | None = Field(None, description="95% interval, at the horizon.")
    upper: float | None = None


class ComponentCurve(BaseModel):
    """When one component may happen to a person; each is calibrated apart."""

    component: str
    name: str
    source: Literal["hazard", "lagged"] = Field(
        description="Learned from profiles, or by the component's own window before alone."
    )
    base_rate: float = Field(description="Of all people, within the horizon.")
    points: list[CurvePoint]


class SupportNeed(Person):
    """Whether a person may need support, or asks for it; scores are shown only with a flag."""

    model: ModelName
    as_of: date
    horizon_months: int
    status: Literal["support_need", "none", "abstained", "asked"] = Field(
        description="asked: not flagged, but the person asks for support."
    )
    reason: Literal["thin_evidence", "unlike_training", "no_skill"] | None = Field(
        None, description="Why the system abstains."
    )
    asked: bool = Field(False, description="The person asks for support, flagged or not.")
    rank_in_unit: int | None = None
    score: float | None = None
    drivers: list[Driver]
    component: str | None = Field(None, description="What the flag is mainly about.")
    curves: list[ComponentCurve] = []
    groups: DriverGroups | None = None
    limits: list[str] = Field(
        default=[],
        description="What kept the person from taking part: no_offer, no_seats, remote_post, "
        "pppk_ceiling, leave, near_retirement.",
    )
    lacks_opportunity: bool = Field(
        False, description="These limits explain the flag, which then tells nothing of motivation."
    )
    actions: list[SuggestedAction] = Field(
        default=[], description="The largest change of the score first."
    )
    sentence: str


class SupportAnswer(BaseModel):
    """One result a person, in the order asked."""

    results: list[SupportNeed | Unknown]


class CompetencyLevel(BaseModel):
    """One competency of a person; null where not assessed or not required."""

    competency_id: str
    name: str
    level: float | None
    required_level: float | None
    gap: float | None
    days_since_assessment: float | None


class Profile(Person):
    """What is known of a person's competencies, performance and development."""

    model: ModelName
    as_of: date
    unit_id: str | None
    unit: str | None
    post_id: str | None
    post: str | None
    post_level: str | None
    employment_type: str | None
    competencies: list[CompetencyLevel]
    figures: dict[str, float | None] = Field(description="All other columns of the profile.")
    sentence: str


class ProfileAnswer(BaseModel):
    """One result a person, in the order asked."""

    results: list[Profile | Unknown]
