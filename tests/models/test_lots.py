"""Lots: fair, and the same whoever draws them in whatever order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.lots import draw_lots


@given(st.lists(st.text(), max_size=8), st.integers(0, 40))
def test_a_lot_follows_from_occasion_and_id_alone(ids, n):
    drawn = draw_lots("2026-01-01", ids, n)
    assert drawn.shape == (len(ids), n)
    assert ((drawn >= 0) & (drawn < 1)).all()
    assert (draw_lots("2026-01-01", ids[::-1], n)[::-1] == drawn).all()
    assert (draw_lots("2026-01-01", ids, n + 1)[:, :n] == drawn).all()


def test_another_occasion_and_another_person_draw_anew():
    first, second = draw_lots("a", ["ani", "budi"], 2)
    assert len({*first, *second, *draw_lots("b", ["ani"], 2)[0]}) == 6


def test_lots_are_spread_evenly():
    drawn = draw_lots("even", (str(i) for i in range(4_000)), 20)
    counts = np.bincount((drawn * 10).astype(int).ravel(), minlength=10)
    # 80,000 draws: each tenth has 8,000 with a standard deviation of 85
    assert abs(counts - 8_000).max() < 5 * 85
    assert abs(np.corrcoef(drawn.T) - np.eye(20)).max() < 5 / np.sqrt(4_000)
