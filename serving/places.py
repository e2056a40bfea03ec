"""How many places a course has for those who would have it, as people are told."""

from __future__ import annotations

from features.small_cells import SMALLEST_GROUP
from serving.released import Released
from serving.seats import chance_of_place


def places_left(released: Released, course_id: str) -> tuple[int | None, float | None]:
    """Return the places of a course's coming sessions, and their share of those who would have it.

    None where places are not known; the share also where those people are few enough to guess who.
    """
    row = released.demand.get(course_id)
    if row is None or row["places"] is None:
        return None, None
    shown = row["wanted"] >= SMALLEST_GROUP or row["wanted"] <= row["places"]
    return int(row["places"]), chance_of_place(row["places"], row["wanted"]) if shown else None


def crowd_at(released: Released, course_id: str) -> tuple[int, int] | None:
    """Return the places of a course and the people who would have it, if these are too many."""
    places, chance = places_left(released, course_id)
    if places is None or chance is None or chance >= 1:
        return None
    return places, int(released.demand[course_id]["wanted"])
