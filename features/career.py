"""Who is in which post and unit, and since when."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.known import days_until, latest, midnight
from features.records import Records


def present_posts(known: Records, as_of: date) -> nw.LazyFrame:
    """Return the people in service at `as_of`.

    Columns: ``employee_id``, ``unit_id``, ``post_id``, ``post_level``, ``employment_type``,
    ``post_days`` (days since the present post began). A last day of service on or after `as_of` is
    not known yet.
    """
    serving = known.employees.filter(
        nw.col("left_on").is_null() | (nw.col("left_on") >= midnight(as_of))
    ).select("employee_id", "employment_type")
    levels = known.posts.select("post_id", "post_level")
    return (
        latest(known.employments, "employee_id")
        .join(serving, on="employee_id", how="inner")
        .join(levels, on="post_id", how="left")
        .with_columns(post_days=days_until(as_of, nw.col("valid_from")))
        .select("employee_id", "unit_id", "post_id", "post_level", "employment_type", "post_days")
    )
