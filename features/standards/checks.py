"""What a rule may be: the range of each number and name, and what must fit together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

from features.errors import SchemaError
from features.schema import DISCIPLINE_LEVELS, EDUCATIONS, FORMS, POST_LEVELS, PREDICATES
from features.standards.load import ABOUT, Standard

CERTAINTIES = {
    "verified": "read in the legal text or an official page",
    "secondary": "read in a secondary source",
    "memory": "from memory, not confirmed",
    "inference": "own inference or definition",
    "employer": "set by the employer",
}
"""How sure a rule is; the last is what an override is marked with."""


@dataclass(frozen=True)
class Rule:
    """A condition on one value, and how to say it."""

    text: str
    holds: Callable[[Any], bool]


def between(low: float, high: float) -> Rule:
    """Return the rule that a number lies within two limits, both allowed."""
    return Rule(f"must be from {low:g} to {high:g}", lambda value: low <= value <= high)


def whole(low: int, high: int) -> Rule:
    """Return the rule that a whole number lies within two limits, both allowed."""
    return Rule(
        f"must be a whole number from {low} to {high}",
        lambda value: isinstance(value, int) and low <= value <= high,
    )


def one_of(names: Iterable[str]) -> Rule:
    """Return the rule that a text is one of these, or a list holds only these."""
    known = tuple(names)

    def holds(value: str | list[str]) -> bool:
        values = value if isinstance(value, list) else [value]
        return bool(values) and set(values) <= set(known)

    return Rule(f"must be of {', '.join(known)}", holds)


NOT_NEGATIVE = Rule("must not be negative", lambda value: value >= 0)
TEXTS = Rule(
    "must be a list of texts",
    lambda value: bool(value) and all(isinstance(text, str) and text for text in value),
)
POINTS, SHARE = between(0, 100), between(0, 1)
LEVELS, FORM = one_of(POST_LEVELS), one_of(FORMS)

RULES: Mapping[str, Mapping[str, Rule]] = {  # by rule file and dotted key; the first that fits
    "appraisal_weights": {"*": SHARE},
    "assessment_validity": {"years": between(0.5, 20)},
    "competency_dictionary": {"*": Rule("must not be empty", bool)},
    "credit": {"coefficients.*": POINTS, "percent.*": between(0, 200)},
    "discipline": {"consecutive_days_dismissal": whole(1, 366)},
    "education": {"codes.*": one_of(EDUCATIONS), "order.*": whole(1, 20)},
    "feedback360": {"weights.*": SHARE},
    "golongan": {"PNS.codes.*": whole(11, 45), "PPPK.*": TEXTS},
    "ip_asn": {
        "competence.technical_jp": between(0, 2000),
        "competence.*_months": whole(1, 120),
        "competence.*_forms": FORM,
        "trained_by_profession.titles": TEXTS,
        "performance.oldest_year": whole(1, 5),
        "*": POINTS,
    },
    "job_person_match": {"maximum_percent": between(100, 500), "bands.*": POINTS},
    "jp": {"*": between(0, 2000)},
    "jp_activities": {
        "*_forms": FORM,
        "international_bonus": SHARE,
        "jp_a_day.*": between(0.5, 24),
    },
    "nine_box": {
        "performance.oldest_year": whole(1, 5),
        "potential.measure": one_of(["job_person_match"]),
        "cell.*.number": whole(1, 9),
        "cell.*.actions": TEXTS,
        "cut_offs.*": POINTS,
        "performance.points.*": POINTS,
    },
    "penyetaraan": {"equal.*": LEVELS},
    "predicate_distribution": {"*.percent.*": POINTS, "*.n_reports": NOT_NEGATIVE},
    "promotion": {
        "*.minimum_education": one_of(EDUCATIONS),
        "*.experience_levels": LEVELS,
        "*.predicate_years": whole(1, 5),
        "*.minimum_predicate": one_of(PREDICATES),
        "*.maximum_age": whole(40, 80),
        "*_years": between(0, 50),
    },
    "required_levels": {"levels.*": whole(1, 5)},
    "retirement": {"ages.*": whole(40, 80)},
    "skp_matrix": {"*": one_of(PREDICATES)},
}


def check_standard(standard: Standard, place: str) -> None:
    """Raise if a rule is impossible, naming the file, the key, the rule and the value.

    Raises
    ------
    SchemaError
        A value is out of its range, or does not fit the others.
    """
    for key, value in rule_values(standard):
        rule = _rule_for(standard.name, key, value)
        if rule is not None and not rule.holds(value):
            raise SchemaError(f"{place}: {key}", rule.text, repr(value))
    for key, text, holds in FITS.get(standard.name, ()):
        if not holds(standard):
            raise SchemaError(f"{place}: {key}", text)


def rule_values(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted key and the value of each rule, without what is said about it."""
    for key, value in table.items():
        if key in ABOUT:
            continue
        if isinstance(value, dict):
            yield from rule_values(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _rule_for(name: str, key: str, value: object) -> Rule | None:
    for pattern, rule in RULES.get(name, {}).items():
        if fnmatchcase(key, pattern):
            return rule if not isinstance(value, bool) else None
    return NOT_NEGATIVE if isinstance(value, int | float) else None


def _rules(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in ABOUT}


def _sums_to_one(*path: str) -> Callable[[Standard], bool]:
    def holds(standard: Standard) -> bool:
        table: Mapping[str, Any] = standard
        for key in path:
            table = table[key]
        return math.isclose(sum(_rules(table).values()), 1)

    return holds


def _falls_to_zero(standard: Standard) -> bool:
    limits = list(_rules(standard["bands"]).values())
    return all(high > low for high, low in pairwise(limits)) and limits[-1] == 0


def _parts_reach_the_maximum(standard: Standard) -> bool:
    competence = standard["competence"]
    return all(
        math.isclose(sum(_rules(competence[kind]).values()), competence["maximum"])
        for kind in ("structural", "functional", "pelaksana")
    )


def _maxima_are_reached(standard: Standard) -> bool:
    points = (
        (standard["qualification"], _rules(standard["qualification"])),
        (standard["performance"], _rules(standard["performance"]["predicates"])),
        (standard["performance"], _rules(standard["performance"]["score_bands"])),
        (standard["discipline"], _rules(standard["discipline"])),
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


def _knows_every_grade(standard: Standard) -> bool:
    used = {g for grades in standard["PPPK"]["functional_posts"].values() for g in grades}
    return used <= set(standard["PPPK"]["order"])


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
}  # fmt: skip
