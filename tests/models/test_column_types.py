from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.column_types import infer_type, looks_like_identity, read_numbers, read_texts


def column(*values, name="pay", repeat=1):
    return pd.Series(list(values) * repeat, name=name, dtype=object)


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        pytest.param(["1", "2.5", "-3"], [1, 2.5, -3], id="plain"),
        pytest.param(["Yes", "no", "YES"], [1, 0, 1], id="yes and no"),
        pytest.param(["1,200", "15", "1,000,000"], [1200, 15, 1_000_000], id="thousands"),
        pytest.param(["1,5", "2,25", "3"], [1.5, 2.25, 3], id="decimal comma"),
        pytest.param(["Rp 500", "$20", "12%"], [500, 20, 12], id="currency and per cent"),
        pytest.param([">20", "<1", "10+"], [20, 1, 10], id="bounds"),
    ],
)
def test_numbers_are_read_however_they_are_written(cells, numbers):
    cells = column(*cells, repeat=3)
    found = infer_type(cells)
    assert found.kind == "number"
    assert read_numbers(cells, found).tolist() == numbers * 3


@pytest.mark.parametrize(
    ("cell", "other"),
    [("2020-01-02", "2020-01-03"), ("02-01-2020", "03-01-2020"), ("02/01/2020", "13/01/2020"),
     ("2020-01-02 00:00:00", "2020-01-03 00:00:00"), ("2 January 2020", "3 January 2020")],
)  # fmt: skip
def test_dates_become_days_since_1970(cell, other):
    cells = column(cell, other, repeat=5)
    found = infer_type(cells)
    assert found.kind == "date"
    assert read_numbers(cells, found)[0] == 18263


def test_typed_columns_need_no_reading():
    when = pd.Series(pd.to_datetime(["2020-01-02", None, "2020-01-05"] * 4))
    assert infer_type(when).kind == "date"
    np.testing.assert_array_equal(read_numbers(when, infer_type(when)), [18263, np.nan, 18266] * 4)
    zoned = when.dt.tz_localize("Asia/Makassar")
    assert read_numbers(zoned, infer_type(zoned))[0] == 18263
    ages = pd.Series([1.5, np.nan, 2.0] * 4)
    np.testing.assert_array_equal(read_numbers(ages, infer_type(ages)), ages)


def test_gaps_are_gaps_and_may_hold_a_message():
    cells = column(*["1", "2", "3"] * 40, "unknown", "", None, "N/A")
    found = infer_type(cells)
    assert found.kind == "number"
    assert np.isnan(read_numbers(cells, found)[-4:]).all()
    assert read_texts(column("A ", None, "n/a", "b")).tolist() == ["a", "", "", "b"]


def test_rows_of_one_label_are_read_in_their_order():
    cells = column("1", "", "3", repeat=4)
    cells.index = [0] * 12
    np.testing.assert_array_equal(read_numbers(cells, infer_type(cells)), [1, np.nan, 3] * 4)


@pytest.mark.parametrize(
    ("cells", "kind", "form"),
    [
        pytest.param(column(*["x"] * 30), "left_out", "constant", id="constant"),
        pytest.param(column(*[None] * 30), "left_out", "empty", id="empty"),
        pytest.param(column(*["x"] * 20, *[None] * 20), "category", "", id="constant with gaps"),
        pytest.param(column(*map(str, range(100))), "left_out", "identifies rows", id="row number"),
        pytest.param(
            column(*[f"E{i}" for i in range(100)]), "left_out", "identifies rows", id="key"
        ),
        pytest.param(
            column(*[f"E{i}" for i in range(30)]), "left_out", "identifies rows", id="few keys"
        ),
        pytest.param(
            column(*[str((i * 37) % 101) for i in range(101)], name="EmployeeNumber"),
            "left_out", "identifies rows", id="shuffled number of a person",
        ),
        pytest.param(
            column(*[str((i * 37) % 101) for i in range(101)]), "number", "", id="pay of each"
        ),
        pytest.param(column("a", "b", repeat=20), "category", "", id="category"),
        pytest.param(
            column(*[f"city_{i % 60}" for i in range(200)]), "category", "", id="many levels"
        ),
        pytest.param(
            column(*[f"wants more of {i} and less" for i in range(100)]), "text", "", id="text"
        ),
    ],
)  # fmt: skip
def test_kinds(cells, kind, form):
    assert (infer_type(cells).kind, infer_type(cells).form) == (kind, form)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("Emp_ID", True), ("EmployeeNumber", True), ("enrollee_id", True), ("Unnamed: 0", True),
     ("paid", False), ("MonthlyIncome", False), ("grid", False)],
)  # fmt: skip
def test_names_of_identities(name, is_one):
    assert looks_like_identity(name) is is_one


@settings(max_examples=25)
@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.integers().map(str)), max_size=60))
def test_any_column_has_a_type_and_reads_back_as_long(cells):
    cells = pd.Series(cells, name="any", dtype=object)
    found = infer_type(cells)
    assert found.kind in {"number", "date", "category", "text", "left_out"}
    if found.kind in {"number", "date"}:
        assert read_numbers(cells, found).shape == (len(cells),)
    assert len(read_texts(cells)) == len(cells)
