"""Answers to questions, from what is released: nothing in here reads or writes anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from features.own_conditions import STATED
from features.wording.languages import Language
from serving.course_filter import CourseFilter
from serving.eligible import basis_of, to_assess
from serving.hours import hours_of, missing_hours
from serving.lacks import asked_by, closed_by, competency_name
from serving.messages import (
    CompetencyLevel,
    Contributions,
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
    ToAssess,
    Unknown,
)
from serving.people import people_of
from serving.places import crowd_at, places_left
from serving.ranking import Ranking, fresh_ranking, stored_ranking
from serving.released import Released
from serving.sentences import (
    assess_note,
    basis_note,
    no_courses_note,
    profile_sentence,
    recommendation_sentence,
)
from serving.snapshot import REASONS
from serving.target_post import check_post

Row = dict[str, Any]
Answer = TypeVar("Answer", bound=Person)

TEXTS = ("employee_id", "unit_id", "post_id", "post_level", "employment_type", *STATED)


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
    who = released.of_person["people"].one(person.employee_id) or {}
    missing = missing_hours(who) if post is None and basis_of(levels) == "gap" else 0.0
    courses = [_course(released, row, levels, who, missing, language) for row in rows]
    assess = _to_assess(released, levels, courses)
    listed = sum(course.jp or 0.0 for course in courses)
    return Recommendations(
        employee_id=person.employee_id,
        reference=person.reference,
        model=model_of(released, released.kind("recommender")),
        as_of=released.snapshot.as_of,
        target_post=post,
        courses=courses,
        assess_first=assess,
        note=_note(released, rows, levels, assess, language),
        hours=hours_of(who, listed, language),
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
    released: Released, row: Row, levels: list[Row], who: Row, missing: float, language: Language
) -> RecommendedCourse:
    """Return one course; ``missing`` are the hours to the floor of somebody with a gap."""
    course = released.courses.get(row["course_id"], {})
    session = released.coming.next(row["course_id"], who.get("reach"))
    contributions = {reason: row[f"why_{reason}"] for reason in REASONS}
    closes = closed_by(released, row["course_id"], levels)
    sentence = recommendation_sentence(
        contributions,
        [(lack.name, lack.gap) for lack in closes],
        language,
        asked_by(released, row["course_id"], levels),
        by_lot=row.get("explored", False),
        fills=not closes and missing > 0,
        crowd=crowd_at(released, row["course_id"]),
    )
    places, chance = places_left(released, row["course_id"])
    return RecommendedCourse(
        rank=row["rank"],
        course_id=row["course_id"],
        title=course.get("title") or row["course_id"],
        form=course.get("form"),
        jp=course.get("jp"),
        cost_rupiah=course.get("cost_rupiah"),
        next_session=None if session is None else Session(**_only(session, Session)),
        places_left=places,
        chance_of_place=chance,
        score=row["score"],
        contributions=Contributions(**contributions),
        closes=closes,
        explored=row.get("explored", False),
        sentence=sentence,
    )


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
