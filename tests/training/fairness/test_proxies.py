import numpy as np
import pandas as pd
import pytest

from training.fairness.proxies import proxy_meter, weighted_auc

FEATURES = ("a", "b", "c")


def profiles(rng, n=400):
    frame = pd.DataFrame(rng.normal(size=(n, 3)), columns=list(FEATURES))
    return frame.assign(employee_id=[f"e{i}" for i in range(n)])


def measure(frame, attribute):
    return proxy_meter(frame, pd.Series(attribute), FEATURES, min_people=30, seed=1)


def test_weighted_auc_is_that_of_repeated_rows(rng):
    from sklearn.metrics import roc_auc_score

    truth, score = rng.random(50) < 0.4, rng.integers(0, 8, 50).astype(float)
    times = rng.integers(0, 4, 50)
    expected = roc_auc_score(np.repeat(truth, times), np.repeat(score, times))
    assert weighted_auc(truth, score, times.astype(float)) == pytest.approx(expected)
    assert np.isnan(weighted_auc(np.ones(3, dtype=bool), np.ones(3), np.ones(3)))


def test_a_feature_that_tells_the_attribute_is_named(rng):
    frame = profiles(rng)
    found = measure(frame, np.where(frame["b"] > 0, "female", "male"))
    assert found["auc"] > 0.95
    assert found["auc_low"] <= found["auc"] <= found["auc_high"]
    assert found["top"][0]["feature"] == "b"
    assert sum(one["share"] for one in found["top"]) == pytest.approx(1)
    assert (found["n_people"], found["n_classes"]) == (400, 2)


def test_what_features_do_not_tell_stays_near_one_half(rng):
    found = measure(profiles(rng), np.where(rng.random(400) < 0.1, "few", "many"))
    assert found["auc_low"] < 0.5 < found["auc_high"]


def test_rows_of_one_person_never_teach_about_each_other(rng):
    # what tells these rows apart is who they are about: five alike rows of each person
    frame = profiles(rng, 80).loc[np.repeat(np.arange(80), 5)].reset_index(drop=True)
    lot = np.repeat(rng.random(80) < 0.5, 5)
    found = measure(frame, np.where(lot, "x", "y"))
    assert found["auc"] < 0.75
    assert found["n_people"] == 80


def test_classes_of_few_people_and_the_unknown_are_left_out(rng):
    frame = profiles(rng)
    attribute = np.array(["x", "y", "z", "unknown"])[np.minimum(np.arange(400) // 130, 3)]
    found = measure(frame, attribute)
    assert (found["n_people"], found["n_classes"]) == (390, 3)
    assert measure(frame, np.where(np.arange(400) < 29, "x", "y")) == {"finding": "insufficient"}
