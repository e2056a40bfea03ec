"""Typing errors in course names, held against a lexicon and the catalogue's own words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from features.catalogue.stemming import stem

SHORTEST_WORD = 4
SURE_WORD = 5
"""Letters from which a known word need not be frequent in the catalogue to be the right one."""
LONG_WORD = 12
RARE = 2
"""Times that a mistyped word may stand in the catalogue at most."""
OFTEN = 3
"""Times more often that the right word of the catalogue must stand."""


def find_corrections(counts: Mapping[str, int], known: Iterable[str]) -> dict[str, str]:
    """Return the right word for each word that looks mistyped.

    A word of four letters or more that no lexicon knows and the catalogue holds once or twice is
    taken for the nearest word with the same first letter: one slip away (insertion, deletion,
    exchange, two letters swapped), or two in words of twelve letters or more if the lexicon
    knows the right one. Words that differ in their affixes alone are no errors.

    Parameters
    ----------
    counts : mapping of str to int
        How many names of the catalogue hold each word.
    known : iterable of str
        Words that are right.

    Examples
    --------
    >>> find_corrections({"pengadan": 1, "barang": 9, "arsiparis": 1}, ["pengadaan", "arsip"])
    {'pengadan': 'pengadaan'}
    """
    lexicon = frozenset(known)
    by_letter: dict[str, list[str]] = defaultdict(list)
    often = {word for word, n in counts.items() if n >= OFTEN and _is_word(word)}
    for word in sorted(often | {word for word in lexicon if _is_word(word)}):
        by_letter[word[0]].append(word)
    found: dict[str, str] = {}
    for word, n in counts.items():
        if n <= RARE and word not in lexicon and _is_word(word):
            right = _nearest(word, by_letter[word[0]], counts, lexicon)
            if right:
                found[word] = right
    return found


def count_words(names: Iterable[Iterable[str]]) -> Counter[str]:
    """Return how many names hold each word."""
    counts: Counter[str] = Counter()
    for words in names:
        counts.update(set(words))
    return counts


def _nearest(
    word: str, candidates: list[str], counts: Mapping[str, int], lexicon: frozenset[str]
) -> str | None:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    slips = 2 if len(word) >= LONG_WORD else 1
    near = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=slips, limit=8)
    ranked = sorted((distance, -counts.get(right, 0), right) for right, distance, _ in near)
    for distance, _, right in ranked:
        alike = stem(right) == stem(word)
        if right == word or (alike and distance > 1) or _is_affix(word, right):
            continue
        if _is_trusted(word, right, distance, counts, lexicon):
            return right
    return None


def _is_trusted(
    word: str, right: str, distance: float, counts: Mapping[str, int], lexicon: frozenset[str]
) -> bool:
    frequent = counts.get(right, 0) >= OFTEN * counts.get(word, 1)
    if len(word) < SURE_WORD:
        return frequent and right in lexicon and len(right) > len(word)
    return right in lexicon or (distance == 1 and frequent)


def _is_affix(word: str, other: str) -> bool:
    """Return whether one word is the other with something before or behind it."""
    return (
        word in other
        and (other.startswith(word) or other.endswith(word))
        or (other in word and (word.startswith(other) or word.endswith(other)))
    )


def _is_word(word: str) -> bool:
    return len(word) >= SHORTEST_WORD and word.isalpha()
