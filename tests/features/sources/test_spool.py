from __future__ import annotations

import itertools
import random

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.sources.findings import Findings
from features.sources.spool import Scratch, Spool

SCHEMA = {"file": pl.String, "line": pl.Int64, "table": pl.String, "rule": pl.String}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a handful of rows be more than memory holds."""
    monkeypatch.setattr("features.sources.spool.MEMORY_BYTES", 100)
    monkeypatch.setattr("features.sources.spool.ROWS_A_PART", 7)
    monkeypatch.setattr("features.sources.spool._GROUP_ROWS", 3)
    monkeypatch.setattr("features.sources.spool._SAMPLE_EVERY", 2)
    monkeypatch.setattr("features.sources.findings.ROWS_IN_MEMORY", 5)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.lists(st.sampled_from([f"k{i:02d}" for i in range(12)]), max_size=60),
    size=st.integers(1, 9),
)
def test_all_rows_come_out_and_a_key_is_in_one_part(small, tmp_path_factory, keys, size):
    rows = pl.DataFrame({"key": keys, "n": range(len(keys))}, schema={"key": str, "n": int})
    spool = Spool(Scratch(tmp_path_factory.mktemp("spool") / "s"), "key")
    for start in range(0, len(rows), size):
        spool.add(rows[start : start + size])
    found = list(spool.parts())
    parts = [set(part["key"]) for part in found]
    assert sorted(n for part in found for n in part["n"]) == list(range(len(keys)))
    filled = [part for part in parts if part]
    for earlier, later in itertools.pairwise(filled):
        assert max(earlier) < min(later)


def test_many_rows_come_out_in_several_parts_and_leave_no_file(small, tmp_path):
    spool = Spool(Scratch(tmp_path / "s"), "key")
    for i in range(30):
        spool.add(pl.DataFrame({"key": [f"a key of some length {i * 7 % 30:02d}"] * 2}))
    assert len(list((tmp_path / "s").iterdir())) > 2
    assert len(list(spool.parts())) > 5
    assert list((tmp_path / "s").iterdir()) == []


def test_a_table_that_refers_to_itself_comes_out_whole(small, tmp_path):
    spool = Spool(Scratch(tmp_path / "s"), "key", whole=True)
    for i in range(30):
        spool.add(pl.DataFrame({"key": [f"k{i}"] * 9}))
    assert [len(part) for part in spool.parts()] == [270]


@pytest.mark.parametrize("n_rows", [0, 3, 50])
def test_findings_come_out_in_the_order_of_file_line_and_table(small, tmp_path, n_rows):
    rng = random.Random(n_rows)  # noqa: S311
    rows = [(f"f{rng.randrange(3)}", rng.randrange(9), "t", str(i)) for i in range(n_rows)]
    findings = Findings(SCHEMA, Scratch(tmp_path / "s"))
    for row in rows:
        findings.add(pl.DataFrame([row], schema=SCHEMA, orient="row"))
    assert len(findings) == n_rows
    expected = sorted(rows, key=lambda row: row[:3])  # stable: rules of a line keep their order
    assert findings.frame().rows() == expected == findings.frame().rows()
    assert (tmp_path / "s").exists() == (n_rows > 5)


def test_what_a_killed_import_left_is_removed(tmp_path):
    folder = tmp_path / "s"
    folder.mkdir()
    (folder / "rows-1.parquet").write_bytes(b"left")
    scratch = Scratch(folder)
    assert not folder.exists()
    scratch.file("rows").write_bytes(b"x")
    scratch.remove()
    assert not folder.exists()
