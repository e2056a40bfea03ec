from __future__ import annotations

from datetime import date

import pytest

from features.labels import build_labels

AS_OF = date(2025, 1, 1)
EMPLOYEES = "employee_id employment_type left_on left_reason retires_on"
JOBS = "employee_id unit_id post_id valid_from"


def everybody(*people: str) -> tuple:
    return (JOBS, *((person, "U", "P", date(2020, 1, 1)) for person in people))


def exits(records, by_person, *columns: str) -> dict:
    return by_person(build_labels(records, AS_OF, 6), *(columns or ("voluntary_exit", "censored")))


def test_a_resignation_counts_and_other_ends_cut_the_window_short(records_of, by_person):
    may = date(2025, 5, 1)
    records = records_of(
        employments=everybody(*"abcdefgh"),
        employees=(
            EMPLOYEES,
            ("a", "PNS", may, "resignation", None),
            ("b", "PNS", may, "retirement", None),
            ("c", "PNS", may, "death", None),
            ("d", "PNS", may, "transfer", None),
            ("e", "PNS", may, None, date(2025, 5, 31)),  # near the foreseen retirement
            ("f", "PNS", may, None, date(2040, 1, 1)),  # nobody says why
            ("g", "PNS", None, None, None),
            ("h", "PNS", date(2025, 7, 1), "resignation", None),  # behind the window
        ),
    )
    assert exits(records, by_person) == {
        "a": (1, None),
        "b": (None, "retirement"),
        "c": (None, "death"),
        "d": (None, "transfer"),
        "e": (None, "retirement"),
        "f": (None, "unknown"),
        "g": (0, None),
        "h": (0, None),
    }


def test_exports_that_never_say_why_people_left_show_no_resignation(records_of, by_person):
    records = records_of(
        employments=everybody("a", "b"),
        employees=(EMPLOYEES, ("a", "PNS", date(2024, 3, 1), None, None),
                   ("b", "PNS", None, None, None)),
    )  # fmt: skip
    assert exits(records, by_person) == {}


def test_people_who_left_before_or_begin_later_have_no_label(records_of, by_person):
    records = records_of(
        employments=(*everybody("a", "b"), ("c", "U", "P", date(2025, 2, 1))),
        employees=(
            EMPLOYEES,
            ("a", "PNS", date(2024, 12, 31), "resignation", None),
            ("b", "PNS", None, None, None),
            ("c", "PNS", None, None, None),
        ),
    )
    assert exits(records, by_person, "voluntary_exit") == {"b": (0,)}


@pytest.mark.parametrize(
    ("leave", "censored"), [pytest.param(10, "leave", id="half"), pytest.param(9, None, id="less")]
)
def test_long_leave_cuts_the_window_short(records_of, by_person, leave, censored):
    rows = [("a", 20, 0, 0, date(2024, m, 1)) for m in range(7, 13)]
    rows += [("a", 20, 3, leave, date(2025, m, 1)) for m in range(1, 7)]
    records = records_of(
        attendance=("employee_id workdays unexcused_days leave_days valid_from", *rows)
    )
    label = None if censored else 1
    assert exits(records, by_person, "absence_rise", "censored") == {"a": (label, censored)}
