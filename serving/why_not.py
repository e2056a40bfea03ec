"""Why does a course not stand on somebody's list? The first rule, or its rank and what is above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.errors import SchemaError
from features.wording.languages import Language
from models.course_set import why_not_useful
from models.left_out import why_left_out
from serving.answers import for_each, known_ids, model_of
from serving.faults import shown_code
from serving.messages import CourseAbove, Person, WhyNot, WhyNotAnswer, WhyNotQuestion
from serving.people import people_of
from serving.places import crowd_at
from serving.ranking import Row, cases_of, fresh_ranking
from serving.released import Released
from serving.sentences import crowd_sentence
from serving.target_post import check_post, towards
from serving.why_words import TURNS, why_not_sentence

SHOWN_ABOVE, NAMED_ABOVE = 50, 2


@dataclass(frozen=True)
class _Place:
    """Where the course stands for one person: a rule that keeps it away, or the ranked rows."""

    rule: str | None
    forbidden: bool
    rows: list[Row]


def why_not_course(
    released: Released, question: WhyNotQuestion, language: Language
) -> WhyNotAnswer:
    """Say of each person which rule keeps a course off the list, or what stands above it."""
    people = people_of(question, released)
    course_id = question.course
    if course_id not in released.courses and course_id not in released.recommender.course_ids:
        shown = shown_code(course_id)
        raise SchemaError("course", "must be the course_id of a known course", shown)
    if question.target_post is not None:
        check_post(released, question.target_post)
    places = _places(released, known_ids(people), course_id, question.target_post)
    return WhyNotAnswer(
        results=for_each(
            people,
            lambda person: _answer(
                released, person, question, places[person.employee_id], language
            ),
        )
    )


def _places(
    released: Released, employee_ids: list[str], course_id: str, post: str | None
) -> dict[str, _Place]:
    if not employee_ids:
        return {}
    ids, snapshot = released.recommender.course_ids, released.snapshot
    if course_id not in ids:
        return dict.fromkeys(employee_ids, _Place("not_scored", True, []))
    cases, column = cases_of(released, employee_ids), ids.index(course_id)
    forbidden, facts = released.offer.why_not(cases), released.offer.facts
    if post is not None:
        cases = towards(cases, post, snapshot["post_requirements"], snapshot["posts"])
    needs = released.offer.needs(cases, floor=post is None)
    useless, floor_gap = why_not_useful(needs, facts), needs.floor_gap
    rules = np.where(forbidden == "", useless, forbidden)[:, column]
    ranking = fresh_ranking(released, employee_ids, post, len(ids))
    places = {}
    for row, employee_id in enumerate(cases.people["employee_id"]):
        rows, rule = ranking.courses[employee_id], str(rules[row]) or None
        is_listed = any(each["course_id"] == course_id for each in rows)
        if is_listed:  # towards another post it may follow its prerequisite on the list
            places[employee_id] = _Place(None, False, rows)
        elif rule is None:
            above = pd.Index(ids).get_indexer(pd.Index([each["course_id"] for each in rows]))
            left_out = why_left_out(needs.of(np.array([row])), facts, above, column)
            places[employee_id] = _Place(left_out, False, rows)
        elif rule == "no_gap" and 0 < floor_gap[row] <= _hours(released, rows):
            places[employee_id] = _Place("floor_reached", False, rows)
        else:
            places[employee_id] = _Place(rule, True, rows)
    return places


def _answer(
    released: Released,
    person: Person,
    question: WhyNotQuestion,
    place: _Place,
    language: Language,
) -> WhyNot:
    own = next((row for row in place.rows if row["course_id"] == question.course), None)
    own = None if place.rule else own
    rows = [] if place.forbidden else place.rows
    above = [_above(released, row) for row in rows if own is None or row["rank"] < own["rank"]]
    title = _title(released, question.course)
    rank = None if own is None else own["rank"]
    nearest = [course.title for course in above[::-1][:NAMED_ABOVE]]
    return WhyNot(
        employee_id=person.employee_id,
        reference=person.reference,
        model=model_of(released, released.kind("recommender")),
        as_of=released.snapshot.as_of,
        target_post=question.target_post,
        course_id=question.course,
        title=title,
        status=_status(place, rank, question.k),
        rule=place.rule,
        rank=rank,
        score=None if own is None else own["score"],
        above=above[:SHOWN_ABOVE],
        sentence=_sentence(released, question, place.rule, rank, nearest, language),
    )


def _sentence(
    released: Released,
    question: WhyNotQuestion,
    rule: str | None,
    rank: int | None,
    nearest: list[str],
    language: Language,
) -> str:
    """Say the rule or the place; of a crowded course also that a lot moves it."""
    title = _title(released, question.course)
    said = why_not_sentence(title, rule, rank, question.k, nearest, language)
    crowd = crowd_at(released, question.course)
    if rank is None or crowd is None:
        return said
    turns = TURNS[language] if question.course in released.offer.crowded else ""
    return f"{said} {crowd_sentence(*crowd, language)}{turns}"


def _hours(released: Released, rows: list[Row]) -> float:
    """Return the JP of the courses of a list."""
    listed = (released.courses.get(row["course_id"], {}).get("jp") for row in rows)
    return sum(jp or 0.0 for jp in listed)


def _status(place: _Place, rank: int | None, k: int) -> Any:  # noqa: ANN401
    if place.rule is not None:
        return "forbidden" if place.forbidden else "left_out"
    return "recommended" if (rank or 0) <= k else "ranked_below"


def _above(released: Released, row: Row) -> CourseAbove:
    title = _title(released, row["course_id"])
    return CourseAbove(
        rank=row["rank"], course_id=row["course_id"], title=title, score=row["score"]
    )


def _title(released: Released, course_id: str) -> str:
    return str(released.courses.get(course_id, {}).get("title") or course_id)
