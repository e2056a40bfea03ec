from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from features.errors import SchemaError
from features.known import known_records
from features.promotion import SEEN_BY, count_requirements, promotion_requirements
from features.records import Records, empty_records
from features.standards.load import Standards
from tests.conftest import table_of

AS_OF = date(2025, 3, 1)
NATIONAL = [*(f"M.0{n}" for n in range(1, 9)), "SK.01"]


def make_records(**changes) -> Records:
    """Four people: `sure` meets all that records can tell, `short` lacks, `thin` says little."""
    tables = {
        "posts": table_of(
            "posts",
            "post_id title post_level",
            ("A", "Kepala Bidang", "administrator"),
            ("W", "Kepala Seksi", "pengawas"),
            ("F", "Analis Ahli Muda", "ahli_muda"),
            ("X", "Pengelola", "pelaksana"),
        ),
        "employees": table_of(
            "employees",
            "employee_id employment_type education joined_on retires_on",
            ("sure", "PNS", "s2", date(2005, 1, 1), date(2030, 1, 1)),
            ("short", "PNS", "d3", date(2022, 3, 1), date(2026, 1, 1)),
            ("thin", "PNS", None, None, None),
            ("clerk", "PNS", "d3", date(2020, 1, 1), date(2027, 3, 1)),
        ),
        "employments": table_of(
            "employments",
            "employee_id unit_id post_id valid_from",
            ("sure", "U1", "X", date(2005, 1, 1)),
            ("sure", "U1", "W", date(2018, 1, 1)),
            ("sure", "U1", "F", date(2020, 1, 1)),
            ("sure", "U1", "A", date(2021, 3, 1)),
            ("short", "U1", "X", date(2022, 3, 1)),
            ("short", "U1", "W", date(2023, 3, 1)),  # two years
            ("thin", "U1", "W", date(2024, 1, 1)),
            ("clerk", "U1", "X", date(2020, 1, 1)),
        ),
        "reviews": table_of(
            "reviews",
            "employee_id year predicate valid_from",
            *(("sure", year, 4, date(year, 12, 31)) for year in (2023, 2024)),
            ("short", 2023, 5, date(2023, 12, 31)),
            ("short", 2024, 3, date(2024, 12, 31)),
            ("thin", 2024, 4, date(2024, 12, 31)),
            ("clerk", 2022, 1, date(2022, 12, 31)),  # too old to count
            ("clerk", 2023, 4, date(2023, 12, 31)),
            ("clerk", 2024, 5, date(2024, 12, 31)),
        ),
        "assessments": table_of(
            "assessments",
            "employee_id competency_id level valid_from",
            *(("sure", code, 4.0, date(2024, 1, 1)) for code in NATIONAL),
            ("short", "M.01", 3.0, date(2024, 1, 1)),
            ("thin", "M.01", 2.0, date(2020, 1, 1)),  # more than three years ago
            ("thin", "M.02", 5.0, date(2024, 1, 1)),
        ),
        "discipline": table_of(
            "discipline",
            "employee_id level ends_on valid_from",
            ("sure", "light", date(2015, 1, 1), date(2014, 1, 1)),
            ("short", "moderate", date(2025, 3, 1), date(2024, 6, 1)),
            ("thin", "severe", None, date(2024, 6, 1)),
        ),
    }
    return Records(**{**vars(empty_records()), **tables, **changes})


@pytest.fixture
def judged(on_engine, rows):
    def call(target):
        known = known_records(on_engine(make_records()), AS_OF)
        found = rows(promotion_requirements(known, target, AS_OF))
        return {(row["employee_id"], row["requirement"]): row for row in found}

    return call


def statuses(judged, person):
    return {what: row["status"] for (who, what), row in judged.items() if who == person}


def test_administrator(judged):
    found = judged("administrator")
    # pengawas 2018-2019 and ahli muda to February 2021: 3.16 years, though not the present post
    assert statuses(found, "sure") == {"education": "met", "experience": "met", "predicates": "met"}
    assert found["sure", "experience"]["value"] == pytest.approx(1155 / 365.25, abs=1e-6)
    assert statuses(found, "short") == {
        "education": "lacking",  # D-III, S-1 is required
        "experience": "lacking",  # two of three years
        "predicates": "lacking",  # Butuh Perbaikan in 2024
    }
    assert statuses(found, "thin") == dict.fromkeys(
        ("education", "experience", "predicates"), "cannot be told"
    )


def test_pengawas(judged):
    found = judged("pengawas")
    # clerk: five years of pelaksana; the bad predicate of 2022 is not of the last two years
    assert statuses(found, "clerk") == {
        "education": "met", "experience": "met", "predicates": "met",
    }  # fmt: skip
    assert statuses(found, "short")["experience"] == "lacking"  # one year of pelaksana


def test_jpt_pratama(judged):
    found = judged("jpt_pratama")
    assert statuses(found, "sure") == {
        "education": "met",
        "experience": "met",  # administrator since March 2021
        "competencies": "met",  # nine at level 4
        "clean_record": "met",  # the sanction ended long ago
        "age": "met",  # retires at 58 in 4.8 years: 53.2 today
        "related_experience": "cannot be told",
        "healthy": "cannot be told",
    }
    assert statuses(found, "short") == {
        "education": "lacking",
        "experience": "lacking",
        "competencies": "lacking",
        "clean_record": "lacking",  # in force up to today
        "age": "lacking",  # retires at 58 in 10 months: 57.2 today
        "related_experience": "cannot be told",
        "healthy": "cannot be told",
    }
    assert statuses(found, "thin") == dict.fromkeys(
        (
            "education", "experience", "competencies", "clean_record", "age", "related_experience",
            "healthy",
        ),
        "cannot be told",
    )  # fmt: skip
    assert found["clerk", "age"]["status"] == "cannot be told"  # 56 today, to the day


def test_counts_are_of_each_status(rows):
    known = known_records(make_records(), AS_OF)
    counts = {
        row["employee_id"]: (row["n_met"], row["n_lacking"], row["n_cannot_be_told"])
        for row in rows(count_requirements(promotion_requirements(known, "jpt_pratama", AS_OF)))
    }
    assert counts["sure"] == (5, 0, 2)
    assert counts["short"] == (0, 5, 2)
    assert counts["thin"] == (0, 0, 7)


def test_without_any_sanction_recorded_a_clean_record_cannot_be_told(rows):
    nothing = vars(empty_records())["discipline"]
    known = known_records(make_records(discipline=nothing), AS_OF)
    found = rows(promotion_requirements(known, "jpt_pratama", AS_OF))
    clean = {row["status"] for row in found if row["requirement"] == "clean_record"}
    assert clean == {"cannot be told"}


def test_a_target_without_rules_is_refused():
    known = known_records(make_records(), AS_OF)
    with pytest.raises(
        ValueError, match="target_level must be one of jpt_pratama, .* got ahli_muda"
    ):
        promotion_requirements(known, "ahli_muda", AS_OF)
    with pytest.raises(SchemaError, match="promotion.toml must have a version in force"):
        promotion_requirements(known, "pengawas", date(2019, 1, 1))


def test_an_employers_years_count(rows, tmp_path):
    (tmp_path / "promotion.toml").write_text(
        'source = "Pergub 1"\n[administrator]\nexperience_years = 2\n'
    )
    known = known_records(make_records(), AS_OF)
    found = rows(promotion_requirements(known, "administrator", AS_OF, Standards(tmp_path)))
    row = next(r for r in found if (r["employee_id"], r["requirement"]) == ("short", "experience"))
    assert (row["status"], row["needed"]) == ("met", 2)


def test_the_result_may_be_seen_by_those_who_may_see_sanctions():
    assert SEEN_BY == ("employee", "auditor")


def test_an_appraisal_that_became_known_later_counts_by_then(rows):
    """On 15 January the predicates of last year count for whoever knows them in March."""
    reviews = table_of(
        "reviews",
        "employee_id year predicate valid_from available_at",
        *(("sure", y, 4, date(y, 12, 31), date(y + 1, 2, 1)) for y in (2022, 2023, 2024)),
    )
    records, day, march = make_records(reviews=reviews), date(2025, 1, 15), date(2025, 3, 1)

    def needed(known_at):
        known = known_records(records, day, known_at)
        found = rows(promotion_requirements(known, "pengawas", day, known_at=known_at))
        return {r["employee_id"]: r["status"] for r in found if r["requirement"] == "predicates"}

    assert needed(None)["sure"] == "met"  # of 2022 and 2023
    assert needed(march)["sure"] == "met"  # of 2023 and 2024
    lower = reviews.with_columns(predicate=pl.when(pl.col("year") == 2024).then(2).otherwise(4))
    records = make_records(reviews=lower)
    assert needed(None)["sure"] == "met"
    assert needed(march)["sure"] == "lacking"
