"""A course name as words: case, signs and abbreviations made alike."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

_HYPHENED = re.compile(r"\be-(?=[a-z]{3})")
_SIGNS = re.compile(r"[^\w/]+")
_SLASH = re.compile(r"(?<!\d)/|/(?!\d)")
JOINED_E = "e_"
LONGEST = 6
"""Words in the longest abbreviation or spelled-out phrase that is looked for."""


def split_words(text: str) -> list[str]:
    """Return a name's words in lower case; only figures keep their slash, and *e-* its word.

    >>> split_words("BIMTEK E-Purchasing Barang/Jasa (PP No.12/2021) & SOP")
    ['bimtek', 'e_purchasing', 'barang', 'jasa', 'pp', 'no', '12/2021', 'dan', 'sop']
    """
    text = unicodedata.normalize("NFKC", text).lower().replace("&", " dan ")
    text = _HYPHENED.sub(JOINED_E, text)
    return _SIGNS.sub(" ", _SLASH.sub(" ", text)).split()


def join_e(text: str) -> str:
    """Return a phrase of the vocabulary as `split_words` writes it."""
    return _HYPHENED.sub(JOINED_E, text)


def replace_phrases(
    words: list[str], table: Mapping[tuple[str, ...], tuple[str, ...]]
) -> tuple[list[str], list[tuple[str, str]]]:
    """Replace phrases, the longest first; return the words and what was replaced by what.

    >>> replace_phrases(["diklat", "pbj"], {("pbj",): ("pengadaan", "barang")})
    (['diklat', 'pengadaan', 'barang'], [('pbj', 'pengadaan barang')])
    """
    out: list[str] = []
    replaced: list[tuple[str, str]] = []
    at = 0
    while at < len(words):
        phrase = longest_at(words, at, table)
        if phrase is None:
            out.append(words[at])
            at += 1
            continue
        out += table[phrase]
        replaced.append((" ".join(phrase), " ".join(table[phrase])))
        at += len(phrase)
    return out, replaced


def longest_at(
    words: list[str], at: int, phrases: Iterable[tuple[str, ...]] | Mapping[tuple[str, ...], object]
) -> tuple[str, ...] | None:
    """Return the longest of the phrases (a set or mapping) that starts at a position, if any."""
    for length in range(min(LONGEST, len(words) - at), 0, -1):
        phrase = tuple(words[at : at + length])
        if phrase in phrases:
            return phrase
    return None


def learn_abbreviations(names: Iterable[str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return abbreviations that the names themselves spell out: *Rencana Umum Kota (RUK)*.

    Only initials in the right order count, and only where no other name spells them otherwise.
    """
    found: dict[str, Counter[tuple[str, ...]]] = {}
    for name in names:
        for match in re.finditer(r"\(([A-Z]{3,8})\)", name):
            short = match[1].lower()
            before = split_words(name[: match.start()])
            long = tuple(before[-len(short) :])
            if len(long) == len(short) and all(w[0] == s for w, s in zip(long, short, strict=True)):
                found.setdefault(short, Counter())[long] += 1
    return {(short,): next(iter(longs)) for short, longs in found.items() if len(longs) == 1}


def choose_meanings(
    abbreviations: Mapping[tuple[str, ...], tuple[str, ...]], names: Iterable[list[str]]
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return one meaning an abbreviation: what the names spell out most often, else the first."""
    doubtful = {
        meaning: tuple(meaning.split())
        for meanings in abbreviations.values()
        if len(meanings) > 1
        for meaning in meanings
    }
    counts: Counter[str] = Counter()
    for words in names:
        text = f" {' '.join(words)} "
        counts.update(meaning for meaning in doubtful if f" {meaning} " in text)
    return {
        short: tuple(join_e(max(meanings, key=lambda m: counts[m])).split())
        for short, meanings in abbreviations.items()
    }
