"""KDD Cup 2015: who stops learning online, in courses the model has never seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from experiments.disengagement_task import Task
from features.errors import SchemaError
from models.daily_rhythm import daily_rhythm

N_DAYS, N_FOLDS = 30, 5
ENROLMENT, DAY, PREFIX = "enrollment_id", "time", "event_"


def load_kddcup(folder: Path, *, seed: int = 0) -> Task:
    """Return the task: five folds of whole courses, all judged as one list.

    A row is an enrolment: 30 days of counts of seven kinds of event; the event is no activity in
    the ten days after them. Which courses stand in which fold is told in ``about``.
    """
    counts, enrolments, weekday, courses, kinds = _counts(folder)
    labels = pl.read_csv(folder / "labels.csv.gz")
    by_enrolment = dict(labels.select(ENROLMENT, "label").iter_rows())
    outcome = np.array([by_enrolment[one] for one in enrolments.tolist()], dtype=np.float64)
    columns = daily_rhythm(counts, kinds, first_weekday=weekday, groups=courses)
    folds = course_folds(courses, seed=seed)
    splits = [
        (np.flatnonzero(~np.isin(courses, fold)), np.flatnonzero(np.isin(courses, fold)))
        for fold in folds
    ]
    return Task(
        name="kddcup",
        title=(
            "Stopping to learn: five folds of whole courses, judged as one list (95% intervals "
            "over enrolments)"
        ),
        columns=columns,
        outcome=outcome,
        people=enrolments,
        groups=courses,
        splits=[splits],
        about={"folds": folds},
    )


def course_folds(courses: np.ndarray, *, seed: int) -> list[list[str]]:
    """Return which courses each of five folds holds, dealt at random."""
    order = np.random.default_rng(seed).permutation(np.unique(courses))
    return [sorted(str(course) for course in order[k::N_FOLDS]) for k in range(N_FOLDS)]


def _counts(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Return counts (n, 30, 7), enrolments, weekday of the first day, courses, and kinds."""
    parts, enrolments, weekdays, courses = [], [], [], []
    kinds: list[str] = []
    for path in sorted(folder.glob("Course*.csv.gz")):
        days = pl.read_csv(path, try_parse_dates=True).sort(ENROLMENT, DAY)
        kinds = [name for name in days.columns if name.startswith(PREFIX)]
        own = days[ENROLMENT].unique(maintain_order=True).to_numpy()
        if len(days) != N_DAYS * len(own):
            raise SchemaError(path.name, f"must hold {N_DAYS} days an enrolment", len(days))
        parts.append(days.select(kinds).to_numpy().reshape(len(own), N_DAYS, len(kinds)))
        enrolments.append(own)
        weekdays.append(days[DAY].dt.weekday().to_numpy()[::N_DAYS].astype(np.int64) - 1)
        courses.append(np.full(len(own), path.name.removesuffix(".csv.gz"), dtype=object))
    if not parts:
        raise SchemaError("--data", "must be a folder with Course*.csv.gz", folder)
    stacked = np.concatenate(parts).astype(np.float64)
    return (
        stacked, np.concatenate(enrolments), np.concatenate(weekdays),
        np.concatenate(courses).astype(str), [kind.removeprefix(PREFIX) for kind in kinds],
    )  # fmt: skip
