import json
from datetime import date

import pytest

from features.asked import (
    ask_support,
    asked_now,
    delete_requests_before,
    erase_requests,
    read_requests,
    standing_requests,
    withdraw_request,
)
from features.errors import ArtifactError, SchemaError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "support_asked.jsonl"


def lines(path, *rows):
    made = [{"at": at, "by": "x", "action": action, "employee_id": who} for at, action, who in rows]
    path.write_text("".join(json.dumps(line) + "\n" for line in made))


def test_a_request_stands_until_it_is_taken_back(path):
    assert asked_now(path, {}) == {}
    ask_support(path, "e1", " workload ", {})
    ask_support(path, "e2", "", {})
    (since,) = {*asked_now(path, {}).values()}
    assert date.fromisoformat(since) <= date.today()
    assert standing_requests(path, {})["e1"]["note"] == "workload"
    assert "note" not in standing_requests(path, {})["e2"]
    withdraw_request(path, "e1", {})
    assert set(asked_now(path, {})) == {"e2"}
    ask_support(path, "e1", "", {})  # again
    assert [line["action"] for line in read_requests(path)] == ["ask", "ask", "withdraw", "ask"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_makes_no_sense_is_refused(path):
    with pytest.raises(SchemaError, match="EMPLOYEE_ID must have asked for support, got e1"):
        withdraw_request(path, "e1", {})
    ask_support(path, "e1", "", {})
    with pytest.raises(SchemaError, match="EMPLOYEE_ID must not ask already; asks since"):
        ask_support(path, "e1", "", {})
    assert len(read_requests(path)) == 1


def test_merged_ids_are_one_person_as_long_as_they_are_merged(path):
    ask_support(path, "old", "", {})
    assert set(asked_now(path, {"old": "new"})) == {"new"}
    with pytest.raises(SchemaError, match="must not ask already"):
        ask_support(path, "new", "", {"old": "new"})
    withdraw_request(path, "new", {"old": "new"})
    assert asked_now(path, {"old": "new"}) == {}
    assert set(asked_now(path, {})) == {"old"}  # taken apart, the other's request stands


def test_requests_past_keeping_go(path):
    lines(path, ("2024-11-23T08:00:00+00:00", "ask", "e1"),
          ("2024-11-24T08:00:00+00:00", "ask", "e2"))  # fmt: skip
    delete_requests_before(path, date(2024, 11, 24))
    assert [line["employee_id"] for line in read_requests(path)] == ["e2"]
    before = path.read_bytes()
    delete_requests_before(path, date(2024, 11, 24))
    assert path.read_bytes() == before


def test_a_person_is_erased_from_it(path):
    lines(path, ("2026-01-01", "ask", "e1"), ("2026-01-02", "ask", "e2"),
          ("2026-01-02", "withdraw", "e1"))  # fmt: skip
    erase_requests(path, frozenset({"e1", "e9"}))
    assert [line["employee_id"] for line in read_requests(path)] == ["e2"]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text", ["{", '{"at": "x"}', '{"at": "2026-01-01", "action": "go", "employee_id": "e1"}', "[]"]
)
def test_a_damaged_file_is_named(path, text):
    path.write_text(f"{text}\n")
    with pytest.raises(ArtifactError, match=r"support_asked.jsonl cannot be read"):
        read_requests(path)
