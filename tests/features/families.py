"""Records of a few rows on every engine that starts at once, and results as plain rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import narwhals as nw
import polars as pl

from features.career import present_posts
from features.known import known_records
from features.records import Records, empty_records
from tests.conftest import table_of

AS_OF = date(2025, 1, 1)
ENGINES: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "pandas": lambda frame: frame.to_pandas(),
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
}
POSTS = (
    ("staff", "pelaksana"), ("head", "pengawas"), ("chief", "administrator"),
    ("director", "jpt_pratama"), ("junior", "ahli_muda"), ("senior", "ahli_madya"),
    ("doctor", "other"),
)  # fmt: skip


def with_tables(**tables: pl.DataFrame) -> Records:
    """Return records that hold these tables, and one post of some levels."""
    posts = table_of("posts", "post_id title post_level", *((p, p, level) for p, level in POSTS))
    return Records(**{**vars(empty_records()), "posts": posts, **tables})


def staff(*rows: tuple[str, str, str], kind: str = "PNS", **tables: pl.DataFrame) -> Records:
    """Return people in service since 2020 (id, unit, post) beside other tables."""
    ids = sorted({row[0] for row in rows})
    return with_tables(
        employees=table_of("employees", "employee_id employment_type", *((i, kind) for i in ids)),
        employments=table_of(
            "employments",
            "employee_id unit_id post_id valid_from",
            *((*row, date(2020, 1, 1)) for row in rows),
        ),
        **tables,
    )


def on(engine: str, records: Records, as_of: date = AS_OF) -> tuple[Records, nw.LazyFrame]:
    """Return what is known on one engine, and who is in which post."""
    known = known_records(records.map(ENGINES[engine]), as_of)
    return known, present_posts(known, as_of)


def rows(frame: nw.LazyFrame, *columns: str, key: int = 1) -> dict[Any, Any]:
    """Return the other columns by the first `key` columns, floats rounded to six places.

    Raises
    ------
    AssertionError
        A key stands twice, or a number is NaN where it should be null.
    """
    table = frame.select(*columns).collect().to_arrow()
    found: dict[Any, Any] = {}
    for row in table.to_pylist():
        values = [_plain(row[name]) for name in columns]
        name = values[0] if key == 1 else tuple(values[:key])
        assert name not in found
        found[name] = values[key] if len(columns) == key + 1 else tuple(values[key:])
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        assert not math.isnan(value)
        return round(value, 6)
    return value
