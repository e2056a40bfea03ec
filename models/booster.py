"""LightGBM's LambdaMART with the settings that every training here shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

K = 10
"""Length of the list that is optimised."""


@dataclass(frozen=True)
class BoosterParams:
    """What is worth tuning of LambdaMART; the rest is fixed in `train_lambdarank`.

    Attributes
    ----------
    n_estimators, learning_rate, n_leaves
        Number of trees, step size, leaves of a tree.
    min_leaf : int
        Fewest pairs (person, course) in a leaf.
    l2 : float
        Penalty of leaf values.
    feature_fraction : float
        Share of the features that a tree may use.
    """

    n_estimators: int
    learning_rate: float
    n_leaves: int
    min_leaf: int
    l2: float
    feature_fraction: float


def train_lambdarank(
    features: np.ndarray,
    relevance: np.ndarray,
    group_sizes: np.ndarray,
    *,
    names: Sequence[str],
    params: BoosterParams,
    seed: int,
    n_threads: int,
    weight: np.ndarray | None = None,
    monotone: Sequence[int] | None = None,
    on_tree: Callable[[int], None] = lambda _: None,
) -> lgb.Booster:
    """Train LambdaMART on pairs that stand person by person.

    Parameters
    ----------
    features : ndarray of shape (n_pairs, n_features)
    relevance : ndarray of int, shape (n_pairs,)
    group_sizes : ndarray of int, shape (n_people,)
        Pairs of each person, in the order of the rows: LightGBM does not notice a wrong order.
    weight : ndarray of shape (n_pairs,), optional
        How much to learn from each pair. Default: alike from all.
    monotone : sequence of int, optional
        By feature: 1 where the score may never fall as the feature rises, -1 where it may never
        rise, else 0.
    on_tree : callable
        Called with the number of trees so far.

    Raises
    ------
    ValueError
        The groups do not cover the pairs.
    """
    if group_sizes.sum() != len(features) or len(relevance) != len(features):
        raise ValueError(
            f"group_sizes must add up to the {len(features)} pairs, got {group_sizes.sum()}"
        )
    settings = {
        "objective": "lambdarank",
        "lambdarank_truncation_level": K + 3,
        "learning_rate": params.learning_rate,
        "num_leaves": params.n_leaves,
        "min_data_in_leaf": params.min_leaf,
        "lambda_l2": params.l2,
        "feature_fraction": params.feature_fraction,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": n_threads,
        "verbosity": -1,
    }
    if monotone is not None:
        settings["monotone_constraints"] = list(monotone)
    pairs = lgb.Dataset(
        features, relevance, group=group_sizes, weight=weight, feature_name=list(names)
    )
    return lgb.train(
        settings,
        pairs,
        num_boost_round=params.n_estimators,
        callbacks=[lambda environment: on_tree(environment.iteration + 1)],
    )
