from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.schema import BY_NAME
from features.versions import Changes, Moment, content_columns, merge_versions, sort_columns
from tests.conftest import table_of

GRADES, FEEDBACK = BY_NAME["grades"], BY_NAME["feedback360"]
JAN, FEB, MAR = (date(2025, month, 10) for month in (1, 2, 3))


def grades(*rows: tuple[str, str, date]) -> pl.DataFrame:
    return table_of("grades", "employee_id grade valid_from", *rows)


def told(frame: pl.DataFrame) -> list[tuple]:
    return frame.select("grade", "available_at", "superseded_at").rows()


HELD = grades(("e1", "III/a", date(2020, 4, 1)), ("e2", "III/b", date(2024, 10, 1)))
FULL = Moment(FEB, held_on=JAN, touched_on=JAN)


def test_the_same_rows_change_nothing():
    merged, changes = merge_versions(HELD, HELD, GRADES, FULL)
    assert merged.equals(HELD)
    assert changes == Changes(unchanged=2)
    assert not changes.any()


def test_a_corrected_row_keeps_its_history():
    export = grades(("e1", "III/c", date(2020, 4, 1)), ("e2", "III/b", date(2024, 10, 1)))
    merged, changes = merge_versions(HELD, export, GRADES, FULL)
    assert told(merged) == [
        ("III/a", date(2020, 4, 1), FEB),
        ("III/c", FEB, None),
        ("III/b", date(2024, 10, 1), None),
    ]
    assert changes == Changes(corrected=1, unchanged=1)


@pytest.mark.parametrize(
    ("about", "known", "kind"),
    [
        pytest.param(JAN - timedelta(1), FEB, "late", id="was due before the import before"),
        pytest.param(JAN, FEB, "late", id="was due on its day"),
        pytest.param(JAN + timedelta(1), JAN + timedelta(1), "new", id="came about since"),
    ],
)
def test_a_new_row_is_late_if_the_import_before_would_have_held_it(about, known, kind):
    export = pl.concat([HELD, grades(("e1", "III/d", about))])
    merged, changes = merge_versions(HELD, export, GRADES, FULL)
    assert merged.filter(grade="III/d")["available_at"].item() == known
    assert changes == Changes(unchanged=2, **{kind: 1})


def test_a_withdrawn_row_counts_up_to_the_import_that_lacks_it():
    merged, changes = merge_versions(HELD, HELD.filter(employee_id="e1"), GRADES, FULL)
    assert told(merged) == [("III/a", date(2020, 4, 1), None), ("III/b", date(2024, 10, 1), FEB)]
    assert changes == Changes(withdrawn=1, unchanged=1)


def test_a_withdrawn_row_that_returns_is_a_version_of_its_own():
    gone, _ = merge_versions(HELD, HELD.filter(employee_id="e1"), GRADES, FULL)
    merged, changes = merge_versions(gone, HELD, GRADES, Moment(MAR, held_on=FEB, touched_on=FEB))
    assert told(merged.filter(employee_id="e2")) == [
        ("III/b", date(2024, 10, 1), FEB),
        ("III/b", MAR, None),
    ]
    assert changes == Changes(late=1, unchanged=1)


def test_a_version_that_was_never_in_force_is_not_kept():
    review = table_of(
        "reviews", "employee_id year predicate valid_from", ("e1", 2024, 3, date(2024, 12, 31))
    )  # known from 1 February
    better = review.with_columns(predicate=pl.lit(4, dtype=pl.Int64))
    merged, changes = merge_versions(
        review, better, BY_NAME["reviews"], Moment(date(2025, 1, 20), held_on=JAN, touched_on=JAN)
    )
    assert merged.select("predicate", "available_at", "superseded_at").rows() == [
        (4, date(2025, 2, 1), None)
    ]
    assert changes == Changes(corrected=1)


def test_a_partial_export_withdraws_nothing():
    export = grades(("e1", "III/c", date(2020, 4, 1)), ("e3", "II/a", date(2020, 4, 1)))
    moment = Moment(FEB, partial=True, held_on=None, touched_on=JAN)
    merged, changes = merge_versions(HELD, export, GRADES, moment)
    assert told(merged) == [
        ("III/a", date(2020, 4, 1), FEB),
        ("III/c", FEB, None),
        ("III/b", date(2024, 10, 1), None),
        ("II/a", date(2020, 4, 1), None),  # no import so far spoke of e3
    ]
    assert changes == Changes(new=1, corrected=1)


def test_a_late_row_in_a_partial_export_is_one_of_a_person_held_before():
    export = grades(("e1", "III/c", date(2020, 5, 1)))
    moment = Moment(FEB, partial=True, held_on=None, touched_on=JAN)
    _, changes = merge_versions(HELD, export, GRADES, moment)
    assert changes == Changes(late=1)


def test_an_older_partial_export_only_adds_what_was_never_held():
    held, _ = merge_versions(HELD, HELD.filter(employee_id="e1"), GRADES, FULL)  # e2 withdrawn
    export = grades(
        ("e1", "III/x", date(2020, 4, 1)),
        ("e2", "III/b", date(2024, 10, 1)),
        ("e3", "II/a", date(2020, 4, 1)),
    )
    moment = Moment(date(2024, 12, 1), partial=True, outdated=True)
    merged, changes = merge_versions(held, export, GRADES, moment)
    assert merged.filter(employee_id="e3").height == 1
    assert merged.filter(pl.col("employee_id") != "e3").equals(held)
    assert changes == Changes(new=1, outdated=2)


def test_a_table_without_a_key_compares_whole_rows_as_often_as_they_stand():
    day = date(2024, 6, 1)
    columns = "employee_id rater_role behaviour score valid_from"
    one, two = ("e1", "peer", None, 70.0, day), ("e1", "peer", None, 80.0, day)
    held = table_of("feedback360", columns, one, one, one, two)
    export = table_of("feedback360", columns, one, one, two, two)
    merged, changes = merge_versions(held, export, FEEDBACK, FULL)
    assert changes == Changes(unchanged=3, withdrawn=1, late=1)
    assert merged.filter(pl.col("superseded_at").is_null())["score"].to_list() == [70, 70, 80, 80]
    assert merged.filter(superseded_at=FEB)["score"].to_list() == [70]


def test_an_empty_cell_in_a_key_is_a_value():
    columns = "unit_id post_id indicator target attained better valid_from"
    row = ("U1", None, "days", 3.0, 4.0, "lower", date(2024, 3, 31))
    held = table_of("service_targets", columns, row)
    export = table_of("service_targets", columns, (*row[:4], 5.0, *row[5:]))
    _, changes = merge_versions(held, export, BY_NAME["service_targets"], FULL)
    assert changes == Changes(corrected=1)


DAYS = [date(2025, 1, 1) + timedelta(days=20 * i) for i in range(5)]
ABOUT = [date(2024, 12, 1) + timedelta(days=17 * i) for i in range(7)]
KEYS = st.tuples(st.sampled_from(["e1", "e2"]), st.sampled_from(ABOUT))
EXPORTS = st.lists(
    st.dictionaries(KEYS, st.sampled_from([1.0, 2.0]), min_size=1, max_size=8),
    min_size=1, max_size=5,
)  # fmt: skip
COLUMNS = {
    "assessments": "employee_id competency_id level valid_from",
    "feedback360": "employee_id rater_role score valid_from",
}


def export_of(name: str, rows: dict, day: date) -> pl.DataFrame:
    word = {"assessments": "M.01", "feedback360": "peer"}[name]
    listed = [(who, word, value, about) for (who, about), value in rows.items() if about <= day]
    if name == "feedback360":
        listed += [row for row in listed if row[2] == 2.0]  # some rows stand twice
    return table_of(name, COLUMNS[name], *listed).sort(sort_columns(BY_NAME[name]))


def visible(frame: pl.DataFrame, name: str, known_at: date) -> list[tuple]:
    known = frame.filter(
        pl.col("available_at") < known_at,
        pl.col("superseded_at").is_null() | (pl.col("superseded_at") >= known_at),
    )
    return sorted(known.select(content_columns(BY_NAME[name])).rows(), key=str)


@pytest.mark.parametrize("name", list(COLUMNS))
@given(exports=EXPORTS)
def test_what_was_known_at_each_import_is_what_that_import_held(name, exports):
    table = BY_NAME[name]
    frames = [export_of(name, rows, day) for rows, day in zip(exports, DAYS, strict=False)]
    history = frames[0]
    for before, day, frame in zip(DAYS, DAYS[1:], frames[1:], strict=False):
        history, changes = merge_versions(
            history, frame, table, Moment(day, held_on=before, touched_on=before)
        )
        counts = changes.as_dict()
        held = counts["new"] + counts["late"] + counts["corrected"] + counts["unchanged"]
        assert held == len(frame)
        assert history.filter(pl.col("superseded_at").is_null()).height == len(frame)
    for day, frame in zip(DAYS, frames, strict=False):
        known_at = day + timedelta(days=1)
        assert visible(history, name, known_at) == visible(frame, name, known_at)
    superseded = history.drop_nulls("superseded_at")
    assert (superseded["available_at"] < superseded["superseded_at"]).all()


@given(exports=EXPORTS)
def test_importing_the_last_export_again_changes_no_byte(exports):
    name, table = "assessments", BY_NAME["assessments"]
    history = export_of(name, exports[0], DAYS[0])
    for before, day, rows in zip(DAYS, DAYS[1:], exports[1:], strict=False):
        moment = Moment(day, held_on=before, touched_on=before)
        history, _ = merge_versions(history, export_of(name, rows, day), table, moment)
    day = DAYS[len(exports) - 1]
    again, changes = merge_versions(
        history, export_of(name, exports[-1], day), table, Moment(MAR, held_on=day)
    )
    assert not changes.any()
    assert again.equals(history)
