"""The check of off-policy estimates: the true chance by hand, and one small run of the command."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from experiments.benchmark_command import benchmark
from experiments.off_policy import BASE, OF_GAP, OF_TASTE, Judged, true_chance
from models.off_policy import Comparison, Estimate
from tests.experiments.test_simulated import gains_of


def test_taste_and_the_gap_a_course_closes_move_the_chance():
    # courses teach A to 2, A to 4 and B to 2; A lacks 2 levels, B is not required
    gains = gains_of([[1, 1]], [[3, 0]])
    odds = np.array([BASE + OF_GAP, BASE + 2 * OF_GAP, BASE])
    assert true_chance(gains)[0] == pytest.approx(1 / (1 + np.exp(-odds)))
    gains.taste[0, 2] = 1.0
    assert true_chance(gains)[0, 2] == pytest.approx(1 / (1 + np.exp(-BASE - OF_TASTE / 2)))


@pytest.mark.parametrize(
    ("lower", "upper", "truly_better", "wrong"),
    [(0.1, 0.2, -0.1, True), (-0.2, -0.1, 0.1, True), (0.1, 0.2, 0.1, False), (-1, 1, 1, False)],
)
def test_a_verdict_is_wrong_where_it_says_the_opposite(lower, upper, truly_better, wrong):
    one = Estimate(0.5, 0.4, 0.6)
    found = Comparison(one, one, one, one, Estimate(0, lower, upper), 1_000.0, 10, 10, 1.0)
    judged = Judged(found, 0.61, truly_better)
    assert judged.wrong == wrong
    assert not judged.holds("snipw")
    assert Judged(found, 0.6, 0).holds("doubly_robust")


def test_the_command_says_what_was_estimated_and_what_is_true(tmp_path):
    out = tmp_path / "off.json"
    asked = ["off-policy", "--people", "200", "--rounds", "2", "--occasions", "2", "--share", "0.5",
             "--json", str(out)]  # fmt: skip
    result = CliRunner().invoke(benchmark, asked)
    assert result.exit_code == 0, result.output
    rows = {row["challenger"]: row for row in json.loads(out.read_text())["rows"]}
    assert set(rows) == {"popularity", "gap", "supervisors", "lot"}
    assert all(0 < row["truth"] < 1 and sum(row["verdicts"].values()) == 2 for row in rows.values())
    # whoever agrees most with what was shown has the most to go by
    assert max(rows, key=lambda name: rows[name]["effective"]) == "popularity"
    assert "200 people, 2 lists each by popularity, 50% of the places by lot" in result.output
