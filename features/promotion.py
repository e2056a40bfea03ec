"""What the rules require for a higher post, and what of it a person's records show.

It says what is met, what is lacking and what records cannot tell. It ranks nobody, compares nobody
and recommends nobody: who is appointed is decided by the committee and the authority that the law
names. Clean record comes from sanctions, so the result may be seen by those alone who may see those
(`SEEN_BY`).
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features import promotion_parts as parts
from features.career import present_posts
from features.promotion_parts import STATUSES
from features.records import Records
from features.schema import BY_NAME
from features.standards.expressions import first_of, rules_of
from features.standards.load import SHIPPED, Standards

SEEN_BY = BY_NAME["discipline"].seen_by
COLUMNS = ("employee_id", "target_level", "requirement", "status", "value", "needed", "reason")


def promotion_requirements(
    known: Records,
    target_level: str,
    as_of: date,
    standards: Standards = SHIPPED,
    known_at: date | None = None,
) -> nw.LazyFrame:
    """Return each requirement of a level of post, for everybody in service.

    Parameters
    ----------
    known : Records
        Lazy frames of what was known (`features.known.known_records`).
    target_level : str
        jpt_pratama, administrator or pengawas.
    as_of : date
        The exclusive day; the standard must be in force (since 28 February 2020).
    standards : Standards
        The rules of the employer.
    known_at : date, optional
        Until when `known` holds what was known: an appraisal of last year may be by then.

    Returns
    -------
    LazyFrame
        `COLUMNS`, one row a person and requirement: ``status`` (one of `STATUSES`), ``value`` and
        ``needed`` (numbers where the requirement has any), ``reason``. In no order.

    Raises
    ------
    ValueError
        No requirements are known for `target_level`.
    """
    rule = standards.load("promotion", as_of)
    if target_level not in rules_of(rule):
        raise ValueError(
            f"target_level must be one of {', '.join(rules_of(rule))}, got {target_level}"
        )
    target = rules_of(rule[target_level])
    people = present_posts(known, as_of).select("employee_id", "post_level")
    judged = [
        parts.education(people, known, target, standards.load("education", as_of)),
        parts.experience(people, known, as_of, target),
    ]
    if "predicate_years" in target:
        judged.append(parts.predicates(people, known, as_of, target, known_at))
    if target.get("competencies_required"):
        judged.append(parts.competencies(people, known, as_of, target_level, standards))
    if target.get("clean_record"):
        judged.append(parts.clean_record(people, known, as_of))
    if "maximum_age" in target:
        ages = standards.load("retirement", as_of)["ages"]
        judged.append(parts.age(people, known, as_of, target["maximum_age"], ages))
    if "related_experience_years" in target:
        years = float(target["related_experience_years"])
        reason = "whether earlier posts are related to this one is for a person to judge"
        judged.append(parts.untold(people, "related_experience", reason, years))
    if target.get("healthy"):
        judged.append(parts.untold(people, "healthy", "health is not among the records"))
    return nw.concat(judged).with_columns(target_level=nw.lit(target_level)).select(COLUMNS)


def count_requirements(requirements: nw.LazyFrame) -> nw.LazyFrame:
    """Return how many requirements are met, lacking and open, one row a person and target.

    ``employee_id``, ``target_level``, ``n_met``, ``n_lacking``, ``n_cannot_be_told``. The counts
    are for a page's heading; they are no score, for a single lacking requirement excludes.
    """
    columns = {
        name: first_of([(nw.col("status") == status, 1.0)], 0.0)
        for name, status in zip(("n_met", "n_lacking", "n_cannot_be_told"), STATUSES, strict=True)
    }
    counted = requirements.with_columns(**columns)
    sums = [nw.col(name).sum() for name in columns]
    return counted.group_by("employee_id", "target_level").agg(*sums)
