"""What trees and candidates cost: by hand, and the first trees of a long fit are a short fit."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from serving import bench_grid
from serving.bench_grid import first_trees, grid_lines, mean_ndcg
from serving.bench_people import MadeUp
from serving.bench_recommend import COMMANDS_BY_NAME, learned


def test_ndcg_counts_people_without_a_hit():
    ranking = pd.DataFrame(
        {"employee_id": ["a", "a", "b", "a"], "course_id": ["x", "y", "x", "z"],
         "rank": [1, 2, 1, 11]}
    )  # fmt: skip
    later = pd.DataFrame({"employee_id": ["a", "a", "b", "c"], "course_id": ["y", "z", "w", "x"]})
    # a: y at 2 of two taken, z beyond the tenth place; b and c: nothing
    expected = (1 / np.log2(3)) / (1 + 1 / np.log2(3)) / 3
    assert mean_ndcg(ranking, later) == pytest.approx(expected)


def test_the_first_trees_are_a_shorter_fit():
    options = {"learn": 300, "leaves": 15, "candidates": 20}
    made_up = MadeUp()
    short = first_trees(learned(made_up, options | {"trees": 4}), 2)
    cases, _ = made_up.people(1_000, 1_050)
    fitted = learned(made_up, options | {"trees": 2})
    np.testing.assert_allclose(short.score(cases), fitted.score(cases))


def test_the_command_prints_every_setting(monkeypatch):
    monkeypatch.setattr(bench_grid, "LEAVES", (3,))
    monkeypatch.setattr(bench_grid, "CANDIDATES", (5, 10))
    monkeypatch.setattr(bench_grid.grid, "__kwdefaults__", {"trees": (1, 2)})
    arguments = ["--grid", "--people", "50", "--learn", "300", "--json"]
    done = CliRunner().invoke(COMMANDS_BY_NAME["recommend"], arguments, catch_exceptions=False)
    rows = json.loads(done.stdout)["rows"]
    assert [(row["candidates"], row["trees"]) for row in rows] == [
        (5, 1), (5, 2), (10, 1), (10, 2),
    ]  # fmt: skip
    assert all(0 <= row["ndcg_at_10"] <= 1 for row in rows)
    assert all(row["predict_cpu_seconds"] > 0 for row in rows)
    assert len(grid_lines(rows)) == 5
