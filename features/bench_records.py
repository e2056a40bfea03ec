"""Records for benchmarks: any number of people, written in pieces, without any meaning.

Counts a person: `n_months` months of attendance, two yearly reviews, 360 feedback of six raters,
nine assessed competencies, three enrolments, four offers, 1.5 posts, one grade; a post requires
twelve competencies. As after an import, every table is sorted by its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from features.known import months_before
from features.records import DTYPES, Records, empty_table
from features.schema import (
    BY_NAME,
    EMPLOYMENT_TYPES,
    FORMS,
    FROM_THE_START,
    POST_LEVELS,
    RATER_ROLES,
    RATINGS,
    RESPONSES,
    STATUSES,
)

AS_OF = date(2025, 7, 1)
CHUNK = 50_000
N_POSTS, N_COURSES, N_REQUIRED = 400, 500, 12
COMPETENCIES = tuple(f"M.{i:02}" for i in range(1, 10)) + tuple(f"T.{i:02}" for i in range(1, 31))
PEOPLE_A_UNIT = 50


def write_bench_records(
    folder: Path,
    n_people: int,
    n_months: int = 24,
    seed: int = 0,
    progress: Callable[[str], None] = lambda _: None,
) -> int:
    """Write one Parquet file a table; return the number of rows.

    Memory holds `CHUNK` people at a time. The same arguments, the same rows. `progress` is told
    after each chunk.
    """
    tables = {name: _fixed_table(name, n_people, seed) for name in Records.__dataclass_fields__}
    writers = {
        name: pq.ParquetWriter(folder / f"{name}.parquet", frame.to_arrow().schema)
        for name, frame in tables.items()
    }
    n_rows = 0
    for name, frame in tables.items():
        writers[name].write_table(frame.to_arrow())
        n_rows += len(frame)
    for start in range(0, n_people, CHUNK):
        rng = np.random.default_rng((seed, start))
        people = _ids(start, min(start + CHUNK, n_people), n_people)
        for name, frame in _tables_of(people, n_months, n_people, rng):
            writers[name].write_table(_complete(frame, name).to_arrow())
            n_rows += len(frame)
        progress(f"{n_rows:,} rows")
    for writer in writers.values():
        writer.close()
    return n_rows


def _ids(start: int, stop: int, n_people: int) -> pl.Series:
    """Return sorted keys as long as real ones, spread over the whole range."""
    step = (1 << 60) // n_people
    return pl.Series("employee_id", [f"{i * step:015x}{i * 7919:017x}" for i in range(start, stop)])


def _fixed_table(name: str, n_people: int, seed: int) -> pl.DataFrame:
    """Return a table that does not grow with people, or an empty one that will."""
    rng = np.random.default_rng(seed)
    units, posts = _unit_ids(n_people), _numbered("P", N_POSTS)
    if name == "units":
        frame = pl.DataFrame({"unit_id": units, "name": units})
    elif name == "posts":
        levels = rng.choice(POST_LEVELS, N_POSTS)
        frame = pl.DataFrame({"post_id": posts, "title": posts, "post_level": levels})
    elif name == "competencies":
        frame = pl.DataFrame({"competency_id": COMPETENCIES, "name": COMPETENCIES})
        frame = frame.with_columns(competency_group=pl.lit("Teknis"))
    elif name == "post_requirements":
        frame = _requirements(posts, rng)
    elif name == "courses":
        frame = _courses(rng)
    elif name == "course_competencies":
        frame = pl.DataFrame(
            {
                "course_id": _numbered("C", N_COURSES),
                "competency_id": rng.choice(COMPETENCIES, N_COURSES),
                "level": rng.integers(1, 6, N_COURSES).astype(float),
            }
        )
    elif name == "unit_reviews":
        year, unit = np.repeat([2023, 2024], len(units)), pl.Series(list(units) * 2)
        frame = pl.DataFrame({"unit_id": unit, "year": year})
        frame = frame.with_columns(
            predicate=rng.integers(3, 6, len(frame)), valid_from=pl.date(pl.col("year"), 12, 31)
        ).sort("unit_id", "year")
    else:
        return empty_table(BY_NAME[name])
    return _complete(frame, name)


def _unit_ids(n_people: int) -> list[str]:
    return _numbered("U", max(n_people // PEOPLE_A_UNIT, 1))


def _numbered(letter: str, n: int) -> list[str]:
    return [f"{letter}{i:06}" for i in range(n)]


def _requirements(posts: list[str], rng: np.random.Generator) -> pl.DataFrame:
    chosen = [np.sort(rng.choice(COMPETENCIES, N_REQUIRED, replace=False)) for _ in posts]
    return pl.DataFrame(
        {
            "post_id": np.repeat(posts, N_REQUIRED),
            "competency_id": np.concatenate(chosen),
            "required_level": rng.integers(1, 6, len(posts) * N_REQUIRED),
        }
    )


def _courses(rng: np.random.Generator) -> pl.DataFrame:
    ids = _numbered("C", N_COURSES)
    return pl.DataFrame(
        {
            "course_id": ids,
            "title": ids,
            "form": rng.choice(FORMS, N_COURSES),
            "jp": rng.integers(2, 40, N_COURSES).astype(float),
            "mandatory": rng.random(N_COURSES) < 0.1,
        }
    )


def _tables_of(
    people: pl.Series, n_months: int, n_people: int, rng: np.random.Generator
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the tables that grow with people, for some people."""
    n = len(people)
    types = rng.choice(EMPLOYMENT_TYPES[:3], n, p=[0.7, 0.1, 0.2])
    left = np.where(rng.random(n) < 0.03, np.datetime64("2024-10-31"), np.datetime64("NaT", "D"))
    employees = pl.DataFrame({"employee_id": people, "employment_type": types, "left_on": left})
    yield "employees", employees.with_columns(pl.col("left_on").cast(pl.Date))
    grades = pl.DataFrame({"employee_id": people, "grade": rng.choice(["III/a", "IX"], n)})
    yield "grades", grades.with_columns(valid_from=_days(rng, n, 4000))
    yield "employments", _employments(people, n_people, rng)
    yield "assessments", _assessments(people, rng)
    yield "reviews", _reviews(people, rng)
    yield "feedback360", _feedback(people, rng)
    offers = _dated(people, 4, 730, rng)
    yield "offers", offers.with_columns(response=_drawn(rng, RESPONSES, len(offers)))
    yield "enrolments", _enrolments(people, rng)
    yield "attendance", _attendance(people, n_months, rng)


def _days(rng: np.random.Generator, n: int, most: int) -> pl.Series:
    """Return dates up to `most` days before `AS_OF`."""
    return pl.Series(np.datetime64(AS_OF) - rng.integers(1, most, n)).cast(pl.Date)


def _drawn(rng: np.random.Generator, values: tuple[str, ...], n: int) -> pl.Series:
    return pl.Series(np.array(values)[rng.integers(0, len(values), n)])


def _dated(people: pl.Series, n_each: int, most: int, rng: np.random.Generator) -> pl.DataFrame:
    """Return some rows a person with a course and a date."""
    repeated = people.gather(np.repeat(np.arange(len(people)), n_each))
    courses = pl.Series(_numbered("C", N_COURSES)).gather(rng.integers(0, N_COURSES, len(repeated)))
    frame = pl.DataFrame({"employee_id": repeated, "course_id": courses})
    return (
        frame.with_columns(valid_from=_days(rng, len(frame), most))
        .unique(["employee_id", "course_id", "valid_from"])
        .sort("employee_id", "course_id", "valid_from")
    )


def _employments(people: pl.Series, n_people: int, rng: np.random.Generator) -> pl.DataFrame:
    n = len(people)
    owners = np.sort(np.concatenate([np.arange(n), rng.choice(n, n // 2, replace=False)]))
    units, posts = pl.Series(_unit_ids(n_people)), pl.Series(_numbered("P", N_POSTS))
    frame = pl.DataFrame(
        {
            "employee_id": people.gather(owners),
            "unit_id": units.gather(rng.integers(0, len(units), len(owners))),
            "post_id": posts.gather(rng.integers(0, N_POSTS, len(owners))),
        }
    ).with_columns(valid_from=_days(rng, len(owners), 3000))
    return frame.unique(["employee_id", "valid_from"]).sort("employee_id", "valid_from")


def _assessments(people: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
    n = 9 * len(people)
    return pl.DataFrame(
        {
            "employee_id": people.gather(np.repeat(np.arange(len(people)), 9)),
            "competency_id": pl.Series(COMPETENCIES[:9] * len(people)),
            "level": rng.integers(2, 11, n) / 2,
        }
    ).with_columns(valid_from=_days(rng, n, 730), source=pl.lit("assessment center"))


def _reviews(people: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
    n = 2 * len(people)
    frame = pl.DataFrame(
        {
            "employee_id": people.gather(np.repeat(np.arange(len(people)), 2)),
            "year": np.tile([2023, 2024], len(people)),
            "results": _drawn(rng, RATINGS, n),
            "behaviour": _drawn(rng, RATINGS, n),
            "predicate": rng.integers(1, 6, n),
        }
    )
    return frame.with_columns(valid_from=pl.date(pl.col("year"), 12, 31))


def _feedback(people: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
    n = 6 * len(people)
    return pl.DataFrame(
        {
            "employee_id": people.gather(np.repeat(np.arange(len(people)), 6)),
            "rater_role": _drawn(rng, RATER_ROLES, n),
            "score": rng.integers(40, 101, n).astype(float),
        }
    ).with_columns(valid_from=_days(rng, n, 730))


def _enrolments(people: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
    taken = _dated(people, 3, 730, rng)
    hours = pl.Series(rng.integers(2, 40, len(taken)).astype(float))
    unknown = pl.Series(rng.random(len(taken)) < 0.1)
    return taken.with_columns(
        status=_drawn(rng, STATUSES, len(taken)), jp=pl.when(~unknown).then(hours)
    )


def _attendance(people: pl.Series, n_months: int, rng: np.random.Generator) -> pl.DataFrame:
    months = [months_before(AS_OF, back) for back in range(n_months, 0, -1)]
    n = len(people) * n_months
    unexcused, excused = rng.binomial(3, 0.1, n), rng.binomial(4, 0.2, n)
    return pl.DataFrame(
        {
            "employee_id": people.gather(np.repeat(np.arange(len(people)), n_months)),
            "valid_from": np.tile(np.array(months, dtype="datetime64[D]"), len(people)),
            "workdays": np.full(n, 21),
            "present_days": 21 - unexcused - excused,
            "excused_days": excused,
            "unexcused_days": unexcused,
        }
    ).with_columns(available_at=pl.col("valid_from").dt.month_end())


def _complete(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Add what a table lacks: dates by its lag, nulls for the rest."""
    table = BY_NAME[name]
    if "valid_from" not in frame.columns:
        frame = frame.with_columns(valid_from=pl.lit(FROM_THE_START))
    if "available_at" not in frame.columns:
        lag = table.lag if isinstance(table.lag, int) else 32
        frame = frame.with_columns(available_at=pl.col("valid_from") + timedelta(days=lag))
    missing = [c for c in table.all_columns if c.name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, DTYPES[c.kind]).alias(c.name) for c in missing)
    return frame.select(pl.col(c.name).cast(DTYPES[c.kind]) for c in table.all_columns)
