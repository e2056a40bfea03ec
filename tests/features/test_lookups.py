from __future__ import annotations

import json
import os
import stat

import pytest

from features.errors import SchemaError
from features.lookups import log_lookup


def test_each_lookup_is_one_line_that_says_who_whom_and_why(tmp_path):
    log = tmp_path / "logs" / "resolve.jsonl"
    log_lookup(log, ["e1", "e2"], " rapat   talenta ")
    log_lookup(log, ["e3"], "surat tugas")
    first, second = map(json.loads, log.read_text().splitlines())
    assert (first["employee_ids"], first["reason"]) == (["e1", "e2"], "rapat   talenta")
    assert second["employee_ids"] == ["e3"]
    assert first["at"] <= second["at"]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_who_looks_is_not_believed_from_the_environment(tmp_path, monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody_else")
    log_lookup(tmp_path / "log", ["e1"], "x")
    assert json.loads((tmp_path / "log").read_text())["by"] != "somebody_else"


def test_an_account_without_name_is_logged_by_its_number(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 987_654_321)
    log_lookup(tmp_path / "log", ["e1"], "x")
    assert json.loads((tmp_path / "log").read_text())["by"] == "uid 987654321"


def test_a_lookup_without_reason_is_refused_and_not_logged(tmp_path):
    with pytest.raises(SchemaError, match="^reason must say why the names are needed$"):
        log_lookup(tmp_path / "log", ["e1"], "  ")
    assert not (tmp_path / "log").exists()
