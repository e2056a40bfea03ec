"""Target posts: what a person lacks for a post not held yet, and which posts come next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import narwhals as nw

from features.career import next_levels
from features.competency import (
    MEASURED,
    competency_summary,
    measured_levels,
    required_levels,
    with_gaps,
)
from features.records import Records

TARGET_LONG = (
    "employee_id", "target_post_id", "competency_id", "level", "required_level", "gap",
    "days_since_assessment", "level_lower", "level_upper", "gap_lower", "gap_upper", "evidence",
    "source", "required_by",
)  # fmt: skip


def competency_gaps_to(known: Records, targets: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return what people lack for target posts.

    Parameters
    ----------
    known : Records
        `features.known.known_records` at `as_of`.
    targets : LazyFrame
        ``employee_id``, ``target_post_id``: `to_posts`, `one_level_up` or any pairs.
    as_of : date
        Exclusive.

    Returns
    -------
    LazyFrame
        One row a pair and competency that the target requires (`TARGET_LONG`); as
        `features.competency.competency_levels`: a competency never assessed has no gap, and the
        whole scale as its interval. Pairs whose target requires nothing are absent.
    """
    required = required_levels(known).rename({"post_id": "target_post_id"})
    pairs = targets.select("employee_id", "target_post_id").unique()
    key = ["employee_id", "competency_id"]
    measured = measured_levels(known, as_of).select(*key, *MEASURED)
    rows = pairs.join(required, on="target_post_id", how="inner").join(measured, on=key, how="left")
    return with_gaps(rows).select(TARGET_LONG)


def match_with_targets(gaps: nw.LazyFrame) -> nw.LazyFrame:
    """Return one row a pair: `features.competency.competency_summary` of `competency_gaps_to`."""
    return competency_summary(gaps, "employee_id", "target_post_id")


def to_posts(posts: nw.LazyFrame, known: Records, target_post_ids: Sequence[str]) -> nw.LazyFrame:
    """Return everybody in `posts` beside each of some posts; unknown posts are left out."""
    wanted = known.posts.filter(nw.col("post_id").is_in(list(target_post_ids)))
    return posts.select("employee_id").join(
        wanted.select(target_post_id=nw.col("post_id")).unique(), how="cross"
    )


def one_level_up(posts: nw.LazyFrame, known: Records) -> nw.LazyFrame:
    """Return each person of `posts` beside every post one level up the same ladder.

    Nobody is proposed for anything: whether a move is possible is for its own rules.
    """
    steps = next_levels()
    following = nw.lit(None, dtype=nw.String)
    for level, above in steps.items():
        following = nw.when(nw.col("post_level") == level).then(nw.lit(above)).otherwise(following)
    above = known.posts.select("post_level", target_post_id=nw.col("post_id"))
    return (
        posts.select("employee_id", "post_level")
        .with_columns(post_level=following)
        .filter(~nw.col("post_level").is_null())
        .join(above, on="post_level", how="inner")
        .select("employee_id", "target_post_id")
    )
