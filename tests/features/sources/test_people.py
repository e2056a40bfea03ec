from __future__ import annotations

import itertools
from datetime import date

import polars as pl
import pytest

from features.identity import TokenTable
from features.sources.delimited import LINE, SourceTable
from features.sources.mapping import PersonRule
from features.sources.people import SEVERAL, SHARED, Enrolment, Finder

RULE = PersonRule(
    pns_id=["pns_id"], nip=["nip"], nik=["nik"], name=["depan", "nama"], birth_date=["lahir"],
    sex=["kelamin"],
)  # fmt: skip
P1, P2, P3 = (f"A5EB03E241D4F6A0E040640A0402000{i}" for i in (1, 2, 3))
N1, N2, N3 = "198501012010012001", "199002022019031002", "199203032020122003"
K1, K2 = "7571014101850001", "7571020202900002"


@pytest.fixture
def people() -> TokenTable:
    return TokenTable(b"k" * 32)


def source_of(columns: str, *rows: tuple[str | None, ...]) -> SourceTable:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns.split(), pl.String), orient="row")
    return SourceTable(
        "pegawai.csv", frame.with_columns(pl.int_range(2, len(rows) + 2).alias(LINE))
    )


def enrol(source: SourceTable, people: TokenTable, contract: bool = False):
    contracts = source.frame.select(LINE, contract=pl.lit(contract))
    enrolment = Enrolment(RULE, people, ["%d-%m-%Y"])
    problems = enrolment.add(source, contracts)
    frame, more = enrolment.finish()
    problems += more
    return dict(frame.iter_rows()), [(p.line, p.column, p.rule, p.action) for p in problems]


def test_one_person_has_one_key_by_every_number(people):
    ids, problems = enrol(source_of("pns_id nip nik", (P1, N1, K1)), people)
    assert problems == []
    assert {people.find("pns_id", P1), people.find("nip", N1), people.find("nik", K1)} == {ids[2]}


def test_numbers_are_compared_without_spaces_apostrophe_and_case(people):
    enrol(source_of("pns_id nip", (P1.lower(), "'19850101 201001 2 001")), people)
    assert people.find("pns_id", P1) == people.find("nip", N1) is not None


def test_names_are_put_together_and_kept_in_the_token_table(people):
    ids, _ = enrol(
        source_of("pns_id depan nama", (P1, "Dr.", " Siti   Hulopi"), (P2, None, None)), people
    )
    assert people.names == {ids[2]: "Dr. Siti Hulopi"}


def test_a_later_export_with_more_numbers_meets_the_same_person(people):
    first, _ = enrol(source_of("nip", (N1,)), people)
    second, problems = enrol(source_of("pns_id nip", (P1, N1)), people)
    assert (second, problems) == (first, [])


def test_a_new_nip_of_a_known_pns_id_is_added(people):
    first, _ = enrol(source_of("pns_id nip", (P1, N1)), people)
    second, problems = enrol(source_of("pns_id nip", (P1, N2)), people)
    assert (second, problems) == (first, [])
    assert people.find("nip", N1) == people.find("nip", N2) == first[2]


def test_a_nip_known_of_another_pns_id_is_refused(people):
    first, _ = enrol(source_of("pns_id nip", (P1, N1)), people)
    second, problems = enrol(source_of("pns_id nip", (P2, N1)), people)
    assert second[2] != first[2]
    assert problems == [(2, "nip", SHARED, "value dropped")]
    assert people.find("nip", N1) == first[2]


def test_a_nip_that_two_rows_share_belongs_to_neither(people):
    ids, problems = enrol(source_of("pns_id nip", (P1, N1), (P2, N1), (P3, N3)), people)
    assert len(set(ids.values())) == 3
    assert problems == [(line, "nip", SHARED, "value dropped") for line in (2, 3)]
    assert people.find("nip", N1) is None
    assert people.find("nip", N3) == ids[4]


def test_two_nips_of_one_pns_id_are_both_dropped(people):
    ids, problems = enrol(source_of("pns_id nip", (P1, N1), (P1, N2)), people)
    assert ids[2] == ids[3]
    assert problems == [(line, "nip", SEVERAL, "value dropped") for line in (2, 3)]
    assert people.find("nip", N1) is people.find("nip", N2) is None


def test_a_row_with_only_the_nip_of_another_row_is_the_same_person(people):
    ids, problems = enrol(source_of("pns_id nip", (None, N1), (P1, N1)), people)
    assert ids[2] == ids[3]
    assert problems == []


def test_the_order_of_the_rows_decides_nothing():
    rows = [(None, N1, K1), (P1, N1, None), (P2, N2, K2), (P3, N2, None), (None, None, K2)]

    def groups(order: tuple[int, ...]) -> set[frozenset[int]]:
        table = TokenTable(b"k" * 32)
        source = source_of("pns_id nip nik", *(rows[i] for i in order))
        ids, problems = enrol(source, table)
        people: dict[str, set[int]] = {}
        for line, person in ids.items():
            people.setdefault(person, set()).add(order[line - 2])
        dropped = {
            frozenset([100 * (1 + order[line - 2]) + len(rule)]) for line, _, rule, _ in problems
        }
        return {frozenset(group) for group in people.values()} | dropped

    expected = groups((0, 1, 2, 3, 4))
    assert {frozenset({0, 1}), frozenset({2, 4}), frozenset({3})} < expected
    for order in itertools.permutations(range(5)):
        assert groups(order) == expected


def test_a_contract_number_needs_no_month_and_a_civil_servants_does(people):
    contract_number = "199203032021212003"  # second contract part: 21 is no month
    assert enrol(source_of("nip", (contract_number,)), people, contract=True)[1] == []
    rules = [rule for _, _, rule, _ in enrol(source_of("nip", (contract_number,)), people)[1]]
    assert rules == [
        "must hold a month of appointment in digits 13-14",
        "must hold a usable number",
    ]


def test_a_birth_date_that_cannot_be_read_proves_nothing(people):
    assert enrol(source_of("nip lahir", (N1, "31-02-1985"), (N2, "02-02-1990")), people)[1] == []


def test_a_birth_date_after_the_export_proves_nothing(people):
    source = source_of("nip lahir", (N1, "01-01-2085"))
    enrolment = Enrolment(RULE, people, ["%d-%m-%Y"], date(2026, 1, 31))
    problems = enrolment.add(source, source.frame.select(LINE, contract=pl.lit(value=False)))
    assert (problems, enrolment.finish()[1]) == ([], [])
    assert people.find("nip", N1)


def test_others_are_found_by_the_first_number_that_is_known(people):
    ids, _ = enrol(source_of("pns_id nip", (P1, N1), (P2, N2)), people)
    source = source_of("nip pns_id", (N1, None), (N2, "unknown"), (None, P2), (N1, P1))
    found, problems = Finder(RULE, people).find(source, "reviews")
    assert dict(found.iter_rows()) == {2: ids[2], 3: ids[3], 4: ids[3], 5: ids[2]}
    assert problems == []


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        pytest.param((None, None), "pns_id or nip", "must not be empty", id="empty"),
        pytest.param(
            ("B" * 32, None), "pns_id", "must be the pns_id of a person in the people's file",
            id="unknown",
        ),
        pytest.param(
            (None, "1.98E+17"), "nip",
            "must be 18 digits; a spreadsheet has rounded it, export the column as text",
            id="rounded",
        ),
        pytest.param(
            (P1, N2), "pns_id", "must name one person; the numbers of this row name two", id="two"
        ),
    ],
)  # fmt: skip
def test_a_row_that_names_nobody_or_two_people_says_why(people, row, column, rule):
    enrol(source_of("pns_id nip", (P1, N1), (P2, N2)), people)
    found, problems = Finder(RULE, people).find(source_of("pns_id nip", row), "reviews")
    assert found.is_empty()
    assert [(p.line, p.column, p.rule, p.action) for p in problems] == [
        (2, column, rule, "row dropped")
    ]


def test_a_file_without_any_number_is_skipped(people):
    _, (problem,) = Finder(RULE, people).find(source_of("nama", ("Siti",)), "reviews")
    assert (problem.column, problem.action) == ("pns_id or nip or nik", "table skipped")
    ids, problems = enrol(source_of("nama", ("Siti",)), people)
    assert (ids, [action for *_, action in problems]) == ({}, ["table skipped"])


@pytest.mark.parametrize(
    ("word", "kept"),
    [("P", True), ("WANITA", True), ("L", False), ("Laki-laki", False), ("?", True), (None, True)],
)
def test_a_nip_of_the_other_sex_is_dropped_alone(people, word, kept):
    woman = N1[:14] + "2" + N1[15:]
    ids, problems = enrol(source_of("pns_id nip kelamin", (P1, woman, word)), people)
    assert len(ids) == 1
    assert (people.find("nip", woman) is not None) is kept
    rule = "must hold the sex that the row gives in digit 15"
    assert problems == ([] if kept else [(2, "nip", rule, "value dropped")])
