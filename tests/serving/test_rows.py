from datetime import date

import numpy as np
import pandas as pd

from serving.rows import Rows

FRAME = pd.DataFrame(
    {
        "key": ["b", "a", "b", None, "c"],
        "text": ["x", None, "y", "lost", "x"],
        "number": [1.5, np.nan, 2.5, 0.0, 3.5],
        "count": pd.array([1, None, 3, 4, 5], dtype="Int64"),
        "whole": [1, 2, 3, 4, 5],
        "day": pd.to_datetime(["2026-01-02", None, "2026-01-01", None, None]),
        "plain_day": [date(2026, 1, 2), None, date(2026, 1, 1), None, None],
        "flag": [True, False, True, False, True],
    }
)


def test_rows_of_a_key_keep_their_order_and_are_plain():
    rows = Rows(FRAME, "key").of("b")
    assert [row["text"] for row in rows] == ["x", "y"]
    assert rows[0] == {
        "key": "b", "text": "x", "number": 1.5, "count": 1.0, "whole": 1,
        "day": date(2026, 1, 2), "plain_day": date(2026, 1, 2), "flag": True,
    }  # fmt: skip
    assert type(rows[0]["number"]) is float
    assert type(rows[0]["whole"]) is int


def test_nulls_become_none():
    row = Rows(FRAME, "key").one("a")
    assert row == {
        "key": "a", "text": None, "number": None, "count": None, "whole": 2, "day": None,
        "plain_day": None, "flag": False,
    }  # fmt: skip


def test_unknown_keys_have_no_rows():
    rows = Rows(FRAME, "key")
    assert rows.of("z") == []
    assert rows.one("z") is None
    assert "z" not in rows
    assert "a" in rows
    assert list(rows.spans) == ["a", "b", "c"]


def test_rows_are_limited():
    assert len(Rows(FRAME, "key").of("b", 1)) == 1


def test_frames_follow_the_keys_asked_for():
    frame = Rows(FRAME, "key").frame(["c", "z", "b"])
    assert frame["key"].tolist() == ["c", "b", "b"]
    assert frame["number"].tolist() == [3.5, 1.5, 2.5]
    assert str(frame["day"].dtype).startswith("datetime64")
    assert len(Rows(FRAME, "key").frame([])) == 0


def test_an_empty_frame_has_no_rows():
    assert Rows(FRAME.iloc[:0], "key").of("a") == []
