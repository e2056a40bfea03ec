"""Each component's lagged self: the window before, as it was known at the snapshot."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from features.known import months_before
from features.labels import COMPONENTS, LAGGED, build_labels, lagged_labels
from features.labels.window import Window
from features.records import Records

AS_OF = date(2025, 1, 1)


def known_at_once(records: Records) -> Records:
    return records.map(lambda frame: frame.with_columns(available_at=pl.col("valid_from")))


@pytest.mark.parametrize("as_of", [date(2025, 1, 1), date(2025, 7, 1), date(2024, 10, 1)])
def test_a_lagged_self_is_the_label_of_the_window_before(tiny_records, as_of):
    records = known_at_once(tiny_records)
    before = build_labels(records, months_before(as_of, 6), 6)
    expected = before.select("employee_id", *COMPONENTS).rename(
        dict(zip(COMPONENTS, LAGGED, strict=True))
    )
    assert_frame_equal(lagged_labels(records, as_of, 6), expected)


def test_a_lagged_self_knows_only_what_was_known(tiny_records):
    # e1's offer of 20 December was known on 3 January only: one known offer is too few
    july = lagged_labels(tiny_records, AS_OF, 6)
    assert july.filter(pl.col("employee_id") == "e1")["learning_stopped_before"].item() is None


@pytest.fixture
def lagged(tiny_records):
    return lagged_labels(tiny_records, AS_OF, 6)


@settings(  # the records are not changed; a seed says no more than in which order and when
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32 - 1))
def test_lagged_selves_do_not_change_with_what_comes_later(tiny_records, lagged, seed):
    def other_future(frame: pl.DataFrame) -> pl.DataFrame:
        later = (pl.col("valid_from") >= AS_OF) | (pl.col("available_at") >= AS_OF)
        moved = pl.lit(AS_OF + timedelta(days=seed % 300))
        copies = frame.sample(fraction=1, shuffle=True, seed=seed)
        copies = copies.with_columns(valid_from=moved, available_at=moved)
        return pl.concat([frame.filter(~later), copies])

    changed = tiny_records.map(other_future)
    assert_frame_equal(lagged_labels(changed, AS_OF, 6), lagged)


def test_windows_leave_out_the_embargo():
    after = Window.after(AS_OF, 6, embargo_days=14)
    assert (after.start, after.end) == (date(2025, 1, 15), date(2025, 7, 15))
    before = Window.before(AS_OF, 6, embargo_days=14)
    assert (before.as_of, before.start, before.end) == (date(2024, 6, 17), date(2024, 7, 1), AS_OF)
