"""How sure a level is, and what is required: by hand, on three engines."""

from __future__ import annotations

from datetime import date
from math import sqrt

import pytest

from features.competency import competency_levels, competency_summary, required_levels
from tests.conftest import table_of
from tests.features.families import AS_OF, on, rows, staff

ASSESSED = "employee_id competency_id level source valid_from"


def competencies(*ids):
    return table_of(
        "competencies", "competency_id name competency_group", *((i, i, "") for i in ids)
    )


def requirements(*rows_):
    return table_of("post_requirements", "post_id competency_id required_level valid_from", *rows_)


@pytest.mark.parametrize(
    ("source", "error"),
    [("Assessment Center", 0.4), ("CACT BKN", 0.5), ("mandiri", 1.0), ("atasan", 0.7),
     ("lainnya", 0.7), (None, 0.7)],
)  # fmt: skip
def test_interval_is_the_error_of_the_method_widened_by_age(engine, source, error):
    records = staff(
        ("a", "u", "staff"),
        assessments=table_of("assessments", ASSESSED, ("a", "T.01", 2.5, source, date(2024, 1, 2))),
    )
    known, posts = on(engine, records)
    reach = 1.645 * sqrt(error**2 + 0.3**2 * 365 / 365.25)
    found = rows(competency_levels(known, posts, AS_OF), "employee_id", "level_lower",
                 "level_upper", "evidence", "source")  # fmt: skip
    expected = (round(2.5 - reach, 6), round(2.5 + reach, 6), "valid", source)
    assert found == {"a": expected}


def test_interval_stays_on_the_scale_and_covers_it_without_valid_evidence(engine):
    records = staff(
        ("a", "u", "staff"),
        assessments=table_of(
            "assessments",
            ASSESSED,
            ("a", "high", 5.0, "asesor", date(2024, 1, 1)),
            ("a", "low", 0.0, "asesor", date(2024, 1, 1)),
            ("a", "old", 3.0, "asesor", date(2021, 12, 30)),  # 1,098 days: over 3 years
            ("a", "young", 3.0, "asesor", date(2022, 1, 1)),  # 1,096 days; 3 years are 1,095.75
        ),
        post_requirements=requirements(("staff", "never", 2, date(2020, 1, 1))),
    )
    known, posts = on(engine, records)
    found = rows(
        competency_levels(known, posts, AS_OF), "competency_id", "level_lower", "level_upper",
        "evidence",
    )  # fmt: skip
    assert found["high"][1:] == (5.0, "valid")
    assert found["low"][0] == 0.0
    assert found["old"] == found["young"] == (0.0, 5.0, "expired")
    assert found["never"] == (0.0, 5.0, "none")


def test_missing_evidence_is_no_gap_but_leaves_room_for_one(engine):
    records = staff(
        ("a", "u", "staff"),
        assessments=table_of(
            "assessments",
            ASSESSED,
            ("a", "old", 4.0, None, date(2020, 6, 1)),
            ("a", "extra", 1.0, None, date(2024, 6, 1)),
        ),
        post_requirements=requirements(
            ("staff", "old", 3, date(2020, 1, 1)), ("staff", "never", 2, date(2020, 1, 1))
        ),
    )
    known, posts = on(engine, records)
    levels = competency_levels(known, posts, AS_OF)
    assert rows(levels, "competency_id", "gap", "gap_lower", "gap_upper") == {
        "old": (0.0, 0.0, 3.0),  # measured high enough, too long ago to be sure
        "never": (None, 0.0, 2.0),
        "extra": (None, None, None),  # not required
    }
    summary = competency_summary(levels)
    columns = ("gap_levels", "gap_levels_lower", "gap_levels_upper", "job_person_match",
               "job_person_match_lower", "job_person_match_upper", "n_expired")  # fmt: skip
    assert rows(summary, "employee_id", *columns) == {"a": (0, 0, 5, 100, 0, 100, 1)}


def test_the_newest_known_requirement_counts(engine):
    records = staff(
        ("a", "u", "staff"),
        post_requirements=requirements(
            ("staff", "T.01", 2, date(2020, 1, 1)),
            ("staff", "T.01", 3, date(2023, 1, 1)),
            ("staff", "T.01", 4, date(2025, 1, 1)),  # from the day itself on
        ),
    )
    assert rows(required_levels(on(engine, records)[0]), "post_id", "required_level") == {
        "staff": 3.0
    }
    later, _ = on(engine, records, date(2025, 1, 2))
    assert rows(required_levels(later), "post_id", "required_level") == {"staff": 4.0}


def test_a_post_without_any_requirement_takes_those_of_its_level(engine):
    records = staff(
        ("a", "u", "staff"),
        competencies=competencies("M.01", "SK.01", "T.01"),
        post_requirements=requirements(("staff", "T.01", 2, date(2020, 1, 1))),
    )
    found = rows(
        required_levels(on(engine, records)[0]), "post_id", "competency_id", "required_level",
        "required_by", key=2,
    )  # fmt: skip
    assert found.pop(("staff", "T.01")) == (2.0, "post")  # nothing else, for it has its own
    assert {post for post, _ in found} == {"head", "chief", "director", "junior", "senior"}
    assert {competency for _, competency in found} == {"M.01", "SK.01"}  # national ones only
    assert found[("head", "M.01")] == (2.0, "standard")
    assert found[("senior", "SK.01")] == (4.0, "standard")
