"""The numbers of the report on recommended courses: demand, seats, hours and cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd

from features.small_cells import SMALLEST_GROUP, is_small, part_of, publishable, safe_spans
from serving.report_numbers import Band

FIRST = 3
"""A course counts as recommended to those who find it among the first three of their list."""
LIST_LENGTHS = (1, FIRST, 10)
N_COURSES = 12
N_CONCENTRATION = 10
N_TENS = 5


@dataclass(frozen=True)
class CourseDemand:
    """One course and to how many people it is recommended."""

    title: str
    form: str
    jp: float | None
    cost_rupiah: float | None
    n: int
    next_session: date | None
    seats: int | None
    """Of all coming sessions; None if not stated."""


@dataclass(frozen=True)
class Effort:
    """What it takes if everybody takes the first ``k`` courses of their list."""

    k: int
    jp: float
    cost_rupiah: float


@dataclass(frozen=True)
class Recommendations:
    """What is recommended, in numbers."""

    n_with: int | None
    n_without: int | None
    n_courses: int
    n_open: int
    """Courses that stand on anybody's list at all."""
    top_share: float | None
    """Share of the places that goes to the `N_CONCENTRATION` most recommended courses."""
    has_sessions: bool
    rows: list[CourseDemand]
    n_withheld: int
    shares: list[Band]
    """Places that go to the courses by their rank in demand, from 1, in tens."""
    efforts: list[Effort]
    lacks_figures: bool
    """Whether a recommended course states no JP or no cost; it counts as 0 in `efforts`."""

    @property
    def n_short(self) -> int:
        """Return for how many of `rows` the coming seats are fewer than the people."""
        return sum(row.seats is not None and row.seats < row.n for row in self.rows)


def recommendations(
    people: pd.DataFrame,
    candidates: pd.DataFrame,
    courses: pd.DataFrame,
    sessions: pd.DataFrame,
    as_of: date,
) -> Recommendations:
    """Count to how many people each course is recommended, and what that takes."""
    n_with = part_of(candidates["employee_id"].nunique(), len(people))
    if is_small(candidates["employee_id"].nunique()):
        candidates = candidates.iloc[:0]
    listed = candidates.merge(
        courses[["course_id", "jp", "cost_rupiah"]], on="course_id", validate="m:1"
    )
    demand = listed[listed["rank"] <= FIRST].groupby("course_id").size()
    demand = demand.sort_values(ascending=False, kind="stable")
    shown = demand[publishable(demand)]
    ahead = sessions[pd.to_datetime(sessions["starts_on"]) >= pd.Timestamp(as_of)]
    by_id = courses.set_index("course_id").to_dict("index")
    top = part_of(int(demand.head(N_CONCENTRATION).sum()), int(demand.sum()))
    return Recommendations(
        n_with=n_with,
        n_without=None if n_with is None else len(people) - n_with,
        n_courses=len(demand),
        n_open=candidates["course_id"].nunique(),
        top_share=top / int(demand.sum()) if top else None,
        has_sessions=not ahead.empty,
        rows=[
            _demand(by_id[key], int(n), ahead[ahead["course_id"] == key])
            for key, n in shown.head(N_COURSES).items()
        ],
        n_withheld=len(demand) - len(shown),
        shares=_by_tens(demand),
        efforts=_efforts(listed),
        lacks_figures=bool(listed[["jp", "cost_rupiah"]].isna().any(axis=None)),
    )


def _demand(course: Mapping[Any, Any], n: int, sessions: pd.DataFrame) -> CourseDemand:
    seats = sessions["seats"].dropna()
    starts = pd.to_datetime(sessions["starts_on"])
    return CourseDemand(
        title=str(course["title"]),
        form=str(course["form"]),
        jp=_known(course["jp"]),
        cost_rupiah=_known(course["cost_rupiah"]),
        n=n,
        next_session=starts.min().date() if len(starts) else None,
        seats=int(seats.sum()) if len(seats) else None,
    )


def _by_tens(demand: pd.Series) -> list[Band]:
    """Sum up the first tens of courses, and all others as one."""
    edges = [*range(0, min(len(demand), 10 * N_TENS + 1), 10), len(demand)]
    tens = [int(demand[start:stop].sum()) for start, stop in pairwise(edges)]
    return [
        Band(edges[start] + 1, edges[stop], sum(tens[start:stop]))
        for start, stop in safe_spans(tens)
    ]


def _efforts(listed: pd.DataFrame) -> list[Effort]:
    """Leave out a length to which too few people's lists reach beyond the one before."""
    efforts, shorter = [], 0
    for k in LIST_LENGTHS:
        longer = listed[(listed["rank"] > shorter) & (listed["rank"] <= k)]
        if longer["employee_id"].nunique() >= SMALLEST_GROUP:
            taken = listed[listed["rank"] <= k]
            efforts.append(Effort(k, float(taken["jp"].sum()), float(taken["cost_rupiah"].sum())))
            shorter = k
    return efforts


def _known(value: Any) -> float | None:  # noqa: ANN401
    return None if pd.isna(value) else float(value)
