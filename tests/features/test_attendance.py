from __future__ import annotations

from datetime import date

AS_OF = date(2025, 1, 1)


def test_absence_is_a_mean_by_month(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    columns = (
        "n_attendance_months", "unexcused_days_3_months", "unexcused_days_12_months",
        "excused_days_12_months",
    )  # fmt: skip
    assert by_person(people, *columns) == {
        "e1": (12, 2, 0.75, 1.25),  # (2 + 3 + 1) / 3; 9 / 12; (4 + 11) / 12
        "e2": (2, 1, 1, None),  # (0 + 2) / 2; absence with reason is not recorded
        "e3": (6, 0, 0, 0),
    }


def test_absence_rises_against_the_persons_own_nine_months_before(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    # e1: 2 after 3 / 9; e2 has no earlier months
    assert by_person(people, "unexcused_rise") == {"e1": (1.666667,), "e2": (None,), "e3": (0,)}


def test_a_month_counts_from_its_end(tiny_profiles, by_person):
    def n_months(day):
        return by_person(tiny_profiles(day).people, "n_attendance_months")["e2"]

    assert n_months(date(2024, 12, 31)) == (1,)  # December is known on its last day
    assert n_months(AS_OF) == (2,)


def test_without_attendance_nothing_is_known(tiny_profiles, by_person):
    people = tiny_profiles(date(2024, 1, 15)).people
    assert by_person(people, "n_attendance_months", "unexcused_rise")["e1"] == (None, None)
