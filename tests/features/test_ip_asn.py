from __future__ import annotations

from datetime import date

import pytest

from features.ip_asn import SEEN_BY, ip_asn
from features.known import known_records
from features.profiles import FEATURES
from features.records import Records, empty_records
from features.standards.load import Standards
from tests.conftest import table_of

AS_OF = date(2025, 1, 1)
PEOPLE = ("admin", "nurse", "clerk", "young", "lost")


def make_records(**changes) -> Records:
    """Five people: an administrator, a nurse, a pelaksana, an analyst, one of an unknown level."""
    tables = {
        "posts": table_of(
            "posts",
            "post_id title post_level",
            ("P1", "Kepala Bidang", "administrator"),
            ("P2", "Perawat Ahli Muda", "ahli_muda"),
            ("P3", "Pengelola Arsip", "pelaksana"),
            ("P4", "Analis Kebijakan", "ahli_pertama"),
            ("P5", "Lain-lain", "other"),
        ),
        "employees": table_of(
            "employees",
            "employee_id employment_type education",
            ("admin", "PNS", "s2"),
            ("nurse", "PNS", "d3"),
            ("clerk", "PNS", "sma"),
            ("young", "PNS", None),
            ("lost", "PNS", "s3"),
        ),
        "employments": table_of(
            "employments",
            "employee_id unit_id post_id valid_from",
            *((person, "U1", f"P{n}", date(2022, 1, 1)) for n, person in enumerate(PEOPLE, 1)),
        ),
        "courses": table_of(
            "courses",
            "course_id title form jp post_levels",
            ("PKA", "Pelatihan Kepemimpinan Administrator", "structural", 900.0, "administrator"),
            ("PKP", "Pelatihan Kepemimpinan Pengawas", "structural", 900.0, "pengawas"),
            ("FUN", "Pelatihan Fungsional", "functional", 100.0, None),
            ("TEK", "Pelatihan Teknis", "technical", 15.0, None),
            ("LAMA", "Teknis tanpa jam", "technical", None, None),
            ("SEM", "Seminar", "seminar", 4.0, None),
        ),
        "enrolments": table_of(
            "enrolments",
            "employee_id course_id status jp valid_from",
            ("admin", "PKP", "completed", None, date(2015, 1, 1)),
            ("admin", "PKA", "completed", None, date(2020, 1, 1)),
            ("admin", "TEK", "completed", None, date(2024, 3, 1)),  # 15 by the catalogue
            ("admin", "TEK", "completed", 5.0, date(2024, 6, 1)),  # and 5 credited: 20
            ("clerk", "TEK", "completed", None, date(2024, 3, 1)),  # 15 of 20
            ("clerk", "TEK", "completed", None, date(2023, 12, 31)),  # a day too old
            ("clerk", "TEK", "dropped", None, date(2024, 9, 1)),
            ("clerk", "SEM", "completed", None, date(2023, 1, 1)),  # 24 months ago to the day
            ("young", "FUN", "completed", None, date(2023, 5, 1)),  # for which level?
            ("young", "LAMA", "completed", None, date(2024, 5, 1)),  # of how many JP?
            ("young", "SEM", "completed", None, date(2022, 12, 31)),  # a day too old
        ),
        "reviews": table_of(
            "reviews",
            "employee_id year predicate scale score valid_from",
            ("admin", 2022, 3, None, None, date(2022, 12, 31)),
            ("admin", 2023, 5, "predicate", None, date(2023, 12, 31)),
            ("admin", 2024, 1, None, None, date(2024, 12, 31)),  # known from February
            ("nurse", 2023, 4, None, None, date(2023, 12, 31)),
            ("clerk", 2023, None, "numeric", 90.5, date(2023, 12, 31)),
            ("young", 2022, 4, None, None, date(2022, 12, 31)),  # too old: 2023 is the oldest
        ),
        "discipline": table_of(
            "discipline",
            "employee_id level ends_on valid_from",
            ("admin", "severe", date(2024, 12, 31), date(2024, 1, 1)),  # ended the day before
            ("clerk", "moderate", date(2025, 1, 1), date(2024, 7, 1)),
            ("clerk", "light", date(2025, 6, 1), date(2024, 7, 1)),
            ("young", "light", None, date(2024, 7, 1)),  # no end is recorded
        ),
    }
    return Records(**{**vars(empty_records()), **tables, **changes})


# qualification, training, technical, seminar, performance, discipline: lower, upper
EXPECTED = {
    "admin": [(20, 20), (15, 15), (15, 15), (0, 0), (30, 30), (5, 5)],  # 85
    "nurse": [(10, 10), (15, 15), (0, 0), (0, 0), (25, 25), (5, 5)],  # 55
    "clerk": [(5, 5), None, (0, 0), (17.5, 17.5), (25, 25), (2, 2)],  # 49.5
    "young": [(1, 25), (0, 15), (0, 15), (0, 0), (1, 30), (3, 5)],  # 5 to 90
    "lost": [(25, 25), (0, 15), (0, 0), (0, 0), (1, 30), (5, 5)],  # 31 to 75
}
PARTS = ("education", "training", "technical", "seminar", "appraisal", "sanctions")


@pytest.fixture
def measured(on_engine, rows):
    result = ip_asn(known_records(on_engine(make_records()), AS_OF), AS_OF)
    people = {row["employee_id"]: row for row in rows(result.people)}
    parts = {(row["employee_id"], row["part"]): row for row in rows(result.explanation)}
    return people, parts


def test_points_of_every_part(measured):
    _, parts = measured
    expected = {
        (person, part): points
        for person, row in EXPECTED.items()
        for part, points in zip(PARTS, row, strict=True)
        if points is not None
    }
    found = {key: (row["points_lower"], row["points_upper"]) for key, row in parts.items()}
    assert found == expected


def test_totals_and_bands(measured):
    people, _ = measured
    columns = ("ip_asn_lower", "ip_asn_upper", "ip_asn", "ip_asn_band", "n_missing")
    assert {person: tuple(row[c] for c in columns) for person, row in people.items()} == {
        "admin": (85, 85, 85, "tinggi", 0),
        "nurse": (55, 55, 55, "sangat_rendah", 0),
        "clerk": (49.5, 49.5, 49.5, "sangat_rendah", 0),
        "young": (5, 90, None, None, 5),
        "lost": (31, 75, None, None, 2),
    }
    assert (people["admin"]["competence_lower"], people["admin"]["competence_upper"]) == (30, 30)
    assert (people["young"]["qualification_lower"], people["young"]["qualification_upper"]) == (
        1, 25,
    )  # fmt: skip


def test_every_part_says_why_and_what_would_raise_it(measured):
    _, parts = measured
    assert parts["admin", "training"]["reason"] == (
        "training for the present level of post is held"
    )
    assert parts["admin", "training"]["next_step"] is None  # nothing to raise
    assert parts["nurse", "training"]["reason"] == "the profession counts as trained"
    assert "does not say for which level" in parts["young", "training"]["reason"]
    assert parts["lost", "training"]["reason"] == "the level of the post is not known"
    technical = parts["clerk", "technical"]
    assert (technical["value"], technical["needed"], technical["maximum"]) == (15, 20, 22.5)
    assert technical["reason"].startswith("fewer JP")
    assert technical["next_step"] == "complete technical training up to the needed JP within a year"
    assert parts["young", "technical"]["reason"] == "technical training of unknown JP is recorded"
    assert parts["young", "education"]["reason"] == "the education is not recorded"
    assert parts["young", "sanctions"]["reason"] == "a sanction is recorded whose end is not"
    assert parts["clerk", "sanctions"]["reason"] == "a sanction is in force"
    assert parts["clerk", "appraisal"]["reason"] == "the newest appraisal is a numeric score"
    assert "own reading" in parts["nurse", "appraisal"]["reason"]


def test_what_nobody_has_recorded_is_missing_and_not_none(rows):
    nothing = {
        name: vars(empty_records())[name] for name in ("enrolments", "reviews", "discipline")
    }
    known = known_records(make_records(**nothing), AS_OF)
    result = ip_asn(known, AS_OF)
    people = {row["employee_id"]: row for row in rows(result.people)}
    # the clerk: education 5, no training part; at worst 5 + 1 + 1, at best 5 + 40 + 30 + 5
    assert (people["clerk"]["ip_asn_lower"], people["clerk"]["ip_asn_upper"]) == (7, 80)
    assert people["clerk"]["n_missing"] == 4
    reasons = {
        r["part"]: r["reason"] for r in rows(result.explanation) if r["employee_id"] == "clerk"
    }
    assert "anybody" in reasons["sanctions"]
    assert "anybody" in reasons["seminar"]


@pytest.mark.parametrize(
    ("score", "points"),
    [(91.0, 30), (90.9, 25), (76.0, 25), (75.0, 15), (61.0, 15), (51.0, 5), (50.0, 1)],
)
def test_numeric_appraisals_have_bands(score, points, rows):
    reviews = table_of(
        "reviews", "employee_id year scale score valid_from",
        ("clerk", 2023, "numeric", score, date(2023, 12, 31)),
    )  # fmt: skip
    known = known_records(make_records(reviews=reviews), AS_OF)
    part = next(
        row for row in rows(ip_asn(known, AS_OF).explanation)
        if (row["employee_id"], row["part"]) == ("clerk", "appraisal")
    )  # fmt: skip
    assert (part["points_lower"], part["points_upper"]) == (points, points)


def test_an_employers_reading_of_the_predicates_counts(rows, tmp_path):
    (tmp_path / "ip_asn.toml").write_text(
        'source = "BKN guidance"\n[performance.predicates]\nBaik = 28\n'
    )
    known = known_records(make_records(), AS_OF)
    people = rows(ip_asn(known, AS_OF, Standards(tmp_path)).people)
    assert next(row["ip_asn"] for row in people if row["employee_id"] == "nurse") == 58


def test_discipline_shows_to_those_alone_who_may_see_sanctions():
    assert SEEN_BY == ("employee", "auditor")


def test_no_index_is_a_feature_of_a_model():
    for name in ("ip_asn", "nine_box", "box", "discipline", "promotion"):
        assert not any(name in feature for feature in FEATURES)
