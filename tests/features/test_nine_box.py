from __future__ import annotations

from datetime import date

import narwhals as nw
import polars as pl
import pytest

from features.known import known_records
from features.nine_box import nine_box
from features.records import Records, empty_records
from features.standards.load import FOLDER, Standards
from tests.conftest import table_of

AS_OF = date(2025, 3, 1)


def records_of(predicates, potentials) -> Records:
    """People by name: predicates by year (or none), levels of two competencies that require 5."""
    people = sorted({*predicates, *potentials})
    tables = {
        "posts": table_of("posts", "post_id title post_level", ("P1", "Analis", "ahli_muda")),
        "competencies": table_of(
            "competencies",
            "competency_id name competency_group",
            ("M.01", "Integritas", "Manajerial"),
            ("M.02", "Kerjasama", "Manajerial"),
        ),
        "post_requirements": table_of(
            "post_requirements",
            "post_id competency_id required_level",
            ("P1", "M.01", 5),
            ("P1", "M.02", 5),
        ),
        "employees": table_of(
            "employees", "employee_id employment_type", *((p, "PNS") for p in people)
        ),
        "employments": table_of(
            "employments",
            "employee_id unit_id post_id valid_from",
            *((p, "U1", "P1", date(2020, 1, 1)) for p in people),
        ),
        "reviews": table_of(
            "reviews",
            "employee_id year predicate valid_from",
            *(
                (p, year, value, date(year, 12, 31))
                for p, years in predicates.items()
                for year, value in years.items()
            ),
        ),
        "assessments": table_of(
            "assessments",
            "employee_id competency_id level valid_from",
            *(
                (p, f"M.0{n}", level, date(2024, 1, 1))
                for p, levels in potentials.items()
                for n, level in enumerate(levels, 1)
                if level is not None
            ),
        ),
    }
    return Records(**{**vars(empty_records()), **tables})


# two years of predicates: 100 + 75 are 87.5 above; 75 as expected; 75 + 25 are 50 below
PREDICATES = {
    "above": {2023: 5, 2024: 4},
    "as_expected": {2023: 4, 2024: 4},
    "below": {2023: 4, 2024: 2},
}
# levels of 5: 40%, 70%, 90%
POTENTIALS = {"low": (2.0, 2.0), "medium": (3.0, 4.0), "high": (4.0, 5.0)}
BOXES = {
    "above-low": 4, "above-medium": 7, "above-high": 9,
    "as_expected-low": 2, "as_expected-medium": 5, "as_expected-high": 8,
    "below-low": 1, "below-medium": 3, "below-high": 6,
}  # fmt: skip


@pytest.fixture
def nine():
    pairs = [name.split("-") for name in BOXES]
    return records_of(
        {f"{row}-{column}": PREDICATES[row] for row, column in pairs},
        {f"{row}-{column}": POTENTIALS[column] for row, column in pairs},
    )


def test_nine_people_fill_nine_boxes(nine, on_engine, rows):
    found = {
        r["employee_id"]: r for r in rows(nine_box(known_records(on_engine(nine), AS_OF), AS_OF))
    }
    assert {name: row["box"] for name, row in found.items()} == BOXES
    assert {n for n, row in found.items() if row["succession_pool"] == 1} == {
        "above-medium", "above-high", "as_expected-high",
    }  # fmt: skip
    row = found["above-medium"]
    assert (row["performance_score"], row["newest_year"]) == (87.5, 2024)
    assert (row["potential_lower"], row["potential_upper"]) == (70, 70)
    assert row["actions"].startswith("dipertahankan; masuk kelompok rencana suksesi")
    assert row["reason"] == "two years of appraisal and a full measure of potential"


def test_without_evidence_there_is_no_box(on_engine, rows):
    records = records_of(
        {
            "one year": {2024: 5},
            "gap year": {2022: 4, 2024: 5},
            "old": {2021: 4, 2022: 4},
            "half": {2023: 5, 2024: 5},
            "half sure": {2023: 4, 2024: 4},
            "unassessed": {2023: 4, 2024: 4},
        },
        {
            "one year": (5.0, 5.0),
            "gap year": (5.0, 5.0),
            "old": (5.0, 5.0),
            "half": (5.0, None),  # 50 to 100
            "half sure": (0.5, None),  # 5 to 55
        },
    )
    found = {
        r["employee_id"]: r for r in rows(nine_box(known_records(on_engine(records), AS_OF), AS_OF))
    }
    boxes = {name: row["box"] for name, row in found.items()}
    assert boxes == {**dict.fromkeys(found, None), "half sure": 2}
    reasons = {name: row["reason"] for name, row in found.items()}
    before = "the year before the newest appraisal has no predicate"
    assert reasons["one year"] == reasons["gap year"] == before
    assert reasons["old"] == "no appraisal recent enough is recorded"
    assert reasons["half"].startswith("assessments are missing or too old")
    assert reasons["unassessed"].startswith("assessments are missing or too old")
    assert reasons["half sure"] == "assessments are missing, but none could change the class"


def test_an_appraisal_counts_from_the_day_it_was_known(nine, rows):
    day = date(2025, 1, 31)  # 2024 is known from 1 February: 2023 is the newest, 2022 missing
    found = rows(nine_box(known_records(nine, day), day))
    assert {row["box"] for row in found} == {None}
    assert {row["newest_year"] for row in found} == {2023}


@pytest.mark.parametrize(
    ("score", "potential"), [(59.9, "low"), (60.0, "medium"), (79.9, "medium"), (80.0, "high")]
)
def test_an_employers_own_potential_and_the_cut_offs(nine, rows, score, potential):
    own = pl.DataFrame({"employee_id": ["above-low"], "potential_score": [score]}).lazy()
    known = known_records(nine, AS_OF)
    found = {
        r["employee_id"]: r for r in rows(nine_box(known, AS_OF, potential=nw.from_native(own)))
    }
    assert found["above-low"]["potential"] == potential
    assert found["above-high"]["reason"] == "no potential is recorded"


def test_other_cut_offs_and_numbers_are_an_override(nine, rows):
    other = Standards(FOLDER / "examples" / "other_cut_offs")
    found = {r["employee_id"]: r for r in rows(nine_box(known_records(nine, AS_OF), AS_OF, other))}
    # 87.5 is below 90 and 75 is not below 75: both as expected; potential 70 is low, 90 high
    assert {name: row["box"] for name, row in found.items()} == {
        "above-low": 4, "above-medium": 4, "above-high": 6,
        "as_expected-low": 4, "as_expected-medium": 4, "as_expected-high": 6,
        "below-low": 1, "below-medium": 1, "below-high": 3,
    }  # fmt: skip
    assert found["above-high"]["actions"].startswith("dipertahankan")  # of the cell, not the number
