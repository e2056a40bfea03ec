"""How alike two course names are, and which pairs are worth asking about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from features.catalogue.names import CourseName
from features.catalogue.programmes import find_programme
from features.catalogue.stemming import stem
from features.catalogue.vocabulary import load_vocabulary, read_words

FEATURES = ("words_shared", "words_contained", "contrast", "same_regulation")
WEAK_WEIGHT = 0.25
ASIDE_WEIGHT = 0.4
NEIGHBOURS = 40
"""Pairs asked about for one name at most."""
LEAST_SHARED = 0.25
"""Cosine of the weighted words under which a pair is not asked about."""
CHUNK = 1000


@dataclass(frozen=True)
class Weights:
    """How much each stem tells: rare ones more, those of the weak words little."""

    of: dict[str, float]
    unknown: float

    @classmethod
    def of_names(cls, names: Sequence[CourseName]) -> Weights:
        """Weigh the stems by how many *different* names hold them, so that repeats do not count."""
        different = {frozenset(name.stems) for name in names}
        counts = Counter(word for words in different for word in words)
        n = len(different)
        weak = _weak_stems()
        found = {
            word: _rarity(n, count) * (WEAK_WEIGHT if word in weak else 1.0)
            for word, count in counts.items()
        }
        return cls(found, _rarity(n, 0))

    def bag(self, name: CourseName) -> dict[str, float]:
        """Return the weight of each of a name's stems."""
        aside = {stem(word) for word in name.aside}
        return {
            word: self.of.get(word, self.unknown) * (ASIDE_WEIGHT if word in aside else 1.0)
            for word in name.stems
        }


def may_be_same(a: CourseName, b: CourseName) -> bool:
    """Return whether no rule forbids it: level, kind and regulation must not differ.

    A course without a level is not the one with a level; a name that says no kind or no regulation
    may be any. Programmes known by name (``programmes.toml``) are never one.
    """
    if a.levels != b.levels:
        return False
    if a.kinds and b.kinds and not a.kinds & b.kinds:
        return False
    if a.regulations and b.regulations and not _same_regulation(a, b):
        return False
    programmes = find_programme(a), find_programme(b)
    return None in programmes or programmes[0] == programmes[1]


def pair_features(a: CourseName, b: CourseName, weights: Weights) -> tuple[float, ...]:
    """Return `FEATURES` of a pair, each from 0 to 1 and symmetric."""
    left, right = weights.bag(a), weights.bag(b)
    every = {word: max(left.get(word, 0), right.get(word, 0)) for word in left | right}
    shared = sum(min(left[word], right[word]) for word in left.keys() & right.keys())
    least = min(sum(left.values()), sum(right.values())) or 1.0
    same_regulation = float(bool(a.regulations and b.regulations and _same_regulation(a, b)))
    return (
        min(shared / (sum(every.values()) or 1.0), 1.0),
        min(shared / least, 1.0),
        float(contrast_phrases(a) != contrast_phrases(b)),
        same_regulation,
    )


@cache
def _model() -> tuple[tuple[float, ...], float]:
    model = read_words("pair_model")
    return tuple(model["coefficients"][name] for name in FEATURES), model["intercept"]


def probability(features: tuple[float, ...]) -> float:
    """Return how likely a pair with these features is one course (``pair_model.toml``)."""
    coefficients, intercept = _model()
    logit = intercept + sum(c * x for c, x in zip(coefficients, features, strict=True))
    return 1 / (1 + math.exp(-logit))


def candidate_pairs(
    names: Sequence[CourseName], weights: Weights, advance: Callable[[str], None] = lambda _: None
) -> list[tuple[int, int]]:
    """Return pairs of positions that share enough of their rarer words, without trying all pairs.

    Each name is compared with those that share a word with it, by one sparse product a thousand
    names; its `NEIGHBOURS` nearest are kept. Names with the same regulation are always a pair.
    """
    matrix = _word_matrix(names, weights)
    found: set[tuple[int, int]] = set()
    for start in range(0, len(names), CHUNK):
        block = (matrix[start : start + CHUNK] @ matrix.T).tocsr()
        for row in range(block.shape[0]):
            one = slice(block.indptr[row], block.indptr[row + 1])
            scores, others = block.data[one], block.indices[one]
            near = scores >= LEAST_SHARED
            scores, others = scores[near], others[near]
            if len(scores) > NEIGHBOURS:
                best = np.argpartition(-scores, NEIGHBOURS)[:NEIGHBOURS]
                others = others[best]
            at = start + row
            found.update((min(at, int(o)), max(at, int(o))) for o in others if o != at)
        advance("")
    return sorted(pair for pair in found if may_be_same(names[pair[0]], names[pair[1]]))


def n_steps(n_names: int) -> int:
    """Return how often `candidate_pairs` advances."""
    return max(1, math.ceil(n_names / CHUNK))


def _word_matrix(names: Sequence[CourseName], weights: Weights) -> Any:  # noqa: ANN401
    from scipy.sparse import csr_matrix

    index: dict[str, int] = {}
    rows, columns, values = [], [], []
    for row, name in enumerate(names):
        bag = weights.bag(name) | {f"# {number}": 4.0 for number in name.regulations}
        norm = math.sqrt(sum(weight**2 for weight in bag.values())) or 1.0
        for word, weight in bag.items():
            rows.append(row)
            columns.append(index.setdefault(word, len(index)))
            values.append(weight / norm)
    return csr_matrix((values, (rows, columns)), shape=(len(names), max(len(index), 1)))


def _same_regulation(a: CourseName, b: CourseName) -> bool:
    """Return whether a regulation's number agrees; the year may be missing in one name."""

    def parts(number: str) -> tuple[str, str]:
        head, _, year = number.partition("/")
        return head, year

    pairs = [(parts(x), parts(y)) for x in a.regulations for y in b.regulations]
    return any(n == m and (not s or not t or s == t) for (n, s), (m, t) in pairs)


@cache
def contrast_phrases(name: CourseName) -> frozenset[tuple[str, ...]]:
    """Return which of the phrases that set courses apart (``words.toml``) a name holds."""
    stems = set(name.stems)
    return frozenset(phrase for phrase in _contrasts() if stems.issuperset(phrase))


@cache
def _contrasts() -> frozenset[tuple[str, ...]]:
    phrases = load_vocabulary().contrasts
    return frozenset(tuple(stem(word) for word in phrase) for phrase in phrases)


def _rarity(n_names: int, count: int) -> float:
    return math.log((n_names + 1) / (count + 0.5))


@cache
def _weak_stems() -> frozenset[str]:
    return frozenset(stem(word) for word in load_vocabulary().weak)
