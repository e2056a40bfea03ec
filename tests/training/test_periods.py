from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import SchemaError
from features.known import months_before
from training.periods import plan_periods


def test_plan_periods_of_three_years_by_hand():
    periods = plan_periods(date(2023, 1, 1), date(2026, 1, 1), 6)
    assert periods.evaluation == date(2025, 7, 1)
    assert periods.calibration == date(2025, 1, 1)
    assert periods.training[0] == date(2024, 1, 1)
    assert periods.training[-1] == date(2024, 7, 1)
    assert len(periods.training) == 7


def test_plan_periods_raises_when_the_records_are_too_short():
    with pytest.raises(SchemaError, match="must span at least 12 months, got 2023-01-01"):
        plan_periods(date(2023, 1, 1), date(2023, 11, 1), 6)


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(12, 120), st.integers(1, 6))
def test_plan_periods_no_window_reaches_into_a_later_period(start, months, horizon):
    periods = plan_periods(start, months_before(start, -months), horizon)
    for day in periods.training:
        assert months_before(day, -horizon) <= periods.calibration
        assert day > start
    # days of the month are cut in short months, so a window may end up to three days late
    slack = (months_before(periods.calibration, -horizon) - periods.evaluation).days
    assert slack <= 3
    assert (months_before(periods.evaluation, -horizon) - periods.end).days <= 3
