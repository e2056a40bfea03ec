"""IP ASN, 9-box and promotion requirements of everybody: frames in, frames out.

They are kept apart from the profiles, for sanctions are among what they rest on
(`features.visibility` says who may see which part). No model reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import narwhals as nw

from features.career import present_posts
from features.engines import is_eager, results
from features.ip_asn import ip_asn
from features.known import known_records
from features.nine_box import nine_box
from features.promotion import promotion_requirements
from features.records import Records
from features.standards.expressions import rules_of
from features.standards.load import SHIPPED, Standards


@dataclass(frozen=True)
class Indices:
    """The indices of everybody in service at one date.

    Attributes
    ----------
    ip_asn : frame
        One row a person (`features.ip_asn.IpAsn.people`), sorted by ``employee_id``.
    ip_asn_parts : frame
        One row a person and part (`features.ip_asn_parts.COLUMNS`), sorted by both.
    nine_box : frame
        One row a person (`features.nine_box.COLUMNS`), sorted by ``employee_id``.
    promotion : frame
        One row a person, level that follows the present one (`following_levels`) and requirement
        (`features.promotion.COLUMNS`), sorted by the three.
    """

    ip_asn: Any
    ip_asn_parts: Any
    nine_box: Any
    promotion: Any


def build_indices(
    records: Records, as_of: date, known_at: date | None = None, standards: Standards = SHIPPED
) -> Indices:
    """Work out the indices of everybody.

    Parameters
    ----------
    records : Records
        Frames of one kind, as `features.profiles.build_profiles` takes them; not modified.
    as_of : date
        Exclusive; the rules must be in force (since 28 February 2020).
    known_at : date, optional
        Count what was known before this date instead.
    standards : Standards
        The rules of the employer.

    Returns
    -------
    Indices
        Frames of the same kind as the records; lazy if those are.
    """
    known = known_records(records, as_of, known_at)
    index = ip_asn(known, as_of, standards)
    frames = (
        index.people.sort("employee_id"),
        index.explanation.sort("employee_id", "dimension", "part"),
        nine_box(known, as_of, standards).sort("employee_id"),
        _promotion(known, as_of, standards, known_at).sort(
            "employee_id", "target_level", "requirement"
        ),
    )
    return Indices(*results(frames, eager=is_eager(records.employees)))


def following_levels(post_level: str | None, as_of: date, standards: Standards) -> list[str]:
    """Return the levels of post whose years of experience may be served at a level of post.

    >>> following_levels("ahli_muda", date(2026, 1, 1), SHIPPED)
    ['administrator']
    """
    rule = rules_of(standards.load("promotion", as_of))
    return [target for target, asked in rule.items() if post_level in asked["experience_levels"]]


def requirements_of(
    known: Records,
    targets: Sequence[str],
    as_of: date,
    standards: Standards,
    known_at: date | None = None,
) -> list[nw.LazyFrame]:
    """Return the requirements of some levels for everybody; a level without any is left out."""
    rule = rules_of(standards.load("promotion", as_of))
    return [
        promotion_requirements(known, target, as_of, standards, known_at)
        for target in targets
        if target in rule
    ]


def _promotion(
    known: Records, as_of: date, standards: Standards, known_at: date | None
) -> nw.LazyFrame:
    rule = rules_of(standards.load("promotion", as_of))
    people = present_posts(known, as_of)
    below = (
        people.filter(nw.col("post_level").is_in(asked["experience_levels"])).select("employee_id")
        for asked in rule.values()
    )
    judged = requirements_of(known, tuple(rule), as_of, standards, known_at)
    return nw.concat(
        [
            frame.join(few, on="employee_id", how="semi")
            for frame, few in zip(judged, below, strict=True)
        ]
    )
