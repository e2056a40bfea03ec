"""Groups of names that are one course: scored pairs, joined without breaking a rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from features.catalogue.names import CourseName
from features.catalogue.pairs import (
    Weights,
    candidate_pairs,
    may_be_same,
    pair_features,
    probability,
)
from features.catalogue.vocabulary import read_words

FORBIDDEN = 1e6
"""Distance of two names that must not be one course: no mean of distances hides it."""
CERTAIN = 0.99
"""Confidence of names that say just the same."""
LARGEST = 1500
"""Names in a component that are compared all with all; a larger one is cut at a higher score."""

Pair = tuple[int, int]


@dataclass(frozen=True)
class Decided:
    """What a person has decided about pairs of names, by position."""

    same: frozenset[Pair] = frozenset()
    different: frozenset[Pair] = frozenset()


@dataclass
class Groups:
    """Which names are one course.

    Attributes
    ----------
    label : list of int
        Group of each name, numbered from 0 in the order of their first names.
    first : list of int
        The first name that says just the same as each name.
    scores : dict of (int, int) to float
        Score of the pairs of such first names that were compared.
    """

    label: list[int]
    first: list[int]
    scores: dict[Pair, float]

    def members(self) -> list[list[int]]:
        """Return the positions in each group."""
        found: dict[int, list[int]] = defaultdict(list)
        for position, label in enumerate(self.label):
            found[label].append(position)
        return [found[label] for label in sorted(found)]

    def confidence(self, a: int, b: int) -> float:
        """Return how likely two names of one group are the same course.

        Their own score, or where the pair was not compared the best of the one's with any name of
        the group.
        """
        one, other = self.first[a], self.first[b]
        if one == other:
            return CERTAIN
        own = self.scores.get((min(one, other), max(one, other)))
        if own is not None:
            return min(own, CERTAIN)
        group = {self.first[i] for i, label in enumerate(self.label) if label == self.label[a]}
        known = [self.scores.get((min(one, x), max(one, x)), 0.0) for x in group - {one}]
        return max(known, default=0.0)


def group_names(
    names: Sequence[CourseName],
    *,
    decided: Decided | None = None,
    threshold: float | None = None,
    advance: Callable[[str], None] = lambda _: None,
) -> Groups:
    """Group names by average linkage over the scores of their pairs.

    Names with the same words, kind, level and regulation are one. Levels, kinds and regulations
    that differ keep names apart however alike they are, and so does a person's decision; a decision
    that two are the same joins them whatever the score.

    Parameters
    ----------
    threshold : float, optional
        Mean score from which two groups are joined; default: ``pair_model.toml``'s.
    """
    decided = decided or Decided()
    least = read_words("pair_model")["threshold"] if threshold is None else threshold
    node_of, nodes = _merge_equal(names, decided)
    representatives = [names[members[0]] for members in nodes]
    weights = Weights.of_names(names)
    scores = {
        (a, b): probability(pair_features(representatives[a], representatives[b], weights))
        for a, b in candidate_pairs(representatives, weights, advance)
    }
    between = {(node_of[a], node_of[b]) for a, b in decided.different}
    forbidden = {(min(a, b), max(a, b)) for a, b in between if a != b}
    cluster = _link(representatives, scores, forbidden, least)
    label = _number([cluster[node] for node in node_of])
    first = [nodes[node][0] for node in node_of]
    return Groups(label, first, _spread(scores, nodes))


def _merge_equal(
    names: Sequence[CourseName], decided: Decided
) -> tuple[list[int], list[list[int]]]:
    """Return the node of each name, and each node's names.

    Equal names and those a person joined are one node; a name kept apart from another is joined by
    decisions alone.
    """
    apart = {position for pair in decided.different for position in pair}
    first_of: dict[object, int] = {}
    joined = set(decided.same)
    for position, name in enumerate(names):
        if position not in apart:
            joined.add((first_of.setdefault(name.key, position), position))
    nodes = _connected(list(range(len(names))), joined)
    node_of = [0] * len(names)
    for node, members in enumerate(nodes):
        for position in members:
            node_of[position] = node
    return node_of, nodes


def _link(
    nodes: Sequence[CourseName], scores: dict[Pair, float], forbidden: set[Pair], least: float
) -> list[int]:
    cluster = list(range(len(nodes)))
    for component in _components(len(nodes), scores, least):
        joined = _average_linkage(component, nodes, scores, forbidden, least)
        for node, first in zip(component, joined, strict=True):
            cluster[node] = component[first]
    return cluster


def _components(n: int, scores: dict[Pair, float], least: float) -> list[list[int]]:
    """Return nodes hanging together by scores that could lead to a merge."""
    strong = {pair for pair, score in scores.items() if score >= least / 2}
    todo = [(list(range(n)), strong, least / 2)]
    done: list[list[int]] = []
    while todo:
        members, edges, floor = todo.pop()
        for component in _connected(members, edges):
            if len(component) <= LARGEST or floor >= 1:
                done.append(component)
                continue
            higher = min(1.0, floor + 0.1)
            inside = set(component)
            kept = {pair for pair in edges if pair[0] in inside and scores[pair] >= higher}
            todo.append((component, kept, higher))
    return [component for component in done if len(component) > 1]


def _connected(members: list[int], edges: set[Pair]) -> list[list[int]]:
    """Return the members that the edges hang together, each list in the members' order."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    place = {node: at for at, node in enumerate(members)}
    inside = [(place[a], place[b]) for a, b in edges if a in place and b in place]
    rows, columns = zip(*inside, strict=True) if inside else ((), ())
    graph = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(members),) * 2)
    _, labels = connected_components(graph, directed=False)
    found: dict[int, list[int]] = defaultdict(list)
    for node, label in zip(members, labels, strict=True):
        found[int(label)].append(node)
    return list(found.values())


def _average_linkage(
    component: list[int],
    nodes: Sequence[CourseName],
    scores: dict[Pair, float],
    forbidden: set[Pair],
    least: float,
) -> list[int]:
    """Return for each node of the component the position of its group's first node."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distance = np.zeros((len(component), len(component)))
    for i, a in enumerate(component):
        for j, b in enumerate(component[i + 1 :], i + 1):
            pair = (min(a, b), max(a, b))
            kept_apart = pair in forbidden or not may_be_same(nodes[a], nodes[b])
            distance[i, j] = FORBIDDEN if kept_apart else 1 - scores.get(pair, 0.0)
    tree = linkage(squareform(distance + distance.T, checks=False), method="average")
    labels = fcluster(tree, t=1 - least, criterion="distance")
    first = {label: at for at, label in reversed(list(enumerate(labels)))}
    return [first[label] for label in labels]


def _number(clusters: list[int]) -> list[int]:
    order = {cluster: at for at, cluster in enumerate(dict.fromkeys(clusters))}
    return [order[cluster] for cluster in clusters]


def _spread(scores: dict[Pair, float], nodes: list[list[int]]) -> dict[Pair, float]:
    """Return the scores between each node's first names."""
    return {
        (min(x, y), max(x, y)): score
        for (a, b), score in scores.items()
        for x, y in [(nodes[a][0], nodes[b][0])]
    }
