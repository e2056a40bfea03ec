"""Hours against the entitlement, forms, assigned courses, offers and what stood open."""

from __future__ import annotations

from datetime import date

from features.development import development_summary
from features.opportunity import offer_summary, open_sessions
from tests.conftest import table_of
from tests.features.families import on, rows, staff, with_tables

JULY = date(2025, 7, 1)
COURSES = table_of(
    "courses",
    "course_id title form jp post_levels employment_types mandatory trigger",
    ("latsar", "Latsar", "structural", 40.0, None, None, True, "entry"),
    ("pka", "PKA", "structural", 30.0, "administrator", None, None, "appointment"),
    ("online", "Daring", "e-learning", 8.0, "pengawas | administrator", "PNS", False, None),
    ("all", "Seminar", "seminar", 4.0, "", None, None, None),
)
TAKEN = table_of(
    "enrolments",
    "employee_id course_id status jp valid_from",
    ("a", "latsar", "completed", 40.0, date(2024, 9, 1)),
    ("a", "pka", "completed", 30.0, date(2024, 10, 1)),
    ("a", "online", "completed", 8.0, date(2025, 2, 1)),
    ("a", "all", "completed", 4.0, date(2025, 3, 1)),
    ("a", "all", "dropped", None, date(2022, 3, 1)),
    ("a", "online", "enrolled", None, date(2025, 5, 1)),
)


def test_hours_are_read_against_the_entitlement(engine):
    for kind, entitlement in (("PNS", 20), ("PPPK", 24), ("CPNS", None)):
        records = staff(("a", "u", "staff"), ("b", "u", "staff"), kind=kind, courses=COURSES,
                        enrolments=TAKEN)  # fmt: skip
        known, posts = on(engine, records, JULY)
        found = rows(development_summary(known, posts, JULY), "employee_id", "jp_entitlement",
                     "jp_this_year", "jp_remaining", "jp_share")  # fmt: skip
        left = entitlement and entitlement - 12
        assert found == {
            "a": (entitlement, 12, left, entitlement and round(12 / entitlement, 6)),
            "b": (entitlement, 0, entitlement, entitlement and 0),
        }


def test_nothing_remains_beyond_the_entitlement(engine):
    more = table_of("enrolments", "employee_id course_id status jp valid_from",
                    ("a", "all", "completed", 25.0, date(2025, 2, 1)))  # fmt: skip
    known, posts = on(engine, staff(("a", "u", "staff"), enrolments=more, courses=COURSES), JULY)
    found = rows(development_summary(known, posts, JULY), "employee_id", "jp_remaining", "jp_share")
    assert found == {"a": (0, 1.25)}


def test_courses_are_told_apart_by_form_and_by_who_chose_them(engine):
    records = staff(("a", "u", "staff"), courses=COURSES, enrolments=TAKEN)
    known, posts = on(engine, records, JULY)
    found = rows(
        development_summary(known, posts, JULY), "employee_id", "jp_structural_12_months",
        "jp_e_learning_12_months", "jp_seminar_12_months", "jp_workshop_12_months",
        "n_mandatory_12_months", "n_triggered_12_months", "n_chosen_12_months",
        "jp_mandatory_12_months", "n_courses_12_months", "completed_share", "dropped_share",
    )  # fmt: skip
    assert found == {"a": (70, 8, 4, 0, 1, 2, 2, 40, 4, 0.8, 0.2)}


def test_where_nobody_has_a_course_or_offer_on_record_nothing_is_known(engine):
    known, posts = on(engine, staff(("a", "u", "staff")), JULY)
    taken = rows(development_summary(known, posts, JULY), "employee_id", "n_courses",
                 "jp_this_year", "jp_remaining", "jp_entitlement")  # fmt: skip
    assert taken == {"a": (None, None, None, 20)}
    offered = rows(
        offer_summary(known, posts, JULY), "employee_id", "n_offers_12_months", "days_since_offer"
    )
    assert offered == {"a": (None, None)}


def test_offers_are_shared_out_by_answer(engine):
    offers = table_of(
        "offers",
        "employee_id course_id response valid_from",
        ("a", "all", "accepted", date(2025, 6, 1)),
        ("a", "pka", "none", date(2025, 3, 1)),
        ("a", "online", "none", date(2024, 12, 1)),
        ("a", "latsar", "declined", date(2024, 9, 1)),
        ("a", "all", "accepted", date(2024, 6, 30)),  # over a year ago
        ("b", "all", "accepted", date(2024, 6, 30)),
    )
    people = [(name, "u", "staff") for name in "abc"]
    known, posts = on(engine, staff(*people, offers=offers), JULY)
    found = rows(
        offer_summary(known, posts, JULY), "employee_id", "n_offers_6_months",
        "n_offers_12_months", "n_declined_12_months", "offers_accepted_share_6_months",
        "offers_unanswered_share_6_months", "offers_accepted_share_12_months",
        "offers_unanswered_share_12_months", "days_since_offer",
    )  # fmt: skip
    assert found == {
        "a": (2, 4, 1, 0.5, 0.5, 0.25, 0.5, 30),
        "b": (0, 0, 0, None, None, None, None, 366),
        "c": (0, 0, 0, None, None, None, None, None),
    }


def sessions_open(engine, *sessions):
    """Count the open sessions for PNS and PPPK by post level."""
    known, _ = on(
        engine,
        with_tables(
            courses=COURSES,
            sessions=table_of("sessions", "session_id course_id starts_on valid_from", *sessions),
            employees=table_of("employees", "employee_id employment_type", ("a", "PNS"),
                               ("b", "PPPK")),
        ),
        JULY,
    )  # fmt: skip
    return rows(open_sessions(known, JULY), "post_level", "employment_type",
                "n_sessions_open_12_months", key=2)  # fmt: skip


def test_sessions_are_open_to_a_level_and_a_type_of_employment(engine):
    found = sessions_open(
        engine,
        ("s1", "online", date(2025, 8, 1), date(2025, 5, 1)),
        ("s2", "online", date(2025, 9, 1), date(2025, 5, 1)),
        ("s3", "all", date(2025, 8, 1), date(2025, 5, 1)),
        ("s4", "all", date(2024, 6, 1), date(2024, 5, 1)),  # announced over a year ago
        ("s5", "latsar", date(2025, 8, 1), date(2025, 5, 1)),  # assigned by rule
        ("s6", "pka", date(2025, 8, 1), date(2025, 5, 1)),
    )
    assert found[("pengawas", "PNS")] == 3
    assert found[("administrator", "PNS")] == 4
    assert found[("administrator", "PPPK")] == 2
    assert found[("pelaksana", "PNS")] == found[("ahli_muda", "PPPK")] == 1


def test_old_sessions_alone_are_no_opportunity_and_no_sessions_are_unknown(engine):
    assert set(
        sessions_open(engine, ("s", "all", date(2020, 2, 1), date(2020, 1, 1))).values()
    ) == {0}
    assert sessions_open(engine) == {}
