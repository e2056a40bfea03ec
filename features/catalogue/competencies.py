"""What a course teaches, by its words: each competency scored against a name, with the reason."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from features.catalogue.names import CourseName, NameReader
from features.catalogue.programmes import find_programme
from features.catalogue.stemming import stem
from features.catalogue.tokens import split_words
from features.catalogue.vocabulary import load_vocabulary, read_words

FEATURES = ("name_words", "field_terms", "description_words")
PROGRAMME_SCORE = 0.95
TIE = 1e-9


@dataclass(frozen=True)
class Competency:
    """One entry of a competency dictionary."""

    competency_id: str
    name: str
    group: str = ""
    description: str = ""


@dataclass(frozen=True)
class Match:
    """A competency that a name points to.

    Attributes
    ----------
    competency_id : str
        Its code.
    score : float
        How likely it is right, by the words (``competency_model.toml``).
    evidence : tuple of str
        Why, in words.
    level : int or None
        Level that a known programme teaches.
    """

    competency_id: str
    score: float
    evidence: tuple[str, ...] = ()
    level: int | None = None


@dataclass(frozen=True)
class _Entry:
    competency: Competency
    name: frozenset[str]
    description: frozenset[str]
    terms: tuple[tuple[str, frozenset[str]], ...]
    """The terms of its fields, as written and without affixes."""


class CompetencyMatcher:
    """Scores the entries of a dictionary against names of courses or titles of posts.

    Parameters
    ----------
    dictionary : sequence of Competency
        Any employer's; the fields' terms (``concepts.toml``) find it by the competencies' names.
    reader : NameReader
        Spells out what the dictionary abbreviates.
    use_concepts, use_programmes : bool, default=True
        Whether the shipped terms and programmes are used.
    """

    def __init__(
        self,
        dictionary: Sequence[Competency],
        reader: NameReader,
        *,
        use_concepts: bool = True,
        use_programmes: bool = True,
    ) -> None:
        self.dictionary = tuple(dictionary)
        self._use_programmes = use_programmes
        concepts = _concepts() if use_concepts else ()
        self._entries = [_entry(competency, reader, concepts) for competency in dictionary]
        self._by_name = {entry.competency.name.casefold(): entry for entry in self._entries}
        self._rarity = _rarities(self._entries)

    def match(self, name: CourseName, k: int = 3) -> list[Match]:
        """Return the `k` likeliest competencies, best first; those that no word points to never.

        A programme known by name teaches what ``programmes.toml`` says, before all words.
        """
        by_words = [self._score(entry, name) for entry in self._entries]
        found = {match.competency_id: match for match in by_words if match.score > 0}
        for match in self._of_programme(name):
            found[match.competency_id] = match
        ranked = sorted(found.values(), key=lambda m: (-m.score, m.competency_id))
        return ranked[:k]

    def features(self, name: CourseName, competency_id: str) -> tuple[float, ...]:
        """Return `FEATURES` of one pair, each from 0 to 1."""
        entry = next(e for e in self._entries if e.competency.competency_id == competency_id)
        return self._features(entry, self._bag(name))[0]

    def _score(self, entry: _Entry, name: CourseName) -> Match:
        bag = self._bag(name)
        features, hits = self._features(entry, bag)
        if not any(features):
            return Match(entry.competency.competency_id, 0.0)
        return Match(entry.competency.competency_id, _probability(features), _evidence(hits, name))

    def _bag(self, name: CourseName) -> dict[str, float]:
        aside = {stem(word) for word in name.aside}
        weak = _weak()
        return {
            word: self._rarity.get(word, self._rarity[""])
            * (0.3 if word in weak else 1.0)
            * (0.5 if word in aside else 1.0)
            for word in (*name.stems, *name.kinds)
        }

    def _features(
        self, entry: _Entry, bag: dict[str, float]
    ) -> tuple[tuple[float, ...], dict[str, tuple[str, ...]]]:
        """Return the share of the name's weight that each text of an entry explains, and how."""
        total = sum(weight for word, weight in bag.items() if word not in _kinds()) or 1.0
        words = bag.keys()
        terms = [(text, stems) for text, stems in entry.terms if stems <= words]
        explained = frozenset[str]().union(*(stems for _, stems in terms))
        by_name, by_description = words & entry.name, words & entry.description
        shares = tuple(
            min(1.0, sum(bag[word] for word in found) / total)
            for found in (by_name, explained, by_description)
        )
        hits = {
            "name": tuple(sorted(by_name)),
            "terms": tuple(text for text, _ in terms),
            "description": tuple(sorted(by_description)),
        }
        return shares, hits

    def _of_programme(self, name: CourseName) -> list[Match]:
        programme = find_programme(name) if self._use_programmes else None
        if programme is None:
            return []
        return [
            Match(
                self._by_name[competency.casefold()].competency.competency_id,
                PROGRAMME_SCORE - TIE * at,
                (f"programme {programme.name} ({programme.sure}: {programme.source})",),
                level,
            )
            for at, (competency, level) in enumerate(programme.teaches)
            if competency.casefold() in self._by_name
        ]


def _evidence(hits: dict[str, tuple[str, ...]], name: CourseName) -> tuple[str, ...]:
    found = []
    if hits["terms"]:
        found.append(f"term of its field: {', '.join(hits['terms'])}")
    for part in ("name", "description"):
        words = [word for word in name.words if stem(word) in hits[part]]
        if words:
            found.append(f"in its {part}: {', '.join(words)}")
    return tuple(found)


def _entry(
    competency: Competency,
    reader: NameReader,
    concepts: tuple[tuple[tuple[frozenset[str], ...], tuple[tuple[str, frozenset[str]], ...]], ...],
) -> _Entry:
    name = frozenset(reader.read(competency.name).stems)
    description = (
        frozenset(reader.read(competency.description).stems)
        if competency.description
        else frozenset()
    )
    terms = [
        term for named, terms in concepts if any(words <= name for words in named) for term in terms
    ]
    return _Entry(competency, name, description - name, tuple(dict.fromkeys(terms)))


@cache
def _concepts() -> tuple[
    tuple[tuple[frozenset[str], ...], tuple[tuple[str, frozenset[str]], ...]], ...
]:
    reader = NameReader([])
    return tuple(
        (
            tuple(frozenset(reader.read(text).stems) for text in concept["named"]),
            tuple((text, _term_stems(text, reader)) for text in concept["terms"]),
        )
        for concept in read_words("concepts")["concept"]
    )


def _term_stems(text: str, reader: NameReader) -> frozenset[str]:
    """Return a term's words; one that is a kind of learning stays what it is."""
    read = reader.read(text)
    if read.kinds and len(split_words(text)) > 1:
        return frozenset(read.kinds) if read.kinds & {"trainers"} else frozenset(read.stems)
    return frozenset(read.stems)


@cache
def _weak() -> frozenset[str]:
    return frozenset(stem(word) for word in load_vocabulary().weak)


@cache
def _kinds() -> frozenset[str]:
    return frozenset(load_vocabulary().kinds.values())


def _rarities(entries: Sequence[_Entry]) -> dict[str, float]:
    """Return how much a stem tells: the fewer competencies speak of it, the more."""
    counts = Counter(
        word
        for entry in entries
        for word in entry.name | entry.description.union(*(stems for _, stems in entry.terms))
    )
    n = len(entries)
    found = {word: math.log(1 + n / count) for word, count in counts.items()}
    return found | {"": math.log(1 + n)}


def _probability(features: tuple[float, ...]) -> float:
    model = read_words("competency_model")
    logit = model["intercept"] + sum(
        model["coefficients"][name] * value for name, value in zip(FEATURES, features, strict=True)
    )
    return 1 / (1 + math.exp(-logit))
