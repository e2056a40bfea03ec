from __future__ import annotations

import stat

import pytest

from features.errors import ArtifactError, MissingStepError, UnknownEmployeeError
from features.identity import TokenTable

KEY = b"k" * 32


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "identity").mkdir()
    return tmp_path / "identity"


def enrol_one(table: TokenTable, **numbers: str) -> str:
    (enrolled,) = table.enrol([numbers])
    return enrolled.employee_id


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
