from __future__ import annotations

import narwhals as nw
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.expressions import at_least_0, row_mean, row_sums, share, slope, value_by
from tests.features.families import ENGINES, rows

NUMBERS = st.one_of(st.none(), st.integers(0, 20).map(float))
COLUMNS = ("x0", "x1", "x2", "x3")


def one_row(engine, values):
    frame = pl.DataFrame(
        {"key": "a"} | dict(zip(COLUMNS, values, strict=True)),
        schema={"key": pl.String} | dict.fromkeys(COLUMNS, pl.Float64),
    )
    return nw.from_native(ENGINES[engine](frame)).lazy()


def with_slope(frame):
    points = row_sums(COLUMNS)
    sums = frame.with_columns(**points)
    return sums.with_columns(slope=slope(**{name: nw.col(name) for name in points}, minimum=2))


@given(values=st.lists(NUMBERS, min_size=4, max_size=4))
def test_row_slope_is_the_least_squares_line(values):
    known = [(x, y) for x, y in enumerate(values) if y is not None]
    found = rows(with_slope(one_row("polars", values)), "key", "slope")["a"]
    if len(known) < 2:
        assert found is None
    else:
        assert found == pytest.approx(np.polyfit(*zip(*known, strict=True), 1)[0], abs=1e-6)


def test_rows_without_numbers_have_no_figures(engine):
    empty = with_slope(one_row(engine, [None] * 4)).with_columns(mean=row_mean(COLUMNS))
    assert rows(empty, "key", "mean", "slope") == {"a": (None, None)}


def test_rows_count_what_is_known(engine):
    found = one_row(engine, [1.0, None, 4.0, -1.0]).with_columns(
        mean=row_mean(COLUMNS[:3]),
        none=share(nw.col("x0"), nw.col("x0") - 1),
        floor=at_least_0(nw.col("x3")),
        kept=at_least_0(nw.col("x2")),
        unknown=at_least_0(nw.col("x1")),
        named=value_by("key", {"a": 3, "b": 4}),
        unnamed=value_by("key", {"b": 4}),
    )
    columns = ("mean", "none", "floor", "kept", "unknown", "named", "unnamed")
    assert rows(found, "key", *columns) == {"a": (2.5, None, 0, 4, None, 3, None)}
