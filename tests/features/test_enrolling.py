"""Sets of numbers decided all at once are decided as one after the other would be."""

from __future__ import annotations

import itertools

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from features.identity import TokenTable

KINDS = ("pns_id", "nip", "nik")
NEW = itertools.count()
NUMBER = st.none() | st.sampled_from("abcde")
SETS = st.lists(st.tuples(NUMBER, NUMBER, NUMBER).filter(any), max_size=8)


def frame_of(sets: list[tuple[str | None, ...]]) -> pl.DataFrame:
    return pl.DataFrame(sets, schema=dict.fromkeys(KINDS, pl.String), orient="row")


def one_by_one(sets, owners: dict[tuple[str, str], int], kinds: set[tuple[int, str]]):
    """The rule as it is told in `TokenTable.enrol`; fills both, returns persons and refusals."""
    decided = []
    for numbers in sets:
        given_ = [(kind, number) for kind, number in zip(KINDS, numbers, strict=True) if number]
        above: list[str] = []
        person = None
        for kind, number in given_:
            owner = owners.get((kind, number))
            if owner is not None and not any((owner, other) in kinds for other in above):
                person = owner
                break
            above.append(kind)
        person = next(NEW) if person is None else person
        refused = set()
        for one in given_:
            if owners.setdefault(one, person) == person:
                kinds.add((person, one[0]))
            else:
                refused.add(one[0])
        decided.append((person, refused))
    return decided


def same_groups(left: list, right: list) -> bool:
    return len(set(left)) == len(set(right)) == len(set(zip(left, right, strict=True)))


@given(st.lists(SETS, min_size=1, max_size=3))
def test_all_at_once_is_as_one_after_the_other(imports):
    table, owners, kinds = TokenTable(b"k" * 32), {}, set()
    ids: list[str] = []
    people: list[int] = []
    for sets in imports:
        enrolled = table.enrol(frame_of(sets))
        expected = one_by_one(sets, owners, kinds)
        ids += enrolled["employee_id"].to_list()
        people += [person for person, _ in expected]
        refused = [{k for k in KINDS if row[k]} for row in enrolled.iter_rows(named=True)]
        assert refused == [no for _, no in expected]
    assert same_groups(ids, people)
    assert len(table) == len(owners)
    held = [(table.owner(kind, number), person) for (kind, number), person in owners.items()]
    assert same_groups([left for left, _ in held], [right for _, right in held])


def test_numbers_met_are_found_however_they_are_written():
    table = TokenTable(b"k" * 32)
    (person,) = table.enrol(frame_of([("A5EB-03", "198501012010012001", None)]))["employee_id"]
    cells = ["19850101 201001 2 001", "'198501012010012001", None, "198501012010012001", "1"]
    found = table.owners(pl.Series("nip", cells))
    assert found.to_list() == [person, person, None, person, None]
    assert found.name == "nip"
    assert table.owners(pl.Series("pns_id", ["a5eb-03", "x"])).to_list() == [person, None]


def test_numbers_of_an_earlier_import_are_found_by_their_hash(tmp_path):
    table = TokenTable(b"k" * 32)
    people = table.enrol(frame_of([("P1", "N1", None), ("P2", "N2", None)]))["employee_id"]
    table.save(tmp_path)
    again = TokenTable.load(tmp_path, b"k" * 32)
    for _ in range(2):  # the second time they have been met
        found = again.owners(pl.Series("nip", ["N2", "N3", "N1", " n2"]))
        assert found.to_list() == [people[1], None, people[0], people[1]]
