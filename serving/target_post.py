"""People as if they held another post: its peers, its requirements, their gaps against it."""

from __future__ import annotations

import narwhals as nw
import pandas as pd

from features.competency import LONG, competency_summary, with_gaps
from features.errors import SchemaError
from models.cases import Cases
from serving.faults import shown_code
from serving.released import Released


def check_post(released: Released, post_id: str) -> None:
    """Raise `SchemaError` if there is no such post, or nothing is known of what it requires."""
    if post_id not in released.posts:
        shown = shown_code(post_id)
        raise SchemaError("target_post", "must be the post_id of a known post", shown)
    if post_id not in released.posts_with_requirements:
        raise SchemaError("target_post", "must be a post whose requirements are known", post_id)


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
GAPS = ["gap", "gap_lower", "gap_upper"]


def _gaps(cases: Cases, required: pd.DataFrame) -> pd.DataFrame:
    known = cases.gaps.drop(columns=["required_level", "required_by", *GAPS])
    pairs = cases.people[["employee_id"]].merge(required, how="cross")
    gaps = pairs.merge(known, on=["employee_id", "competency_id"], how="outer")
    gaps = gaps.assign(required_level=gaps["required_level"].astype(float), required_by="post")
    return with_gaps(nw.from_native(gaps).lazy()).collect().to_native()[list(LONG)]
