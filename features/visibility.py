"""Who may see which part of a profile: those who may see every table that the part rests on.

What comes from many raters or answers is seen by more than the single rows: feedback by whoever
plans with it, surveys by the person and by research alone (`features.profiles.RESTRICTED`). Age
shows to the person and in the one legal rule that asks for it.
"""

from __future__ import annotations

from features.ip_asn import SEEN_BY as IP_ASN_SEEN_BY
from features.profiles import DISPLAY, ELIGIBILITY, FAMILIES, RESTRICTED
from features.promotion import SEEN_BY as PROMOTION_SEEN_BY
from features.schema import BY_NAME, ROLES


def seen_by(*tables: str) -> tuple[str, ...]:
    """Return the roles that may see all of some tables.

    >>> seen_by("reviews", "assessments")
    ('planner', 'employee', 'data_scientist')
    """
    return tuple(role for role in ROLES if all(role in BY_NAME[name].seen_by for name in tables))


SECTIONS: dict[str, tuple[str, ...]] = {
    "career": seen_by("employees", "employments", "grades"),
    "competency": seen_by("assessments"),
    "performance": seen_by("reviews"),
    "development": seen_by("enrolments", "offers"),
    "attendance": seen_by("attendance"),
    "engagement": ("employee", "data_scientist"),
    "service_results": seen_by("service_targets"),
    "eligibility": ("employee",),
    "target": seen_by("assessments"),
    "nine_box": seen_by("reviews", "assessments"),
}
"""Sections of a profile that a role sees as a whole or not at all."""
_PART_TABLES = {
    "education": "employees", "training": "enrolments", "technical": "enrolments",
    "seminar": "enrolments", "appraisal": "reviews", "sanctions": "discipline",
}  # fmt: skip
IP_ASN_PARTS: dict[str, tuple[str, ...]] = {
    part: tuple({*seen_by(table), *IP_ASN_SEEN_BY}) for part, table in _PART_TABLES.items()
}
"""Parts of IP ASN; its total would tell the sanctions by subtraction and is `IP_ASN_SEEN_BY`'s."""
_REQUIREMENT_TABLES = {
    "education": "employees", "experience": "employments", "predicates": "reviews",
    "competencies": "assessments", "related_experience": "employments", "healthy": "employments",
    "clean_record": "discipline",
}  # fmt: skip
REQUIREMENTS: dict[str, tuple[str, ...]] = {
    **{
        requirement: tuple({*seen_by(table), *PROMOTION_SEEN_BY})
        for requirement, table in _REQUIREMENT_TABLES.items()
    },
    "age": ("planner", *PROMOTION_SEEN_BY),
}


def section_figures() -> dict[str, tuple[str, ...]]:
    """Return the figures of each section, in the order of the data dictionary."""
    families = dict.fromkeys([*FAMILIES, *DISPLAY, *RESTRICTED])
    shown = {
        family: tuple(
            name for group in (FAMILIES, DISPLAY, RESTRICTED) for name in group.get(family, ())
        )
        for family in families
    }
    return {**shown, "eligibility": ELIGIBILITY}


def may_see(section: str, role: str) -> bool:
    """Return whether a role may see a section.

    Raises
    ------
    ValueError
        `role` is none of `features.schema.ROLES`.
    """
    if role not in ROLES:
        raise ValueError(f"role must be one of {', '.join(ROLES)}, got {role}")
    return role in SECTIONS[section]
