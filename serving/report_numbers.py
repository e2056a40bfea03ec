"""The numbers of the report on people: frames in, numbers out, and nothing small published.

Frames are those of a snapshot (`serving.snapshot.COLUMNS`). A number that is None is withheld, for
it would tell of too few people (`features.small_cells`), or there is nothing to count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.small_cells import SMALLEST_GROUP, is_small, part_of, safe_spans

RATE_GROUP = 20
"""Shares of gaps are compared only between competencies with at least this many assessed."""
MATCH_EDGES = (0, 40, 50, 60, 70, 80, 90, 100)
FLOOR_EDGES = (0, 1, 10, 20, 40, 60)
CEILING_EDGES = (0, 1, 13, 25, 49)


@dataclass(frozen=True)
class Band:
    """How many people's figures lie in a range; both ends belong to it, ``high`` None is open."""

    low: int
    high: int | None
    n: int


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
    """The one with most levels lacking in all comes first."""
    n_withheld: int
    """Competencies left out because a part of them is small."""

    def steepest(self, k: int) -> list[Gap]:
        """Return the competencies with the largest share of gaps among the assessed."""
        enough = [gap for gap in self.gaps if gap.n_assessed >= RATE_GROUP and gap.n_gap]
        return sorted(enough, key=lambda gap: -gap.rate)[:k]


@dataclass(frozen=True)
class Hours:
    """Training hours of an employment type in the last 12 months, against its rule if any."""

    employment_type: str
    n: int
    median: float | None
    floor: int | None
    ceiling: int | None
    n_outside: int | None
    """Below the floor or above the ceiling."""
    n_helped: int | None
    """Of those below the floor: who would reach it with the course recommended first."""
    bands: list[Band]


def by_employment_type(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Split people by employment type; types of few people join the largest one, named with it."""
    counts = people["employment_type"].value_counts(sort=False)
    names = {str(name): str(name) for name in counts.index}
    small = sorted(name for name in names if is_small(int(counts[name])))
    if small:
        joined = [str(counts.idxmax()), *small]
        names |= dict.fromkeys(joined, " and ".join(joined))
    labels = people["employment_type"].map(names)
    groups = {str(name): rows for name, rows in people.groupby(labels)}
    return dict(sorted(groups.items(), key=lambda group: -len(group[1])))


def competency_picture(
    people: pd.DataFrame, levels: pd.DataFrame, competencies: pd.DataFrame
) -> CompetencyPicture:
    """Count matches and gaps; a competency that was not assessed is not a gap."""
    match = people["job_person_match"].dropna()
    n_known = part_of(len(match), len(people))
    required = levels[levels["required_level"].notna()]
    names = dict(zip(competencies["competency_id"], competencies["name"], strict=True))
    lacking = required.groupby("competency_id")["gap"].sum().sort_values(ascending=False)
    rows_of = dict(list(required.groupby("competency_id")))
    gaps = [_gap(names.get(key, str(key)), rows_of[key]) for key in lacking.index]
    shown = [gap for gap in gaps if not _tells_of_few(gap)]
    return CompetencyPicture(
        has_requirements=not required.empty,
        has_levels=bool(levels["level"].notna().any()),
        n_known=n_known,
        n_unknown=None if n_known is None else len(people) - n_known,
        mean_match=None if n_known is None else _of_enough(match, "mean"),
        bands=[] if n_known is None else distribution(match, MATCH_EDGES, 100),
        gaps=shown,
        n_withheld=len(gaps) - len(shown),
    )


def development(
    people: pd.DataFrame,
    candidates: pd.DataFrame,
    courses: pd.DataFrame,
    rules: Mapping[str, Mapping[str, Any]],
) -> list[Hours]:
    """Compare JP in the last 12 months with the rules of ``standards/jp.toml``, by type."""
    first = candidates[candidates["rank"] == 1].set_index("employee_id")["course_id"]
    first_jp = first.map(courses.set_index("course_id")["jp"])
    return [
        _hours(name, rows, first_jp, rules.get(name.partition(" ")[0], {}))
        for name, rows in by_employment_type(people).items()
    ]


def distribution(values: pd.Series, edges: Sequence[int], top: int | None = None) -> list[Band]:
    """Count values from each edge to the next, in bands joined until none tells of few people.

    >>> distribution(pd.Series([0.0] * 6 + [3.0, 12.0, 30.0, 31.0, 40.0]), (0, 1, 10, 20))
    [Band(low=0, high=0, n=6), Band(low=1, high=None, n=5)]
    """
    counts = np.histogram(values, [*edges, np.inf])[0].tolist()
    return [
        Band(
            low=edges[start],
            high=edges[stop] - 1 if stop < len(edges) else top,
            n=sum(counts[start:stop]),
        )
        for start, stop in safe_spans(counts)
    ]


def _gap(name: str, rows: pd.DataFrame) -> Gap:
    lacking = rows.loc[rows["gap"] > 0, "gap"]
    n_met = int((rows["gap"] <= 0).sum())
    n_unassessed = len(rows) - n_met - len(lacking)
    return Gap(name, len(rows), n_met, len(lacking), n_unassessed, _of_enough(lacking, "mean"))


def _tells_of_few(gap: Gap) -> bool:
    return any(is_small(n) for n in (gap.n_required, gap.n_met, gap.n_gap, gap.n_unassessed))


def _hours(name: str, people: pd.DataFrame, first_jp: pd.Series, rule: Mapping[str, Any]) -> Hours:
    jp = people["jp_12_months"]
    floor, ceiling = rule.get("minimum_jp"), rule.get("maximum_jp")
    known = Hours(name, len(jp), _of_enough(jp, "median"), floor, ceiling, None, None, [])
    if floor is None and ceiling is None:
        return known
    outside = jp < floor if floor is not None else jp > ceiling
    n_outside = part_of(int(outside.sum()), len(jp))
    if n_outside is None:
        return known
    helped = None
    if floor is not None:
        reached = jp[outside] + people.loc[outside, "employee_id"].map(first_jp).fillna(0.0)
        helped = part_of(int((reached >= floor).sum()), n_outside)
    return Hours(name, len(jp), known.median, floor, ceiling, n_outside, helped, _sides(jp, rule))


def _sides(jp: pd.Series, rule: Mapping[str, Any]) -> list[Band]:
    """Return bands that never reach across the limit, lest they could be split by subtraction."""
    if "minimum_jp" in rule:
        edges, beyond = FLOOR_EDGES, rule["minimum_jp"]
    else:
        edges, beyond = CEILING_EDGES, rule["maximum_jp"] + 1
        jp = jp.apply(np.ceil)  # 24.5 JP lie above a ceiling of 24
    below = distribution(jp[jp < beyond], [edge for edge in edges if edge < beyond], beyond - 1)
    return below + distribution(
        jp[jp >= beyond], [beyond, *(edge for edge in edges if edge > beyond)]
    )


def _of_enough(values: pd.Series, statistic: str) -> float | None:
    return float(values.agg(statistic)) if len(values) >= SMALLEST_GROUP else None
