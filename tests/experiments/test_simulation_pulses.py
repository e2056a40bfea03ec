"""Pulse surveys: a world that holds them, and the engagement family that reads them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from click.testing import CliRunner

from experiments.simulation.simulate import simulate
from experiments.simulation.world_files import load_world, shipped_worlds
from experiments.simulation.writing import write_export
from features.commands import COMMANDS_BY_NAME
from features.horizon import read_horizon
from features.identity import open_people
from features.profiles import build_profiles
from features.records import load_records
from features.workspace import Workspace

PULSE = """
title = "A pulse survey every quarter, of all units"
[pulse]
units = 1.0
every_months = 3
highest = 5.0
mean = 3.4
engagement = 0.6
noise = 0.3
answers = 1.5
answers_engagement = 0.5
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    path = tmp_path_factory.mktemp("world") / "pulse.toml"
    path.write_text(PULSE)
    return load_world(path)


@pytest.fixture(scope="module")
def run(world):
    return simulate(150, 24, 5, start=date(2023, 1, 1), dirt=0.0, world=world)


def test_no_shipped_world_has_a_pulse_survey():
    assert all(load_world(name).pulse is None for name in shipped_worlds())


def test_a_pulse_survey_changes_nothing_else(run):
    usual = simulate(150, 24, 5, start=date(2023, 1, 1), dirt=0.0)
    for name, frame in run.files.items():
        if name != "survei":
            assert frame.equals(usual.files[name], null_equal=True), name
    uwes = run.files["survei"].filter(pl.col("instrumen") == "uwes9")
    assert uwes.equals(usual.files["survei"])


def test_everybody_in_service_is_asked_each_quarter_and_not_all_answer(run):
    pulse = run.files["survei"].filter(pl.col("instrumen") == "pulse")
    assert sorted(pulse["tanggal"].unique().str.to_date("%d-%m-%Y")) == [
        date(year, month, 1) for year in (2023, 2024) for month in (1, 4, 7, 10)
    ]
    scores = pulse["skor"].cast(pl.Float64)
    assert scores.min() >= 1
    assert scores.max() <= 5
    assert 0.05 < scores.null_count() / len(pulse) < 0.4


def test_the_engagement_family_reads_them(run, tmp_path, monkeypatch):
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(tmp_path / "keys"))
    workspace = Workspace(tmp_path / "workspace")
    write_export(run, workspace)
    texts = [str(workspace.source), "--exported-on", "2025-01-01"]
    texts += ["--workspace", str(workspace.root)]
    CliRunner().invoke(COMMANDS_BY_NAME["import"], texts, catch_exceptions=False)
    records = load_records(workspace.records)
    horizon = read_horizon(workspace.records, records)
    found = build_profiles(records, horizon.as_of, horizon.known_at).details
    answered = found.drop_nulls("pulse")
    assert len(answered) > 0.9 * len(found)
    assert answered["pulse"].is_between(1, 5).all()
    assert answered["pulse_change"].null_count() < 0.2 * len(answered)
    assert found["n_surveys_asked_12_months"].max() == 5  # four pulses and one UWES-9
    assert answered["pulse_vs_unit"].mean() == pytest.approx(0, abs=0.05)
    people = open_people(workspace, tmp_path / "keys")
    ids = {row["employee_id"]: number for row, kind, number in people.numbers() if kind == "pns_id"}
    last = run.truth["months"].filter(pl.col("month") == pl.col("month").max())
    both = answered.with_columns(pns_id=pl.col("employee_id").replace_strict(ids)).join(
        last, on="pns_id"
    )
    assert both.select(pl.corr("pulse", "engagement")).item() > 0.5
