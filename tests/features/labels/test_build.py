from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from features.labels import COMPONENTS, EVENT, build_labels
from features.records import Records
from features.standards.load import load_standard

AS_OF = date(2025, 1, 1)


def test_learning_stopped_where_two_offers_were_left_after_a_year_of_learning(tiny, by_person):
    labels = by_person(build_labels(tiny, AS_OF, 6), "learning_stopped")
    # all took a course in 2024; e1 took neither of two offers; e2 took one; e3 had one offer only
    assert labels == {"e1": (1,), "e2": (0,), "e3": (None,)}


def test_absence_rise_is_sustained_and_against_the_own_past(tiny, by_person):
    labels = by_person(build_labels(tiny, AS_OF, 6), "absence_rise")
    # e1: past mean .75, so high is >= 1.25; then 2, 2, 1, 2: mean 1.75, three high months
    # e2: two past months are too few; e3: past 0, then 1, 0, 0, 1: mean .5, but two high months
    assert labels == {"e1": (1,), "e2": (None,), "e3": (0,)}


def test_the_event_is_any_component_seen(tiny, by_person):
    labels = by_person(build_labels(tiny, AS_OF, 6), EVENT)
    assert labels == {"e1": (1,), "e2": (0,), "e3": (0,)}


def test_labels_see_the_window_and_nothing_behind_it(tiny, by_person):
    # one month: e1 and e2 have had no two offers yet; one month of attendance is too little
    assert by_person(build_labels(tiny, AS_OF, 1), EVENT) == {}
    # three months, to 31 March: e1 had both offers; e2's second comes on 1 April
    assert by_person(build_labels(tiny, AS_OF, 3), *COMPONENTS[:2]) == {"e1": (1, None)}


@pytest.mark.parametrize(
    ("future", "happened"),
    [
        pytest.param([2, 2, 2, 0], 1, id="three high months"),
        pytest.param([5, 5, 0, 0], 0, id="two high months, however high"),
        pytest.param([1, 1, 1, 1], 0, id="no month above the past by half a day"),
        pytest.param([2, 2, 2], None, id="three months are too few"),
    ],
)
def test_absence_rise_needs_four_months_and_three_high_ones(tiny_records, future, happened):
    known = tiny_records.attendance.filter(pl.col("valid_from") < AS_OF)
    months = [date(2025, 1 + i, 1) for i in range(len(future))]
    ahead = pl.DataFrame({"employee_id": ["e1"] * len(future), "unexcused_days": future,
                          "valid_from": months})  # fmt: skip
    attendance = pl.concat([known, ahead], how="diagonal_relaxed")
    records = Records(**{**vars(tiny_records), "attendance": attendance})
    label = build_labels(records, AS_OF, 6).filter(pl.col("employee_id") == "e1")
    assert label["absence_rise"].item() == happened


def test_labels_are_frames_of_the_same_kind_as_the_records(tiny):
    labels = build_labels(tiny, AS_OF, 6)
    assert type(labels) is type(tiny.units)
    assert list(labels.columns) == ["employee_id", *COMPONENTS, EVENT, "censored"]


def test_the_event_is_made_of_the_components_that_the_standard_lists():
    listed = load_standard("disengagement")["event_components"]
    assert listed == ["learning_stopped", "absence_rise"]
    assert set(listed) <= set(COMPONENTS)


def test_a_superseded_version_makes_no_label(tiny_records):
    old = tiny_records.offers.with_columns(superseded_at=pl.lit(AS_OF))
    records = Records(**{**vars(tiny_records), "offers": old})
    assert build_labels(records, AS_OF, 6)["learning_stopped"].null_count() == 2
