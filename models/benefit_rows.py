"""What the benefit of courses is learned from: people and competencies, before and after a window.

A row is a person and a competency whose level was measured before a date. Treated is who completed,
within the window after it, a course that teaches the competency beyond that level; the outcome is
how far the level had risen when it was next measured after the window. Whoever was not measured
again, or took such a course between the window and the measurement, has no outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from features.known import current_records, months_before
from features.profiles import build_profiles
from features.records import Records
from features.schema import POST_LEVELS

PERSON = (
    "post_days", "service_days", "n_gaps", "gap_levels", "job_person_match", "predicate",
    "feedback_superior", "feedback_peer", "n_courses", "n_courses_12_months",
    "n_enrolments_6_months", "days_since_course", "n_offers_6_months", "n_offers_12_months",
    "unexcused_12_months", "unexcused_3_months",
)  # fmt: skip
"""Profile columns that are adjusted for where a profile has them; no protected attribute."""
COMPETENCY = ("level", "required_level", "gap", "days_since_assessment", "level_lower")
COVARIATES = "x_"
"""Beginning of the columns that are adjusted for."""


def benefit_rows(records: Records, starts: Sequence[date], window_months: int = 9) -> pd.DataFrame:
    """Return the rows of several dates.

    Parameters
    ----------
    records : Records
        Polars frames.
    starts : sequence of date
        Days before which levels were measured; the window begins there.
    window_months : int, default=9

    Returns
    -------
    DataFrame
        ``employee_id``, ``competency_id``, ``start``, ``treated``, ``course_id`` and ``form`` (of
        the course that reaches highest), ``reach`` (levels it teaches beyond the measured one),
        ``rise`` (levels; NaN without an outcome), ``placebo_treated`` (completed another course
        within the window, NaN where treated) and covariates ``x_...``.
    """
    tables = _tables(records)
    parts = [_rows_of(records, tables, start, window_months) for start in starts]
    return pd.concat(parts, ignore_index=True)


def covariates_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that are adjusted for."""
    return rows[[name for name in rows if str(name).startswith(COVARIATES)]]


def _tables(records: Records) -> dict[str, pd.DataFrame]:
    current = current_records(records)
    courses = current.courses.to_pandas()[["course_id", "form", "days"]]
    teaches = current.course_competencies.to_pandas()[["course_id", "competency_id", "level"]]
    taken = current.enrolments.to_pandas()
    taken = taken[taken["status"] == "completed"].merge(courses, on="course_id", how="left")
    length = pd.to_timedelta(taken["days"].fillna(1.0) - 1, unit="D")
    taken = taken.assign(ended=taken["valid_from"] + length)
    taught = taken.merge(teaches.rename(columns={"level": "taught"}), on="course_id")
    measured = current.assessments.to_pandas()[
        ["employee_id", "competency_id", "level", "valid_from"]
    ]
    return {"taken": taken, "taught": taught, "measured": measured}


def _rows_of(
    records: Records, tables: dict[str, pd.DataFrame], start: date, window_months: int
) -> pd.DataFrame:
    first, last = pd.Timestamp(start), pd.Timestamp(months_before(start, -window_months))
    profiles = build_profiles(records, start)
    people, levels = profiles.people.to_pandas(), profiles.competencies.to_pandas()
    rows = levels[levels["level"].notna() & (levels["evidence"] == "valid")]
    rows = rows.dropna(subset=["required_level"]).reset_index(drop=True)
    key = ["employee_id", "competency_id"]
    taught = tables["taught"]
    within = taught[(taught["valid_from"] >= first) & (taught["ended"] < last)]
    rows = rows.merge(_highest(within), on=key, how="left", validate="1:1")
    reach = rows["taught"] - rows["level"]
    rows["treated"] = reach > 0
    rows["reach"] = reach.where(rows["treated"])
    rows = rows.merge(_next_measured(tables["measured"], last), on=key, how="left", validate="1:1")
    rows["rise"] = (rows["later_level"] - rows["level"]).mask(_taught_between(rows, taught, last))
    own = tables["taken"]
    active = own[(own["valid_from"] >= first) & (own["ended"] < last)]["employee_id"].unique()
    other = rows["employee_id"].isin(active).astype(float)
    rows["placebo_treated"] = other.where(rows["taught"].isna())
    return _with_covariates(rows, people, taught, first).assign(start=first)


def _highest(within: pd.DataFrame) -> pd.DataFrame:
    """Return of each person and competency the completed course that reaches highest."""
    ordered = within.sort_values(["employee_id", "competency_id", "taught", "course_id"])
    last = ordered.drop_duplicates(["employee_id", "competency_id"], keep="last")
    return last[["employee_id", "competency_id", "taught", "course_id", "form"]]


def _next_measured(measured: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    later = measured[measured["valid_from"] >= last].sort_values("valid_from", kind="stable")
    later = later.drop_duplicates(["employee_id", "competency_id"])
    return later.rename(columns={"level": "later_level", "valid_from": "later_on"})


def _taught_between(rows: pd.DataFrame, taught: pd.DataFrame, last: pd.Timestamp) -> pd.Series:
    """Return whether a course that ended after the window may have raised what was measured."""
    key = ["employee_id", "competency_id"]
    after = taught[taught["ended"] >= last][[*key, "ended"]].groupby(key, as_index=False).min()
    found = rows[[*key, "later_on"]].merge(after, on=key, how="left", validate="1:1")
    return (found["ended"] <= found["later_on"]).set_axis(rows.index)


def _with_covariates(
    rows: pd.DataFrame, people: pd.DataFrame, taught: pd.DataFrame, first: pd.Timestamp
) -> pd.DataFrame:
    key = ["employee_id", "competency_id"]
    before = taught[taught["ended"] < first].groupby(key).size()
    known = people.assign(
        level_of_post=people["post_level"].map({n: i for i, n in enumerate(POST_LEVELS)})
    )
    names = [name for name in (*PERSON, "level_of_post") if name in known]
    rows = rows.merge(known[["employee_id", *names]], on="employee_id", how="left", validate="m:1")
    lacking = rows["required_level"] - rows["level"]
    by_person, by_competency = rows["employee_id"], rows["competency_id"]
    made = {
        **{name: rows[name] for name in (*COMPETENCY, *names)},
        # one measurement errs; what the person lacks elsewhere, and others here, steadies it
        "lacking": lacking,
        "lacking_elsewhere": _mean_of_others(lacking, by_person),
        "lacking_of_others": _mean_of_others(lacking, by_competency),
        "n_before": before.reindex(pd.MultiIndex.from_frame(rows[key])).to_numpy(),
    }
    kept = ["employee_id", "competency_id", "treated", "course_id", "form", "reach", "rise",
            "placebo_treated"]  # fmt: skip
    numbers = pd.DataFrame(made, index=rows.index).astype(np.float64)
    numbers["n_before"] = numbers["n_before"].fillna(0.0)
    return pd.concat([rows[kept], numbers.add_prefix(COVARIATES)], axis=1)


def _mean_of_others(values: pd.Series, groups: pd.Series) -> pd.Series:
    total, size = values.groupby(groups).transform("sum"), values.groupby(groups).transform("size")
    return ((total - values) / (size - 1)).where(size > 1)
