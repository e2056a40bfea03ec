from __future__ import annotations

from datetime import date


def test_the_present_post_is_the_newest_begun(tiny_profiles, by_person):
    people = tiny_profiles(date(2025, 1, 1)).people
    assert by_person(people, "unit_id", "post_id", "post_level", "employment_type") == {
        "e1": ("U1", "P1", "ahli_muda", "PNS"),
        "e2": ("U1", "P1", "ahli_muda", "PNS"),  # in U2 before July
        "e3": ("U2", "P2", "administrator", "PPPK"),
    }


def test_days_in_the_post_count_from_its_first_day(tiny_profiles, by_person):
    people = tiny_profiles(date(2025, 1, 1)).people
    # 2023 and 2024 have 365 + 366 days; July to December 184; 2022 to 2024 have 365 + 365 + 366
    assert by_person(people, "post_days") == {"e1": (731,), "e2": (184,), "e3": (1096,)}


def test_a_person_serves_up_to_the_last_day(tiny_profiles, by_person):
    def ids(day):
        return list(by_person(tiny_profiles(day).people))

    assert ids(date(2024, 6, 30)) == ["e1", "e2", "e3", "e4"]  # e4's last day
    assert ids(date(2024, 7, 1)) == ["e1", "e2", "e3"]


def test_a_person_begins_the_day_after_the_post_does(tiny_profiles, by_person):
    def ids(day):
        return list(by_person(tiny_profiles(day).people))

    assert "e5" not in ids(date(2025, 2, 1))  # as_of is exclusive
    assert "e5" in ids(date(2025, 2, 2))
