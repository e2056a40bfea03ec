r"""Contributions to a booster's score, summed by reason: TreeSHAP looked up in tables.

What a feature contributes to a tree (its path-dependent Shapley value [1]_, as LightGBM's own
``pred_contrib``) depends only on which way each of the tree's conditions goes. The leaves of a tree
are dealt into blocks of few conditions, and a table holds the contributions of a block for every
outcome of its conditions, summed by reason. Explaining a row is then a look-up a block.

For a leaf of value :math:`v`, with :math:`s_f` telling whether a row meets all conditions of the
feature :math:`f` on the way to it, and :math:`w_f` the share of the training rows that did, the
feature contributes

.. math:: v (s_f - w_f) \int_0^1 \prod_{g \neq f} (w_g (1 - t) + s_g t) \, dt,

whose integrand is a polynomial: a Gauss-Legendre rule of half as many points is exact.

References
----------
.. [1] Lundberg et al., "From local explanations to global understanding with explainable AI for
   trees", Nature Machine Intelligence 2020.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Condition = tuple[int, float, bool]
"""Feature, threshold, and whether a missing value goes left, as a value up to the threshold."""
MOST_CONDITIONS = 16
"""A table doubles with each condition; the outcomes of this many fill two bytes."""
WANTED_CONDITIONS = 10
ROWS_AT_A_TIME = 1_024


class UntabledTreeError(ValueError):
    """A leaf has more than `MOST_CONDITIONS` conditions or no rows, or a split is no threshold."""


@dataclass(frozen=True)
class _Leaf:
    """A leaf: its value, and of each step to it the condition, the turn left, and the share."""

    value: float
    path: tuple[tuple[Condition, bool, float], ...]

    @property
    def share(self) -> float:
        """Share of the training rows that came to this leaf."""
        return float(np.prod([share for *_, share in self.path]))

    @property
    def conditions(self) -> set[Condition]:
        return {condition for condition, _, _ in self.path}


class TreeReasons:
    """Explains the scores of one booster by reason.

    Parameters
    ----------
    conditions : list of (int, float, bool)
        All conditions of all trees.
    places : sparse array of uint16, shape (n_blocks, n_conditions)
        1, 2, 4, ... for the conditions of a block: what each adds to the number of its outcome.
    starts : ndarray of int, shape (n_blocks,)
        First row of each block in `table`.
    table : ndarray of shape (n_outcomes, n_reasons)
    base : float
        Mean score of the training rows.
    """

    def __init__(
        self,
        conditions: list[Condition],
        places: sparse.csr_array,
        starts: NDArray[np.int32],
        table: Floats,
        base: float,
    ) -> None:
        self._feature = np.array([feature for feature, _, _ in conditions], dtype=np.int64)
        self._threshold = np.array([[t] for _, t, _ in conditions], dtype=np.float32)
        self._missing_left = np.array([[left] for _, _, left in conditions], dtype=bool)
        self._places, self._starts = places, starts
        self._table, self._base = table, base

    @classmethod
    def of(cls, booster: lgb.Booster, reason: Sequence[int], n_reasons: int) -> Self:
        """Make the tables of a booster.

        Parameters
        ----------
        booster : lightgbm.Booster
        reason : sequence of int
            Reason (0 to ``n_reasons`` - 1) of each feature.
        n_reasons : int

        Raises
        ------
        UntabledTreeError
            See there.
        """
        trees = [list(_leaves(tree["tree_structure"])) for tree in _trees(booster)]
        blocks = [block for tree in trees for block in _blocks(tree)]
        known = sorted({condition for conditions, _ in blocks for condition in conditions})
        tables = [_table(*block, np.asarray(reason), n_reasons) for block in blocks]
        sizes = np.array([len(table) for table in tables], dtype=np.int32)
        base = sum(leaf.value * leaf.share for leaves in trees for leaf in leaves)
        table = np.concatenate(tables) if tables else np.zeros((0, n_reasons))
        starts = np.cumsum(sizes, dtype=np.int32) - sizes
        places = _places(known, [conditions for conditions, _ in blocks])
        return cls(known, places, starts, table, base)

    def explain(self, features: NDArray[np.float32]) -> Floats:
        """Return the contributions of the reasons and, last, the base.

        Parameters
        ----------
        features : ndarray of float32, shape (n_rows, n_features)
            NaN where missing.

        Returns
        -------
        ndarray of shape (n_rows, n_reasons + 1)
            Rows add up to the booster's score.
        """
        explained = np.zeros((len(features), self._table.shape[1] + 1))
        explained[:, -1] = self._base
        if not len(self._starts):
            return explained
        for start in range(0, len(features), ROWS_AT_A_TIME):
            rows = slice(start, start + ROWS_AT_A_TIME)
            explained[rows, :-1] = self._chosen(features[rows]) @ self._table
        return explained

    def _chosen(self, features: NDArray[np.float32]) -> sparse.csr_array:
        """Return 1 for each row of the table that holds of a row, shape (n_rows, n_outcomes)."""
        values = np.take(np.ascontiguousarray(features.T), self._feature, axis=0)
        left = values <= self._threshold
        left |= self._missing_left & np.isnan(values)
        outcomes = (self._places @ left.astype(np.uint16)).T + self._starts
        ends = np.arange(len(features) + 1, dtype=np.int32) * len(self._starts)
        shape = (len(features), len(self._table))
        return sparse.csr_array((np.ones(outcomes.size), outcomes.ravel(), ends), shape=shape)


def _places(known: list[Condition], blocks: list[list[Condition]]) -> sparse.csr_array:
    """Return the constructor's ``places`` of blocks of conditions."""
    column = {condition: place for place, condition in enumerate(known)}
    sizes = [len(conditions) for conditions in blocks]
    bits = [1 << place for size in sizes for place in range(size)]
    columns = [column[condition] for conditions in blocks for condition in conditions]
    return sparse.csr_array(
        (np.array(bits, dtype=np.uint16), columns, np.cumsum([0, *sizes])),
        shape=(len(blocks), len(known)),
    )


def tables_or_none(
    booster: lgb.Booster, reason: Sequence[int], n_reasons: int
) -> TreeReasons | None:
    """Return `TreeReasons.of`, or None where a tree does not fit into tables."""
    try:
        return TreeReasons.of(booster, reason, n_reasons)
    except UntabledTreeError:
        return None


def _trees(booster: lgb.Booster) -> list[dict[str, Any]]:
    return booster.dump_model()["tree_info"]


def _leaves(
    node: dict[str, Any], path: tuple[tuple[Condition, bool, float], ...] = ()
) -> Iterator[_Leaf]:
    """Yield the leaves below a node from left to right."""
    if "split_feature" not in node:
        yield _Leaf(node["leaf_value"], path)
        return
    condition, n_rows = _condition(node), node["internal_count"]
    for child, turns_left in ((node["left_child"], True), (node["right_child"], False)):
        n_child = child.get("internal_count", child.get("leaf_count"))
        if not 0 < n_child < n_rows:
            raise UntabledTreeError(f"rows of a child must be 1 to {n_rows - 1}, got {n_child}")
        share = n_child / n_rows
        yield from _leaves(child, (*path, (condition, turns_left, share)))


def _condition(node: dict[str, Any]) -> Condition:
    if node["decision_type"] != "<=" or node["missing_type"] == "Zero":
        raise UntabledTreeError(
            f"conditions must be thresholds, got {node['decision_type']} with missing values "
            f"as {node['missing_type']}"
        )
    threshold = node["threshold"]
    # LightGBM takes a value missing where none was in training for 0.
    missing_left = node["default_left"] if node["missing_type"] == "NaN" else threshold >= 0
    return node["split_feature"], _float32_below(threshold), bool(missing_left)


def _float32_below(threshold: float) -> float:
    """Return the highest float32 up to a number: float32 values fall to the same side of both."""
    with np.errstate(over="ignore"):  # a split of missing from known values has 1e300
        rounded = np.float32(threshold)
    if float(rounded) > threshold:
        rounded = np.nextafter(rounded, np.float32(-np.inf))
    return float(rounded)


def _blocks(leaves: list[_Leaf]) -> Iterator[tuple[list[Condition], list[_Leaf]]]:
    """Deal neighbouring leaves into blocks of few conditions."""
    conditions: set[Condition] = set()
    block: list[_Leaf] = []
    for leaf in leaves:
        own = leaf.conditions
        if len(own) > MOST_CONDITIONS:
            raise UntabledTreeError(
                f"a leaf must have at most {MOST_CONDITIONS} conditions, got {len(own)}"
            )
        if block and len(conditions | own) > WANTED_CONDITIONS:
            yield sorted(conditions), block
            conditions, block = set(), []
        conditions |= own
        block.append(leaf)
    if conditions:
        yield sorted(conditions), block


def _table(
    conditions: list[Condition], leaves: list[_Leaf], reason: NDArray[np.int64], n_reasons: int
) -> Floats:
    """Return the contributions for each outcome; bit i tells whether condition i turns left."""
    outcomes = np.arange(1 << len(conditions))
    table = np.zeros((len(outcomes), n_reasons))
    bit = {condition: 1 << place for place, condition in enumerate(conditions)}
    for leaf in leaves:
        features = sorted({condition[0] for condition, _, _ in leaf.path})
        met, share = np.zeros(len(outcomes), dtype=np.int64), np.ones(len(features))
        for place, feature in enumerate(features):
            steps = [step for step in leaf.path if step[0][0] == feature]
            asked = sum({bit[condition] for condition, _, _ in steps})
            wanted = sum({bit[condition] for condition, left, _ in steps if left})
            met |= ((outcomes & asked) == wanted).astype(np.int64) << place
            share[place] = np.prod([step[2] for step in steps])
        parts = _shapley(leaf.value, share)
        by_reason = np.zeros((len(parts), n_reasons))
        np.add.at(by_reason.T, reason[features], parts.T)
        table += by_reason[met]
    return table


def _shapley(value: float, share: Floats) -> Floats:
    """Return what each feature contributes to a leaf.

    Returns
    -------
    ndarray of shape (2 ** n_features, n_features)
        Row: bit i tells whether a row of the data meets all conditions of feature i.
    """
    n_features = len(share)
    met = (np.arange(1 << n_features)[:, None] >> np.arange(n_features) & 1).astype(np.float64)
    t, weight = _rule(n_features // 2 + 1)
    factors = share[:, None] * (1 - t) + met[:, :, None] * t
    others = factors.prod(axis=1, keepdims=True) / factors  # no factor is 0: no share is
    return value * (met - share) * (others @ weight)


@cache
def _rule(n_points: int) -> tuple[Floats, Floats]:
    """Return points and weights of Gauss-Legendre's rule between 0 and 1."""
    point, weight = np.polynomial.legendre.leggauss(n_points)
    return (point + 1) / 2, weight / 2
