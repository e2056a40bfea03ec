"""Answers on support needs, from what is released: nothing in here reads or writes anything."""

from __future__ import annotations

from typing import Any

from features.drivers import group_of
from features.standards.load import load_standard
from features.wording.languages import Language
from serving.answers import for_each, model_of
from serving.curve_words import component_name
from serving.flags import Flag, flag_of, say_action
from serving.messages import (
    ComponentCurve,
    CurvePoint,
    Driver,
    DriverGroups,
    Person,
    SuggestedAction,
    SupportAnswer,
    SupportNeed,
    SupportQuestion,
)
from serving.people import people_of
from serving.released import Released
from serving.support_sentences import asked_sentence, no_support_sentence


def support_needs(
    released: Released, question: SupportQuestion, language: Language
) -> SupportAnswer:
    """Say who may need support, and who asks for it."""
    people = people_of(question, released)
    return SupportAnswer(
        results=for_each(people, lambda person: _support_need(released, person, language))
    )


def _support_need(released: Released, person: Person, language: Language) -> SupportNeed:
    kind, asks = released.kind("support"), person.employee_id in released.asked
    row = released.of_person["support"].one(person.employee_id)
    status = "abstained" if row is None or kind == "none" else row["status"]
    reason = None
    if row is not None and status == "support_need":
        shown = _flag(released, flag_of(released, row), language, asks=asks)
    elif asks:
        status, shown = "asked", {"drivers": [], "sentence": asked_sentence(language)}
    else:
        reason = _reason(row, kind) if status == "abstained" else None
        sentence = no_support_sentence(reason or status, language)
        shown = {"drivers": [], "sentence": sentence}
    return SupportNeed(
        employee_id=person.employee_id,
        reference=person.reference,
        model=model_of(released, kind),
        as_of=released.snapshot.as_of,
        horizon_months=released.bundle.about["support"]["horizon_months"],
        status=status,
        reason=reason,
        asked=asks,
        **shown,
    )


def _reason(row: dict[str, Any] | None, kind: str) -> Any:  # noqa: ANN401
    """Return why the system abstains; a person who is not in the list is not known well enough."""
    if kind == "none":
        return "no_skill"
    return (row or {}).get("reason") or "thin_evidence"


def _flag(released: Released, flag: Flag, language: Language, *, asks: bool) -> dict[str, Any]:
    """Return what is shown of a flag, and only of a flag."""
    asked = f"{asked_sentence(language)} " if asks else ""
    return {
        "rank_in_unit": flag.rank,
        "component": flag.component,
        "curves": _curves(flag, language),
        "score": flag.score,
        "drivers": [
            Driver(feature=name, contribution=part, group=group_of(name))
            for name, part in flag.parts.items()
        ],
        "groups": DriverGroups(**flag.groups),
        "limits": flag.limits,
        "lacks_opportunity": flag.lacks_opportunity,
        "actions": [_action(released, flag, action, language) for action in flag.actions],
        "sentence": asked + flag.sentence(language),
    }


def _curves(flag: Flag, language: Language) -> list[ComponentCurve]:
    by_component = {row["component"]: row for row in flag.curves}
    return [
        ComponentCurve(
            component=component,
            name=component_name(component, language),
            source=one["source"],
            base_rate=one["base_rate"],
            points=[
                CurvePoint(**{name: row[name] for name in CurvePoint.model_fields})
                for row in flag.curves
                if row["component"] == component
            ],
        )
        for component, one in by_component.items()
    ]


def _action(
    released: Released, flag: Flag, action: dict[str, Any], language: Language
) -> SuggestedAction:
    lever = load_standard("support_levers")[action["lever"]]
    return SuggestedAction(
        lever=action["lever"],
        decided_by=lever[f"decided_by_{language}"],
        kind=lever["kind"],
        score_from=action["score_from"],
        score_to=action["score_to"],
        course_id=action["course_id"],
        sentence=say_action(released, flag, action, language),
    )
