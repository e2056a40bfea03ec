from __future__ import annotations

from datetime import date

import pandas as pd

from features.labels import COMPONENTS, EVENT, LAGGED
from features.panel import build_panel
from features.profiles import FEATURES, KEYS

DATES = (date(2024, 6, 30), date(2025, 1, 1))


def test_panel_stacks_profiles_and_what_came_after(tiny_records):
    told: list[date] = []
    panel = build_panel(tiny_records, DATES, 6, told.append)
    assert told == list(DATES)
    assert list(panel.columns) == [
        *KEYS,
        *FEATURES,
        *COMPONENTS,
        EVENT,
        "censored",
        *LAGGED,
        "as_of",
    ]
    seen = list(zip(panel["as_of"], panel["employee_id"], strict=True))
    june, january = map(pd.Timestamp, DATES)
    assert seen == [(june, e) for e in ("e1", "e2", "e3", "e4")] + [
        (january, e) for e in ("e1", "e2", "e3")
    ]


def test_panel_has_null_labels_where_there_is_no_evidence(tiny_records):
    panel = build_panel(tiny_records, DATES, 6).set_index(["as_of", "employee_id"])
    june, january = map(pd.Timestamp, DATES)
    # June: e1 has six months behind (mean 2/6) and six ahead: 0, 0, 1, 2, 3, 1 has four high ones
    assert panel.loc[(june, "e1"), "absence_rise"] == 1
    assert panel.loc[june, "absence_rise"].drop("e1").isna().all()
    # and two offers in the window, of which e1 began one (and dropped it)
    assert panel.loc[(june, "e1"), "learning_stopped"] == 0
    assert panel.loc[june, "learning_stopped"].drop("e1").isna().all()
    assert panel.loc[january, EVENT].tolist() == [1, 0, 0]
