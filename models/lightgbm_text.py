"""Checks the structure of a LightGBM model text before LightGBM parses it.

LightGBM trusts its own text: one changed child index hangs prediction or crashes the process. Every
index that its parser or its prediction follows is checked here first.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from features.errors import ArtifactError

T = TypeVar("T", int, float)

CATEGORICAL_SPLIT = 1
DECISIONS = range(12)
"""Bit 0: categorical; bit 1: missing goes left; bits 2-3: how missing is written (0, 1 or 2)."""
TREES_END = "end of trees"


def check_lightgbm_text(text: str) -> None:
    """Raise ArtifactError unless the text is a well-formed LightGBM model.

    Checked are the header (feature count, names, sizes of the trees' blocks), and in each tree the
    lengths of all arrays, that children form one tree over all nodes and leaves, that features
    exist, that thresholds and outputs are finite and that categorical splits lie within their
    table. Linear trees are refused.
    """
    header, blocks = _split(text)
    n_features = _check_header(header)
    for position, block in enumerate(blocks):
        _check_tree(_fields(block), position, n_features)


def _fail(what: str) -> ArtifactError:
    return ArtifactError(f"LightGBM model is damaged: {what}")


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in block.split("\n"):
        name, equals, value = line.partition("=")
        if name in fields:
            raise _fail(f"{name[:20]} stands twice in one block")
        if equals:
            fields[name] = value
    return fields


def _split(text: str) -> tuple[dict[str, str], list[str]]:
    """Cut the text exactly where LightGBM's parser jumps: by the sizes in the header."""
    found = re.search(r"^tree_sizes=(.*)\n", text, flags=re.MULTILINE)
    if not text.startswith("tree\n") or found is None:
        raise _fail("it must start with 'tree' and have tree_sizes")
    content = text.encode()
    start = len(text[: found.end()].encode())
    while content[start : start + 1] == b"\n":
        start += 1
    blocks = []
    for size in _integers(found.group(1), "tree_sizes"):
        block = content[start : start + size].decode(errors="replace")
        if size <= 0 or not block.startswith(f"Tree={len(blocks)}\n"):
            raise _fail(f"tree_sizes do not lead to tree {len(blocks)}")
        blocks.append(block)
        start += size
    if not content[start:].lstrip().startswith(TREES_END.encode()):
        raise _fail(f"'{TREES_END}' must follow the last tree")
    return _fields(text[: found.end()]), blocks


def _check_header(header: dict[str, str]) -> int:
    if header.get("num_class") != "1" or header.get("num_tree_per_iteration") != "1":
        raise _fail("num_class and num_tree_per_iteration must be 1")
    n_features = _integer(header.get("max_feature_idx", ""), "max_feature_idx") + 1
    for field in ("feature_names", "feature_infos"):
        found = len(header.get(field, "").split())
        if found != n_features:
            raise _fail(f"{field} must hold {n_features} entries, got {found}")
    return n_features


def _check_tree(fields: dict[str, str], position: int, n_features: int) -> None:
    where = f"tree {position}"
    n_leaves = _integer(fields.get("num_leaves", ""), f"{where} num_leaves")
    if n_leaves < 1:
        raise _fail(f"{where} num_leaves must be positive, got {n_leaves}")
    if fields.get("is_linear", "0") != "0":
        raise _fail(f"{where} must not be linear")
    _finite(fields, "leaf_value", n_leaves, where)
    _finite(fields, "shrinkage", 1, where)
    if n_leaves == 1:
        return
    for field in ("leaf_weight", "leaf_count"):
        _finite(fields, field, n_leaves, where)
    for field in ("split_gain", "internal_value", "internal_weight", "internal_count"):
        _finite(fields, field, n_leaves - 1, where)
    _check_splits(fields, n_leaves - 1, n_features, where)
    _check_children(
        _whole(fields, "left_child", n_leaves - 1, where),
        _whole(fields, "right_child", n_leaves - 1, where),
        where,
    )


def _check_splits(fields: dict[str, str], n_nodes: int, n_features: int, where: str) -> None:
    if any(not 0 <= f < n_features for f in _whole(fields, "split_feature", n_nodes, where)):
        raise _fail(f"{where} split_feature must lie within 0 and {n_features - 1}")
    thresholds = _thresholds(fields, n_nodes, where)
    decisions = _whole(fields, "decision_type", n_nodes, where)
    n_categorical = _integer(fields.get("num_cat", "0"), f"{where} num_cat")
    if n_categorical:
        boundaries = _whole(fields, "cat_boundaries", n_categorical + 1, where)
        if boundaries[0] != 0 or any(b <= a for a, b in itertools.pairwise(boundaries)):
            raise _fail(f"{where} cat_boundaries must rise from 0")
        words = _whole(fields, "cat_threshold", boundaries[-1], where)
        if any(not 0 <= word < 2**32 for word in words):
            raise _fail(f"{where} cat_threshold must hold 32-bit words")
    for threshold, decision in zip(thresholds, decisions, strict=True):
        if decision not in DECISIONS:
            raise _fail(f"{where} decision_type must lie within {DECISIONS}, got {decision}")
        if decision & CATEGORICAL_SPLIT and threshold not in range(n_categorical):
            raise _fail(f"{where} has a categorical split outside its table")


def _check_children(left: Sequence[int], right: Sequence[int], where: str) -> None:
    """Children >= 0 are nodes, negative ones leaves; all but the root must occur exactly once.

    A parent has a smaller index than its child nodes, which rules out cycles.
    """
    n_nodes = len(left)
    for node, children in enumerate(zip(left, right, strict=True)):
        if any(child >= 0 and child <= node for child in children):
            raise _fail(f"{where} node {node} must precede its children, got {children}")
    if sorted([*left, *right]) != [*range(-n_nodes - 1, 0), *range(1, n_nodes)]:
        raise _fail(f"{where} must name each child node and leaf exactly once")


def _integer(text: str, what: str) -> int:
    if not re.fullmatch(r"-?\d{1,10}", text.strip(), flags=re.ASCII):
        raise _fail(f"{what} must be an integer, got {text[:20]!r}")
    return int(text)


def _integers(text: str, what: str) -> list[int]:
    return [_integer(part, what) for part in text.split()]


def _whole(fields: dict[str, str], name: str, length: int, where: str) -> list[int]:
    return _array(fields, name, length, where, lambda part: _integer(part, f"{where} {name}"))


def _finite(fields: dict[str, str], name: str, length: int, where: str) -> list[float]:
    return _array(fields, name, length, where, lambda part: _number(part, f"{where} {name}"))


def _thresholds(fields: dict[str, str], length: int, where: str) -> list[float]:
    """Return the thresholds; LightGBM itself writes inf for "missing or not"."""

    def number(part: str) -> float:
        return math.inf if part == "inf" else _number(part, f"{where} threshold")

    return _array(fields, "threshold", length, where, number)


def _number(part: str, what: str) -> float:
    try:
        value = float(part)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _fail(f"{what} must be finite, got {part[:20]!r}")
    return value


def _array(
    fields: dict[str, str], name: str, length: int, where: str, parse: Callable[[str], T]
) -> list[T]:
    parts = fields.get(name, "").split()
    if len(parts) != length:
        raise _fail(f"{where} {name} must hold {length} values, got {len(parts)}")
    return [parse(part) for part in parts]
