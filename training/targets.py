"""What people took after a date: the ranking labels."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import polars as pl

from features.known import current_records, months_before
from features.records import Records
from models.cases import Cases

RELEVANCE = {"dropped": 0, "enrolled": 1, "completed": 2}


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
        ``employee_id``, ``course_id``, ``relevance`` (1 enrolled, 2 completed); one row a pair.
        Dropped courses, courses taken before and courses the rules forbid are left out.
    """
    end = months_before(as_of, -horizon_months)
    begun = current_records(records).enrolments.filter(
        pl.col("valid_from").is_between(as_of, end, closed="left"), pl.col("status") != "dropped"
    )
    graded = (
        begun.with_columns(
            relevance=pl.col("status").replace_strict(RELEVANCE, return_dtype=pl.Int64)
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
