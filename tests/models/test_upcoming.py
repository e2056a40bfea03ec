from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.cases import Catalogue
from models.upcoming import UpcomingSession
from tests.models.contracts import GeneratorContract

SESSIONS = pd.DataFrame(
    {
        "course_id": ["budget", "budget", "excel", "law", "lead", "unlisted"],
        "days_ahead": [120, 60, -1, 0, 30, 10],
        "seats_left": [5, 2, 9, None, 0, 9],
    }
)


def with_sessions(catalogue: Catalogue, sessions: pd.DataFrame) -> Catalogue:
    return Catalogue(catalogue.courses, catalogue.teaches, sessions)


class TestContract(GeneratorContract):
    make = UpcomingSession


def test_the_nearest_session_with_a_seat_counts(tiny_cases, tiny_catalogue):
    model = UpcomingSession(half_life_days=60).fit(
        tiny_cases, with_sessions(tiny_catalogue, SESSIONS)
    )
    # excel has begun, lead is full, speak has none; the seats of law are not known
    expected = np.tile([0.5, 0, 1, 0, 0], (4, 1))
    np.testing.assert_allclose(model.score(tiny_cases), expected)
    restored = UpcomingSession.from_dict(model.to_dict())
    np.testing.assert_array_equal(restored.score(tiny_cases), model.score(tiny_cases))


def test_seats_that_nobody_counted_are_free(tiny_cases, tiny_catalogue):
    sessions = SESSIONS.drop(columns="seats_left")
    scores = UpcomingSession().fit(tiny_cases, with_sessions(tiny_catalogue, sessions))
    assert scores.score(tiny_cases)[0, 3] > 0.5


def test_half_life_must_be_positive(tiny_cases, tiny_catalogue):
    with pytest.raises(ValueError, match="half_life_days must be positive, got 0"):
        UpcomingSession(half_life_days=0).fit(tiny_cases, tiny_catalogue)
