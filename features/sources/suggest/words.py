"""What the words of a column's or file's name mean, and how well they say a phrase."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LATER_PHRASE = 0.02
"""What a phrase loses for each surer one before it."""
_EXTRA, _UNKNOWN, _HARD = 0.12, 0.07, 0.3
_SPELLING = 88
"""From this likeness of 100 on, a long word counts as one of ours, mistyped."""


def meanings(name: str) -> tuple[str, ...]:
    """Return the meanings of a name's words; an unknown word stands for itself in ``?``.

    >>> meanings("tgl_lahir"), meanings("namaKursus"), meanings("TGLSELESAI")
    (('date', 'birth'), ('name', 'course'), ('date', 'end'))
    >>> meanings("Zona Pegawai")
    ('?zona', 'person')
    """
    whole = re.sub(r"[\W_]+", "", name).lower()
    if whole in _compounds():
        return _compounds()[whole]
    found = [one for part in _PARTS.findall(name) for one in _of_word(part.lower())]
    return tuple(dict.fromkeys(found))


def likeness(name: Sequence[str], phrases: Sequence[str]) -> float:
    """Return how well a name's meanings say one of the phrases, from 0 to 1.

    Each phrase is several meanings in any order; the first phrase is the surest.
    """
    scores = (
        _against(set(name), set(phrase.split())) - position * _LATER_PHRASE
        for position, phrase in enumerate(phrases)
    )
    return max(0.0, *scores)


@cache
def load_data(name: str) -> dict:
    """Return one of the data files beside this module."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _against(name: set[str], phrase: set[str]) -> float:
    extra = name - phrase
    hard = _HARD if extra & set(load_data("words")["hard"]["words"]) else 1.0
    if phrase <= name:
        unknown = sum(one.startswith("?") for one in extra)
        known = len(extra) - unknown
        return hard * max(0.4, 1 - _EXTRA * known - _UNKNOWN * unknown)
    common = len(name & phrase)
    return hard * 0.5 * common / len(phrase | name)


@cache
def _dictionary() -> dict[str, str]:
    words = load_data("words")["words"]
    return {word: meaning for meaning, listed in words.items() for word in listed}


@cache
def _compounds() -> dict[str, tuple[str, ...]]:
    return {word: tuple(parts) for word, parts in load_data("words")["compound"].items()}


@cache
def _of_word(word: str) -> tuple[str, ...]:
    if word in _compounds():
        return _compounds()[word]
    known = _dictionary().get(word)
    if known:
        return (known,)
    cut = _cut(word)
    if cut:
        return cut
    return () if word.isdigit() else (_mistyped(word) or f"?{word}",)


def _cut(word: str) -> tuple[str, ...] | None:
    """Return the meanings of a word made of several of ours; of the fewest there are."""
    best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 16), end):
            before, part = best[start], word[start:end]
            if before is None or len(part) < 3 or part not in _dictionary():
                continue
            longer = (*before, _dictionary()[part])
            if best[end] is None or len(longer) < len(best[end] or ()):
                best[end] = longer
    return best[-1]


def _mistyped(word: str) -> str | None:
    from rapidfuzz import fuzz, process

    if len(word) < 6:
        return None
    found = process.extractOne(word, list(_dictionary()), scorer=fuzz.ratio, score_cutoff=_SPELLING)
    return _dictionary()[found[0]] if found else None
