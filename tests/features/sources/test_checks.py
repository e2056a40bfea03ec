from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from features.hash_index import TextIndex
from features.records import DTYPES
from features.schema import BY_NAME
from features.sources.checks import (
    CIRCULAR,
    CONFLICTING,
    FILE,
    MERGES,
    PART,
    REPEATED,
    Checked,
    Origins,
    add_dates,
    check_keys,
    check_known,
    check_values,
)
from features.sources.delimited import LINE

TODAY = date(2025, 6, 30)
DAY = date(2025, 1, 1)


def check(name: str, rows: list[dict], *, merges: bool = False, **keys: list[str]):
    table = BY_NAME[name]
    dtypes = {c.name: DTYPES[c.kind] for c in table.all_columns}
    frame = pl.DataFrame(
        [{"valid_from": DAY} | row for row in rows],
        schema_overrides={n: t for n, t in dtypes.items() if any(n in row for row in rows)},
    ).with_columns(pl.int_range(2, len(rows) + 2).alias(LINE))
    frame = frame.with_columns(
        pl.lit("x.csv").alias(FILE), pl.lit(0).alias(PART), pl.lit(merges).alias(MERGES)
    )
    known = {name: TextIndex(pl.Series(values, dtype=pl.String)) for name, values in keys.items()}
    frame, problems = check_values(add_dates(frame, table), table, known, TODAY, Origins())
    checked = check_keys(frame, table, Origins())
    return Checked(checked.frame, problems + checked.problems, checked.merged)


def rules(checked) -> list[tuple[int, str, str]]:
    return [(p.line, p.column, p.rule) for p in checked.problems]


def test_a_year_of_birth_after_the_import_and_a_score_beyond_its_scale_are_dropped():
    rows = [{"employee_id": f"e{i}", "birth_year": year} for i, year in enumerate((2025, 2026))]
    checked = check("protected_attributes", rows)
    assert rules(checked) == [(3, "birth_year", "must not lie after 2025")]
    rows = [
        {"employee_id": "e1", "instrument": name, "score": score}
        for name, score in (("uwes9", 6.0), ("uwes9", 6.1), ("pulse", 6.1), ("uwes9", None))
    ]
    checked = check("surveys", [{**row, "employee_id": f"e{i}"} for i, row in enumerate(rows)])
    scale = "must be from 0 to 6, the scale of UWES-9"
    assert rules(checked) == [(3, "score + instrument", scale)]


def test_a_row_known_after_the_export_that_holds_it_is_known_from_its_day():
    frame = pl.DataFrame(
        {LINE: [2, 3, 4], "available_at": [date(2125, 1, 1), TODAY, None]},
        schema_overrides={"available_at": pl.Date},
    ).with_columns(pl.lit("x.csv").alias(FILE))
    frame, problems = check_known(frame, BY_NAME["enrolments"], TODAY, Origins())
    assert frame["available_at"].to_list() == [TODAY, TODAY, None]
    assert [(p.line, p.column, p.rule, p.action) for p in problems] == [
        (2, "available_at", "must not lie after 2025-06-30", "value dropped")
    ]


def test_a_column_may_break_several_rules_in_several_rows():
    checked = check("surveys", [{"employee_id": "e1", "instrument": "i", "score": 3.0}])
    assert rules(checked) == []
    levels = [-1.0, 6.0, 3.0, 7.0]
    rows = [
        {"employee_id": "e1", "competency_id": f"C{i}", "level": x} for i, x in enumerate(levels)
    ]
    checked = check("assessments", rows)
    assert rules(checked) == [
        (2, "level", "must be at least 0"),
        (3, "level", "must be at most 5"),
        (5, "level", "must be at most 5"),
    ]
    assert checked.frame[LINE].to_list() == [4]


def test_a_value_that_may_be_empty_is_dropped_alone():
    row = {"employee_id": "e1", "workdays": 20, "present_days": 99, "unexcused_days": 0}
    checked = check("attendance", [row])
    assert [(p.rule, p.action) for p in checked.problems] == [
        ("must be at most 31", "value dropped")
    ]
    assert checked.frame.select("workdays", "present_days").rows() == [(20, None)]


def test_references_must_be_known():
    rows = [
        {"employee_id": e, "unit_id": u, "post_id": "P1"} for e, u in (("e1", "U1"), ("e2", "U9"))
    ]
    checked = check("employments", rows, employees=["e1", "e2"], units=["U1"], posts=["P1"])
    assert rules(checked) == [(3, "unit_id", "must be known in units")]


def test_references_within_a_table_are_checked_against_the_rows_that_stay():
    rows = [
        {"unit_id": "U0", "name": "a", "parent_unit_id": None},
        {"unit_id": "U1", "name": "b", "parent_unit_id": "U0"},
        {"unit_id": "U2", "name": "c", "parent_unit_id": "U9"},
    ]
    checked = check("units", rows)
    assert rules(checked) == [(4, "parent_unit_id", "must be known in units")]
    assert checked.frame["parent_unit_id"].to_list() == [None, "U0", None]


def test_dates_to_come_are_refused_where_they_cannot_be_known():
    tomorrow = date(2025, 7, 1)
    event = {"employee_id": "e1", "course_id": "C1", "response": "none"}
    assert rules(check("offers", [event | {"valid_from": tomorrow}])) == [
        (2, "valid_from", "must not lie after 2025-06-30")
    ]
    session = {"session_id": "S1", "course_id": "C1", "starts_on": tomorrow, "ends_on": tomorrow}
    assert rules(check("sessions", [session])) == []
    leaver = {"employee_id": "e1", "employment_type": "PNS", "left_on": tomorrow}
    assert rules(check("employees", [leaver])) == []


def test_words_must_be_among_the_allowed():
    checked = check("posts", [{"post_id": "P1", "title": "x", "post_level": "boss"}])
    assert checked.problems[0].rule.startswith("must be one of jpt_utama, ")


def test_repeats_are_told_from_conflicts():
    def month(days, line):
        return {"employee_id": "e1", "workdays": 20, "unexcused_days": days, "present_days": line}

    checked = check("attendance", [month(1, 5), month(1, 5), month(0, 5)])
    # sorted by value: the third row stays, the others contradict it, and each other not
    assert checked.frame[LINE].to_list() == [4]
    assert rules(checked) == [
        (2, "person + valid_from", CONFLICTING),
        (3, "person + valid_from", REPEATED),
    ]


def test_a_table_without_key_may_repeat_rows():
    rating = {"employee_id": "e1", "rater_role": "peer", "score": 80.0}
    checked = check("feedback360", [rating, rating])
    assert (len(checked.frame), checked.problems) == (2, [])


def test_repeats_in_a_file_that_is_no_list_are_merged():
    rows = [{"unit_id": "U1", "name": name} for name in ("b", "a", None)]
    checked = check("units", rows, merges=True)
    assert checked.frame["name"].to_list() == ["a"]  # the smallest that is known
    assert (checked.problems, checked.merged) == ([], {"x.csv": 2})


@pytest.mark.parametrize(
    ("table", "day", "known"),
    [
        ("assessments", date(2025, 1, 1), date(2025, 1, 31)),  # 30 days
        ("feedback360", date(2025, 1, 1), date(2025, 1, 15)),  # 14 days
        ("attendance", date(2024, 2, 1), date(2024, 2, 29)),  # the month's end
        ("reviews", date(2024, 12, 31), date(2025, 2, 1)),  # next February
        ("reviews", date(2024, 3, 1), date(2025, 2, 1)),
        ("employments", date(2025, 1, 1), date(2025, 1, 1)),  # at once
    ],
)
def test_a_row_can_be_known_after_the_tables_lag(table, day, known):
    frame = add_dates(pl.DataFrame({"valid_from": [day]}), BY_NAME[table])
    assert frame["available_at"].to_list() == [known]


def test_a_given_date_of_knowledge_is_kept_but_never_before_the_event():
    days = [date(2025, 1, 10), date(2024, 1, 1), None]
    frame = pl.DataFrame({"valid_from": [DAY] * 3, "available_at": days})
    assert add_dates(frame, BY_NAME["enrolments"])["available_at"].to_list() == [
        date(2025, 1, 10),
        DAY,
        date(2025, 1, 31),
    ]


def test_a_row_may_lie_below_a_held_one_but_not_lead_in_a_circle_through_it():
    table = BY_NAME["units"]
    held = pl.DataFrame({"parent_unit_id": ["a", None], "unit_id": ["b", "c"]})
    rows = [{"unit_id": "a", "parent_unit_id": "b"}, {"unit_id": "d", "parent_unit_id": "c"}]
    columns = {column.name: DTYPES[column.kind] for column in table.all_columns}
    frame = pl.DataFrame([dict.fromkeys(columns) | row for row in rows], schema=columns)
    frame = frame.with_columns(
        pl.Series(LINE, [2, 3]),
        pl.lit("x.csv").alias(FILE), pl.lit(0).alias(PART), pl.lit(value=False).alias(MERGES),
    )  # fmt: skip
    checked = check_keys(frame, table, Origins(), held)
    assert rules(checked) == [(2, "parent_unit_id", CIRCULAR)]
    assert checked.frame["parent_unit_id"].to_list() == [None, "c"]
    checked = check_keys(frame, table, Origins())
    assert [line for line, *_ in rules(checked)] == [2, 3]
