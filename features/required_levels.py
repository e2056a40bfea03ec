"""What a post requires: the levels stored for it, else those of its level of post."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.known import latest
from features.records import Records
from features.standards.expressions import look_up
from features.standards.load import SHIPPED, Standards

COLUMNS = ("post_id", "competency_id", "required_level", "requirement_source")


def required_levels(known: Records, as_of: date, standards: Standards = SHIPPED) -> nw.LazyFrame:
    """Return what every post requires.

    Parameters
    ----------
    known : Records
        Lazy frames of what was known (`features.known.known_records`).
    as_of : date
        Day the standard must be in force.
    standards : Standards
        The rules of the employer.

    Returns
    -------
    LazyFrame
        ``post_id``, ``competency_id``, ``required_level`` (float, 1-5) and ``requirement_source``:
        "post" where requirements are stored for the post, which then win as a whole; else "post
        level": the standard's level for each national competency that the records name. A post of
        an unknown level without stored requirements is absent.
    """
    stored = latest(known.post_requirements, "post_id", "competency_id").select(
        "post_id",
        "competency_id",
        nw.col("required_level").cast(nw.Float64),
        requirement_source=nw.lit("post"),
    )
    national = sorted(standards.load("competency_dictionary", as_of)["competency"])
    levels = standards.load("required_levels", as_of)["levels"]
    standing_in = (
        known.posts.select("post_id", "post_level")
        .join(stored.select("post_id").unique(), on="post_id", how="anti")
        .join(
            known.competencies.filter(nw.col("competency_id").is_in(national)).select(
                "competency_id"
            ),
            how="cross",
        )
        .select(
            "post_id",
            "competency_id",
            required_level=look_up(nw.col("post_level"), levels).cast(nw.Float64),
            requirement_source=nw.lit("post level"),
        )
        .filter(~nw.col("required_level").is_null())
    )
    return nw.concat([stored.select(COLUMNS), standing_in.select(COLUMNS)])
