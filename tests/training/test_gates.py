import numpy as np
import pytest

from training.gates import nothing_to_judge, recommender_gate, support_gate


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def flags_of(n, *flagged):
    flags = np.zeros(n, dtype=bool)
    flags[list(flagged)] = True
    return flags


def test_recommender_gate_releases_a_ranker_that_is_better_for_everybody(rng):
    ndcg = {"popularity": np.full(50, 0.2), "ease": np.full(50, 0.1), "ranker": np.full(50, 0.3)}
    verdict = recommender_gate(ndcg, "ranker", rng)
    assert (verdict.released, verdict.passed) == ("ranker", True)
    assert verdict.numbers["best_generator"] == "popularity"
    assert verdict.numbers["gain_low"] == pytest.approx(0.1)
    assert verdict.sentence.startswith(
        "PASSED: the ranker is released. NDCG@10 0.300 against 0.200"
    )


def test_recommender_gate_refuses_a_gain_that_may_be_chance(rng):
    ndcg = {"popularity": np.tile([0.0, 1.0], 20), "ranker": np.tile([1.0, 0.05], 20)}
    verdict = recommender_gate(ndcg, "ranker", rng)
    assert verdict.numbers["gain"] > 0 > verdict.numbers["gain_low"]
    assert (verdict.released, verdict.passed) == ("popularity", False)
    assert "REFUSED" in verdict.sentence


def test_recommender_gate_refuses_no_gain_at_all(rng):
    same = np.linspace(0, 1, 30)
    verdict = recommender_gate({"ease": same, "ranker": same}, "ranker", rng)
    assert not verdict.passed


def test_recommender_gate_without_a_ranker_releases_the_best_generator(rng):
    verdict = recommender_gate({"ease": np.ones(5), "gap": np.zeros(5)}, "ranker", rng)
    assert (verdict.released, verdict.passed) == ("ease", False)


def test_support_gate_releases_a_model_that_finds_every_event(rng):
    n = 400
    outcome = np.zeros(n)
    outcome[:40] = 1
    flags = {"rule": flags_of(n, *range(30, 50)), "disengagement": flags_of(n, *range(20))}
    verdict = support_gate(flags, outcome, 0.2, rng)
    assert (verdict.released, verdict.passed) == ("disengagement", True)
    assert verdict.numbers["disengagement"]["lift"] == pytest.approx(10)
    assert verdict.numbers["rule"]["lift"] == pytest.approx(5)


def test_support_gate_releases_the_rule_when_the_model_equals_it(rng):
    n = 400
    outcome = np.zeros(n)
    outcome[:40] = 1
    same = flags_of(n, *range(20))
    verdict = support_gate({"rule": same, "disengagement": same}, outcome, 0.2, rng)
    assert (verdict.released, verdict.passed) == ("rule", False)
    assert "named as a rule" in verdict.sentence


def test_support_gate_abstains_when_flags_are_no_better_than_the_base_rate(rng):
    n = 400
    outcome = np.tile([1.0, 0.0, 0.0, 0.0], n // 4)
    flags = {"rule": flags_of(n, *range(40)), "disengagement": flags_of(n, *range(40, 80))}
    verdict = support_gate(flags, outcome, 0.2, rng)
    assert (verdict.released, verdict.passed) == ("none", False)
    assert verdict.sentence.startswith("ABSTAINS")


def test_support_gate_abstains_when_nobody_can_be_flagged(rng):
    outcome = np.array([1.0, 0, 0, 0])
    verdict = support_gate({"rule": np.zeros(4, dtype=bool)}, outcome, 0.2, rng)
    assert verdict.released == "none"


def test_nothing_to_judge_names_the_reason():
    assert nothing_to_judge("none", "no events").sentence == "NOT JUDGED: no events."
