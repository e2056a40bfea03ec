"""The shadow's log, read and told: agreement, latency, and outcomes that can be counted by hand."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from click.testing import CliRunner

from features.errors import ArtifactError, HuyulaError
from features.keys import load_shadow_key
from features.records import empty_records
from features.workspace import Workspace
from serving.commands import challenge
from serving.shadow_log import COLUMNS, ShadowLog, person_digest, read_shadow
from serving.shadow_report import (
    judge_outcomes,
    newest_shadow,
    overlap,
    rank_correlation,
    summarise_shadow,
)
from tests.serving.test_batch import table
from tests.serving.test_challenge import saved

KEY = bytes(range(32))
ON = datetime(2026, 1, 10, 9, tzinfo=UTC)


def row(person: str, request: str, key: bytes = KEY, **more):
    """Return one row of the log, of the kind that its lists or flags say."""
    empty = dict.fromkeys(COLUMNS[1:])
    about = {"kind": "recommendations" if "served" in more else "support_needs", "k": 2}
    about |= {"request": request, "person": person_digest(key, person), "as_of": "2026-01-01"}
    about |= {"served_bundle": "a" * 64, "shadow_bundle": "b" * 64, "special": False}
    for side in ("served", "shadow"):
        if side in more:
            more[f"{side}_scores"] = [2.0, 1.0][: len(more[side])]
    return empty | about | {"served_ms": 2.0, "shadow_ms": 8.0} | more


def write(folder, *rows, at=ON):
    ShadowLog(folder, 400).append(rows, at)
    return read_shadow(folder)


def test_agreement_counts_each_person_once(tmp_path):
    log = write(
        tmp_path,
        row("e1", "r1", served=["K1", "K2"], shadow=["K1", "K2"]),
        row("e1", "r2", served=["K1", "K2"], shadow=["K1", "K3"], shadow_ms=10.0),
        row("e2", "r1", served=["K1"], shadow=["K2"]),
        row("e3", "r1", served=[], shadow=[]),
    )
    found = summarise_shadow(log)
    assert (found["n_requests"], found["n_people"]) == (2, 3)
    lists = found["lists"]
    # e1: (1 + 1/2) / 2 = 3/4; e2: 0; of e3 both say nothing
    assert lists["overlap"] == pytest.approx((0.75 + 0) / 2)
    assert lists["same_first"] == pytest.approx((1 + 0 + 1) / 3)
    # e1's second pair: K1 first in both, then K2 before K3 and K3 before K2: tau 1/3
    assert lists["rank_correlation"] == pytest.approx(((1 + 1 / 3) / 2 + -1) / 2)
    assert lists["first_scores"]["served"]["p50"] == 2.0
    assert found["latency_ms"] == {
        "recommendations": {
            "served": {"p50": 2.0, "p99": 2.0},
            "shadow": {"p50": 9.0, "p99": pytest.approx(9.98)},
        }
    }
    assert found["support"] is None
    json.dumps(found, allow_nan=False)


def test_flags_are_those_of_the_newest_answer(tmp_path):
    def flags(person, request, served, shadow, *scores):
        more = {"served_flag": served, "shadow_flag": shadow}
        return row(person, request, **more | dict(zip(("served_score", "shadow_score"), scores)))  # noqa: B905

    write(tmp_path, flags("e1", "r1", True, False, 9.0, 1.0))
    log = write(
        tmp_path,
        flags("e1", "r2", True, True, 3.0, 30.0),
        flags("e2", "r2", False, True, 1.0, 20.0),
        flags("e3", "r2", False, False, 2.0, 10.0),
        flags("e4", "r2", None, False),
        at=ON.replace(hour=10),
    )
    found = summarise_shadow(log)["support"]
    assert found["flags_differ"] == 0.25
    assert (found["served_flagged"], found["shadow_flagged"]) == (0.25, 0.5)
    assert found["rank_correlation"] == pytest.approx(0.5)  # ranks 3, 1, 2 and 3, 2, 1
    assert found["scores"]["served"]["p50"] == 2.0
    same = summarise_shadow(log.assign(shadow_score=1.0))["support"]
    assert same["rank_correlation"] is None


def test_lists_of_which_one_is_empty():
    assert overlap(["a"], []) == 0.0
    assert math.isnan(overlap([], []))
    assert math.isnan(rank_correlation([], []))
    assert math.isnan(rank_correlation([], ["a"]))
    assert rank_correlation(["a"], ["b"]) == -1.0


def test_only_the_newest_shadow_counts(tmp_path):
    with pytest.raises(HuyulaError, match="log is empty: set HUYULA_SHADOW_BUNDLE"):
        newest_shadow(read_shadow(tmp_path))
    write(tmp_path, row("e1", "r", served=[], shadow=[], shadow_bundle="c" * 64), at=ON)
    later = row("e1", "r", served=[], shadow=[])
    log = write(tmp_path, later, at=ON.replace(hour=10))
    assert newest_shadow(log)["shadow_bundle"].tolist() == ["b" * 64]


def enrolments(*rows):
    """Return records in which people (number, course, day, status) began courses."""
    from dataclasses import replace

    told = [
        {"employee_id": who, "course_id": course, "status": status, "valid_from": day,
         "available_at": day}
        for who, course, day, status in rows
    ]  # fmt: skip
    return replace(empty_records(), enrolments=table(empty_records(), "enrolments", *told))


def test_outcomes_of_the_first_list_are_paired_by_person(tmp_path):
    people = [f"p{i:02}" for i in range(40)]
    log = write(tmp_path, *(row(p, "r", served=["K1"], shadow=["K2", "K1"]) for p in people))
    log = write(
        tmp_path,
        *(row(p, "s", served=["K9"], shadow=["K9"]) for p in people),  # a later list
        at=ON.replace(day=11),
    )
    begun = date(2026, 2, 1)
    records = enrolments(
        *((p, "K2", begun, "completed") for p in people[:20]),
        *((p, "K1", begun, "enrolled") for p in people[20:24]),
        ("p30", "K2", begun, "dropped"),
        ("p31", "K2", date(2026, 1, 9), "completed"),  # before the list
        ("p32", "K2", date(2026, 7, 10), "completed"),  # too late
        ("p33", "K9", begun, "completed"),
    )
    found = judge_outcomes(log, records, KEY, date(2026, 8, 1), 6)
    assert found is not None
    assert (found.n_people, found.served, found.shadow) == (40, 0.1, 0.6)
    assert found.gain == pytest.approx(0.5)
    # half of 40 people gain 1, so the standard error is 1/2 / sqrt(40) = .079
    assert found.lower == pytest.approx(0.5 - 1.96 * 0.079, abs=0.03)
    assert found.verdict == "better"
    swapped = log.rename(columns={"served": "shadow", "shadow": "served"})
    assert judge_outcomes(swapped, records, KEY, date(2026, 8, 1), 6).verdict == "worse"
    same = log.assign(shadow=log["served"])
    assert judge_outcomes(same, records, KEY, date(2026, 8, 1), 6).verdict == "undecided"
    few = log[log["person"].isin([person_digest(KEY, p) for p in people[:29]])]
    assert judge_outcomes(few, records, KEY, date(2026, 8, 1), 6).verdict == "too_few"
    assert judge_outcomes(log, records, KEY, date(2026, 7, 1), 6) is None
    assert judge_outcomes(log.assign(special=True), records, KEY, date(2026, 8, 1), 6) is None
    assert judge_outcomes(log, records, bytes(32), date(2026, 8, 1), 6).shadow == 0.0


@pytest.mark.parametrize(
    ("language", "head", "verdict"),
    [("en", "2 requests about 2 people", "UNDECIDED: too few people."),
     ("id", "2 permintaan tentang 2 pegawai", "BELUM DAPAT DIPUTUSKAN: terlalu sedikit pegawai.")],
)  # fmt: skip
def test_the_command_tells_it(tmp_path, monkeypatch, language, head, verdict):
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(tmp_path / "keys"))
    key, workspace = load_shadow_key(tmp_path / "keys", create=True), Workspace(tmp_path / "w")
    flags = {"served_flag": True, "shadow_flag": False, "served_score": 1.0, "shadow_score": 2.0}
    write(
        workspace.shadow,
        row("e1", "r1", key, served=["K1"], shadow=["K1"]),
        row("e2", "r2", key, **flags),
    )
    out = tmp_path / "found.json"
    asked = ["--shadow", "--workspace", str(workspace.root), "--language", language]
    before = CliRunner().invoke(challenge, asked)
    assert "6" in before.output.splitlines()[-1], before.output  # no records, so no outcomes
    saved(workspace, enrolments(("e1", "K1", date(2026, 7, 31), "enrolled")))
    said = CliRunner().invoke(challenge, [*asked, "--json", str(out)])
    assert said.exit_code == 0, said.output
    assert head in said.output
    assert said.output.rstrip().endswith(verdict)
    assert "-" in said.output
    found = json.loads(out.read_text())
    assert found["outcome"]["n_people"] == 1
    assert found["support"]["flags_differ"] == 1.0
    assert found["verdict"] == "too_few"


def test_the_command_takes_a_bundle_or_the_shadow(tmp_path):
    for asked in ([], [str(tmp_path), "--shadow"]):
        said = CliRunner().invoke(challenge, [*asked, "--workspace", str(tmp_path)])
        assert "give either a BUNDLE or --shadow" in said.output


def test_half_a_line_is_counted_and_spoils_no_other(tmp_path):
    write(tmp_path, row("e1", "r", served=[], shadow=[]))
    [path] = tmp_path.iterdir()
    with path.open("ab") as file:
        file.write(b'{"at":"2026')
    log = write(tmp_path, row("e2", "r", served=[], shadow=[]))
    assert len(log) == 2
    assert log.attrs["n_damaged"] == 1


def test_a_row_that_lacks_a_column_is_named(tmp_path):
    (tmp_path / "2026-01-01.jsonl").write_text('{"at": "2026-01-01"}\n')
    with pytest.raises(ArtifactError, match=r"2026-01-01.jsonl has a row without kind, request"):
        read_shadow(tmp_path)
    (tmp_path / "2026-01-01.jsonl").unlink()
    (tmp_path / "2026-01-01.jsonl").mkdir()
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_shadow(tmp_path)


def test_a_write_cut_short_leaves_nothing(tmp_path, monkeypatch):
    write(tmp_path, row("e1", "r", served=[], shadow=[]))
    whole = os.write
    monkeypatch.setattr("os.write", lambda file, content: whole(file, content[:10]))
    with pytest.raises(OSError, match="10 of"):
        write(tmp_path, row("e2", "r", served=[], shadow=[]))
    monkeypatch.undo()
    log = read_shadow(tmp_path)
    assert (len(log), log.attrs["n_damaged"]) == (1, 0)


APPEND = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from serving.shadow_log import COLUMNS, ShadowLog
log = ShadowLog(Path(sys.argv[1]), 400)
row = dict.fromkeys(COLUMNS[1:]) | {"person": sys.argv[2], "served": ["K" * 3000] * 5}
for _ in range(200):
    log.append([row, row], datetime(2026, 1, 1, tzinfo=UTC))
"""


def test_two_workers_append_at_once(tmp_path):
    workers = [subprocess.Popen([sys.executable, "-c", APPEND, tmp_path, one]) for one in "ab"]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    log = read_shadow(tmp_path)
    assert log["person"].value_counts().to_dict() == {"a": 400, "b": 400}
    assert log.attrs["n_damaged"] == 0
    assert isinstance(log["at"].dtype, pd.DatetimeTZDtype)
