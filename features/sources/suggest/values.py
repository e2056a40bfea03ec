"""A column's own words for the values that a canonical column allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import polars as pl

from features.quarantine import mask_cell
from features.sources.spelling import fold_text as fold_slowly
from features.sources.suggest.words import load_data

MOST_VALUES = 60
"""A column with more different values is no list of choices."""
_LIKE = 92
fold_text = lru_cache(100_000)(fold_slowly)


@dataclass(frozen=True)
class Translated:
    """A column's values as allowed ones.

    Attributes
    ----------
    share : float
        Of the rows, those whose value is understood.
    values : dict of str to str
        Allowed value by the column's own, the most frequent first.
    unknown : tuple of str
        Values not understood, masked.
    first_word : bool
        Whether only the first word of a value was understood.
    """

    share: float
    values: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    first_word: bool = False


def translate(texts: pl.Series, subject: str) -> Translated:
    """Translate by the list of the subject that understands the most rows.

    >>> translate(pl.Series(["L", "P", "L"]), "sex").values
    {'L': 'male', 'P': 'female'}
    >>> translate(pl.Series(["W", "P"]), "sex").values
    {'W': 'female', 'P': 'male'}
    """
    counts = dict(texts.value_counts(sort=True, name="n").iter_rows())
    if len(counts) > MOST_VALUES:
        return Translated(0)
    found = [
        _by_list(counts, listed, way)
        for way in ("whole", "first word", "beginning")
        for listed in load_data("values")[subject]
    ]
    return max(found, key=lambda one: one.share)


def _by_list(
    counts: dict[str, int],
    listed: dict[str, list[str]],
    way: Literal["whole", "first word", "beginning"],
) -> Translated:
    first_word = way == "first word"
    words = {word: allowed for allowed, several in listed.items() for word in several}
    values: dict[str, str] = {}
    for text in counts:
        folded = fold_text(text.split()[0] if first_word else text)
        like = _beginning_or_like(folded, words) if way == "beginning" else None
        allowed = words.get(folded) or like
        if allowed:
            values[text.split()[0] if first_word else text] = allowed
    understood = [t for t in counts if (t.split()[0] if first_word else t) in values]
    share = sum(counts[t] for t in understood) / max(1, sum(counts.values()))
    unknown = tuple(mask_cell(t, private=True) for t in counts if t not in understood)
    return Translated(share, values, unknown, first_word)


def _beginning_or_like(folded: str, words: dict[str, str]) -> str | None:
    """Return what the longest of our words that begins the text means, or one mistyped."""
    from rapidfuzz import fuzz, process

    begins = [word for word in words if len(word) > 1 and folded.startswith(f"{word} ")]
    if begins:
        return words[max(begins, key=len)]
    if len(folded) < 6:
        return None
    like = process.extractOne(folded, list(words), scorer=fuzz.ratio, score_cutoff=_LIKE)
    return words[like[0]] if like else None
