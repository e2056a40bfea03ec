"""Contributions by reason from tables equal those that LightGBM works out row by row."""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.tree_reasons import TreeReasons, UntabledTreeError, tables_or_none

REASON = [0, 1, 2, 0, 1]


def booster(
    n_leaves: int = 15, n_trees: int = 12, missing: float = 0.2, seed: int = 0, **params: object
) -> tuple[lgb.Booster, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(600, 5)).round(1).astype(np.float32)
    X[rng.random(X.shape) < missing] = np.nan
    y = np.nan_to_num(X[:, 0]) * np.nan_to_num(X[:, 1]) + np.isnan(X[:, 2]) + rng.normal(size=600)
    settings = {"objective": "regression", "num_leaves": n_leaves, "min_data_in_leaf": 5}
    settings |= {"verbose": -1, "num_threads": 1, **params}
    return lgb.train(settings, lgb.Dataset(X, y), n_trees), X


def by_lightgbm(model: lgb.Booster, X: np.ndarray) -> np.ndarray:
    parts = np.asarray(model.predict(X, pred_contrib=True))
    by_reason = [parts[:, :-1][:, np.array(REASON) == reason].sum(axis=1) for reason in range(3)]
    return np.column_stack([*by_reason, parts[:, -1]])


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 1000),
    n_leaves=st.integers(2, 40),
    missing=st.sampled_from([0.0, 0.3]),
)
def test_tables_give_what_lightgbm_gives(seed: int, n_leaves: int, missing: float) -> None:
    model, X = booster(n_leaves, missing=missing, seed=seed, max_depth=12)
    unseen = X[::-1].copy()
    unseen[::3, 0] = np.nan  # also where training knew no missing value
    explained = TreeReasons.of(model, REASON, 3).explain(unseen)
    assert explained == pytest.approx(by_lightgbm(model, unseen), abs=1e-9)
    assert explained.sum(axis=1) == pytest.approx(model.predict(unseen), abs=1e-9)


def test_values_at_a_threshold_fall_to_its_left() -> None:
    model, _ = booster(n_trees=3, missing=0.0)
    nodes = model.trees_to_dataframe().dropna(subset=["threshold"])
    at = np.zeros((len(nodes), 5), dtype=np.float32)
    columns = [int(name.removeprefix("Column_")) for name in nodes["split_feature"]]
    at[np.arange(len(nodes)), columns] = nodes["threshold"].to_numpy(dtype=np.float32)
    at[np.abs(at) < 1e-30] = 0  # LightGBM takes what is so small for 0
    tables = TreeReasons.of(model, REASON, 3)
    assert tables.explain(at) == pytest.approx(by_lightgbm(model, at), abs=1e-9)


def test_one_split_by_hand() -> None:
    """Of 600 rows some are left: the feature moves the mean to the leaf's value."""
    model, X = booster(n_leaves=2, n_trees=1)
    root = model.dump_model()["tree_info"][0]["tree_structure"]
    left, right = root["left_child"], root["right_child"]
    mean = (
        left["leaf_value"] * left["leaf_count"] + right["leaf_value"] * right["leaf_count"]
    ) / 600
    explained = TreeReasons.of(model, REASON, 3).explain(X[:50])
    assert explained[:, 3] == pytest.approx(np.full(50, mean))
    other = [reason for reason in range(3) if reason != REASON[root["split_feature"]]]
    assert not explained[:, other].any()
    assert explained.sum(axis=1) == pytest.approx(model.predict(X[:50]))


def test_trees_without_a_split_only_move_the_base() -> None:
    model, X = booster(n_trees=2, min_data_in_leaf=600)
    explained = TreeReasons.of(model, REASON, 3).explain(X[:4])
    assert not explained[:, :3].any()
    assert explained[:, 3] == pytest.approx(model.predict(X[:4]))


def test_nobody_is_explained_as_nothing() -> None:
    model, X = booster(n_trees=2)
    assert TreeReasons.of(model, REASON, 3).explain(X[:0]).shape == (0, 4)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        pytest.param({"zero_as_missing": True}, "missing values as Zero", id="zero is missing"),
        pytest.param({"n_leaves": 200, "min_data_in_leaf": 1}, "at most 16 conditions", id="deep"),
    ],
)
def test_trees_that_fit_no_table_are_named(params: dict, message: str) -> None:
    model, _ = booster(**params)
    with pytest.raises(UntabledTreeError, match=message):
        TreeReasons.of(model, REASON, 3)
    assert tables_or_none(model, REASON, 3) is None


def test_counts_that_contradict_each_other_fit_no_table() -> None:
    model, _ = booster(n_leaves=2, n_trees=1)
    lines = model.model_to_string().splitlines()
    changed = ["leaf_count=0 600" if line.startswith("leaf_count") else line for line in lines]
    with pytest.raises(UntabledTreeError, match="rows of a child must be 1 to 599"):
        TreeReasons.of(lgb.Booster(model_str="\n".join(changed) + "\n"), REASON, 3)
