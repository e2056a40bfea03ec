"""The ledger counts looks, opens a final period once per promotion, and finds what was changed."""

from __future__ import annotations

import json

import pytest

from experiments.experiment.ledger import FinalPeriodError, Ledger
from features.errors import ArtifactError
from tests.experiments.processes import started


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "experiments")


def test_looks_are_counted_by_period_and_run(ledger):
    assert ledger.looks() == {}
    for run in ("a", "a", "b"):
        ledger.look("spring", run, "one")
    ledger.look("summer", "a", "one")
    ledger.compared(["spring"], ["a", "b"])
    ledger.open_final("autumn", "b")
    assert {p: dict(c) for p, c in ledger.looks().items()} == {
        "spring": {"a": 2, "b": 1}, "summer": {"a": 1}, "autumn": {"b": 1},
    }  # fmt: skip


def test_the_final_period_opens_once_per_promotion(ledger):
    ledger.open_final("autumn", "first")
    with pytest.raises(
        FinalPeriodError, match=r"autumn opens once .* run first opened it .*reason"
    ):
        ledger.open_final("autumn", "second", "  ")
    ledger.open_final("winter", "second")
    ledger.open_final("autumn", "second", "the first run had a wrong table")
    with pytest.raises(FinalPeriodError):
        ledger.open_final("autumn", "third")
    ledger.promoted("autumn", "second", "champion")
    ledger.open_final("autumn", "third")
    with pytest.raises(FinalPeriodError, match="run third"):
        ledger.open_final("autumn", "fourth")
    reasons = [one["reason"] for one in ledger.entries() if "reason" in one]
    assert "the first run had a wrong table" in reasons


@pytest.mark.parametrize("change", ["value", "gone", "cut", "list"])
def test_a_changed_line_is_found(ledger, change):
    for run in ("a", "b", "c"):
        ledger.look("spring", run, "one")
    lines = ledger.path.read_text().splitlines()
    assert [json.loads(line)["run"] for line in lines] == ["a", "b", "c"]
    changed = {
        "value": [lines[0].replace("spring", "autumn"), *lines[1:]],
        "gone": [lines[0], lines[2]],
        "cut": [lines[0], lines[1][:20], lines[2]],
        "list": [lines[0], "[]"],
    }[change]
    ledger.path.write_text("\n".join(changed) + "\n")
    with pytest.raises(
        ArtifactError, match=r"ledger.jsonl line \d must follow from the line before"
    ):
        ledger.entries()
    with pytest.raises(ArtifactError):
        ledger.look("spring", "d", "one")


def _look_often(folder, run):
    for _ in range(20):
        Ledger(folder).look("spring", run, "one")


def test_processes_that_look_at_once_lose_no_line(ledger):
    running = [started(_look_often, ledger.path.parent, run) for run in "abc"]
    for process in running:
        process.join(60)
    assert ledger.looks()["spring"] == {"a": 20, "b": 20, "c": 20}
