from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import SchemaError
from features.identity import TokenTable
from features.merges import (
    merge_people,
    read_merges,
    with_merge,
    without_merge,
    write_merges,
)
from features.profiles import build_profiles
from features.records import Records, empty_records, load_records
from features.schema import BY_NAME
from tests.conftest import table_of

REVIEWS = BY_NAME["reviews"]
AS_OF = date(2025, 1, 1)


def reviews(*rows: tuple[str, int, int]) -> pl.DataFrame:
    dated = [(who, year, predicate, date(year, 12, 31)) for who, year, predicate in rows]
    return table_of("reviews", "employee_id year predicate valid_from", *dated)


def test_rows_of_the_other_are_shown_under_the_id_that_is_kept():
    frame = reviews(("new", 2023, 4), ("old", 2021, 3), ("x", 2021, 5))
    merged = merge_people(frame, REVIEWS, {"old": "new"})
    assert merged.select("employee_id", "year", "predicate").rows() == [
        ("new", 2021, 3), ("new", 2023, 4), ("x", 2021, 5),
    ]  # fmt: skip
    assert merged.columns == frame.columns


def test_where_both_have_a_row_the_kept_one_counts_from_when_it_was_known():
    employees = table_of(
        "employees", "employee_id employment_type available_at",
        ("new", "PPPK", date(2024, 6, 30)), ("old", "other", date(1900, 1, 1)),
    )  # fmt: skip
    merged = merge_people(employees, BY_NAME["employees"], {"old": "new"})
    assert merged.select("employment_type", "available_at", "superseded_at").rows() == [
        ("other", date(1900, 1, 1), date(2024, 6, 30)),
        ("PPPK", date(2024, 6, 30), None),
    ]


def test_a_row_that_the_kept_one_hides_from_the_start_is_not_shown():
    frame = reviews(("new", 2023, 4), ("old", 2023, 2), ("older", 2023, 1))
    merged = merge_people(frame, REVIEWS, {"older": "old", "old": "new"})
    assert merged["predicate"].to_list() == [4]


def test_tables_without_people_or_without_theirs_stay_as_they_are():
    units = table_of("units", "unit_id name", ("U1", "Dinas"))
    assert merge_people(units, BY_NAME["units"], {"old": "new"}) is units
    frame = reviews(("x", 2023, 4))
    assert merge_people(frame, REVIEWS, {"old": "new"}) is frame
    assert merge_people(frame, REVIEWS, {}) is frame


def test_feedback_of_both_is_kept_as_often_as_it_stands():
    columns, day = "employee_id rater_role score valid_from", date(2024, 6, 1)
    frame = table_of("feedback360", columns, *[(who, "peer", 70.0, day) for who in ("old", "new")])
    assert len(merge_people(frame, BY_NAME["feedback360"], {"old": "new"})) == 2


@pytest.mark.parametrize(
    ("keep", "other", "message"),
    [
        ("a", "a", "OTHER_ID must be another id than KEEP_ID, got a"),
        ("old", "a", "KEEP_ID must not be merged itself; it is shown under new, got old"),
        ("a", "old", "OTHER_ID must not be merged itself; it is shown under new, got old"),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused(keep, other, message):
    with pytest.raises(SchemaError, match=f"^{message}$"):
        with_merge({"old": "new"}, keep, other)


def test_only_a_merge_can_be_taken_back():
    with pytest.raises(SchemaError, match="^OTHER_ID must have been merged into another, got new$"):
        without_merge({"old": "new"}, "new")


def test_merges_are_kept_in_a_file(tmp_path):
    path = tmp_path / "merges.json"
    assert read_merges(path) == {}
    write_merges(path, {"old": "new"})
    assert read_merges(path) == {"old": "new"}


def save(records: Records, folder) -> None:
    folder.mkdir(exist_ok=True)
    for name, frame in vars(records).items():
        frame.write_parquet(folder / f"{name}.parquet")


def test_a_profile_is_that_of_one_person(tiny_records, tmp_path):
    save(tiny_records, tmp_path / "records")
    write_merges(tmp_path / "merges.json", {"e3": "e1"})
    records = load_records(tmp_path / "records")
    people = build_profiles(records, AS_OF).people
    assert people["employee_id"].to_list() == ["e1", "e2"]
    alone = build_profiles(tiny_records, AS_OF).people
    courses = dict(alone.select("employee_id", "n_enrolments_12_months").iter_rows())
    both = people.filter(employee_id="e1")["n_enrolments_12_months"].item()
    assert both == courses["e1"] + courses["e3"] > courses["e1"]


def shown(records: Records, merges: dict[str, str]) -> dict[str, pl.DataFrame]:
    return {n: merge_people(f, BY_NAME[n], merges) for n, f in vars(records).items()}


def same(left: dict[str, pl.DataFrame], right: dict[str, pl.DataFrame]) -> bool:
    return all(frame.equals(right[name]) for name, frame in left.items())


IDS = [f"e{i}" for i in range(1, 6)]


def some_records() -> Records:
    day = date(2024, 6, 1)
    tables = {
        "employees": table_of("employees", "employee_id employment_type",
                              *[(who, "PPPK") for who in IDS]),
        "reviews": reviews(("e1", 2023, 4), ("e2", 2023, 3), ("e3", 2022, 2), ("e5", 2023, 5)),
        "feedback360": table_of("feedback360", "employee_id rater_role score valid_from",
                                ("e1", "peer", 70.0, day), ("e2", "peer", 70.0, day)),
        "units": table_of("units", "unit_id name", ("U1", "Dinas")),
    }  # fmt: skip
    return Records(**{**vars(empty_records()), **tables})


@settings(max_examples=30)
@given(pairs=st.lists(st.permutations(IDS), min_size=1, max_size=4))
def test_a_merge_taken_back_leaves_nothing(pairs):
    records = some_records()
    people = TokenTable(b"k" * 32)
    for i, employee_id in enumerate(IDS):
        people.give("nik", str(i), employee_id)
    for keep, other, *_ in pairs:
        if keep in people.merges or other in people.merges:
            continue
        before = people.merges
        people.merges = with_merge(before, keep, other)
        assert people.find("nik", str(IDS.index(other))) == people.find("nik", str(IDS.index(keep)))
        assert not same(shown(records, people.merges), shown(records, before))
        assert without_merge(people.merges, other) == before
    for other in reversed(people.merges):
        people.merges = without_merge(people.merges, other)
    assert same(shown(records, people.merges), vars(records))
    assert [people.find("nik", str(i)) for i in range(5)] == IDS


def test_the_profiles_after_a_merge_taken_back_are_those_before(tiny_records, tmp_path):
    save(tiny_records, tmp_path / "records")
    before = build_profiles(load_records(tmp_path / "records"), AS_OF)
    write_merges(tmp_path / "merges.json", {"e2": "e1"})
    merged = build_profiles(load_records(tmp_path / "records"), AS_OF)
    write_merges(tmp_path / "merges.json", without_merge({"e2": "e1"}, "e2"))
    after = build_profiles(load_records(tmp_path / "records"), AS_OF)
    assert len(merged.people) == len(before.people) - 1
    assert after.people.equals(before.people)
    assert after.competencies.equals(before.competencies)
