# pyright: strict
"""Whose matter a driver of support need is: the person's, the office's or the system's.

The table stands in ``standards/support_drivers.toml``; an employer may set single keys otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from features.standards.load import load_standard

GROUPS = ("person", "office", "system")
LEVERS = ("mentoring", "workload", "course", "recognition", "career_talk", "rotation")
"""What the office may do (``standards/support_levers.toml``), in the order that ties go by."""
BASE, OTHER = "base", "other"
"""What is the same for everybody; and figures that the table does not name."""


def group_of(feature: str) -> str:
    """Return the group of a figure: one of `GROUPS`, `BASE`, or `OTHER` where it is not declared.

    >>> group_of("unexcused_rise"), group_of("n_offers_6_months"), group_of("base")
    ('person', 'office', 'base')
    """
    if feature == BASE:
        return BASE
    declared = load_standard("support_drivers")["feature"].get(feature)
    return OTHER if declared is None else str(declared["group"])


def grouped(contributions: Mapping[str, float]) -> dict[str, float]:
    """Return the sum of each group's contributions; they add up to what all contributions do.

    Parameters
    ----------
    contributions : mapping of str to float
        Feature (`BASE` among them) to its part of a score.

    >>> grouped({"unexcused_rise": 0.5, "predicate": 0.25, "base": -2.0})
    {'person': 0.75, 'office': 0.0, 'system': 0.0, 'other': 0.0, 'base': -2.0}
    """
    names: list[str] = [*GROUPS, OTHER, BASE]
    sums = dict.fromkeys(names, 0.0)
    for feature, part in contributions.items():
        sums[group_of(feature)] += part
    return sums
