import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from training.component_gate import Scored, component_gate, ranked_auc


@pytest.fixture
def rng():
    return np.random.default_rng(0)


N = 2000
OUTCOME = (np.arange(N) % 10 == 0).astype(float)
FEW = np.arange(N) < 100


def scored(quality, rng):
    """Return a model whose log-odds are the truth's with noise; the better the less."""
    score = quality * (OUTCOME - 0.1) + rng.normal(size=N)
    p = 1 / (1 + np.exp(2.2 + 0.4 * quality**2 - score * quality))
    return Scored(p, score >= np.sort(score)[-100])


def test_a_hazard_that_is_better_in_everything_is_released(rng):
    models = {"hazard": scored(3.0, rng), "lagged": scored(0.7, rng)}
    verdict = component_gate("absence_rise", models, OUTCOME, rng)
    assert verdict.source == "hazard"
    assert verdict.sentence.startswith("RELEASED: the hazard. AUC ")
    assert verdict.numbers["hazard"]["auc"] == pytest.approx(
        roc_auc_score(OUTCOME, models["hazard"].probability), abs=1e-6
    )
    assert all(low > 0 for low, _ in verdict.numbers["gains"].values())


def test_the_same_model_twice_is_refused_and_the_lagged_self_named(rng):
    same = scored(1.5, rng)
    verdict = component_gate("absence_rise", {"hazard": same, "lagged": same}, OUTCOME, rng)
    assert verdict.source == "lagged"
    assert verdict.sentence.startswith("REFUSED: the lagged self is released, and named so.")
    assert verdict.numbers["gains"]["auc"] == [0.0, 0.0]


def test_a_better_order_alone_is_not_enough(rng):
    good = scored(3.0, rng)
    flagged_badly = Scored(good.probability, FEW)
    models = {"hazard": flagged_badly, "lagged": scored(0.7, rng)}
    assert component_gate("absence_rise", models, OUTCOME, rng).source == "lagged"


def test_without_skill_nothing_is_released(rng):
    lots = Scored(rng.random(N), FEW)
    verdict = component_gate("absence_rise", {"lagged": lots}, OUTCOME, rng)
    assert verdict.source == "none"
    assert "ABSTAINS" in verdict.sentence
    assert "no hazard" in verdict.sentence
    assert verdict.numbers["n_events"] == 200


def test_auc_of_people_counted_several_times(rng):
    score, times = rng.integers(0, 4, N).astype(float), rng.integers(0, 3, N).astype(float)
    auc = ranked_auc(score, OUTCOME)
    assert auc(times) == pytest.approx(roc_auc_score(OUTCOME, score, sample_weight=times))
    assert auc(np.zeros(N)) == 0.5
