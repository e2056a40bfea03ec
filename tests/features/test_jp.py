from __future__ import annotations

from datetime import date

import pytest

from features.jp import activity_jp
from features.known import known_records
from features.records import Records, empty_records
from features.standards.load import Standards
from tests.conftest import table_of

# form, stated JP, days, international: JP, rule
CASES = {
    "training": (("technical", 30.0, 3.0, False), (30, "stated")),
    "training abroad": (("technical", 30.0, 3.0, True), (36, "stated, international")),
    "place unknown": (("functional", 30.0, None, None), (30, "stated")),
    "leadership abroad": (("structural", 900.0, 90.0, True), (900, "stated")),
    "seminar": (("seminar", None, 2.0, False), (8, "by day")),
    "seminar abroad": (("seminar", 99.0, 2.0, True), (12, "by day")),
    "seminar of unknown length": (("seminar", 6.0, None, False), (6, "stated")),
    "workshop": (("workshop", None, 3.0, None), (15, "by day")),
    "workshop abroad": (("workshop", None, 1.0, True), (7, "by day")),
    "e-learning": (("e-learning", 12.0, 5.0, True), (12, "stated, no conversion known")),
    "coaching": (("coaching", None, 5.0, False), (None, "unknown")),
    "training of unknown hours": (("technical", None, 5.0, False), (None, "unknown")),
}


@pytest.fixture
def courses():
    given = [(name, name, *case) for name, (case, _) in CASES.items()]
    table = table_of("courses", "course_id title form jp days international", *given)
    return Records(**{**vars(empty_records()), "courses": table})


def test_jp_follows_form_length_and_place(courses, on_engine, rows):
    known = known_records(on_engine(courses), date(2025, 1, 1))
    found = {
        row["course_id"]: (row["worth_jp"], row["jp_rule"])
        for row in rows(activity_jp(known.courses))
    }
    assert found == {name: expected for name, (_, expected) in CASES.items()}


def test_an_employers_hours_count(courses, rows, tmp_path):
    (tmp_path / "jp_activities.toml").write_text(
        'source = "SK 1"\n[jp_a_day.seminar]\nnational = 5\n'
    )
    known = known_records(courses, date(2025, 1, 1))
    worth = rows(activity_jp(known.courses, standards=Standards(tmp_path)))
    assert next(row["worth_jp"] for row in worth if row["course_id"] == "seminar") == 10
