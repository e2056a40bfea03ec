"""Which of a person's competency gaps a course helps with, and what nobody has assessed."""

from __future__ import annotations

from typing import Any

from serving.messages import Lack
from serving.released import Released

Row = dict[str, Any]


def closed_by(released: Released, course_id: str, levels: list[Row]) -> list[Lack]:
    """Return the levels lacking that a course helps with, the largest first."""
    taught = released.teaches.get(course_id, {})
    lacks = [
        Lack(
            competency_id=row["competency_id"],
            name=competency_name(released, row["competency_id"]),
            gap=min(row["gap"], taught[row["competency_id"]] - row["level"]),
        )
        for row in levels
        if row["competency_id"] in taught and row["gap"] and row["level"] is not None
    ]
    return sorted((lack for lack in lacks if lack.gap > 0), key=lambda lack: (-lack.gap, lack.name))


def asked_by(released: Released, course_id: str, levels: list[Row]) -> list[str]:
    """Return which competencies a course teaches, the post requires and nobody has assessed.

    They are no gaps: nothing shows whether the person holds them.
    """
    taught = released.teaches.get(course_id, {})
    return sorted(
        competency_name(released, row["competency_id"])
        for row in levels
        if row["competency_id"] in taught
        and row["required_level"] is not None
        and row["evidence"] == "none"
    )


def competency_name(released: Released, competency_id: str) -> str:
    """Return the name of a competency, or its code where the dictionary lacks it."""
    return str(released.competencies.get(competency_id, competency_id))
