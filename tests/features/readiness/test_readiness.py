"""What is said of an import: golden texts, and that the words and numbers hold together."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from features.readiness import (
    KINDS,
    Item,
    Need,
    check_readiness,
    next_fields,
    readiness_json,
    readiness_lines,
)  # fmt: skip
from features.readiness_commands import readiness
from features.readiness_measures import measure_records
from features.records import Records, empty_records
from features.standards.load import load_standard
from features.workspace import replace_folder, write_frame
from tests.features.sources.test_siasn import SIASN_ALONE

HERE = Path(__file__).parent


def golden(name: str, items: list[Item]) -> tuple[str, str]:
    return "\n".join(readiness_lines(items)) + "\n", (HERE / f"{name}.txt").read_text("utf-8")


def test_golden_text_of_an_import_that_holds_nothing():
    said, expected = golden("nothing", check_readiness(empty_records()))
    assert said == expected


def test_golden_text_of_a_small_import(tiny_records):
    said, expected = golden("tiny", check_readiness(tiny_records))
    assert said == expected


def test_golden_text_of_the_tables_of_siasn_alone(import_files):
    tables = import_files(SIASN_ALONE).tables
    records = Records(**{name: tables[name] for name in vars(empty_records())})
    said, expected = golden("siasn_alone", check_readiness(records))
    assert said == expected
    assert "missing  recommendations by competency gap" in said


def test_every_measure_is_taken_and_every_field_has_words():
    standard = load_standard("readiness")
    needs = [need for item in standard["item"] for need in item["needs"]]
    assert {need["measure"] for need in needs} <= set(measure_records(empty_records()))
    assert {need["field"] for need in needs} == set(standard["field"])
    assert {item["kind"] for item in standard["item"]} == set(KINDS)
    assert all(need["least"] <= need["enough"] for need in needs)


def test_measures_of_five_people_by_hand(tiny_records):
    values = measure_records(tiny_records)
    # in service on 1 May 2025: e1, e2, e3, e5; all posts have levels and requirements
    assert values["people"] == 4
    assert values["share_with_post_level"] == values["share_required"] == 1
    assert values["share_assessed"] == 0.75  # not e5
    assert values["attendance_months"] == 16  # January 2024 to April 2025
    assert values["courses_taken"] == 6
    assert values["learners"] == 2  # in the year to 30 April: e2 and e3; e1 dropped out
    assert values["offers"] == 9
    assert values["share_of_courses_that_teach"] == pytest.approx(2 / 3)
    assert values["future_sessions"] == 1  # on 1 May itself


def test_a_version_that_counts_no_longer_is_not_measured(tiny_records):
    offers = tiny_records.offers.with_columns(superseded_at=pl.col("available_at"))
    records = Records(**{**vars(tiny_records), "offers": offers})
    needs = {n.measure: n for item in check_readiness(records) for n in item.needs}
    assert needs["offers"].value == 0


def need(measure: str, value: float, field: str) -> Need:
    return Need(measure, value, 1, 10, field)


def test_an_item_is_as_ready_as_its_weakest_need():
    assert Item("model", "m", (need("a", 10, "x"), need("b", 9, "y"))).state == "thin"
    assert Item("model", "m", (need("a", 0, "x"), need("b", 9, "y"))).state == "missing"
    assert Item("model", "m", (need("a", 10, "x"),)).state == "ready"


def test_the_field_that_alone_makes_most_ready_comes_first():
    items = [
        Item("output", "one", (need("a", 0, "x"),)),
        Item("output", "two", (need("a", 0, "y"),)),
        Item("output", "three", (need("b", 5, "y"),)),
        Item("output", "both", (need("a", 0, "x"), need("b", 0, "z"))),
        Item("output", "rare", (need("a", 0, "z"), need("b", 0, "rare"))),
        Item("output", "done", (need("a", 10, "x"),)),
    ]
    assert next_fields(items) == [
        ("y", ["two", "three"], []),
        ("x", ["one"], ["both"]),
        ("z", [], ["both", "rare"]),
    ]
    assert readiness_json(items)["next"][0] == {
        "field": "y", "makes_ready": ["two", "three"], "helps": [],
    }  # fmt: skip


def test_where_everything_is_there_nothing_is_asked_for():
    assert readiness_lines([Item("output", "done", (need("a", 10, "x"),))])[-1] == (
        "  nothing: everything is there"
    )


def test_the_command_says_it_in_words_and_as_json(workspace, tiny_records):
    refused = CliRunner().invoke(readiness, ["--workspace", str(workspace.root)])
    assert refused.exit_code == 1
    with replace_folder(workspace.records) as folder:
        for name, frame in vars(tiny_records).items():
            write_frame(frame, folder / f"{name}.parquet")
    said = CliRunner().invoke(readiness, ["--workspace", str(workspace.root)])
    assert said.output == (HERE / "tiny.txt").read_text("utf-8")
    told = CliRunner().invoke(readiness, ["--workspace", str(workspace.root), "--json"])
    assert json.loads(told.output) == readiness_json(check_readiness(tiny_records))
