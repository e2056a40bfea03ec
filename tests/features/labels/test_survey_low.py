from __future__ import annotations

from datetime import date

from features.labels import build_labels


def test_an_answer_at_or_below_the_cutoff_counts(records_of, by_person):
    march = date(2025, 3, 1)
    records = records_of(
        surveys=(
            "employee_id instrument score valid_from",
            ("a", "uwes9", 2.88, march),
            ("b", "uwes9", 2.89, march),
            ("c", "uwes9", None, march),  # asked, not answered
            ("d", "mood", 1.0, march),  # an instrument without a cut-off
            ("e", "uwes9", 1.0, date(2024, 12, 31)),  # before the window
        )
    )
    labels = by_person(build_labels(records, date(2025, 1, 1), 6), "survey_low")
    assert labels == {"a": (1,), "b": (0,)}
