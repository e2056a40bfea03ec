"""What must fit together within a rule file: weights that sum to 1, bands that fall, steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from features.drivers import LEVERS
from features.schema import DISCIPLINE_LEVELS
from features.standards.expressions import rules_of
from features.standards.load import Standard


def _sums_to_one(*path: str) -> Callable[[Standard], bool]:
    def holds(standard: Standard) -> bool:
        table: Mapping[str, Any] = standard
        for key in path:
            table = table[key]
        return math.isclose(sum(rules_of(table).values()), 1)

    return holds


def _falls_to_zero(standard: Standard) -> bool:
    limits = list(rules_of(standard["bands"]).values())
    return all(high > low for high, low in pairwise(limits)) and limits[-1] == 0


def _parts_reach_the_maximum(standard: Standard) -> bool:
    competence = standard["competence"]
    return all(
        math.isclose(sum(rules_of(competence[kind]).values()), competence["maximum"])
        for kind in ("structural", "functional", "pelaksana")
    )


def _maxima_are_reached(standard: Standard) -> bool:
    points = (
        (standard["qualification"], rules_of(standard["qualification"])),
        (standard["performance"], rules_of(standard["performance"]["predicates"])),
        (standard["performance"], rules_of(standard["performance"]["score_bands"])),
        (standard["discipline"], rules_of(standard["discipline"])),
    )
    return all(
        max(value for key, value in rules.items() if key != "maximum") == table["maximum"]
        for table, rules in points
    )


def _makes_one_hundred(standard: Standard) -> bool:
    names = ("qualification", "competence", "performance", "discipline")
    return sum(standard[name]["maximum"] for name in names) == 100


def _numbers_each_cell_once(standard: Standard) -> bool:
    numbers = [cell["number"] for row in standard["cell"].values() for cell in row.values()]
    return sorted(numbers) == list(range(1, 10))


def _steps_are_whole(standard: Standard) -> bool:
    def is_step(step: object) -> bool:
        return (
            isinstance(step, dict)
            and step.keys() <= {"from_days", "to_days", "level", "sanction"}
            and isinstance(step.get("from_days"), int)
            and step.get("level") in DISCIPLINE_LEVELS
            and isinstance(step.get("sanction"), str)
        )

    steps = standard["step"]
    return all(map(is_step, steps)) and all(
        step.get("to_days", 0) + 1 == following["from_days"] for step, following in pairwise(steps)
    )


def _lists_components(standard: Standard) -> bool:
    components = {key for key, value in standard.items() if isinstance(value, dict)}
    listed = standard["event_components"]
    return bool(listed) and set(listed) <= components - {"censoring", "net_benefit"}


def _needs_are_whole(standard: Standard) -> bool:
    def is_need(need: object) -> bool:
        return (
            isinstance(need, dict)
            and need.keys() == {"measure", "least", "enough", "field"}
            and need["field"] in standard["field"]
            and need["least"] <= need["enough"]
        )

    return all(
        isinstance(item, dict)
        and item.keys() == {"kind", "name", "needs"}
        and item["kind"] in ("profile", "label", "model", "output")
        and all(map(is_need, item["needs"]))
        for item in standard["item"]
    )


def _moves_what_it_may(standard: Standard) -> bool:
    moves = [name for lever in LEVERS for name in standard[lever]["moves"]]
    return not any(name.startswith(UNTOUCHABLE) for name in moves)


def _ranges_rise(standard: Standard) -> bool:
    moves = [move for lever in LEVERS for move in standard[lever]["moves"].values()]
    return all("to" in move or move["lowest"] <= move["highest"] for move in moves)


def _knows_every_grade(standard: Standard) -> bool:
    used = {g for grades in standard["PPPK"]["functional_posts"].values() for g in grades}
    return used <= set(standard["PPPK"]["order"])


UNTOUCHABLE = (
    "predicate", "results_", "behaviour_", "numeric_", "excused", "leave", "n_attendance", "years_",
    "n_promotions", "n_demotions", "service_days",
)  # fmt: skip
"""Figures that no lever of support may move: appraisals, granted leave, careers, what tells age."""

Fit = tuple[str, str, Callable[[Standard], bool]]
FITS: Mapping[str, tuple[Fit, ...]] = {
    "appraisal_weights": (
        ("with_360", "must sum to 1", _sums_to_one("with_360")),
        ("without_360", "must sum to 1", _sums_to_one("without_360")),
    ),
    "discipline": (
        ("step", "must be steps (from_days, to_days, level, sanction) without a gap between them",
         _steps_are_whole),
    ),
    "disengagement": (
        ("event_components", "must name components of this file", _lists_components),
    ),
    "feedback360": (("weights", "must sum to 1", _sums_to_one("weights")),),
    "golongan": (
        ("PPPK.functional_posts", "must hold grades of PPPK.order", _knows_every_grade),
    ),
    "ip_asn": (
        ("bands", "must fall, the last to 0", _falls_to_zero),
        ("competence", "must have parts that sum to its maximum", _parts_reach_the_maximum),
        ("competence.pelaksana.training", "must be 0: no such training is looked for",
         lambda standard: standard["competence"]["pelaksana"]["training"] == 0),
        ("*.maximum", "must be the highest points of the dimension", _maxima_are_reached),
        ("*.maximum", "must sum to 100", _makes_one_hundred),
    ),
    "job_person_match": (("bands", "must fall, the last to 0", _falls_to_zero),),
    "nine_box": (
        ("cut_offs", "must rise from medium to high",
         lambda standard: standard["cut_offs"]["medium"] < standard["cut_offs"]["high"]),
        ("cell.*.number", "must be 1 to 9, each once", _numbers_each_cell_once),
    ),
    "penyetaraan": (
        ("ends_on", "must not be before starts_on",
         lambda standard: standard["starts_on"] <= standard["ends_on"]),
    ),
    "readiness": (
        ("item", "must be items (kind, name, needs) whose needs have measure, least, enough, field",
         _needs_are_whole),
    ),
    "support_levers": (
        ("*.moves", "must not name an appraisal, granted leave or a career", _moves_what_it_may),
        ("*.moves", "must have lowest up to highest", _ranges_rise),
    ),
}  # fmt: skip
"""By rule file: the key, what it must be, and whether it is."""
