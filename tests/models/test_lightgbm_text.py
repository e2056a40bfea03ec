from __future__ import annotations

import re

import lightgbm as lgb
import numpy as np
import pytest

from features.errors import ArtifactError
from models.lightgbm_text import check_lightgbm_text


@pytest.fixture(scope="module")
def text() -> str:
    """Return three trees of five leaves over two numeric features and a categorical one."""
    rng = np.random.default_rng(0)
    features = np.column_stack([rng.normal(size=(600, 2)), rng.integers(0, 8, size=600)])
    features[::7, 0] = np.nan
    outcome = (np.isin(features[:, 2], [1, 4, 6]) + rng.normal(size=600) + features[:, 1]) > 0
    settings = {
        "objective": "binary",
        "num_leaves": 5,
        "min_data_per_group": 10,
        "verbosity": -1,
        "num_threads": 1,
    }
    pairs = lgb.Dataset(features, outcome, feature_name=["a", "b", "c"], categorical_feature=[2])
    return lgb.train(settings, pairs, 3).model_to_string()


def with_sizes(text: str) -> str:
    """Write ``tree_sizes`` anew."""
    blocks = re.findall(r"^Tree=\d+\n.*?(?=^Tree=|^end of )", text, flags=re.MULTILINE | re.DOTALL)
    sizes = " ".join(str(len(block)) for block in blocks)
    return re.sub(r"^tree_sizes=.*$", f"tree_sizes={sizes}", text, flags=re.MULTILINE)


def changed(text: str, pattern: str, replacement: str) -> str:
    """Change the first match and the sizes with it, so that only the change itself is wrong."""
    found, count = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE)
    assert count == 1
    assert found != text
    return with_sizes(found)


def test_accepts_what_lightgbm_writes(text):
    assert "cat_threshold" in text
    check_lightgbm_text(text)


def test_sizes_are_written_as_lightgbm_does(text):
    assert with_sizes(text) == text


def test_accepts_a_tree_without_a_split():
    pairs = lgb.Dataset(np.zeros((50, 1)), np.arange(50) % 2)
    settings = {"objective": "binary", "verbosity": -1, "num_threads": 1}
    check_lightgbm_text(lgb.train(settings, pairs, 2).model_to_string())


@pytest.mark.parametrize(
    ("pattern", "replacement", "message"),
    [
        pytest.param(r"^left_child=\d+", "left_child=0", "must precede", id="node its own child"),
        pytest.param(r"^left_child=\S+", "left_child=99", "exactly once", id="child beyond"),
        pytest.param(r"^left_child=\S+", "left_child=-99", "exactly once", id="leaf beyond"),
        pytest.param(r"^(right_child=.*) -\d+$", r"\1 0", "must precede", id="cycle to the root"),
        pytest.param(r"^(right_child=.*) \S+$", r"\1", "must hold 4 values, got 3", id="short"),
        pytest.param(r"^split_feature=\d+", "split_feature=3", "within 0 and 2", id="feature"),
        pytest.param(r"^split_feature=\d+", "split_feature=-1", "within 0", id="feature below"),
        pytest.param(r"^num_leaves=5", "num_leaves=6", "must hold 6 values", id="more leaves"),
        pytest.param(r"^num_leaves=5", "num_leaves=0", "must be positive", id="no leaves"),
        pytest.param(r"^num_leaves=5", "num_leaves=5e9", "must be an integer", id="not whole"),
        pytest.param(r"^leaf_value=\S+", "leaf_value=nan", "must be finite", id="output"),
        pytest.param(r"^threshold=\S+", "threshold=nan", "must be finite", id="threshold"),
        pytest.param(r"^decision_type=\S+", "decision_type=16", "decision_type", id="decision"),
        pytest.param(r"^is_linear=0", "is_linear=1", "must not be linear", id="linear"),
        pytest.param(r"^cat_boundaries=0", "cat_boundaries=1", "must rise from 0", id="boundary"),
        pytest.param(r"^(cat_boundaries=0 )\d+", r"\g<1>900", "cat_", id="boundary beyond"),
        pytest.param(r"^num_cat=[1-9]\d*", "num_cat=0", "outside its table", id="no table"),
        pytest.param(r"^num_class=1", "num_class=3", "must be 1", id="classes"),
        pytest.param(r"^max_feature_idx=2", "max_feature_idx=9", "must hold 10", id="features"),
        pytest.param(r"^feature_names=a ", "feature_names=", "must hold 3 entries", id="names"),
        pytest.param(r"^tree\n", "forest\n", "must start with 'tree'", id="start"),
        pytest.param(r"^end of trees", "end of file", "must follow the last tree", id="end"),
        pytest.param(r"^shrinkage=1$", "shrinkage=1\nshrinkage=1", "stands twice", id="twice"),
    ],
)
def test_refuses(text, pattern, replacement, message):
    with pytest.raises(ArtifactError, match=message):
        check_lightgbm_text(changed(text, pattern, replacement))


@pytest.mark.parametrize(
    "sizes", ["", "1 1 1", "-5 10 10", "999999 1 1", "x", "99999999999999999999"]
)
def test_refuses_sizes_that_lead_elsewhere(text, sizes):
    broken = re.sub(r"^tree_sizes=.*$", f"tree_sizes={sizes}", text, flags=re.MULTILINE)
    with pytest.raises(ArtifactError, match="LightGBM model is damaged"):
        check_lightgbm_text(broken)


@pytest.mark.parametrize("text_of", ["", "tree", "tree\n", "not a model", "\x00" * 50])
def test_refuses_other_texts(text_of):
    with pytest.raises(ArtifactError, match="LightGBM model is damaged"):
        check_lightgbm_text(text_of)


def test_every_cut_is_refused(text):
    end = text.index("end of trees")
    for length in range(0, end, 97):
        with pytest.raises(ArtifactError, match="LightGBM model is damaged"):
            check_lightgbm_text(text[:length])
