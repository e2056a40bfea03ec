"""Recommended courses beside what assessors advised (Saran Pengembangan): Recall@5 by person.

An advised course is covered where the list holds it, an advised competency where the list holds a
course that teaches it. What was acted on since, by beginning such a course, is no longer asked for.
No model sees advice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.benchmark_table import Benchmark, Row
from features.known import known_records, months_before
from features.records import Records
from training.bootstrap import mean_interval

K, MONTHS = 5, 12
HEADINGS = {"recall_at_5": "Recall@5", "gain": "above gap-only"}
RECOMMENDER, GAP_ONLY = "recommender", "gap-only"
Item = tuple[str, str]
"""``course`` or ``competency``, and its id."""


def recent_advice(records: Records, as_of: date) -> pd.DataFrame:
    """Return the advice of the last `MONTHS` months that was known at a date.

    Returns
    -------
    DataFrame
        ``employee_id``, ``competency_id``, ``course_id`` (one of the two may be null),
        ``advised_on``.
    """
    known = known_records(records, as_of).advice.collect().to_pandas()
    recent = pd.to_datetime(known["valid_from"]) >= pd.Timestamp(months_before(as_of, MONTHS))
    kept = known.loc[recent, ["employee_id", "competency_id", "course_id", "valid_from"]]
    return kept.rename(columns={"valid_from": "advised_on"}).reset_index(drop=True)


def open_items(
    advice: pd.DataFrame, history: pd.DataFrame, teaches: Mapping[str, set[str]]
) -> dict[str, set[Item]]:
    """Return what each person was advised and has not acted on since.

    Parameters
    ----------
    advice : DataFrame
        See `recent_advice`.
    history : DataFrame
        ``employee_id``, ``course_id``, ``happened_on``.
    teaches : mapping of str to set of str
        Competencies by course.
    """
    begun: dict[str, list[tuple[pd.Timestamp, str]]] = defaultdict(list)
    for who, course, day in zip(*(history[name] for name in HISTORY), strict=True):
        begun[str(who)].append((pd.Timestamp(day), str(course)))
    items: dict[str, set[Item]] = defaultdict(set)
    for who, competency, course, day in zip(*(advice[name] for name in ADVICE), strict=True):
        since = [taken for when, taken in begun.get(who, ()) if when >= pd.Timestamp(day)]
        taught = set().union(*(teaches.get(one, set()) for one in since))
        if isinstance(course, str) and course not in since:
            items[who].add(("course", course))
        if isinstance(competency, str) and competency not in taught:
            items[who].add(("competency", competency))
    return dict(items)


HISTORY = ("employee_id", "course_id", "happened_on")
ADVICE = ("employee_id", "competency_id", "course_id", "advised_on")


def recalls(
    items: Mapping[str, set[Item]],
    lists: Mapping[str, Sequence[str]],
    teaches: Mapping[str, set[str]],
) -> NDArray[np.float64]:
    """Return the share of each person's items that the first `K` courses cover; by person."""
    shares = []
    for who in sorted(items):
        listed = list(lists.get(who, ()))[:K]
        covered = {("course", one) for one in listed}
        covered |= {("competency", one) for course in listed for one in teaches.get(course, ())}
        shares.append(len(items[who] & covered) / len(items[who]))
    return np.array(shares, dtype=np.float64)


def judge_advice(
    items: Mapping[str, set[Item]],
    lists: Mapping[str, Mapping[str, Sequence[str]]],
    teaches: Mapping[str, set[str]],
    about: str,
) -> Benchmark:
    """Return Recall@5 of each policy's lists, and its gain over `GAP_ONLY`, people paired.

    Parameters
    ----------
    items, teaches
        See `open_items`.
    lists : mapping of str to mapping
        By policy and person the courses, best first; `GAP_ONLY` among them.
    about : str
        Whose lists these are.
    """
    found = {policy: recalls(items, own, teaches) for policy, own in lists.items()}

    def rng() -> np.random.Generator:
        return np.random.default_rng(0)

    rows = []
    for policy, own in found.items():
        metrics = {"recall_at_5": mean_interval(own, rng=rng())}
        if policy != GAP_ONLY:
            metrics["gain"] = mean_interval(own - found[GAP_ONLY], rng=rng())
        rows.append(Row(policy, metrics))
    title = f"{about}: {len(items):,} people with advice (95% bootstrap intervals over people)."
    return Benchmark("advice", title, rows, about={"n_people": len(items)})


def taught_by(teaches: pd.DataFrame) -> dict[str, set[str]]:
    """Return the competencies by course of canonical ``course_competencies``."""
    found: dict[str, set[str]] = defaultdict(set)
    for course, competency in zip(teaches["course_id"], teaches["competency_id"], strict=True):
        found[str(course)].add(str(competency))
    return dict(found)
