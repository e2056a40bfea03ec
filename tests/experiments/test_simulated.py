"""The benchmark of simulated worlds: counted by hand, and once on a whole small employer."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from experiments import simulated as benchmark_of_worlds
from experiments.benchmark_command import benchmark
from experiments.benchmark_table import Row
from experiments.simulated import WorldResult, as_benchmark, summary
from experiments.simulated_actionable import (
    Course,
    Situation,
    actionable_shares,
    broken_rules,
    extended,
    situations,
)
from experiments.simulated_employer import build_employer
from experiments.simulated_lists import ORACLE, SCORES_ALONE, SERVED, all_lists, shelves_of
from experiments.simulated_measures import likeness_of, ratio_interval, segments, shelf_of
from experiments.simulated_truth import TrueGains, true_gains
from experiments.simulation.world_files import load_world
from models.benefit import CourseBenefit
from models.cases import Cases
from training.bootstrap import Interval

COURSES = {
    "a2": Course({"A": 2.0}, jp=10),
    "a3": Course({"A": 3.0}, jp=20),
    "ab": Course({"A": 2.0, "B": 2.0}, jp=12),
    "boss": Course({"A": 3.0}, post_levels=frozenset({"jpt_pratama"}), types=frozenset({"PNS"})),
    "rule": Course({"A": 3.0}, assigned=True),
    "next": Course({"A": 3.0}, prerequisite="a2"),
    "full": Course({"A": 3.0}, has_session=False),
    "c": Course({"C": 5.0}),
}
ANI = Situation("ahli_muda", "PPPK", {"A": 1.0, "B": 1.0}, {"A": 3.0, "B": 2.0}, jp_left=24)


@pytest.mark.parametrize(
    ("shelf", "expected"),
    [
        pytest.param(["a2", "ab"], [[], []], id="ab still teaches B"),
        pytest.param(["ab", "a2"], [[], ["repeats_nothing"]], id="repeats another"),
        pytest.param(["a3", "a2"], [[], ["fits_hours", "repeats_nothing"]], id="beyond the hours"),
        pytest.param(["boss"], [["eligible"]], id="of another level and type"),
        pytest.param(["rule"], [["eligible"]], id="assigned by rule"),
        pytest.param(["next"], [["eligible"]], id="prerequisite"),
        pytest.param(["full"], [["attendable"]], id="no session ahead"),
        pytest.param(["c"], [["evidenced_gap", "repeats_nothing"]], id="no gap was measured"),
    ],
)
def test_each_rule_is_counted(shelf, expected):
    assert broken_rules(ANI, COURSES, shelf) == expected


def test_the_past_is_not_repeated():
    since = replace(ANI, since={"A": 2.0}, taken=frozenset({"ab"}), completed=frozenset({"a2"}))
    assert broken_rules(since, COURSES, ["a2"]) == [["repeats_nothing"]]
    assert broken_rules(since, COURSES, ["ab"]) == [["eligible"]]
    assert broken_rules(since, COURSES, ["next"]) == [[]]


def test_a_list_is_extended_until_nothing_can_be_added():
    assert extended(ANI, COURSES, [], 5) == ["a2", "ab"]  # 22 of 24 hours
    assert extended(ANI, COURSES, ["a3"], 5) == ["a3"]
    assert extended(ANI, COURSES, [], 1) == ["a2"]
    free = replace(ANI, jp_left=float("inf"))
    longer = extended(free, COURSES, [], 5)
    assert longer == ["a2", "ab", "a3"]
    for one in set(COURSES) - set(longer):
        assert broken_rules(free, COURSES, [*longer, one])[-1]


def test_shares_count_what_is_missing_as_well_as_what_is_wrong():
    nobody = Situation()
    people = [ANI, ANI, ANI, nobody, nobody]
    shelves = [["a2", "ab"], ["a2"], ["ab", "a2"], [], ["a2"]]
    shares, broken = actionable_shares(people, COURSES, shelves, 5)
    # whole; one of two; one sound of two; nothing is possible where nothing is known
    assert shares[:3].tolist() == [1.0, 0.5, 0.5]
    assert np.isnan(shares[3:]).all()
    assert broken["repeats_nothing"] == pytest.approx(1 / 5)
    assert broken["evidenced_gap"] == 0


def gains_of(level, required, **more) -> TrueGains:
    """Courses of 10, 20 and 5 hours teach A to 2, A to 4 and B to 2; the way is covered by half."""
    world = load_world()
    learning = world.learning.model_copy(update={"gain": 0.5, "too_far": 0.0, "fit": 0.0})
    n = len(level)
    return TrueGains(
        world=world.model_copy(update={"learning": learning}),
        level=np.array(level, dtype=float),
        required=np.array(required, dtype=float),
        taught=np.array([[2.0, 0], [4, 0], [0, 2]]),
        form=np.ones(3),
        jp=np.array([10.0, 20, 5]),
        rupiah=np.array([100.0, 0, 50]),
        taste=np.full((n, 3), 0.5),
        growth=np.zeros(n),
        **more,
    )


def test_gains_follow_one_another():
    bought = gains_of([[1, 1], [1, 1]], [[3, 0], [3, 0]]).of_lists(
        np.array([[0, 1, -1], [2, -1, -1]])
    )
    # A: 1 to 1.5 (half way to 2), then to 2.75 (half way to 4); B is not required: nothing closes
    assert bought.closed.tolist() == [1.75, 0.0]
    assert bought.gained.tolist() == [1.75, 0.5]
    assert bought.jp.tolist() == [30.0, 5.0]
    assert bought.rupiah.tolist() == [100.0, 50.0]


def test_the_oracle_is_as_good_as_any_set_of_everybody():
    gains = gains_of([[1, 1], [0, 2], [3, 0]], [[3, 2], [3, 2], [3, 1]])
    allowed = np.array([[True, True, True], [True, False, True], [True, True, True]])
    left = np.array([np.inf, np.inf, 4.0])
    lists = gains.oracle(allowed, left)
    assert lists[2].tolist() == [-1] * 5  # the one course that would help takes 5 hours of 4
    assert lists[1].tolist() == [0, -1, -1, -1, -1]  # B is reached, the second is not allowed
    n = int((lists[0] >= 0).sum())
    assert n >= 2
    best = gains.of_lists(lists)
    for order in itertools.permutations(range(3), n):  # no other list of as many is worth more
        other = lists.copy()
        other[0, :n] = order
        own = gains.of_lists(other)
        assert own.closed.sum() / own.jp.sum() <= best.closed.sum() / best.jp.sum() + 1e-9


def test_a_ratio_of_sums_has_the_interval_of_people_drawn_again():
    few = ratio_interval([np.array([1.0, 3]), np.array([2.0, 2])], np.random.default_rng(0))
    assert few.mean == 1.0
    assert (few.lower, few.upper) == (0.5, 1.5)
    same = ratio_interval([np.ones(5), np.full(5, 2.0), np.ones(5), np.ones(5)],
                          np.random.default_rng(0))  # fmt: skip
    assert (same.mean, same.lower, same.upper) == (0.5, 0.5, 0.5)
    assert ratio_interval([np.zeros(2), np.zeros(2)], np.random.default_rng(0)).mean == 0.0


def test_lists_become_shelves_and_courses_are_alike_in_what_they_teach():
    shelf = shelf_of(np.array([[2, 0, -1], [-1, -1, -1]]), 3)
    assert shelf.listed.tolist() == [[True, False, True], [False, False, False]]
    teaches = np.array([[True, False], [True, True], [False, False]])
    assert likeness_of(teaches).tolist() == [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 0]]


def test_segments_name_the_new_the_small_and_the_rare():
    people = pd.DataFrame(
        {
            "employee_id": [f"e{i}" for i in range(30)],
            "unit_id": ["big"] * 25 + ["small"] * 5,
            "post_id": ["usual"] * 28 + ["rare"] * 2,
        }
    )
    history = pd.DataFrame({"employee_id": [f"e{i}" for i in range(1, 30)]})
    own = segments(Cases(people, history, pd.DataFrame()))
    assert {name: int(rows.sum()) for name, rows in own.items()} == {
        "new people": 1, "small units": 5, "rare posts": 2, "everybody else": 24,
    }  # fmt: skip


def result(world: str, value: float | None, served: float = 1.0) -> WorldResult:
    def row(policy: str, actionable: float) -> Row:
        metrics = {
            "actionable_at_5": Interval(actionable, actionable, actionable),
            "actionable_at_5_everybody": Interval(0.7, 0.7, 0.7),
            "length": Interval(2, 2, 2),
            "closed": Interval(1, 1, 1),
            "closed_per_jp": Interval(0.1, 0.1, 0.1),
            "novelty": Interval(3, 3, 3),
        }
        if value is not None:
            metrics["policy_value_share"] = Interval(value, value, value)
        return Row(policy, metrics)

    own = {"broken": dict.fromkeys(("eligible", "fits_hours"), 0.0), "coverage": 0.5,
           "exposure_inequality": 0.7}  # fmt: skip
    about = {
        "n_people": 9,
        "benefit_claimed_share": 0.0 if value is None else 1.0,
        "benefit": ["Courses are not surely of benefit."],
        "above_rivals": True,
        "segments": {"new people": {"n_people": 2, "closed": 1.5}},
        SERVED: own | {"broken": {"eligible": 0.25}} if served < 1 else own,
    }
    return WorldResult(world, [row(SERVED, served), row(ORACLE, 0.5)], about)


def test_the_summary_is_the_worst_world():
    found = summary([result("good", 0.9), result("bad", 0.6, 0.8), result("null", None)])
    assert (found["actionable_at_5"], found["actionable_at_5_worst_world"]) == (0.8, "bad")
    assert (found["policy_value_share"], found["policy_value_share_worst_world"]) == (0.6, "bad")
    assert found["above_rivals"] == {"good": True, "bad": True}  # nothing to rank in the null world
    assert found["claims"] == {"good": 1.0, "bad": 1.0, "null": 0.0}
    only_null = summary([result("null", None)])
    assert (only_null["policy_value_share"], only_null["policy_value_share_worst_world"]) == (
        None,
        None,
    )


def test_command_prints_and_writes_every_world(tmp_path, monkeypatch):
    def run(name, world, **options):
        assert options["people"] == 300
        assert list(options["seeds"]) == [1, 2]
        return result(name, None if name == "null_effect" else 0.9, 0.9)

    monkeypatch.setattr(benchmark_of_worlds, "run_world", run)
    path = tmp_path / "worlds.json"
    arguments = ["simulated", "--people", "300", "--seeds", "2"]
    found = CliRunner().invoke(benchmark, [*arguments, "--json", str(path)])
    assert found.exit_code == 0, found.output
    assert "rules broken by what is served: eligible 25.0%" in found.output
    assert "worst world, Actionable@5: 0.900 (gorontalo)" in found.output
    assert "above every rival in every world with an effect: yes" in found.output
    written = json.loads(path.read_text())
    assert written["actionable_at_5"] == 0.9
    assert {row["world"] for row in written["rows"]} >= {"gorontalo", "null_effect"}
    one = CliRunner().invoke(benchmark, [*arguments, "--world", "null_effect"])
    assert "of the oracle's: cannot be told (None)" in one.output


@pytest.fixture(scope="module")
def employer():
    """Two hundred people of the default world."""
    return build_employer(load_world(), 200, 5)


@pytest.mark.slow
def test_what_is_served_is_actionable_and_closes_more_an_hour_than_rivals(employer):
    gains = true_gains(employer)
    lists = all_lists(employer, gains, 1)
    people, courses = situations(employer)
    assert len(people) == len(employer.cases.people) == len(gains.level)
    value, actionable = {}, {}
    for policy, own in lists.items():
        shares, broken = actionable_shares(people, courses, shelves_of(own, employer.course_ids), 5)
        bought = gains.of_lists(own)
        value[policy] = bought.closed.sum() / bought.jp.sum()
        actionable[policy] = np.nanmean(shares)
        assert broken["attendable"] == 0
    assert actionable[SERVED] > 0.95
    assert actionable[SCORES_ALONE] < 0.6  # what was served before sets were chosen
    assert value[SERVED] > value["lot"]
    assert value[ORACLE] > value["lot"]


@pytest.mark.slow
def test_a_world_is_judged_whole(employer, monkeypatch):
    monkeypatch.setattr(benchmark_of_worlds, "build_employer", lambda *_: employer)
    done: list[str] = []
    found = benchmark_of_worlds.run_world(
        "tiny", employer.world, people=200, seeds=[5], on_progress=done.append
    )
    assert done == ["tiny, seed 5"]
    assert next(row.model for row in found.rows) == SERVED
    assert {"coverage", "exposure_inequality", "broken"} <= set(found.about[SERVED])
    assert json.loads(json.dumps(found.about)) == found.about
    oracle = found.metric(ORACLE, "policy_value_share")
    assert oracle is not None
    assert oracle.mean == 1.0
    assert as_benchmark(found, "title").title.startswith("tiny: title; five courses")
    assert isinstance(benchmark_of_worlds.fitted_benefit(employer), CourseBenefit)
