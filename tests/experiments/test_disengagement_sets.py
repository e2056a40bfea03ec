"""Short runs of the public data sets: each skips by name where its folder is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from experiments import disengagement as judging
from experiments.benchmark_command import benchmark
from experiments.disengagement import run_disengagement
from experiments.disengagement_ibm import load_ibm_attrition
from experiments.disengagement_jobathon import load_jobathon
from experiments.disengagement_kddcup import load_kddcup
from models import event_model
from models.event_choice import Grid
from models.event_parts import TreeSettings

QUICK = Grid((0,), (0.1,), (TreeSettings(3, 200, 20, 0.1, 0.5),), n_stages=1, n_folds=2)


@pytest.fixture(autouse=True)
def quick_choice(monkeypatch):
    monkeypatch.setattr(event_model, "grid_for", lambda *_: QUICK)


def metrics_of(task):
    found = run_disengagement(task, n_resamples=20)
    assert found.about["gates"]["leak"]["passed"]
    return {row.model: {name: one.mean for name, one in row.metrics.items()} for row in found.rows}


@pytest.mark.slow
def test_ibm_attrition(dataset):
    task = load_ibm_attrition(dataset("ibm_attrition"))
    assert not {"Age", "Gender", "MaritalStatus", "Attrition"} & set(task.columns)
    assert (len(task.splits), len(task.splits[0]), task.pooled) == (5, 5, False)
    assert task.leak_threshold == 0.9
    assert (len(task.outcome), task.outcome.sum()) == (1470, 237)
    found = metrics_of(replace(task, splits=[task.splits[0][:2]]))
    assert 0.78 < found["disengagement"]["auc"] < 0.9


@pytest.mark.slow
def test_jobathon(dataset):
    folder = dataset("jobathon")
    task = load_jobathon(folder)
    assert not {"LastWorkingDate", "Age", "Gender", "Emp_ID", "MMM-YY"} & set(task.columns)
    ((train, test),) = task.splits[0]
    rows = pd.read_csv(folder / "monthly.csv")
    assert rows["MMM-YY"].iloc[train].max() == "2016-12-01"
    assert set(rows["MMM-YY"].iloc[test]) == {f"2017-0{month}-01" for month in range(4, 10)}
    first = rows.index[rows["Emp_ID"] == 1]  # left on 2016-03-11; months January to March
    assert task.outcome[first].tolist() == [1, 1, 1]
    np.testing.assert_array_equal(task.columns.loc[first, "n_earlier_rows"], [0, 1, 2])
    found = metrics_of(task)
    assert found["disengagement"]["auc"] > found["base_rule"]["auc"] > 0.7


@pytest.mark.slow
def test_kddcup(dataset):
    task = load_kddcup(dataset("kddcup"))
    assert len(task.outcome) == 38566
    assert sorted(map(len, task.about["folds"])) == [4, 4, 4, 5, 5]
    train, test = task.splits[0][0]
    found = metrics_of(replace(task, splits=[[(train[::8], test[::4])]]))
    assert found["disengagement"]["auc"] > 0.82


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "title"),
    [("jobathon", "origins to 2016-12"), ("ibm_attrition", "5 x 5 folds"),
     ("kddcup", "folds of whole courses")],
)  # fmt: skip
def test_command_runs_a_set_by_its_protocol(dataset, monkeypatch, name, title):
    folder = dataset(name)
    seen = []

    def run(task, **_):
        seen.append(task.name)
        train, test = task.splits[0][0]
        small = replace(task, splits=[[(train[:: len(train) // 400], test[:400])]])
        return run_disengagement(small, n_resamples=10)

    monkeypatch.setattr(judging, "run_disengagement", run)
    result = CliRunner().invoke(benchmark, ["disengagement", "--set", name, "--data", str(folder)])
    assert result.exit_code == 0, result.output
    assert seen == [name]
    assert title in result.output
