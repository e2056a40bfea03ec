"""The words of course names, as data: abbreviations, kinds of learning, noise, fields' terms."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Vocabulary:
    """What ``abbreviations.toml`` and ``words.toml`` say, ready to look up.

    Attributes
    ----------
    abbreviations : dict of tuple of str to tuple of str
        What each abbreviation (one or several words) may stand for, the likeliest first.
    kinds : dict of tuple of str to str
        Kind of learning by the words that say it.
    forms : dict of str to str
        Form (`features.schema.FORMS`) by kind.
    phrases : frozenset of tuple of str
        Words that stay together, figures included.
    """

    abbreviations: dict[tuple[str, ...], tuple[str, ...]]
    kinds: dict[tuple[str, ...], str]
    forms: dict[str, str]
    stop: frozenset[str]
    weak: frozenset[str]
    audience: frozenset[str]
    batch: frozenset[str]
    year: frozenset[str]
    months: frozenset[str]
    place_marks: frozenset[str]
    places: frozenset[tuple[str, ...]]
    providers: frozenset[tuple[str, ...]]
    level_marks: frozenset[str]
    grades: frozenset[str]
    not_levels: frozenset[str]
    regulations: frozenset[str]
    phrases: frozenset[tuple[str, ...]]
    contrasts: frozenset[tuple[str, ...]]


@cache
def load_vocabulary() -> Vocabulary:
    """Return the shipped vocabulary."""
    words = read_words("words")
    kinds = {
        tuple(phrase.split()): kind
        for kind, phrases in words["kinds"].items()
        for phrase in phrases
    }
    noise, places, levels = words["noise"], words["places"], words["level_words"]
    return Vocabulary(
        abbreviations=_abbreviations(),
        kinds=kinds,
        forms=words["forms"],
        stop=frozenset(noise["stop"]),
        weak=frozenset(noise["weak"]),
        audience=frozenset(noise["audience"]),
        batch=frozenset(noise["batch"]),
        year=frozenset(noise["year"]),
        months=frozenset(noise["months"]),
        place_marks=frozenset(places["marks"]),
        places=_phrases(places["names"]),
        providers=_phrases(words["providers"]["names"]),
        level_marks=frozenset(levels["marks"]),
        grades=frozenset(levels["grades"]),
        not_levels=frozenset(levels["not_levels"]),
        regulations=frozenset(words["regulations"]["marks"]),
        phrases=_phrases(words["keep"]["phrases"]),
        contrasts=_phrases(words["contrasts"]["phrases"]),
    )


@cache
def read_words(name: str) -> dict[str, Any]:
    """Return one of this folder's TOML files; callers must not change it."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def all_words() -> frozenset[str]:
    """Return every word of the shipped files: the lexicon that typing errors are held against."""
    found: set[str] = set()
    for name in ("abbreviations", "words", "concepts", "programmes"):
        _collect(read_words(name), found)
    return frozenset(found)


def _abbreviations() -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for group in read_words("abbreviations")["group"]:
        for short, long in group["words"].items():
            meanings = [long] if isinstance(long, str) else long
            found[tuple(short.split())] = tuple(meanings)
    return found


def _phrases(texts: list[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(text.split()) for text in texts)


def _collect(value: object, found: set[str]) -> None:
    """Add the words of every key and text, but not of sources and notes."""
    if isinstance(value, str):
        found.update(value.lower().replace("-", " ").split())
    elif isinstance(value, list):
        for part in value:
            _collect(part, found)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key not in {"source", "sure", "topic"}:
                found.update(key.lower().split())
                _collect(part, found)
