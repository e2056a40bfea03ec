"""What a course's name says: subject, kind, level, regulation, hours; and what is only noise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from features.catalogue.lexicon import count_words, find_corrections
from features.catalogue.stemming import stem
from features.catalogue.tokens import (
    choose_meanings,
    join_e,
    learn_abbreviations,
    longest_at,
    replace_phrases,
    split_words,
)
from features.catalogue.vocabulary import Vocabulary, all_words, load_vocabulary

_ROMAN = re.compile(r"(?=[ivxlcdm])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_HOURS = re.compile(r"(\d{1,4}) ?(?:jp|jpl|jampel|jam(?: pelajaran| pelatihan)?)\b")
_DAYS = re.compile(r"(?:(\d{1,3}) |(?<=\bse))hari\b")
_NUMBER = re.compile(r"(?:(?:nomor|no) )?(\d{1,3})(?:(?:/| (?:tahun|thn|th) )((?:19|20)\d\d))?")
_HOURS_NOISE = frozenset({"pola", "selama", "durasi", "jp"})
_LEADING = frozenset({"peserta", "kegiatan", "program", "sertifikat", "mengikuti", "pelaksanaan"})
_ONLY_FIRST = frozenset({"coaching", "examination"})  # behind another kind they are the subject
WORDS_TO_NUMBER = 6
"""Words between *Peraturan* and its number at most."""


@dataclass(frozen=True)
class CourseName:
    """A course's name, understood.

    Attributes
    ----------
    text : str
        As written.
    words : tuple of str
        Words of its subject, spelled out, each once, in order.
    aside : frozenset of str
        Those of them that only say for whom the course is.
    kinds : frozenset of str
        Kinds of learning it says (`words.toml`); empty: none.
    levels : frozenset of str
        Level: a number, a letter or a grade; empty: none.
    regulations : frozenset of str
        Numbers of regulations, as ``12/2021`` or ``12``.
    jp, days : float or None
        Hours and days that it states.
    noise : tuple of str
        What was left out, as evidence.
    spelled : tuple of (str, str)
        What was replaced by what, as evidence.
    """

    text: str
    words: tuple[str, ...]
    aside: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    regulations: frozenset[str] = frozenset()
    jp: float | None = None
    days: float | None = None
    noise: tuple[str, ...] = ()
    spelled: tuple[tuple[str, str], ...] = ()

    @property
    def stems(self) -> tuple[str, ...]:
        """Its words without affixes, each once."""
        return tuple(dict.fromkeys(stem(word) for word in self.words))

    @property
    def key(self) -> tuple[object, ...]:
        """What two names must share to be the same without any doubt."""
        return (frozenset(self.stems), self.kinds, self.levels, self.regulations)


@dataclass
class _Parts:
    """A name's words while they are sorted out."""

    words: list[str]
    noise: list[str] = field(default_factory=list)
    levels: set[str] = field(default_factory=set)
    regulations: set[str] = field(default_factory=set)


class NameReader:
    """Reads course names by the vocabulary and by what the catalogue itself teaches.

    Parameters
    ----------
    names : iterable of str
        The whole catalogue: abbreviations that it spells out and its frequent words count as known.
    known : iterable of str
        More words that are right, such as those of the competency dictionary.
    use_vocabulary : bool, default=True
        Whether the shipped abbreviations are used; without them only the catalogue teaches.

    Examples
    --------
    >>> read = NameReader([]).read("BIMTEK PBJ Tk. Dasar Angk. III Thn 2021 Kota Gorontalo 40 JP")
    >>> read.words, sorted(read.kinds), sorted(read.levels), read.jp
    (('pengadaan', 'barang', 'jasa'), ['training'], ['dasar'], 40.0)
    """

    def __init__(
        self, names: Iterable[str], *, known: Iterable[str] = (), use_vocabulary: bool = True
    ) -> None:
        names = list(names)
        self._vocabulary = load_vocabulary()
        shipped = self._vocabulary.abbreviations if use_vocabulary else {}
        split = [split_words(name) for name in names]
        self._abbreviations = learn_abbreviations(names) | choose_meanings(shipped, split)
        lexicon = {part for word in known for part in split_words(word)} | all_words()
        self._corrections = find_corrections(count_words(split), lexicon)

    def read(self, text: str) -> CourseName:
        """Return what a name says."""
        words, spelled = self._spell_out(split_words(text))
        words, jp, days = _take_lengths(words)
        parts = _Parts(words)
        for step in (_take_regulations, _take_levels, _take_batches, _take_years, _take_numerals):
            step(parts, self._vocabulary)
        kinds, rest = _take_kinds(parts.words, self._vocabulary)
        parts.words = rest
        _take_grades(parts, self._vocabulary)
        _take_places(parts, self._vocabulary)
        kept, aside = _without_stop_words(parts.words, self._vocabulary)
        return CourseName(
            text=text,
            words=tuple(kept or dict.fromkeys(w for w in words if not w.isdigit())),
            aside=frozenset(aside),
            kinds=frozenset(kinds),
            levels=frozenset(parts.levels),
            regulations=frozenset(parts.regulations),
            jp=jp,
            days=days,
            noise=tuple(parts.noise),
            spelled=tuple(spelled),
        )

    def _spell_out(self, words: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
        spelled = [(word, self._corrections[word]) for word in words if word in self._corrections]
        words = [self._corrections.get(word, word) for word in words]
        for _ in range(2):  # what an abbreviation stands for may hold another
            words, replaced = replace_phrases(words, self._abbreviations)
            spelled += [pair for pair in replaced if pair not in spelled]
        return _join_phrases(words, self._vocabulary), spelled


def number_of(word: str) -> int | None:
    """Return the value of a Roman or Arabic number under 400, else none.

    >>> number_of("xiv"), number_of("7"), number_of("mix")
    (14, 7, None)
    """
    if word.isdigit():
        return int(word)
    if not _ROMAN.match(word):
        return None
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[c] for c in word]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))


def _join_phrases(words: list[str], vocabulary: Vocabulary) -> list[str]:
    table: Mapping[tuple[str, ...], tuple[str, ...]] = {
        phrase: ("_".join(phrase),) for phrase in vocabulary.phrases
    }
    return replace_phrases(words, table)[0]


def _take_lengths(words: list[str]) -> tuple[list[str], float | None, float | None]:
    text = " ".join(words)
    hours, days = _HOURS.search(text), _DAYS.search(text)
    rest = _DAYS.sub(" ", _HOURS.sub(" ", text)) if hours or days else text
    n_days = float(days[1] or 1) if days else None
    left = [w for w in rest.split() if not ((hours and w in _HOURS_NOISE) or (days and w == "se"))]
    return left, float(hours[1]) if hours else None, n_days


def _take_regulations(parts: _Parts, vocabulary: Vocabulary) -> None:
    text = " ".join(parts.words)
    marks = "|".join(sorted(vocabulary.regulations))
    pattern = rf"\b(?:{marks})((?: [a-z_]+){{0,{WORDS_TO_NUMBER}}}?) {_NUMBER.pattern}\b"
    while (found := re.search(pattern, text)) is not None:
        number, year = found[2], found[3]
        parts.regulations.add(f"{int(number)}/{year}" if year else str(int(number)))
        between = re.sub(r"\b(?:nomor|no)$", "", found[1]).rstrip()
        text = text[: found.start()] + found[0].split()[0] + between + text[found.end() :]
    parts.words = text.split()


def _take_levels(parts: _Parts, vocabulary: Vocabulary) -> None:
    """Take a number or letter after a word such as *Tingkat*."""
    out: list[str] = []
    at = 0
    while at < len(parts.words):
        word, after = parts.words[at], parts.words[at + 1 : at + 2]
        value = _level_value(after[0]) if word in vocabulary.level_marks and after else None
        if value is not None:
            parts.levels.add(value)
            at += 2
            continue
        if word not in vocabulary.level_marks:
            out.append(word)
        at += 1
    parts.words = out


def _level_value(word: str) -> str | None:
    if len(word) == 1 and word.isalpha() and word not in "ivx":
        return word
    number = number_of(word)
    return None if number is None else str(number)


def _take_batches(parts: _Parts, vocabulary: Vocabulary) -> None:
    def is_run(word: str) -> bool:
        return number_of(word) is not None or len(word) == 1

    _drop_marked(parts, vocabulary.batch, is_run)


def _take_years(parts: _Parts, vocabulary: Vocabulary) -> None:
    text = " ".join(parts.words)
    marks = "|".join(sorted(vocabulary.year, key=len, reverse=True))
    months = "|".join(sorted(vocabulary.months, key=len, reverse=True))
    dates = rf"\b(?:\d{{1,2}} )*(?:{months})(?= (?:{_YEAR.pattern}|\d{{1,2}}\b|$))"
    for pattern in (dates, rf"\b(?:(?:{marks}) )?{_YEAR.pattern}\b"):
        parts.noise += [found.strip() for found in re.findall(pattern, text)]
        text = re.sub(pattern, " ", text)
    parts.words = text.split()


def _take_numerals(parts: _Parts, _vocabulary: Vocabulary) -> None:
    """Take bare numbers: a small one is a level (Diklatpim III), a large one says nothing."""
    out: list[str] = []
    for word in parts.words:
        number = number_of(word) if re.fullmatch(r"[ivx]+|\d+", word) else None
        if number is None:
            out.append(word)
        elif number <= 10 and out:
            parts.levels.add(str(number))
        else:
            parts.noise.append(word)
    parts.words = out


def _drop_marked(parts: _Parts, marks: frozenset[str], follows: Callable[[str], bool]) -> None:
    out: list[str] = []
    at = 0
    while at < len(parts.words):
        word, after = parts.words[at], parts.words[at + 1 : at + 2]
        if word in marks and after and follows(after[0]):
            parts.noise.append(f"{word} {after[0]}")
            at += 2
            continue
        out.append(word)
        at += 1
    parts.words = out


def _take_kinds(words: list[str], vocabulary: Vocabulary) -> tuple[set[str], list[str]]:
    kinds: set[str] = set()
    phrases = {tuple(join_e(" ".join(p)).split()): kind for p, kind in vocabulary.kinds.items()}
    at = 0
    while at < len(words):
        phrase = longest_at(words, at, phrases)
        later = kinds and phrase is not None and phrases[phrase] in _ONLY_FIRST
        if phrase is not None and not later and (at + len(phrase) < len(words) or not kinds):
            kinds.add(phrases[phrase])
            at += len(phrase)
        elif words[at] in vocabulary.stop or (words[at] in _LEADING and not kinds):
            at += 1
        else:
            break
    return _one_kind(kinds), words[at:]


def _one_kind(kinds: set[str]) -> set[str]:
    """Leave out *training* beside a training of trainers or an e-learning course."""
    return kinds - {"training"} if kinds & {"trainers", "e-learning"} else kinds


def _take_grades(parts: _Parts, vocabulary: Vocabulary) -> None:
    out: list[str] = []
    found: set[str] = set()
    for at, word in enumerate(parts.words):
        before = parts.words[at - 1] if at else ""
        after = parts.words[at + 1] if at + 1 < len(parts.words) else ""
        phrases = {f"{before} {word}", f"{word} {after}"}
        if word in vocabulary.grades and not phrases & vocabulary.not_levels:
            found.add(word)
        else:
            out.append(word)
    ranks = {"pertama", "muda", "madya", "utama"}
    parts.levels |= found - {"ahli"} if found & ranks else found
    parts.words = out


def _take_places(parts: _Parts, vocabulary: Vocabulary) -> None:
    """Leave out places and providers, unless nothing else would remain."""
    out: list[str] = []
    noise: list[str] = []
    at = 0
    while at < len(parts.words):
        phrase = longest_at(parts.words, at, vocabulary.places | vocabulary.providers)
        if phrase is not None:
            noise.append(" ".join(phrase))
            at += len(phrase)
        elif parts.words[at] in vocabulary.place_marks:
            at += 1
        else:
            out.append(parts.words[at])
            at += 1
    if out:
        parts.words = out
        parts.noise += noise


def _without_stop_words(words: list[str], vocabulary: Vocabulary) -> tuple[list[str], set[str]]:
    first = next((i for i, word in enumerate(words) if word in vocabulary.audience), len(words))
    kept = dict.fromkeys(w for w in words if w not in vocabulary.stop | vocabulary.audience)
    before = {w for w in words[:first]}
    return list(kept), {w for w in kept if w not in before} if first else set()
