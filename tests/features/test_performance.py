from __future__ import annotations

from datetime import date

AS_OF = date(2025, 1, 1)


def test_predicate_is_the_newest_known_years(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    assert by_person(people, "predicate") == {"e1": (5,), "e2": (4,), "e3": (2,)}  # of 2023
    later = tiny_profiles(date(2025, 2, 2)).people  # e1's 2024 is known since 1 February
    assert by_person(later, "predicate")["e1"] == (3,)


def test_predicate_changes_against_the_year_before_only(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    # e1: 5 after 4; e2 has one year; e3 has 2021 and 2023 but not 2022
    assert by_person(people, "predicate_change") == {"e1": (1,), "e2": (None,), "e3": (None,)}


def test_predicate_is_compared_with_the_present_unit_in_that_year(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    # U1 in 2023: e1 5, e2 4 (who was elsewhere then), mean 4.5; e4 has left; e3 is alone in U2
    assert by_person(people, "predicate_vs_unit") == {"e1": (0.5,), "e2": (-0.5,), "e3": (0,)}
