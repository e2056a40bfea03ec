"""Which profiles, labels, models and outputs an import supports, and what would add more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from features.known import current_records
from features.readiness_measures import measure_records
from features.records import Records
from features.standards.load import load_standard

RARE = "rare"
"""The field of a need that no field meets: the event itself is rare."""
KINDS = {"profile": "profiles", "label": "labels", "model": "models", "output": "outputs"}
WORDS = {
    "people": "people in service",
    "share_with_post_level": "people whose post has a level",
    "share_required": "people whose post says what it requires",
    "share_assessed": "people assessed",
    "share_reviewed": "people reviewed in two years",
    "share_with_feedback": "people with feedback in two years",
    "share_with_course": "people with a course in two years",
    "share_with_jp": "courses taken with hours",
    "share_surveyed": "people who answered in two years",
    "share_with_attendance": "people with attendance",
    "share_with_retirement": "people with a foreseen retirement",
    "share_of_units_with_targets": "units with targets",
    "share_of_courses_that_teach": "courses with competencies",
    "share_of_courses_with_cost": "courses with a cost",
    "attendance_months": "months of attendance",
    "course_months": "months with courses",
    "support_months": "months of attendance, or of offers",
    "courses_taken": "courses taken",
    "learners": "people who took a course in a year",
    "offers": "offers",
    "future_sessions": "sessions to come",
    "regulations": "regulations",
}


@dataclass(frozen=True)
class Need:
    """One measure that an item rests on: how much there is, and how much it takes."""

    measure: str
    value: float
    least: float
    enough: float
    field: str

    @property
    def state(self) -> str:
        """Return ``missing``, ``thin`` or ``ready``."""
        if self.value < self.least:
            return "missing"
        return "thin" if self.value < self.enough else "ready"


@dataclass(frozen=True)
class Item:
    """One profile, label, model or output and what it rests on."""

    kind: str
    name: str
    needs: tuple[Need, ...]

    @property
    def state(self) -> str:
        """Return the worst state of its needs."""
        states = [need.state for need in self.needs]
        return next(state for state in ("missing", "thin", "ready") if state in states)


def check_readiness(records: Records, as_of: date | None = None) -> list[Item]:
    """Return what the (Polars) records support, in the order of ``standards/readiness.toml``.

    They are looked back on from `as_of` (`features.horizon`); default: from their end.
    """
    values = measure_records(current_records(records), as_of)
    return [
        Item(
            item["kind"],
            item["name"],
            tuple(Need(value=values[need["measure"]], **need) for need in item["needs"]),
        )
        for item in load_standard("readiness")["item"]
    ]


def next_fields(items: list[Item]) -> list[tuple[str, list[str], list[str]]]:
    """Return what to ask for next: field, what it alone would make ready, and what it would help.

    The field that alone makes the most ready comes first.
    """
    alone: dict[str, list[str]] = {}
    helps: dict[str, list[str]] = {}
    for item in items:
        lacking = {need.field for need in item.needs if need.state != "ready"}
        for field in sorted(lacking - {RARE}):
            (alone if len(lacking) == 1 else helps).setdefault(field, []).append(item.name)
    fields = sorted({*alone, *helps})
    fields.sort(key=lambda f: (-len(alone.get(f, [])), -len(helps.get(f, []))))
    return [(field, alone.get(field, []), helps.get(field, [])) for field in fields]


def readiness_lines(items: list[Item]) -> list[str]:
    """Return the same in words for a planner."""
    lines: list[str] = []
    for kind, title in KINDS.items():
        lines += ["", title]
        lines += [_item_line(item) for item in items if item.kind == kind]
    lines += ["", "what to ask for next"]
    names = load_standard("readiness")["field"]
    wanted = next_fields(items)
    lines += [_field_line(names[field], alone, helps) for field, alone, helps in wanted]
    return lines[1:] if wanted else [*lines[1:], "  nothing: everything is there"]


def readiness_json(items: list[Item]) -> dict[str, Any]:
    """Return the same as JSON-able values."""
    return {
        "items": [
            {
                "kind": item.kind,
                "name": item.name,
                "state": item.state,
                "needs": [{**vars(need), "state": need.state} for need in item.needs],
            }
            for item in items
        ],
        "next": [
            {"field": field, "makes_ready": alone, "helps": helps}
            for field, alone, helps in next_fields(items)
        ],
    }


def _item_line(item: Item) -> str:
    lacking = [need for need in item.needs if need.state != "ready"]
    askable = [need for need in lacking if need.field != RARE] or lacking
    why = "; ".join(_need_words(need) for need in askable)
    return f"  {item.state:<9}{item.name:<38}{why}".rstrip()


def _need_words(need: Need) -> str:
    words = WORDS.get(need.measure) or _event_words(need.measure)
    bound, rule = (need.least, "at least") if need.state == "missing" else (need.enough, "better")
    return f"{words} {_shown(need, need.value)} ({rule} {_shown(need, bound)})"


def _event_words(measure: str) -> str:
    if measure.startswith("seen_"):
        return "people for whom it could be seen"
    return "people to whom it happened in the last window"


def _shown(need: Need, value: float) -> str:
    if need.measure.startswith("share_"):
        return f"{value:.0%}" if value == 0 or value >= 0.01 else f"{value:.1%}"
    return f"{value:,.0f}"


def _field_line(name: str, alone: list[str], helps: list[str]) -> str:
    parts = []
    if alone:
        parts.append(f"makes ready: {', '.join(alone)}")
    if helps:
        parts.append(f"is part of: {', '.join(helps)}")
    return f"  {name}: {'; '.join(parts)}"
