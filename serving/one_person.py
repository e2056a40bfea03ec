"""What `huyula recommend --employee` shows: one person's list, or why a course is not on it."""

from __future__ import annotations

from typing import cast

from features.keys import load_verifying_key
from features.settings import Settings
from features.wording.languages import Language
from features.workspace import Workspace
from models.bundle import open_bundle
from serving.answers import recommend
from serving.messages import (
    RecommendationQuestion,
    Recommendations,
    WhyNot,
    WhyNotQuestion,
)
from serving.released import Released
from serving.snapshot import load_snapshot
from serving.why_not import why_not_course


def show_list(
    workspace: Workspace,
    employee_id: str,
    k: int,
    condition: str | None,
    target_post: str | None,
    language: Language,
) -> str:
    """Return one person's list as text, one course a line with its sentence below.

    Raises
    ------
    HuyulaError
        Nothing is released, nobody has this key, or a condition or post cannot be used.
    """
    question = RecommendationQuestion.model_validate(
        {
            "people": [{"employee_id": employee_id}],
            "k": k,
            "filter": condition,
            "target_post": target_post,
        }
    )
    results = recommend(_released(workspace), question, language).results
    answer = cast("Recommendations", results[0])  # one unknown person is an error, no answer
    lines = [
        f"{course.rank}. {course.course_id} {course.title}\n   {course.sentence}"
        for course in answer.courses
    ]
    said = [answer.note, answer.hours and answer.hours.sentence]
    return "\n".join([*lines, *(one for one in said if one)])


def show_why_not(
    workspace: Workspace,
    employee_id: str,
    course_id: str,
    k: int,
    target_post: str | None,
    language: Language,
) -> str:
    """Return the rule that keeps a course off one person's list, or what stands above it."""
    question = WhyNotQuestion.model_validate(
        {
            "people": [{"employee_id": employee_id}],
            "course": course_id,
            "k": k,
            "target_post": target_post,
        }
    )
    results = why_not_course(_released(workspace), question, language).results
    answer = cast("WhyNot", results[0])
    above = [f"{course.rank}. {course.course_id} {course.title}" for course in answer.above]
    return "\n".join([answer.sentence, *above])


def _released(workspace: Workspace) -> Released:
    folder = workspace.require(workspace.bundle, "huyula release")
    bundle = open_bundle(folder, load_verifying_key(Settings().key_folder))
    snapshot = load_snapshot(workspace.require(workspace.snapshot, "huyula recommend"))
    return Released(bundle, snapshot, None)
