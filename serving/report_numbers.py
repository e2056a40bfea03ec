"""The numbers of the report on people and courses: frames in, numbers out, nothing small published.

Frames are those of a snapshot (`serving.snapshot.COLUMNS`). A number that is None is withheld: it
would tell of too few people (`serving.small_cells`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from serving.small_cells import SMALLEST_GROUP, is_small, part_of, publishable, safe_spans

FIRST = 3
"""A course counts as recommended to a person if it stands among the person's first three."""
LIST_LENGTHS = (1, FIRST, 10)
N_ROWS = 12
N_CONCENTRATION = 10
MATCH_EDGES = (0, 40, 50, 60, 70, 80, 90, 100)
MINIMUM_EDGES = (0, 1, 10, 20, 40)
MAXIMUM_EDGES = (0, 1, 13, 25, 49)
RATE_GROUP = 20
"""Shares of a competency are compared only where at least this many people are assessed."""


@dataclass(frozen=True)
class Band:
    """People whose figure lies in a range; both ends belong to it, ``high`` is None at the top."""

    low: int
    high: int | None
    n: int


@dataclass(frozen=True)
class Headline:
    """Who the report is about."""

    n_people: int
    n_units: int
    by_type: list[tuple[str, int | None]]


@dataclass(frozen=True)
class Gap:
    """How people stand in one competency that their posts require; the three parts add up."""

    name: str
    n_required: int
    n_met: int
    n_gap: int
    n_unassessed: int
    levels: float | None
    """Levels lacking, mean of those with a gap."""

    @property
    def n_assessed(self) -> int:
        """Return how many are assessed."""
        return self.n_met + self.n_gap

    @property
    def rate(self) -> float:
        """Return the share of the assessed who have a gap."""
        return self.n_gap / self.n_assessed if self.n_assessed else 0.0


@dataclass(frozen=True)
class CompetencyPicture:
    """How people match what their posts require."""

    has_requirements: bool
    has_levels: bool
    n_known: int | None
    n_unknown: int | None
    mean_match: float | None
    bands: list[Band]
    gaps: list[Gap]
    """By levels lacking in all, the largest first."""
    n_withheld: int
    """Competencies left out because a part of them is small."""

    def steepest(self, k: int) -> list[Gap]:
        """Return the competencies with the largest share of gaps among the assessed."""
        enough = [gap for gap in self.gaps if gap.n_assessed >= RATE_GROUP and gap.n_gap]
        return sorted(enough, key=lambda gap: -gap.rate)[:k]


@dataclass(frozen=True)
class TypeHours:
    """Training hours of one employment type in the last 12 months."""

    employment_type: str
    n: int
    median: float | None
    limit: int | None
    is_floor: bool
    n_outside: int | None
    """Below the floor or above the ceiling; None: withheld, or there is no rule."""
    bands: list[Band]


@dataclass(frozen=True)
class Development:
    """Training hours against the rules."""

    types: list[TypeHours]
    n_helped: int | None
    """Of those below the floor, who would reach it with the course recommended first."""


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
    """Seats of all coming sessions; None: not stated, or no session is known."""


@dataclass(frozen=True)
class Effort:
    """What it takes if everybody takes the first ``k`` courses of their list."""

    k: int
    n_places: int
    jp: float
    cost_rupiah: float
    n_without_jp: int
    n_without_cost: int


@dataclass(frozen=True)
class Recommendations:
    """What is recommended to whom, in numbers."""

    n_with: int | None
    n_without: int | None
    n_courses: int
    n_catalogue: int
    top_share: float | None
    """Share of all places that goes to the `N_CONCENTRATION` most recommended courses."""
    has_sessions: bool
    rows: list[CourseDemand]
    n_withheld: int
    efforts: list[Effort]


def headline(people: pd.DataFrame) -> Headline:
    """Count the people by employment type."""
    types = people["employment_type"].value_counts(sort=False)
    types = types.reindex([t for t in ("PNS", "CPNS", "PPPK", "other") if t in types.index])
    shown = publishable(types)
    by_type = [(str(t), int(types[t]) if shown[t] else None) for t in types.index]
    return Headline(len(people), people["unit_id"].nunique(), by_type)


def competency_picture(
    people: pd.DataFrame, levels: pd.DataFrame, competencies: pd.DataFrame
) -> CompetencyPicture:
    """Count matches and gaps; a competency that was not assessed is not a gap."""
    match = people["job_person_match"].dropna()
    required = levels[levels["required_level"].notna()]
    names = dict(zip(competencies["competency_id"], competencies["name"], strict=True))
    gaps = [
        (float(rows["gap"].sum()), _gap(names.get(competency_id, str(competency_id)), rows))
        for competency_id, rows in required.groupby("competency_id")
    ]
    shown = [(lacking, gap) for lacking, gap in gaps if not _is_small_gap(gap)]
    n_known = part_of(len(match), len(people))
    return CompetencyPicture(
        has_requirements=not required.empty,
        has_levels=bool(levels["level"].notna().any()),
        n_known=n_known,
        n_unknown=None if n_known is None else len(people) - n_known,
        mean_match=_mean(match) if n_known is not None else None,
        bands=distribution(match, MATCH_EDGES, top=100) if n_known is not None else [],
        gaps=[gap for _, gap in sorted(shown, key=lambda one: -one[0])],
        n_withheld=len(gaps) - len(shown),
    )


def development(
    people: pd.DataFrame,
    candidates: pd.DataFrame,
    courses: pd.DataFrame,
    rules: Mapping[str, Mapping[str, Any]],
) -> Development:
    """Compare JP in the last 12 months with the rules of ``standards/jp.toml``."""
    types = [
        hours
        for name, _ in headline(people).by_type
        if (hours := _hours(name, people[people["employment_type"] == name], rules.get(name, {})))
    ]
    floors = {hours.employment_type: hours.limit for hours in types if hours.n_outside}
    floors = {name: limit for name, limit in floors.items() if "minimum_jp" in rules[name]}
    below = people[people["jp_12_months"] < people["employment_type"].map(floors)]
    first = candidates[candidates["rank"] == 1].merge(courses, on="course_id", validate="m:1")
    hours = below["employee_id"].map(first.set_index("employee_id")["jp"]).fillna(0.0)
    reached = below["jp_12_months"] + hours >= below["employment_type"].map(floors)
    return Development(types, part_of(int(reached.sum()), len(below)))


def recommendations(
    people: pd.DataFrame,
    candidates: pd.DataFrame,
    courses: pd.DataFrame,
    sessions: pd.DataFrame,
    as_of: date,
) -> Recommendations:
    """Count to how many people each course is recommended, and what that takes."""
    n_with = part_of(candidates["employee_id"].nunique(), len(people))
    demand = candidates[candidates["rank"] <= FIRST]["course_id"].value_counts(sort=False)
    demand = demand.rename_axis("course_id").sort_index().sort_values(ascending=False, kind="stable")
    shown = demand[publishable(demand)]
    ahead = sessions[pd.to_datetime(sessions["starts_on"]) >= pd.Timestamp(as_of)]
    by_id = courses.set_index("course_id")
    coming = dict(list(ahead.groupby("course_id")))
    return Recommendations(
        n_with=n_with,
        n_without=None if n_with is None else len(people) - n_with,
        n_courses=len(demand),
        n_catalogue=int((~courses["mandatory"].fillna(False).astype(bool)).sum()),
        top_share=_top_share(demand),
        has_sessions=not ahead.empty,
        rows=[
            _course(by_id.loc[course_id], int(n), coming.get(course_id))
            for course_id, n in shown.head(N_ROWS).items()
        ],
        n_withheld=len(demand) - len(shown),
        efforts=[_effort(candidates, courses, k) for k in LIST_LENGTHS],
    )


def distribution(values: pd.Series, edges: Sequence[int], top: int | None = None) -> list[Band]:
    """Count values between edges (the last band is open, or ends at `top`), none of them small."""
    counts = np.histogram(values, [*edges, np.inf])[0].tolist()
    bands = []
    for start, stop in safe_spans(counts):
        high = edges[stop] - 1 if stop < len(edges) else top
        bands.append(Band(edges[start], high, sum(counts[start:stop])))
    return bands


def _gap(name: str, rows: pd.DataFrame) -> Gap:
    n_gap = int((rows["gap"] > 0).sum())
    n_met = int((rows["gap"] <= 0).sum())
    levels = _mean(rows.loc[rows["gap"] > 0, "gap"])
    return Gap(name, len(rows), n_met, n_gap, len(rows) - n_met - n_gap, levels)


def _is_small_gap(gap: Gap) -> bool:
    return any(is_small(n) for n in (gap.n_required, gap.n_met, gap.n_gap, gap.n_unassessed))


def _hours(name: str, people: pd.DataFrame, rule: Mapping[str, Any]) -> TypeHours | None:
    """Return nothing for a small group; bands never reach across the limit."""
    jp = people["jp_12_months"]
    if is_small(len(jp)):
        return None
    is_floor = "minimum_jp" in rule
    limit = rule.get("minimum_jp") or rule.get("maximum_jp")
    if limit is None:
        return TypeHours(name, len(jp), _mean_free_median(jp), None, False, None, [])
    edges = MINIMUM_EDGES if is_floor else MAXIMUM_EDGES
    first_beyond = limit if is_floor else limit + 1
    jp = jp if is_floor else np.ceil(jp)  # 24.5 JP lie above a ceiling of 24
    outside = jp < limit if is_floor else (jp > limit) & ~_is_exempt(people, rule)
    n_outside = part_of(int(outside.sum()), len(jp))
    low = distribution(jp[jp < first_beyond], [e for e in edges if e < first_beyond], first_beyond - 1)
    high = distribution(jp[jp >= first_beyond], [e for e in edges if e >= first_beyond])
    whole = n_outside is not None and sum(band.n for band in (*low, *high)) == len(jp)
    return TypeHours(
        name, len(jp), _mean_free_median(jp), limit, is_floor, n_outside,
        [*low, *high] if whole else [],
    )  # fmt: skip
