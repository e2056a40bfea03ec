"""The yearly hours (JP) of one person: done, required, allowed, and what a list brings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from features.standards.load import load_standard
from features.wording.languages import Language, decimal
from models.hours import EPSILON, jp_left, jp_missing
from serving.messages import Hours


def hours_of(who: Mapping[str, Any], listed: float, language: Language) -> Hours | None:
    """Return what the rules of training hours ask of a person; None: no rule, or nothing known.

    Parameters
    ----------
    who : mapping
        The person's profile: ``employment_type``, ``post_level``, ``jp_this_year``.
    listed : float
        JP of the person's list.
    language : {"id", "en"}
    """
    this_year = who.get("jp_this_year")
    if this_year is None:
        return None
    person = pd.DataFrame([dict(who)])
    missing, left = float(jp_missing(person)[0]), float(jp_left(person)[0])
    rules = load_standard("jp")
    floor = float(rules["PNS"]["minimum_jp"]) if who.get("employment_type") == "PNS" else None
    ceiling = None if left == float("inf") else float(rules["PPPK"]["maximum_jp"])
    if floor is None and ceiling is None:
        return None
    said = _floor(missing, floor, listed, language) if floor is not None else ""
    if ceiling is not None:
        said = _ceiling(max(left, 0.0), ceiling, language)
    return Hours(
        this_year=this_year,
        floor=floor,
        missing=missing if floor is not None else None,
        ceiling=ceiling,
        left=None if ceiling is None else max(left, 0.0),
        listed=listed,
        sentence=said,
    )


def missing_hours(who: Mapping[str, Any]) -> float:
    """Return the JP that a person still misses this year to the floor; 0 where there is none."""
    return float(jp_missing(pd.DataFrame([dict(who)]))[0])


def _floor(missing: float, floor: float, listed: float, language: Language) -> str:
    amounts = [decimal(value, language, 0) for value in (floor, missing, listed)]
    if missing <= EPSILON:
        return SAID[language]["reached"].format(*amounts)
    return SAID[language]["enough" if listed + EPSILON >= missing else "short"].format(*amounts)


def _ceiling(left: float, ceiling: float, language: Language) -> str:
    return SAID[language]["ceiling"].format(*(decimal(one, language, 0) for one in (ceiling, left)))


SAID: dict[Language, dict[str, str]] = {
    "id": {
        "reached": "JP minimal tahun ini ({}) sudah tercapai.",
        "enough": "Untuk JP minimal tahun ini ({}) masih kurang {}; daftar ini memuat {}.",
        "short": "Untuk JP minimal tahun ini ({}) masih kurang {}; daftar ini hanya memuat {}.",
        "ceiling": "Dari paling banyak {} JP setahun masih tersisa {}.",
    },
    "en": {
        "reached": "This year's floor of {} JP is reached.",
        "enough": "To this year's floor of {} JP {} are missing; this list holds {}.",
        "short": "To this year's floor of {} JP {} are missing; this list holds only {}.",
        "ceiling": "Of at most {} JP a year {} are left.",
    },
}
