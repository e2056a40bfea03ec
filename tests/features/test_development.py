from __future__ import annotations

from datetime import date

AS_OF = date(2025, 1, 1)


def test_hours_are_those_of_completed_courses(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    # e1: C1 20 JP in March 2024; C3 began on 31 December 2023, a day too early; C2 was dropped
    # e2: C1 is not known yet; e3: C3 is not completed
    assert by_person(people, "jp_12_months") == {"e1": (20,), "e2": (0,), "e3": (0,)}


def test_hours_of_the_year_start_anew_in_january(tiny_profiles, by_person):
    def hours(day):
        return by_person(tiny_profiles(day).people, "jp_this_year")["e1"][0]

    assert hours(date(2024, 1, 20)) == 0  # C3 is known, and of 2023
    assert hours(date(2024, 12, 31)) == 20
    assert hours(AS_OF) == 0


def test_courses_are_counted_by_what_became_of_them(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    columns = (
        "n_courses", "n_courses_12_months", "n_enrolments_6_months", "n_enrolments_12_months",
        "n_dropped_12_months",
    )  # fmt: skip
    assert by_person(people, *columns) == {
        "e1": (2, 1, 1, 2, 1),  # C3 2023-12, C1 2024-03, C2 dropped 2024-10
        "e2": (0, 0, 0, 0, 0),
        "e3": (0, 0, 1, 1, 0),  # C3 2024-11, not completed
    }


def test_days_since_course_count_from_the_newest_begun(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    # 1 October is 92 and 1 November 61 days ago
    assert by_person(people, "days_since_course") == {"e1": (92,), "e2": (None,), "e3": (61,)}


def test_offers_are_counted_by_the_answer(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    columns = ("n_offers_6_months", "n_offers_12_months", "n_declined_12_months")
    assert by_person(people, *columns) == {
        "e1": (1, 2, 1),  # C1 in February; C2 declined in September; C3 is not known yet
        "e2": (0, 0, 0),  # C1 was 14 months ago
        "e3": (0, 0, 0),
    }
