import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from models.person_periods import calendar_months, person_periods


def panel_of(*rows):
    panel = pd.DataFrame(rows, columns=["employee_id", "as_of", "stopped", "stopped_month"])
    return panel.assign(as_of=pd.to_datetime(panel["as_of"]))


def rows_of(panel, horizon=3, most=6):
    periods = person_periods(panel, "stopped", horizon, most)
    return list(zip(periods.row.tolist(), periods.month.tolist(), periods.event, strict=True))


def test_a_person_is_at_risk_until_the_event():
    assert rows_of(panel_of(("a", "2024-01-01", 1.0, 2))) == [(0, 1, 0.0), (0, 2, 1.0)]


def test_without_the_event_the_window_is_whole_and_without_a_label_there_is_no_row():
    panel = panel_of(("a", "2024-01-01", 0.0, 2), ("b", "2024-01-01", None, 2))
    assert rows_of(panel) == [(0, 1, 0.0), (0, 2, 0.0), (0, 3, 0.0)]


def test_an_event_without_a_month_counts_in_the_last():
    assert rows_of(panel_of(("a", "2024-01-01", 1.0, None)))[-1] == (0, 3, 1.0)


def test_what_follows_a_window_is_told_by_the_snapshot_at_its_end():
    panel = panel_of(
        ("a", "2024-01-01", 0.0, None),
        ("a", "2024-02-01", 0.0, None),  # its follower, 1 May, is not there
        ("a", "2024-04-01", 1.0, 2),
        ("b", "2024-01-01", 1.0, 3),  # is not at risk any more
        ("b", "2024-04-01", 1.0, 1),
        ("c", "2024-01-01", 0.0, None),
        ("c", "2024-04-01", None, None),  # cut short
    )
    rows = rows_of(panel)
    assert [month for row, month, _ in rows if row == 0] == [1, 2, 3, 4, 5]
    assert (0, 5, 1.0) in rows
    assert [month for row, month, _ in rows if row == 1] == [1, 2, 3]
    assert [month for row, month, _ in rows if row == 3] == [1, 2, 3]
    assert [month for row, month, _ in rows if row == 5] == [1, 2, 3]


def test_calendar_months_begin_after_the_snapshot():
    days = pd.Series(pd.to_datetime(["2024-01-01", "2024-12-01", "2024-01-31"]))
    assert calendar_months(days, np.array([1, 2, 1])).tolist() == [1, 1, 2]


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 1.0, None]), st.sampled_from([1, 2, 3, None])), max_size=12
    )
)
def test_every_labelled_event_is_one_row_and_months_have_no_gap(drawn):
    panel = panel_of(*((f"p{i}", "2024-01-01", *one) for i, one in enumerate(drawn)))
    periods = person_periods(panel, "stopped", 3, 3)
    labels = np.array([one for one, _ in drawn], dtype=float)
    assert periods.event.sum() == (labels == 1).sum()
    for row in range(len(drawn)):
        own = periods.month[periods.row == row].tolist()
        assert own == list(range(1, len(own) + 1))
        assert bool(own) == (not np.isnan(labels[row]))
