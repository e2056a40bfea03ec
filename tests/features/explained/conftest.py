"""An office of seven people, countable by hand, looked at on 1 March 2025."""

from __future__ import annotations

from datetime import date

import pytest

from features.records import Records, empty_records
from tests.conftest import months, table_of

AS_OF = date(2025, 3, 1)
OTHERS = ("a", "b", "c", "d")
SCORES = {"sari": (90, 70), "a": (80, 80), "b": (80, 80), "c": (80, 80), "d": (80, 80)}


def feedback():
    """Give each person one superior, three peers and three subordinates, who all agree."""
    for person, scores in SCORES.items():
        for behaviour, score in zip(("Adaptif", "Kompeten"), scores, strict=True):
            for role in ("superior", *["peer"] * 3, *["subordinate"] * 3):
                yield person, role, behaviour, float(score), date(2024, 9, 1)


@pytest.fixture(scope="session")
def office() -> Records:
    """Return the office's records."""
    return make_office()


def make_office() -> Records:
    """Return the office: sari is known well, tono hardly; tono is alone in his unit."""
    unit = dict.fromkeys(("sari", *OTHERS), "U1")
    tables = {
        "units": table_of("units", "unit_id name", ("U1", "Dinas Satu"), ("U2", "Dinas Dua")),
        "posts": table_of(
            "posts",
            "post_id title post_level",
            ("P1", "Kepala Bidang", "administrator"),
            ("P2", "Pengelola Arsip", "pelaksana"),
            ("P9", "Kepala Dinas", "jpt_pratama"),
            ("P7", "Analis Ahli Utama", "ahli_utama"),
        ),
        "competencies": table_of(
            "competencies",
            "competency_id name competency_group",
            ("M.01", "Integritas", "Manajerial"),
            ("M.02", "Kerjasama", "Manajerial"),
            ("T.01", "Kearsipan", "Teknis"),
        ),
        "post_requirements": table_of(
            "post_requirements",
            "post_id competency_id required_level",
            ("P1", "M.01", 3),
            ("P1", "M.02", 3),
            ("P1", "T.01", 2),
        ),
        "employees": table_of(
            "employees",
            "employee_id employment_type education joined_on retires_on left_on",
            ("sari", "PNS", "s2", date(2005, 1, 1), date(2040, 1, 1), None),
            *((person, "PNS", "s1", None, None, None) for person in OTHERS),
            ("tono", "PPPK", None, None, None, None),
            ("gone", "PNS", "s1", None, None, date(2024, 1, 1)),
        ),
        "employments": table_of(
            "employments",
            "employee_id unit_id post_id valid_from",
            ("sari", "U1", "P2", date(2005, 1, 1)),
            *((person, at, "P1", date(2022, 3, 1)) for person, at in unit.items()),
            ("tono", "U2", "P2", date(2024, 3, 1)),
            ("gone", "U2", "P2", date(2020, 3, 1)),
        ),
        "assessments": table_of(
            "assessments",
            "employee_id competency_id level source valid_from",
            ("sari", "M.01", 4.0, "Assessment Center", date(2024, 3, 1)),
            ("sari", "M.02", 2.5, None, date(2024, 3, 1)),
            ("sari", "T.01", 1.0, "Assessment Center", date(2020, 3, 1)),  # too long ago
        ),
        "reviews": table_of(
            "reviews",
            "employee_id year results behaviour predicate valid_from",
            ("sari", 2022, "above", "above", 4, date(2022, 12, 31)),  # the matrix gives 5
            ("sari", 2023, "as_expected", "above", 4, date(2023, 12, 31)),
            ("sari", 2024, None, None, 5, date(2024, 12, 31)),
            *((person, 2024, None, None, 4, date(2024, 12, 31)) for person in OTHERS),
        ),
        "feedback360": table_of(
            "feedback360", "employee_id rater_role behaviour score valid_from", *feedback()
        ),
        "courses": table_of(
            "courses",
            "course_id title form jp post_levels",
            ("PKA", "PKA", "structural", 900.0, "administrator"),
            ("TEK", "Teknis", "technical", 12.0, None),
            ("SEM", "Seminar", "seminar", 4.0, None),
        ),
        "enrolments": table_of(
            "enrolments",
            "employee_id course_id status jp valid_from",
            ("sari", "PKA", "completed", 900.0, date(2022, 6, 1)),
            ("sari", "TEK", "completed", 12.0, date(2025, 1, 10)),
            ("a", "SEM", "completed", 4.0, date(2024, 6, 1)),
        ),
        "offers": table_of(
            "offers",
            "employee_id course_id response valid_from",
            ("sari", "SEM", "declined", date(2024, 11, 1)),
        ),
        "attendance": table_of(
            "attendance",
            "employee_id workdays excused_days unexcused_days valid_from",
            *months("sari", date(2024, 9, 1), [0, 0, 0, 1, 1, 1], [1] * 6),
        ),
        "surveys": table_of(
            "surveys",
            "employee_id instrument score valid_from",
            ("sari", "uwes9", 4.5, date(2024, 10, 1)),
        ),
        "service_targets": table_of(
            "service_targets",
            "unit_id post_id indicator target attained better valid_from",
            ("U1", None, "izin selesai", 10.0, 8.0, "higher", date(2024, 12, 31)),
        ),
        "discipline": table_of(
            "discipline",
            "employee_id level ends_on valid_from",
            ("sari", "light", date(2025, 6, 1), date(2024, 12, 1)),
        ),
    }
    return Records(**{**vars(empty_records()), **tables})
