from __future__ import annotations

from datetime import date

import pandas as pd

from features.labels import COMPONENTS, EVENT, LAGGED, MONTHS
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
        *MONTHS,
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


def test_an_event_is_dated_to_the_month_of_its_last_evidence(tiny_records):
    panel = build_panel(tiny_records, DATES, 6).set_index(["as_of", "employee_id"])
    june, january = map(pd.Timestamp, DATES)
    # June: e1 is high (>= 2/6 + .5) in September, October, November, December; the third month of
    # the window from 30 June is the one to 30 September, so 1 November lies in the fifth
    assert panel.loc[(june, "e1"), "absence_rise_month"] == 5
    # January: high in January, February, April (1 in March is below 1.25)
    assert panel.loc[(january, "e1"), "absence_rise_month"] == 4
    # offers of e1 in the window from January: the second makes them enough
    assert panel.loc[(january, "e1"), "learning_stopped_month"] == 3
    assert panel.loc[january, "voluntary_exit_month"].isna().all()
