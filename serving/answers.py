"""Answers to questions, from what is released: nothing in here reads or writes anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from features.wording.languages import Language
from serving.course_filter import CourseFilter
from serving.curve_words import component_name
from serving.eligible import basis_of, to_assess
from serving.lacks import asked_by, closed_by, competency_name
from serving.messages import (
    CompetencyLevel,
    ComponentCurve,
    Contributions,
    CurvePoint,
    Driver,
    ModelName,
    Person,
    Profile,
    ProfileAnswer,
    ProfileQuestion,
    RecommendationAnswer,
    RecommendationQuestion,
    Recommendations,
    RecommendedCourse,
    Session,
    SupportAnswer,
    SupportNeed,
    SupportQuestion,
    ToAssess,
    Unknown,
)
from serving.people import people_of
from serving.ranking import Ranking, fresh_ranking, stored_ranking
from serving.released import Released
from serving.sentences import (
    assess_note,
    basis_note,
    no_courses_note,
    no_support_sentence,
    profile_sentence,
    recommendation_sentence,
    support_sentence,
)
from serving.snapshot import REASONS
from serving.target_post import check_post

Row = dict[str, Any]
Answer = TypeVar("Answer", bound=Person)

TEXTS = ("employee_id", "unit_id", "post_id", "post_level", "employment_type")


def recommend(
    released: Released, question: RecommendationQuestion, language: Language
) -> RecommendationAnswer:
    """Recommend courses: from the snapshot, or scored now for a target post or a long list."""
    people = people_of(question, released)
    post, k = question.target_post, question.k
    if post is not None:
        check_post(released, post)
    condition = None if question.filter is None else CourseFilter(question.filter)
    if post is None and condition is None and k <= released.snapshot.k:
        ranking = stored_ranking(released, known_ids(people), k)
    else:
        ranking = fresh_ranking(released, known_ids(people), post, k, condition)
    return RecommendationAnswer(
        results=for_each(
            people, lambda person: _recommendations(released, person, post, ranking, language)
        )
    )


def support_needs(
    released: Released, question: SupportQuestion, language: Language
) -> SupportAnswer:
    """Say who may need support."""
    people = people_of(question, released)
    return SupportAnswer(
        results=for_each(people, lambda person: _support_need(released, person, language))
    )


def profiles(released: Released, question: ProfileQuestion, language: Language) -> ProfileAnswer:
    """Show profiles."""
    people = people_of(question, released)
    return ProfileAnswer(
        results=for_each(people, lambda person: _profile(released, person, language))
    )


def for_each(
    people: list[Person | Unknown], answer: Callable[[Person], Answer]
) -> list[Answer | Unknown]:
    """Return the answer about each person that is known, and the others as they are."""
    return [person if isinstance(person, Unknown) else answer(person) for person in people]


def known_ids(people: list[Person | Unknown]) -> list[str]:
    """Return the ``employee_id`` of each person that is known, once."""
    return list(dict.fromkeys(p.employee_id for p in people if isinstance(p, Person)))


def _recommendations(
    released: Released,
    person: Person,
    post: str | None,
    ranking: Ranking,
    language: Language,
) -> Recommendations:
    rows, levels = ranking.courses[person.employee_id], ranking.levels[person.employee_id]
    courses = [_course(released, row, levels, language) for row in rows]
    assess = _to_assess(released, levels, courses)
    return Recommendations(
        employee_id=person.employee_id,
        reference=person.reference,
        model=model_of(released, released.kind("recommender")),
        as_of=released.snapshot.as_of,
        target_post=post,
        courses=courses,
        assess_first=assess,
        note=_note(released, rows, levels, assess, language),
    )


def _note(
    released: Released,
    rows: list[Row],
    levels: list[Row],
    assess: list[ToAssess],
    language: Language,
) -> str | None:
    """Say what a list that answers no measured gap rests on, or that there is none."""
    basis = basis_of(levels)
    said = [assess_note([one.name for one in assess], language)] if assess else []
    if not rows:
        said = [no_courses_note(language), *said]
    elif basis != "gap" and released.assesses:
        said = [basis_note(basis, language), *said]
    return " ".join(said) or None


def _to_assess(
    released: Released, levels: list[Row], courses: list[RecommendedCourse]
) -> list[ToAssess]:
    """Return what an assessment is worth more for than any course: none where a gap is answered."""
    valid = {row["competency_id"] for row in levels if row["evidence"] == "valid"}
    answered = any(lack.competency_id in valid for course in courses for lack in course.closes)
    if answered or not released.assesses:
        return []
    return [
        ToAssess(competency_id=key, name=competency_name(released, key), evidence=evidence)  # pyright: ignore[reportArgumentType]
        for key, evidence in to_assess(levels)
    ]


def _course(
    released: Released, row: Row, levels: list[Row], language: Language
) -> RecommendedCourse:
    course = released.courses.get(row["course_id"], {})
    session = released.next_sessions.get(row["course_id"])
    contributions = {reason: row[f"why_{reason}"] for reason in REASONS}
    closes = closed_by(released, row["course_id"], levels)
    sentence = recommendation_sentence(
        contributions,
        [(lack.name, lack.gap) for lack in closes],
        language,
        asked_by(released, row["course_id"], levels),
        by_lot=row.get("explored", False),
    )
    return RecommendedCourse(
        rank=row["rank"],
        course_id=row["course_id"],
        title=course.get("title") or row["course_id"],
        form=course.get("form"),
        jp=course.get("jp"),
        cost_rupiah=course.get("cost_rupiah"),
        next_session=None if session is None else Session(**_only(session, Session)),
        score=row["score"],
        contributions=Contributions(**contributions),
        closes=closes,
        explored=row.get("explored", False),
        sentence=sentence,
    )


def _support_need(released: Released, person: Person, language: Language) -> SupportNeed:
    kind = released.kind("support")
    row = released.of_person["support"].one(person.employee_id)
    status = "abstained" if row is None or kind == "none" else row["status"]
    if row is not None and status == "support_need":
        shown = _flag(released, row, kind, language)
    else:
        reason = _reason(row, kind) if status == "abstained" else None
        said = no_support_sentence(status, kind, language, reason)
        shown = {"drivers": [], "reason": reason, "sentence": said}
    return SupportNeed(
        employee_id=person.employee_id,
        reference=person.reference,
        model=model_of(released, kind),
        as_of=released.snapshot.as_of,
        horizon_months=released.bundle.about["support"]["horizon_months"],
        status=status,
        **shown,
    )


def _reason(row: Row | None, kind: str) -> str:
    """Return why nothing is said of a person."""
    if kind == "none":
        return "no_skill"
    return "thin_evidence" if row is None else row["reason"] or "thin_evidence"


def _curves(released: Released, employee_id: str, language: Language) -> list[ComponentCurve]:
    rows = released.of_person["curves"].of(employee_id)
    by_component = {row["component"]: row for row in rows}
    return [
        ComponentCurve(
            component=component,
            name=component_name(component, language),
            source=one["source"],
            base_rate=one["base_rate"],
            points=[
                CurvePoint(**_only(row, CurvePoint))
                for row in rows
                if row["component"] == component
            ],
        )
        for component, one in by_component.items()
    ]


def _flag(released: Released, row: Row, kind: str, language: Language) -> dict[str, Any]:
    """Return what is shown of a flag, and only of a flag."""
    drivers = released.of_person["drivers"].of(row["employee_id"])
    parts = {driver["feature"]: driver["contribution"] for driver in drivers}
    rank = int(row["rank_in_unit"])
    return {
        "rank_in_unit": rank,
        "score": row["score"],
        "component": row["component"] or None,
        "curves": _curves(released, row["employee_id"], language),
        "drivers": [Driver(feature=name, contribution=part) for name, part in parts.items()],
        "sentence": support_sentence(parts, rank, kind, language),
    }


def _profile(released: Released, person: Person, language: Language) -> Profile:
    (row,) = released.of_person["people"].of(person.employee_id)
    levels = released.of_person["levels"].of(person.employee_id)
    figures = {name: value for name, value in row.items() if name not in TEXTS}
    return Profile(
        employee_id=person.employee_id,
        reference=person.reference,
        model=model_of(released, "profile"),
        as_of=released.snapshot.as_of,
        unit_id=row["unit_id"],
        unit=released.units.get(row["unit_id"]),
        post_id=row["post_id"],
        post=released.posts.get(row["post_id"]),
        post_level=row["post_level"],
        employment_type=row["employment_type"],
        competencies=[
            CompetencyLevel(
                **_only(level, CompetencyLevel),
                name=competency_name(released, level["competency_id"]),
            )
            for level in levels
        ],
        figures=figures,
        sentence=profile_sentence(figures, language),
    )


def model_of(released: Released, kind: str) -> ModelName:
    """Return which model answers."""
    return ModelName(kind=kind, version=released.bundle.digest)


def _only(row: Row, message: type[Any]) -> Row:
    return {name: value for name, value in row.items() if name in message.model_fields}
