"""Recommendations towards a post that a person does not hold yet, scored when asked."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from features.competency import competency_summary
from features.errors import SchemaError
from models.cases import Cases
from serving.eligible import allowed_now
from serving.faults import shown_code
from serving.released import Released
from serving.rows import Rows

Row = dict[str, Any]


def check_post(released: Released, post_id: str) -> str:
    """Return a post whose requirements are known.

    Raises
    ------
    SchemaError
        There is no such post, or nothing is known of what it requires.
    """
    if post_id not in released.posts:
        shown = shown_code(post_id)
        raise SchemaError("target_post", "must be the post_id of a known post", shown)
    if post_id not in released.requirements:
        raise SchemaError("target_post", "must be a post whose requirements are known", post_id)
    return post_id


def recommend_for_post(
    released: Released, employee_ids: list[str], post_id: str, k: int
) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """Score courses against the requirements of another post.

    What a person may take is still decided by the post they hold today.

    Returns
    -------
    recommended, levels : dict of str to list of dict
        For each person the ranked candidates and the competency levels against the other post.
    """
    snapshot, recommender = released.snapshot, released.recommender
    if not employee_ids:
        return {}, {}
    today = Cases(*(released.of_person[name].frame(employee_ids) for name in CASES))
    allowed = allowed_now(
        today, recommender.course_ids, snapshot["courses"], snapshot["sessions"], snapshot.as_of
    )
    aimed = towards(today, post_id, snapshot["post_requirements"], snapshot["posts"])
    ranked = recommender.recommend(aimed, k=k, allowed=allowed)
    recommended, levels = Rows(ranked, "employee_id"), Rows(aimed.gaps, "employee_id")
    return (
        {employee_id: recommended.of(employee_id) for employee_id in employee_ids},
        {employee_id: levels.of(employee_id) for employee_id in employee_ids},
    )


CASES = ("people", "history", "levels")


def towards(cases: Cases, post_id: str, requirements: pd.DataFrame, posts: pd.DataFrame) -> Cases:
    """Return the cases as if these people held another post: its peers, its requirements."""
    required = requirements.loc[requirements["post_id"] == post_id, REQUIRED]
    gaps = _gaps(cases, required)
    level = posts.loc[posts["post_id"] == post_id, "post_level"].iloc[0]
    people = cases.people.assign(post_id=post_id, post_level=level)
    summary = competency_summary(nw.from_native(gaps).lazy()).collect().to_native()
    kept = people.drop(columns=[name for name in summary if name != "employee_id"], errors="ignore")
    people = kept.merge(summary, on="employee_id", how="left", validate="1:1")
    return Cases(people, cases.history, gaps)


REQUIRED = ["competency_id", "required_level"]


def _gaps(cases: Cases, required: pd.DataFrame) -> pd.DataFrame:
    known = cases.gaps.drop(columns=["required_level", "gap"])
    pairs = cases.people[["employee_id"]].merge(required, how="cross")
    gaps = pairs.merge(known, on=["employee_id", "competency_id"], how="outer")
    required_level = gaps["required_level"].astype(float)
    return gaps.assign(
        required_level=required_level, gap=(required_level - gaps["level"]).clip(lower=0.0)
    )
