# pyright: strict
"""The two languages, and how each writes numbers."""

from __future__ import annotations

from typing import Literal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")
Words = tuple[str, str]
"""The same in Indonesian and in English."""

PREDICATES = {
    5: "Sangat Baik", 4: "Baik", 3: "Butuh Perbaikan", 2: "Kurang", 1: "Sangat Kurang",
}  # fmt: skip


def in_language(words: Words, language: Language) -> str:
    """Return the words of one language.

    >>> in_language(("unit", "unit"), "id"), in_language(("jabatan", "post"), "en")
    ('unit', 'post')
    """
    return words[0] if language == "id" else words[1]


def decimal(value: float, language: Language, places: int = 2) -> str:
    """Write a number with the language's decimal sign, and 0 without a minus.

    >>> decimal(-0.001, "en"), decimal(1234.5, "id", 1)
    ('0.00', '1234,5')
    """
    text = f"{value:.{places}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace(".", ",") if language == "id" else text


def shortest(value: float, language: Language, places: int = 1) -> str:
    """Write a number with as many decimals as it needs, at most `places`.

    >>> shortest(17.5, "id"), shortest(20.0, "id"), shortest(66.666, "en")
    ('17,5', '20', '66.7')
    """
    text = decimal(value, language, places)
    point = "," if language == "id" else "."
    return text.rstrip("0").rstrip(point) if point in text else text


def whole(value: float) -> str:
    """Write a number without decimals.

    >>> whole(12.0)
    '12'
    """
    return f"{value:.0f}"


def sentence(text: str) -> str:
    """Begin a text with a capital letter.

    >>> sentence("belum pernah diasesmen")
    'Belum pernah diasesmen'
    """
    return text[:1].upper() + text[1:]
