from __future__ import annotations

import stat

import polars as pl
import pytest

from features.errors import ArtifactError, MissingStepError, UnknownEmployeeError
from features.identity import TokenTable
from features.sealing import Seal

KEY = b"k" * 32


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "identity").mkdir()
    return tmp_path / "identity"


def enrol_one(table: TokenTable, **numbers: str) -> str:
    return table.enrol(pl.DataFrame([numbers]))["employee_id"].item()


def test_a_saved_table_is_read_back(folder):
    table = TokenTable(KEY)
    person = enrol_one(table, pns_id="A5EB", nip="198501012010012001")
    table.names[person] = "Siti Rahmawati"
    table.save(folder)
    again = TokenTable.load(folder, KEY)
    assert (again.tokens, again.names) == (table.tokens, table.names)
    assert again.employee_id("nip", "198501012010012001") == person


def test_the_table_holds_no_number_and_only_its_owner_may_look(folder):
    table = TokenTable(KEY)
    enrol_one(table, nip="198501012010012001")
    table.save(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(b"198501012010012001" not in path.read_bytes() for path in folder.iterdir())


def test_tokens_depend_on_key_and_kind():
    tokens = {
        TokenTable(key).token(kind, "123") for key in (KEY, b"x" * 32) for kind in ("nip", "nik")
    }
    assert len(tokens) == 4


def test_another_key_is_refused(folder):
    TokenTable(KEY).save(folder)
    with pytest.raises(ArtifactError, match="hashed with another identity key; set HUYULA_KEY"):
        TokenTable.load(folder, b"x" * 32)


def test_a_missing_table_names_the_step_that_makes_it(folder):
    with pytest.raises(MissingStepError, match="run `huyula import` first"):
        TokenTable.load(folder, KEY)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("198501012010012001", r"\*{15}001"),
        ("Siti Rahmawati", r"\*{14}"),
        ("01-01-1985", r"\*{10}"),
    ],
)
def test_an_unknown_person_is_named_masked(value, shown):
    with pytest.raises(UnknownEmployeeError, match=rf"^no employee with nip={shown}$") as raised:
        TokenTable(KEY).employee_id("nip", value)
    assert value not in str(vars(raised.value))


def test_nothing_of_a_table_shows_when_it_is_printed():
    table = TokenTable(KEY)
    table.names[enrol_one(table, nip="198501012010012001")] = "Siti"
    assert repr(table) == "TokenTable()"


NIP, NIK, PNS_ID = "198501012010012001", "7571014101850001", "A5EB03E241D4F6A0E040640A04020001"


def saved(table: TokenTable, folder) -> TokenTable:
    for path in folder.iterdir():
        path.unlink()
    table.save(folder)
    return TokenTable.load(folder, table.key)


def test_a_table_under_another_key_holds_the_same_people(folder):
    table = TokenTable(KEY)
    person = enrol_one(table, pns_id=PNS_ID, nip=NIP)
    table.names[person] = "Siti"
    other = saved(table, folder).rekeyed(b"x" * 32)
    assert not set(other.tokens) & set(table.tokens)
    assert (list(other.tokens.values()), other.names) == ([person, person], {person: "Siti"})
    again = saved(other, folder)
    assert again.find("nip", NIP) == again.find("pns_id", PNS_ID) == person
    assert enrol_one(again, nip=NIP) == person


def test_the_old_key_opens_nothing_of_a_table_under_another(folder):
    table = TokenTable(KEY)
    enrol_one(table, nip=NIP)
    saved(table.rekeyed(b"x" * 32), folder)
    row = pl.read_parquet(folder / "tokens.parquet").row(0, named=True)
    with pytest.raises(ArtifactError, match="a sealed number cannot be opened"):
        Seal(KEY).open(row["token"], row["sealed"])
    assert Seal(b"x" * 32).open(row["token"], row["sealed"]) == NIP


def test_a_number_moved_to_another_person_is_found_when_the_key_changes(folder):
    table = TokenTable(KEY)
    enrol_one(table, nip=NIP)
    enrol_one(table, nik=NIK)
    table.save(folder)
    tokens = pl.read_parquet(folder / "tokens.parquet")
    swapped = tokens.with_columns(sealed=tokens["sealed"].reverse())
    swapped.write_parquet(folder / "tokens.parquet")
    with pytest.raises(ArtifactError, match="the token table is damaged: a sealed number cannot"):
        TokenTable.load(folder, KEY).rekeyed(b"x" * 32)


def test_what_an_undone_import_added_does_not_count(folder):
    table = TokenTable(KEY)
    first = enrol_one(table, nip=NIP)
    table.names[first] = "Siti"
    table = saved(table, folder)
    table.begin_import(2)
    enrol_one(table, nik=NIK)
    assert enrol_one(table, nip=NIP, pns_id=PNS_ID) == first
    table.names[first] = "Siti Rahmawati"
    saved(table, folder)
    assert TokenTable.load(folder, KEY, until=2).tokens == table.tokens
    undone = TokenTable.load(folder, KEY, until=1)
    assert undone.tokens == {table.token("nip", NIP): first}
    assert undone.names == {first: "Siti"}


def test_only_the_present_name_and_the_one_before_are_kept(folder):
    table = TokenTable(KEY)
    person = enrol_one(table, nip=NIP)
    for number, name in enumerate(("Siti", "Siti R", "Siti R", "Siti Rahmawati"), start=1):
        table.begin_import(number)
        table.names[person] = name
        table = saved(table, folder)
    names = pl.read_parquet(folder / "names.parquet")
    assert names.select("name", "since").rows() == [("Siti R", 2), ("Siti Rahmawati", 4)]


def test_records_that_begin_anew_keep_the_people(folder):
    table = TokenTable(KEY)
    table.begin_import(5)
    person = enrol_one(table, nip=NIP)
    table = saved(table, folder)
    table.begin_import(1)
    saved(table, folder)
    assert TokenTable.load(folder, KEY, until=1).find("nip", NIP) == person


def test_merged_people_are_found_under_one_id():
    table = TokenTable(KEY)
    old, new = enrol_one(table, nip=NIP), enrol_one(table, nik=NIK)
    table.names |= {old: "Siti", new: "Siti Rahmawati"}
    table.merges = {old: new}
    assert table.find("nip", NIP) == table.find("nik", NIK) == new
    assert table.name(old) == table.name(new) == "Siti Rahmawati"
    assert table.owner("nip", NIP) == enrol_one(table, nip=NIP) == old  # as imported


def test_a_table_of_an_earlier_version_is_refused(folder):
    table = TokenTable(KEY)
    enrol_one(table, nip=NIP)
    table.save(folder)
    tokens = pl.read_parquet(folder / "tokens.parquet").drop("sealed", "since")
    tokens.write_parquet(folder / "tokens.parquet")
    with pytest.raises(ArtifactError, match="was written by an earlier version, without sealed"):
        TokenTable.load(folder, KEY)
