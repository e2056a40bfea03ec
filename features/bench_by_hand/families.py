"""The hand-written families and how they are put together to whole profiles."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path
from string import Template
from types import ModuleType
from typing import Any

import polars as pl

from features.bench_by_hand import career, competency
from features.bench_runs import WHOLE
from features.engines import connect_duckdb
from features.known import months_before
from features.profiles import FAMILIES
from features.records import Records

BY_HAND: dict[str, ModuleType] = {
    name: import_module(f"features.bench_by_hand.{name}")
    for name in FAMILIES
    if (Path(__file__).parent / f"{name}.py").exists()
}
COMPUTED = {name: module for name, module in BY_HAND.items() if module is not career}
FIGURES = ("unit_id", "post_id", "post_level", "employment_type", "post_days")


def tables_of(subject: str) -> set[str]:
    """Return the tables that a family, or the whole, reads."""
    if subject != WHOLE:
        return {*career.TABLES, *BY_HAND[subject].TABLES}
    return {name for module in BY_HAND.values() for name in module.TABLES}


def columns_of(family: str) -> list[str]:
    """Return the columns that a family's SQL gives, read from a run over no records."""
    return [name for name in _empty_run(family).columns if name != "employee_id"]


def _empty_run(family: str) -> Any:  # noqa: ANN401
    from features.records import empty_records

    connection = connect_duckdb()
    for name, frame in vars(empty_records()).items():
        connection.register(name, frame.to_arrow())
    as_of = date(2025, 1, 1)
    run_shared(connection, as_of)
    return connection.sql(with_dates(BY_HAND[family].SQL, as_of))


def with_dates(sql: str, as_of: date) -> str:
    """Fill in the dates that the texts name."""
    days = {
        "as_of": as_of,
        "new_year": date(as_of.year, 1, 1),
        "quarter": months_before(as_of, 3),
        "half": months_before(as_of, 6),
        "year": months_before(as_of, 12),
        "two_years": months_before(as_of, 24),
    }
    return Template(sql).substitute({name: f"DATE '{day}'" for name, day in days.items()})


def run_shared(connection: Any, as_of: date, *, levels: bool = True) -> None:  # noqa: ANN401
    """Keep what several families read in temporary tables."""
    posts = with_dates(career.PRESENT_POSTS, as_of)
    connection.execute(f"CREATE TEMP TABLE present_posts AS {posts}")
    if levels:
        long = with_dates(competency.COMPETENCY_LEVELS, as_of)
        connection.execute(f"CREATE TEMP TABLE competency_levels AS {long}")


def sql_profiles(as_of: date) -> dict[str, str]:
    """Return the texts of both frames of the profiles, to run after `run_shared`."""
    joins, columns = [], []
    for name, module in COMPUTED.items():
        joins.append(f"LEFT JOIN ({with_dates(module.SQL, as_of)}) AS {name} USING (employee_id)")
        zeros = getattr(module, "ZERO_WHEN_ABSENT", ())
        columns += [f"coalesce({c}, 0)::DOUBLE AS {c}" if c in zeros else f"{c}::DOUBLE AS {c}"
                    for c in columns_of(name)]  # fmt: skip
    listed = ", ".join(("employee_id", *FIGURES, *columns))
    return {
        "people": f"SELECT {listed} FROM present_posts {' '.join(joins)} ORDER BY employee_id",  # noqa: S608
        "competencies": "FROM competency_levels ORDER BY employee_id, competency_id",
    }


def polars_profiles(known: Records, as_of: date) -> dict[str, pl.LazyFrame]:
    """Return both frames of the profiles as Polars plans."""
    posts = career.posts_in_polars(known, as_of)
    levels = competency.levels_in_polars(known, posts, as_of)
    people = posts
    for module in COMPUTED.values():
        summary = (
            competency.summary_in_polars(levels)
            if module is competency
            else module.in_polars(known, posts, as_of)
        )
        people = people.join(summary, on="employee_id", how="left").with_columns(
            pl.col(name).fill_null(0) for name in getattr(module, "ZERO_WHEN_ABSENT", ())
        )
    return {
        "people": people.sort("employee_id"),
        "competencies": levels.sort("employee_id", "competency_id"),
    }
