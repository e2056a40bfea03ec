"""What each file of an export is about, and how files hang together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from features.sources.place import strip_ending
from features.sources.suggest.roles import (
    PERSON_NUMBERS,
    PERSON_ROLES,
    Match,
    Matches,
    match_roles,
    person_numbers,
)
from features.sources.suggest.shapes import SourceFile, included
from features.sources.suggest.words import likeness, load_data, meanings

LEAST = 0.42
"""Below this sureness a file is about nothing that we know."""
_EITHER = {
    "@course": ("course_id", "course_title"),
    "@unit": ("unit_id", "unit_name"),
    "@person": PERSON_NUMBERS,
}
_JOINED = 0.8
"""From this share of values on, a column holds the keys of another file."""


@dataclass(frozen=True)
class About:
    """A file, what it is about, and which columns play which role."""

    file: SourceFile
    topic: str
    sureness: float
    matches: Matches

    @property
    def rule(self) -> Mapping[str, Any]:
        """The topic's part of ``topics.toml``."""
        return load_data("topics")[self.topic]


def find_topics(files: Sequence[SourceFile]) -> list[About]:
    """Return what each file is about; files about nothing known are left out.

    The people's file comes first, because columns of other files that hold its keys are then known
    as such.
    """
    people = [best for file in files if (best := _best(file, ["personnel"], {}))]
    people.sort(key=lambda one: (-one.sureness, -len(one.file.frame)))
    main = people[:1]
    keys = person_numbers(main[0].matches) if main else []
    names = main[0].matches.get("person_name", []) if main else []
    others = [
        about
        for file in files
        if not main or file is not main[0].file
        if (about := _other(file, keys, names))
    ]
    return main + others


def _other(file: SourceFile, keys: list[Match], names: list[Match]) -> About | None:
    joined = _joined(file, keys)
    topics = [topic for topic in load_data("topics") if topic != "personnel"]
    taken = {match.column.name: match.role for match in [*_joined(file, names), *joined]}
    best = _best(file, topics, taken)
    if not best or not keys:
        return best
    kinds = {match.role for match in keys}
    numbers = {m.role: [m] for m in joined}  # of the others, those that lead to nobody are none
    matches = {
        role: numbers.get(role, found)
        for role, found in best.matches.items()
        if role not in PERSON_NUMBERS or role in numbers or role not in kinds
    }
    matches = {r: m for r, m in matches.items() if r != "employee_no" or r in numbers}
    return replace(best, matches=matches)


def _joined(file: SourceFile, keys: list[Match]) -> list[Match]:
    """Return the columns that hold numbers of the people's file."""
    found: list[Match] = []
    for key in keys:
        shares = [
            (included(column, key.column), likeness(column.means, _names(key.role)), column)
            for column in file.columns.values()
        ]
        usable = [
            (share, name, column)
            for share, name, column in shares
            if share >= _JOINED and (name > 0.3 or len(column.distinct) >= 5)
        ]
        usable = [one for one in usable if not _about_another(one[2].means)]
        if usable:
            share, name, column = max(usable, key=lambda one: (one[1], one[0]))
            if name > 0.3 or key.role != "employee_no":
                why = f"{share:.0%} of its values stand in {key.column.name} of {key.column.file}"
                sureness = min(0.98, 0.55 + 0.25 * share + 0.2 * name)
                found.append(Match(key.role, column, sureness, why))
    return found


def _names(role: str) -> list[str]:
    return load_data("roles")[role]["names"]


def _about_another(means: Sequence[str]) -> bool:
    return bool({"rater", "superior"} & set(means)) and "rated" not in means


def _best(file: SourceFile, topics: Sequence[str], taken: Mapping[str, str]) -> About | None:
    found = [one for topic in topics if (one := _judge(file, topic, taken))]
    best = max(found, key=lambda one: one.sureness, default=None)
    return best if best and best.sureness >= LEAST else None


def _judge(file: SourceFile, topic: str, taken: Mapping[str, str]) -> About | None:
    rule = load_data("topics")[topic]
    matches = match_roles(file, _roles(topic), taken)
    needs = [_strongest(need, matches) for need in rule["needs"]]
    if min(needs) == 0:
        return None
    if rule.get("one_row_a_person") and not any(
        match.column.is_unique for match in person_numbers(matches)
    ):
        return None
    named = likeness(meanings(strip_ending(_own_name(file.name))), rule["file"])
    others = [one for role, found in matches.items() for one in found if role not in PERSON_ROLES]
    filled = min(1.0, sum(one.sureness for one in others) / 5)
    sureness = 0.45 * sum(needs) / len(needs) + 0.3 * named + 0.25 * filled
    return About(file, topic, min(0.98, sureness), matches)


def _strongest(need: str, matches: Matches) -> float:
    roles = [
        role for part in need.split(" | ") for role in _EITHER.get(part, (part,)) if role in matches
    ]
    return max((matches[role][0].sureness for role in roles), default=0.0)


@cache
def _roles(topic: str) -> tuple[str, ...]:
    """Return every role that a topic knows."""
    rule = load_data("topics")[topic]
    texts = [text for columns in rule["tables"].values() for text in columns.values()]
    texts = [*rule["needs"], *(text for text in texts if isinstance(text, str))]
    parts = [part for text in texts for part in text.split(" | ") if not part.startswith("=")]
    named = [re.split("[!~]", part)[0] for part in parts]
    roles = [one for name in named for one in _either(name)]
    people = PERSON_ROLES if topic == "personnel" else PERSON_NUMBERS
    people = () if rule.get("nobody") else people
    return tuple(dict.fromkeys([*roles, *people]))


def _either(name: str) -> tuple[str, ...]:
    if name == "@post":
        return ("post_id", "post_title")
    return () if name == "@instrument" else _EITHER.get(name, (name,))


def _own_name(name: str) -> str:
    return name.rsplit("/", 1)[-1]
