from __future__ import annotations

import numpy as np
import pandas as pd

from models.person_history import MANY, with_history


def months():
    return pd.DataFrame(
        {
            "who": ["b", "a", "a", "b", "a"],
            "when": [1.0, 3.0, 1.0, 3.0, 2.0],
            "rating": ["2", "1", "3", "5", "3"],
            "unit": ["x", "y", "x", "x", "x"],
            "joined": ["1970-01-01", "1970-01-02", "1970-01-02", "1970-01-01", "1970-01-02"],
        },
        index=[10, 11, 12, 13, 14],
    )


def test_each_row_knows_the_rows_before_it():
    found = with_history(months(), person="who", time="when")
    assert found.index.tolist() == [10, 11, 12, 13, 14]
    assert found["n_earlier_rows"].tolist() == [0, 2, 0, 1, 1]
    np.testing.assert_array_equal(found["since_row_before"], [np.nan, 1, np.nan, 2, 1])
    np.testing.assert_array_equal(found["rating change"], [np.nan, -2, np.nan, 3, 0])
    np.testing.assert_allclose(found["rating recent"], [2, 7 / 3, 3, 3.5, 3])
    np.testing.assert_allclose(found["rating above_recent"], [0, -4 / 3, 0, 1.5, 0])
    assert found["rating since_change"].tolist() == [0, 0, 0, 0, 1]
    assert found["rating rank"].tolist() == [0.5, 0.5, 1, 1, 1]
    assert found["unit since_change"].tolist() == [0, 0, 0, 2, 1]
    assert found["joined"].tolist() == [1, 2, 0, 3, 1]
    assert found["rating"].tolist() == ["2", "1", "3", "5", "3"]
    assert "who" not in found
    assert "when" not in found


def test_places_within_a_column_and_without_the_whole():
    found = with_history(months(), person="who", time="when", whole=False, within="unit")
    assert "rating rank" not in found
    assert found["rating rank within unit"].tolist() == [0.5, 1, 1, 1, 1]


def test_nothing_looks_at_a_later_row():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({
        "who": rng.integers(0, 8, 120), "when": rng.integers(0, 12, 120).astype(float),
        "hours": rng.normal(size=120), "unit": rng.choice(["x", "y", "z"], 120),
    })  # fmt: skip
    early = rows["when"] < 6
    changed = rows.copy()
    changed.loc[~early, "hours"] = rng.normal(50, 9, (~early).sum())
    changed.loc[~early, "unit"] = "z"
    whole = with_history(rows, person="who", time="when")
    other = with_history(changed, person="who", time="when")
    fewer = with_history(rows[early], person="who", time="when")
    pd.testing.assert_frame_equal(whole[early], other[early])
    pd.testing.assert_frame_equal(whole.loc[early, list(fewer)], fewer)


def test_order_of_rows_says_nothing_and_input_is_unmodified():
    rows, before = months(), months()
    moved = with_history(rows.iloc[::-1], person="who", time="when")
    pd.testing.assert_frame_equal(
        moved.loc[rows.index], with_history(rows, person="who", time="when")
    )
    pd.testing.assert_frame_equal(rows, before)


def test_wide_tables_get_change_and_rank_alone():
    wide = pd.DataFrame({f"n{i}": [1.0, 2.0, 4.0, 3.0] * 3 for i in range(MANY + 1)})
    wide = wide.assign(who=["a"] * 6 + ["b"] * 6, when=np.tile(np.arange(6.0), 2))
    found = with_history(wide, person="who", time="when")
    assert {"n0 change", "n0 change_3", "n0 rank"} <= set(found)
    assert "n0 recent" not in found


def test_no_rows_stay_no_rows():
    assert with_history(months().iloc[:0], person="who", time="when").empty
