"""Form, hours and taught level of a course, from its name and from the same course elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from features.catalogue.names import CourseName
from features.catalogue.programmes import find_programme
from features.catalogue.vocabulary import load_vocabulary, read_words
from features.standards.load import load_standard

RANKS = frozenset({"pertama", "muda", "madya", "utama", "terampil", "mahir", "penyelia", "ahli"})
"""Grades of functional posts: a course that says one is for the post, not the subject."""


@dataclass(frozen=True)
class Proposal:
    """A value, how sure it is and why."""

    value: str
    confidence: float
    evidence: str


def propose_form(name: CourseName) -> Proposal:
    """Return the form of learning (`features.schema.FORMS`) that a name says.

    >>> from features.catalogue.names import NameReader
    >>> propose_form(NameReader([]).read("Webinar SPBE")).value
    'seminar'
    """
    programme = find_programme(name)
    if programme is not None:
        return Proposal(programme.form, 0.95, f"programme {programme.name}: {programme.source}")
    if name.kinds <= {"training"} and _is_functional(name):
        return Proposal("functional", 0.85, "the name says a functional post or its grade")
    if not name.kinds:
        return Proposal("technical", 0.6, "the name says no form; most such courses are technical")
    kind = "training" if "training" in name.kinds else min(name.kinds)
    sure = 0.9 if len(name.kinds) == 1 else 0.6
    return Proposal(
        load_vocabulary().forms[kind], sure, f"the name says {' and '.join(sorted(name.kinds))}"
    )


def propose_level(name: CourseName) -> Proposal:
    """Return the level (1-5) that a course of this name is taken to teach (``levels.toml``)."""
    rules = read_words("levels")["course"]
    for level in sorted(name.levels & rules["levels"].keys(), key=lambda x: -rules["levels"][x]):
        return Proposal(str(rules["levels"][level]), 0.7, f"the name says {level}")
    for kind in sorted(name.kinds & rules["kinds"].keys()):
        return Proposal(str(rules["kinds"][kind]), 0.6, f"a course of the kind {kind}")
    return Proposal(str(rules["default"]), 0.5, "the name says no level that is known")


def propose_hours(name: CourseName, form: str, same_course: Iterable[float]) -> Proposal | None:
    """Return the training hours (JP): stated, from the days by the standard, or the usual ones.

    Parameters
    ----------
    form : str
        Form of learning: only a seminar's and a workshop's days have a standard.
    same_course : iterable of float
        Hours of the same course where other rows hold them.
    """
    if name.jp is not None:
        return Proposal(f"{name.jp:g}", 0.95, "the name states the hours")
    rule = load_standard("jp_activities")
    if name.days is not None and form in rule["jp_a_day"]:
        a_day = rule["jp_a_day"][form]["national"]
        why = f"{name.days:g} days of {a_day:g} JP ({rule['source']})"
        return Proposal(f"{name.days * a_day:g}", 0.8, why)
    hours = Counter(same_course)
    if not hours:
        return None
    usual, times = min(hours.most_common(), key=lambda pair: (-pair[1], pair[0]))
    share = times / hours.total()
    why = f"{times} of {hours.total()} runs of the course elsewhere give these hours"
    return Proposal(f"{usual:g}", round(0.5 + 0.4 * share, 2), why)


def _is_functional(name: CourseName) -> bool:
    return "fungsional" in name.words or bool(name.levels & RANKS)
