from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from serving.next_session import ComingSessions

SESSIONS = pd.DataFrame(
    [
        ("S1", "K1", "2025-12-01", 5, "Limboto"),  # begun
        ("S2", "K1", "2026-01-01", 0, "Limboto"),  # full
        ("S4", "K1", "2026-03-01", 5, "Limboto"),
        ("S3", "K1", "2026-02-01", None, "Gorontalo"),
        ("S5", "K1", "2026-04-01", 5, None),
    ],
    columns=["session_id", "course_id", "starts_on", "seats", "place"],
).astype({"starts_on": "datetime64[ms]"})


@pytest.mark.parametrize(
    ("reach", "expected"),
    [(None, "S3"), ("", "S3"), ("LIMBOTO|Kwandang", "S4"), ("Kwandang", "S5")],
)
def test_the_next_one_has_a_place_and_lies_within_reach(reach, expected):
    found = ComingSessions(SESSIONS, date(2026, 1, 1)).next("K1", reach)
    assert found is not None
    assert found["session_id"] == expected


def test_none_is_none():
    coming = ComingSessions(SESSIONS[:4], date(2026, 1, 1))
    assert coming.next("K1", "Kwandang") is None
    assert coming.next("K9") is None
