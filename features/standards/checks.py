"""What a rule may be: the range of each number and name, and what a file says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from features.drivers import GROUPS, LEVERS
from features.errors import SchemaError
from features.schema import EDUCATIONS, FORMS, POST_LEVELS, PREDICATES
from features.standards.fits import FITS
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
REPAIRABLE = ("sex", "age_band", "employment_type")
PROTECTED = ("sex", "age_band", "religion", "marital_status")
AUDITED = (*PROTECTED, "unit", "employment_type")

RULES: Mapping[str, Mapping[str, Rule]] = {  # by rule file and dotted key; the first that fits
    "appraisal_weights": {"*": SHARE},
    "assessment_validity": {"years": between(0.5, 20)},
    "competency_dictionary": {"*": Rule("must not be empty", bool)},
    "credit": {"coefficients.*": POINTS, "percent.*": between(0, 200)},
    "discipline": {"consecutive_days_dismissal": whole(1, 366)},
    "disengagement": {"capacity": SHARE, "*_share": SHARE, "net_benefit.threshold": SHARE},
    "education": {"codes.*": one_of(EDUCATIONS), "order.*": whole(1, 20)},
    "fairness": {
        "attributes": one_of(AUDITED),
        "proxies": one_of(PROTECTED),
        "age_bands": Rule(
            "must be rising ages from 16 to 100",
            lambda ages: ages == sorted(set(ages)) and all(16 <= age <= 100 for age in ages),
        ),
        "impact.lowest": SHARE,
        "impact.highest": between(1, 100),
        "impact.min_people": whole(20, 1000),
        "impact.alpha": SHARE,
        "calibration.min_events": whole(20, 100_000),
        "calibration.lowest_*": SHARE,
        "calibration.highest_*": between(1, 100),
        "lists.lawful": one_of(AUDITED),
        "mitigation.tried": Rule(
            "must be shares above 0, at most 1",
            lambda shares: all(0 < share <= 1 for share in shares),
        ),
    },
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
    "log_retention": {"*.keep_years": whole(1, 50)},
    "monitoring": {
        "min_people": whole(20, 100_000),
        "alpha": SHARE,
        "psi.*": between(0, 10),
        "calibration.min_events": whole(20, 100_000),
        "calibration.lowest_*": SHARE,
        "calibration.highest_*": between(1, 100),
    },
    "nine_box": {
        "performance.oldest_year": whole(1, 5),
        "potential.measure": one_of(["job_person_match"]),
        "cell.*.number": whole(1, 9),
        "cell.*.actions": TEXTS,
        "cut_offs.*": POINTS,
        "performance.points.*": POINTS,
    },
    "opportunity": {
        "explained_share": SHARE,
        "*.explains": one_of(["career", "competency", "performance", "development", "attendance"]),
        "leave.least_days": between(0, 31),
    },
    "penyetaraan": {"equal.*": LEVELS},
    "post_titles": {"*": LEVELS},
    "predicate_distribution": {"*.percent.*": POINTS, "*.n_reports": NOT_NEGATIVE},
    "promotion": {
        "*.minimum_education": one_of(EDUCATIONS),
        "*.experience_levels": LEVELS,
        "*.predicate_years": whole(1, 5),
        "*.minimum_predicate": one_of(PREDICATES),
        "*.maximum_age": whole(40, 80),
        "*_years": between(0, 50),
    },
    "recommending": {
        "place.online": TEXTS,
        "floor.among": whole(0, 100),
        "seats.first": whole(1, 50),
        "seats.people_a_place": between(0, 10_000),
        "seats.spread": SHARE,
        "evidence.guessed_gap": between(0, 5),
        "assess_first.widest_interval": between(0, 5),
        "order.interest": SHARE,
        "near_duplicates.title_similarity": POINTS,
        "mix.weight": SHARE,
        "exploration.share": between(0, 0.5),
        "exploration.among": whole(1, 100),
        "exposure.weight": SHARE,
        "mix.kinds.*.share": SHARE,
        "mix.kinds.*.forms": FORM,
    },
    "required_levels": {"levels.*": whole(1, 5)},
    "retirement": {"ages.*": whole(40, 80)},
    "skp_matrix": {"*": one_of(PREDICATES)},
    "support": {
        "smallest_unit": whole(1, 1000),
        "evidence.most_missing_families": whole(0, 10),
        "likeness.quantile": between(0.5, 0.9999),
        "survey.margin": between(0, 0.5),
        "survey.min_low": whole(1, 100_000),
        "hysteresis.keep_within": between(1, 10),
        "margin.width": between(0, 2),
        "effect.worthwhile": SHARE,
        "effect.min_*": whole(1, 100_000),
    },
    "support_drivers": {"*.group": one_of(GROUPS), "*.lever": one_of([*LEVERS, "none"])},
    "support_levers": {
        "*.kind": one_of(["set", "assumed"]),
        "*.moves.*": Rule("must be a number", lambda value: isinstance(value, int | float)),
    },
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


def check_about(standard: Standard, place: str) -> None:
    """Raise unless a version says what it is, from when, by which source, and how sure that is.

    What a table or ``certainty_of`` says of itself must be one of `CERTAINTIES` too.

    Raises
    ------
    SchemaError
        Something is missing, or is not what it must be.
    """
    for key in ("title", "source"):
        if not isinstance(standard.get(key), str) or not standard[key].strip():
            raise SchemaError(f"{place}: {key}", "must be a text", repr(standard.get(key)))
    begins = standard.get("valid_from")
    if not isinstance(begins, date):
        raise SchemaError(f"{place}: valid_from", "must be a date", repr(begins))
    if standard.get("valid_until", date.max) < begins:
        ends = standard["valid_until"]
        raise SchemaError(f"{place}: valid_until", f"must not be before {begins}", repr(ends))
    shipped = [name for name in CERTAINTIES if name != "employer"]
    for key, certainty in [("certainty", standard.get("certainty")), *_certainties(standard)]:
        if certainty not in shipped:
            rule = f"must be one of {', '.join(shipped)}"
            raise SchemaError(f"{place}: {key}", rule, repr(certainty))


def _certainties(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the key and the value of each certainty in the tables inside a version."""
    for key, value in table.items():
        dotted = f"{above}{key}"
        if key == "certainty":
            yield dotted, value
        elif key == "certainty_of":
            yield from ((f"{dotted}.{name}", certainty) for name, certainty in value.items())
        elif isinstance(value, dict):
            yield from _certainties(value, f"{dotted}.")


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
