"""What people took after a date, and what came of it: the ranking labels."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import polars as pl

from features.known import current_records, months_before
from features.records import Records
from models.cases import Cases

RELEVANCE = {"dropped": 0, "enrolled": 1, "completed": 2}
ROSE = 3


def course_targets(
    records: Records,
    cases: Cases,
    course_ids: list[str],
    allowed: np.ndarray,
    as_of: date,
    horizon_months: int,
) -> pd.DataFrame:
    """Return the courses begun within the horizon that could have been recommended.

    Returns
    -------
    DataFrame
        ``employee_id``, ``course_id``, ``relevance`` (1 enrolled, 2 completed, 3 completed and a
        competency it teaches was measured higher afterwards, still within the horizon); one row a
        pair. Dropped courses, courses taken before and courses the rules forbid are left out.
    """
    end = months_before(as_of, -horizon_months)
    begun = current_records(records).enrolments.filter(
        pl.col("valid_from").is_between(as_of, end, closed="left"), pl.col("status") != "dropped"
    )
    rose = _rose(records, begun, as_of, end)
    graded = (
        begun.join(rose, on=["employee_id", "course_id"], how="left")
        .with_columns(
            relevance=pl.when(pl.col("rose") & (pl.col("status") == "completed"))
            .then(ROSE)
            .otherwise(pl.col("status").replace_strict(RELEVANCE, return_dtype=pl.Int64))
        )
        .group_by("employee_id", "course_id")
        .agg(pl.col("relevance").max())
        .sort("employee_id", "course_id")
        .to_pandas()
    )
    row = pd.Index(cases.people["employee_id"]).get_indexer(graded["employee_id"])
    column = pd.Index(course_ids).get_indexer(graded["course_id"])
    known = (row >= 0) & (column >= 0)
    graded, row, column = graded[known], row[known], column[known]
    return graded[allowed[row, column]].reset_index(drop=True)


def _rose(records: Records, begun: pl.DataFrame, as_of: date, end: date) -> pl.DataFrame:
    """Return ``employee_id``, ``course_id``, ``rose``: true, after what was measured before it.

    Both measurements have to be known by the end of the horizon: what is learned from may hold
    nothing of what came later.
    """
    measured = (
        current_records(records)
        .assessments.filter(pl.col("valid_from") < end, pl.col("available_at") < end)
        .select("employee_id", "competency_id", "valid_from", "level")
    )
    before = (
        measured.filter(pl.col("valid_from") < as_of)
        .sort("valid_from")
        .group_by("employee_id", "competency_id")
        .agg(pl.col("level").last().alias("before"))
    )
    taught = current_records(records).course_competencies.select("course_id", "competency_id")
    return (
        begun.select("employee_id", "course_id", pl.col("valid_from").alias("begun"))
        .join(taught, on="course_id")
        .join(before, on=["employee_id", "competency_id"])
        .join(measured, on=["employee_id", "competency_id"])
        .filter(pl.col("valid_from") > pl.col("begun"), pl.col("level") > pl.col("before"))
        .select("employee_id", "course_id", rose=pl.lit(True))
        .unique()
    )


def permuted_targets(
    targets: pd.DataFrame, cases: Cases, course_ids: list[str], allowed: np.ndarray, seed: int
) -> pd.DataFrame:
    """Return as many targets for each person, on courses drawn by lot from the allowed ones."""
    rng = np.random.default_rng(seed)
    rows = pd.Index(cases.people["employee_id"])
    drawn = []
    for employee_id, own in targets.groupby("employee_id", sort=True):
        open_courses = np.flatnonzero(allowed[rows.get_loc(employee_id)])
        for course, relevance in zip(
            rng.choice(open_courses, size=len(own), replace=False), own["relevance"], strict=True
        ):
            drawn.append((employee_id, course_ids[course], relevance))
    return pd.DataFrame(drawn, columns=["employee_id", "course_id", "relevance"])
