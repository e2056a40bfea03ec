from __future__ import annotations

from datetime import date

import pytest

from features.career import present_posts
from features.competency import competency_levels, required_levels
from features.job_person_match import job_person_match
from features.known import known_records
from features.standards.load import FOLDER, Standards
from tests.conftest import table_of

AS_OF = date(2025, 1, 1)


@pytest.fixture
def levels():
    """Return levels as a lazy frame: competency levels of five people, all of two competencies."""
    import narwhals as nw
    import polars as pl

    rows = [
        ("full", 3.0, 3.0, 10.0), ("full", 5.0, 2.0, 10.0),  # 100 and 250, cut to 100
        ("gap", 2.0, 3.0, 10.0), ("gap", 2.0, 2.0, 10.0),  # 66.67 and 100: 83.33
        ("half", 2.0, 2.0, 10.0), ("half", None, 3.0, None),  # 50 to 100
        ("old", 2.0, 2.0, 1096.0), ("old", 3.0, 3.0, 1095.0),  # three years are 1095.75 days
        ("low", 1.0, 4.0, 10.0), ("low", None, 2.0, None),  # 25, so 12.5 to 62.5
        ("free", 2.0, None, 10.0),  # nothing is required
    ]  # fmt: skip
    columns = ["employee_id", "level", "required_level", "days_since_assessment"]
    return nw.from_native(pl.DataFrame(rows, schema=columns, orient="row").lazy())


def test_match_band_and_interval(levels, rows):
    found = {row.pop("employee_id"): row for row in rows(job_person_match(levels, AS_OF))}
    names = ("match", "match_lower", "match_upper", "match_band", "n_valid", "n_clamped")
    assert {person: tuple(row[name] for name in names) for person, row in found.items()} == {
        "full": (100, 100, 100, "optimal", 2, 1),
        "gap": (83.333333, 83.333333, 83.333333, "cukup_optimal", 2, 0),
        "half": (100, 50, 100, None, 1, 0),
        "old": (100, 50, 100, None, 1, 0),
        "low": (25, 12.5, 62.5, "kurang_optimal", 1, 0),
    }
    assert found["full"]["match_unclamped"] == 175  # what was cut is said


@pytest.mark.parametrize(
    ("percent", "name"),
    [
        (90.0, "optimal"),
        (89.99, "cukup_optimal"),
        (78.0, "cukup_optimal"),
        (77.99, "kurang_optimal"),
    ],
)
def test_bands_begin_at_their_limit(percent, name, rows):
    import narwhals as nw
    import polars as pl

    one = {
        "employee_id": ["e"], "level": [percent / 25], "required_level": [4.0],
        "days_since_assessment": [1.0],
    }  # fmt: skip
    levels = nw.from_native(pl.DataFrame(one).lazy())
    assert rows(job_person_match(levels, AS_OF))[0]["match_band"] == name


def test_an_employers_band_counts(levels, rows):
    kemenkeu = Standards(FOLDER / "examples" / "kemenkeu")
    found = {r["employee_id"]: r for r in rows(job_person_match(levels, AS_OF, kemenkeu))}
    assert found["gap"]["match_band"] == "cukup_optimal"  # 83.3 is above 80 too
    assert kemenkeu.load("job_person_match")["bands"]["cukup_optimal"] == 80


def test_match_of_records_on_every_engine(tiny_records, on_engine, rows):
    known = known_records(on_engine(tiny_records), AS_OF)
    levels = competency_levels(known, present_posts(known, AS_OF), AS_OF)
    found = {row["employee_id"]: row for row in rows(job_person_match(levels, AS_OF))}
    # e1: 2.5 of 3 and 2.5 of 2 (cut to 100): (83.33 + 100) / 2
    assert found["e1"]["match"] == 91.666667
    assert (found["e1"]["match_band"], found["e1"]["n_clamped"]) == ("optimal", 1)
    assert (found["e2"]["match"], found["e2"]["match_band"]) == (None, None)
    assert (found["e2"]["match_lower"], found["e2"]["match_upper"]) == (0, 100)


def test_stored_requirements_win_and_the_level_of_the_post_stands_in(tiny_records, on_engine, rows):
    posts = table_of(
        "posts",
        "post_id title post_level",
        ("P1", "Analis", "ahli_muda"),
        ("P2", "Kepala Bidang", "administrator"),
        ("P3", "Kepala Seksi", "pengawas"),
        ("P4", "Lain", "other"),
    )
    records = type(tiny_records)(**{**vars(tiny_records), "posts": posts})
    known = known_records(on_engine(records), AS_OF)
    found = {
        (row["post_id"], row["competency_id"]): (row["required_level"], row["required_by"])
        for row in rows(required_levels(known))
    }
    assert found == {
        ("P1", "M.01"): (3, "post"),
        ("P1", "T.01"): (2, "post"),
        ("P2", "M.01"): (4, "post"),  # not the 3 of administrators
        ("P3", "M.01"): (2, "standard"),  # T.01 is no national competency; P4 has no level
    }
