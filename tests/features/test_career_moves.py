from __future__ import annotations

from datetime import date

import pytest

from features.career import career_summary, grade_summary, levels_above, next_levels, retirement
from tests.conftest import table_of
from tests.features.families import AS_OF, on, rows, staff, with_tables

MOVES = ("n_moves", "n_promotions", "n_demotions", "n_penyetaraan", "days_since_promotion")


def moves(engine, *history, as_of=AS_OF):
    """Summarise one person's history of (unit, post, move, date)."""
    employments = table_of(
        "employments",
        "employee_id unit_id post_id move valid_from",
        *(("a", *row) for row in history),
    )
    known, _ = on(engine, with_tables(employments=employments), as_of)
    return rows(career_summary(known, as_of), "employee_id", *MOVES, "unit_days", "level_days",
                "service_days")["a"]  # fmt: skip


def test_the_first_post_is_no_move(engine):
    # 2024 has 366 days
    assert moves(engine, ("u", "staff", "appointment", date(2024, 1, 1))) == (
        0, 0, 0, 0, None, 366, 366, 366,
    )  # fmt: skip


def test_a_step_up_the_ladder_is_a_promotion(engine):
    found = moves(
        engine, ("u", "staff", None, date(2020, 1, 1)), ("v", "head", None, date(2024, 12, 2))
    )
    assert found == (1, 1, 0, 0, 30, 30, 30, 1827)


def test_a_step_down_is_a_demotion_and_a_move_between_ladders_neither(engine):
    found = moves(
        engine,
        ("u", "head", None, date(2018, 1, 1)),
        ("u", "staff", None, date(2019, 1, 1)),
        ("u", "junior", None, date(2023, 1, 1)),
        ("u", "doctor", None, date(2024, 12, 31)),
    )
    assert found[:5] == (3, 0, 1, 0, None)
    assert found[5:7] == (2557, 1)  # the unit since 2018: 7 years, 2 of them leap


def test_a_declared_move_is_what_it_says(engine):
    found = moves(
        engine,
        ("u", "staff", None, date(2020, 1, 1)),
        ("u", "junior", "promotion", date(2022, 1, 1)),
        ("u", "head", "rotation", date(2023, 1, 1)),
        ("v", "chief", "rotation", date(2023, 6, 1)),  # declared sideways in spite of the level
        ("v", "head", "demotion", date(2024, 1, 1)),
    )
    assert found[:5] == (4, 1, 1, 0, 1096)


@pytest.mark.parametrize(
    ("day", "move", "n_penyetaraan"),
    [
        pytest.param(date(2021, 6, 1), "penyetaraan", 1, id="declared"),
        pytest.param(date(2021, 6, 1), None, 1, id="inside the period"),
        pytest.param(date(2021, 12, 31), None, 1, id="its last day"),
        pytest.param(date(2022, 1, 1), None, 0, id="after it"),
        pytest.param(date(2020, 12, 31), None, 0, id="before it"),
        pytest.param(date(2023, 6, 1), "penyetaraan", 1, id="declared later"),
    ],
)
def test_penyetaraan_is_no_move_and_breaks_no_level(engine, day, move, n_penyetaraan):
    found = moves(engine, ("u", "chief", None, date(2020, 1, 1)), ("u", "senior", move, day))
    other = 1 - n_penyetaraan
    level_days = 1827 if n_penyetaraan else (AS_OF - day).days
    assert found == (other, 0, 0, n_penyetaraan, None, 1827, level_days, 1827)


def test_another_jump_in_that_period_is_a_move(engine):
    found = moves(
        engine, ("u", "staff", None, date(2020, 1, 1)), ("u", "senior", None, date(2021, 6, 1))
    )
    assert found[:4] == (1, 0, 0, 0)  # not to the equal level


def test_a_row_that_changes_nothing_is_no_move(engine):
    found = moves(
        engine, ("u", "staff", None, date(2020, 1, 1)), ("u", "staff", None, date(2024, 1, 1))
    )
    assert found == (0, 0, 0, 0, None, 1827, 1827, 1827)


def test_coming_back_to_a_unit_begins_anew(engine):
    found = moves(
        engine,
        ("u", "staff", None, date(2020, 1, 1)),
        ("v", "staff", None, date(2023, 1, 1)),
        ("u", "staff", None, date(2024, 1, 1)),
    )
    assert found[5:7] == (366, 1827)


def test_grade_and_retirement_count_from_their_days(engine):
    records = with_tables(
        grades=table_of(
            "grades",
            "employee_id grade valid_from",
            ("a", "III/a", date(2020, 1, 1)),
            ("a", "III/b", date(2024, 12, 1)),
            ("a", "III/c", date(2025, 4, 1)),
        ),
        employees=table_of(
            "employees",
            "employee_id employment_type retires_on",
            ("a", "PNS", date(2034, 1, 1)),
            ("b", "PNS", None),
        ),
    )
    known, _ = on(engine, records)
    assert rows(grade_summary(known, AS_OF), "employee_id", "grade_days") == {"a": 31}
    years = 3287 / 365.25  # 9 years, 2 of them leap
    assert rows(retirement(known, AS_OF), "employee_id", "years_to_retirement") == {
        "a": round(years, 6),
        "b": None,
    }


def test_levels_above_end_at_the_top_of_the_ladder(engine):
    people = [(post, "u", post) for post in ("staff", "director", "senior", "doctor")]
    _, posts = on(engine, staff(*people))
    found = rows(posts.with_columns(n=levels_above()), "employee_id", "n")
    assert found == {"staff": 5, "director": 2, "senior": 1, "doctor": None}


def test_every_level_but_the_highest_has_a_next_one():
    steps = next_levels()
    assert steps["pelaksana"] == "pengawas"
    assert steps["jpt_madya"] == "jpt_utama"
    assert steps["pemula"] == "terampil"
    assert {"jpt_utama", "ahli_utama", "penyelia", "other"}.isdisjoint(steps)
