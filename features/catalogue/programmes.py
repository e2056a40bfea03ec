"""Programmes that the whole civil service knows by name (``programmes.toml``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from features.catalogue.names import CourseName, NameReader
from features.catalogue.stemming import stem
from features.catalogue.vocabulary import read_words


@dataclass(frozen=True)
class Programme:
    """One programme.

    Attributes
    ----------
    name : str
        Its name.
    stems : frozenset of str
        What a name must hold, without affixes.
    level : str
        Level that a name must say; empty: any.
    only : bool
        Whether a name must hold nothing else.
    form : str
        Form (`features.schema.FORMS`).
    teaches : dict of str to int
        Taught level by name of the competency.
    source, sure : str
        Where that stands, and how sure it is.
    """

    name: str
    stems: frozenset[str]
    level: str
    only: bool
    form: str
    teaches: tuple[tuple[str, int], ...]
    source: str
    sure: str


@cache
def load_programmes() -> tuple[Programme, ...]:
    """Return the programmes in the order in which they are tried."""
    reader = NameReader([])
    return tuple(
        Programme(
            name=entry["name"],
            stems=frozenset(part for text in entry["words"] for part in _stems(reader.read(text))),
            level=entry.get("level_is", ""),
            only=entry.get("only", False),
            form=entry["form"],
            teaches=tuple(entry.get("teaches", {}).items()),
            source=entry["source"],
            sure=entry["sure"],
        )
        for entry in read_words("programmes")["programme"]
    )


@cache
def find_programme(name: CourseName) -> Programme | None:
    """Return the programme that a name means, if any: the first whose words and level it holds.

    Seminars on a programme, its trainers' training and e-learning about it are none.
    """
    if name.kinds - {"training"}:
        return None
    stems = _stems(name)
    return next(
        (programme for programme in load_programmes() if _fits(programme, name, stems)), None
    )


def _stems(name: CourseName) -> frozenset[str]:
    return frozenset(name.stems) | {stem(level) for level in name.levels}


def _fits(programme: Programme, name: CourseName, stems: frozenset[str]) -> bool:
    if programme.level and programme.level not in name.levels:
        return False
    return programme.stems == stems if programme.only else programme.stems <= stems
