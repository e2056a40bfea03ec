"""Typed values as text, and that the mapping's own parsers read them back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.schema import Column
from features.sources.mapping import ColumnRule
from features.sources.parsing import Context, parse
from features.sources.typed import as_text, count_rounded, is_single

FLOAT = Column("x", "float", "a number", nullable=True)
CONTEXT = Context(["%d-%m-%Y"], lambda _: {})


def parsed(text: pl.Series, column: Column = FLOAT, **rule: str) -> list:
    rule_ = ColumnRule.model_validate({"from": "x", **rule})
    frame = text.rename("x").to_frame()
    return frame.select(typed=parse(pl.col("x"), rule_, column, CONTEXT))["typed"].to_list()


@pytest.mark.parametrize("thousands", [{}, {"thousands": "."}, {"thousands": ","}])
@given(numbers=st.lists(st.floats(-1e14, 1e14), min_size=1, max_size=5))
def test_floats_read_back_whatever_sign_groups_thousands(thousands, numbers):
    assert parsed(as_text(pl.Series("x", numbers)), **thousands) == numbers


@pytest.mark.parametrize("thousands", [{}, {"thousands": "."}, {"thousands": ","}])
@given(number=st.decimals(-99999, 99999, places=3))
def test_decimals_read_back_whatever_sign_groups_thousands(thousands, number):
    text = as_text(pl.Series("x", [number], pl.Decimal(12, 3)))
    assert parsed(text, **thousands) == [float(number)]


@given(day=st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_dates_read_back_whatever_formats_the_mapping_names(day):
    column = Column("x", "date", "a day")
    assert parsed(as_text(pl.Series("x", [day])), column) == [day]
    times = pl.Series("x", [datetime(day.year, day.month, day.day, 13, 5)])
    assert parsed(as_text(times), column) == [day]


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        ([1, None, 3], pl.Int64, ["1", None, "3"]),
        ([199001012015031001], pl.Int64, ["199001012015031001"]),
        ([12.0, float("nan"), float("inf"), None], pl.Float64, ["12", None, None, None]),
        ([Decimal("12.50"), Decimal("7.00")], pl.Decimal(6, 2), ["12.5", "7"]),
        ([True, False, None], pl.Boolean, ["true", "false", None]),
        ([date(2020, 1, 2)], pl.Date, ["2020-01-02"]),
        ([datetime(2020, 1, 2), datetime(2020, 1, 3)], pl.Datetime, ["2020-01-02", "2020-01-03"]),
        ([datetime(2020, 1, 2, 8, 30)], pl.Datetime, ["2020-01-02 08:30:00"]),
        (["a", "b"], pl.Categorical, ["a", "b"]),
    ],
)
def test_each_type_as_text(values, kind, texts):
    assert as_text(pl.Series("x", values, kind)).to_list() == texts


def test_numbers_longer_than_a_float_are_marked_as_rounded():
    text = as_text(pl.Series("x", [199001012015031001.0, 7571014101850001.0, 75.0]))
    assert count_rounded(text) == 2
    assert text[2] == "75"


def test_nested_and_binary_types_are_no_single_values():
    assert is_single(pl.String())
    assert not is_single(pl.List(pl.Int64))
    assert not is_single(pl.Struct({"a": pl.Int64}))
    assert not is_single(pl.Binary())
