"""Which column of a file plays which role: by its name and by the shape of its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from features.sources.suggest.shapes import SourceColumn, SourceFile, determines
from features.sources.suggest.words import likeness, load_data

PERSON_NUMBERS = ("pns_id", "nip", "nik", "employee_no")
PERSON_ROLES = (*PERSON_NUMBERS, "person_name", "name_front", "name_back", "birth_date")
LEAST = 0.45
"""Below this sureness a column does not play a role."""
SUREST = 0.98
_LEAST_FIT = 0.5
_BY_SHAPE_ALONE = {"nip": 0.85, "nik": 0.75, "values": 0.55, "grade": 0.55, "uuid": 0.5}
"""How sure a shape that hardly anything else has makes of a role, whatever the name."""
_PAIRS = (("unit_id", "unit_name"), ("post_id", "post_title"), ("course_id", "course_title"))


@dataclass(frozen=True)
class Match:
    """A column in a role, how sure that is (0-1), and why."""

    role: str
    column: SourceColumn
    sureness: float
    why: str


Matches = Mapping[str, list[Match]]
"""Matches by role; several only where a role may be played by several columns."""


def match_roles(file: SourceFile, roles: Iterable[str], taken: Mapping[str, str]) -> Matches:
    """Give each role the column that plays it most surely; no column plays two.

    Parameters
    ----------
    taken : mapping of str to str
        Columns whose role is known already.
    """
    known = load_data("roles")
    candidates = [
        match
        for role in roles
        for column in file.columns.values()
        if taken.get(column.name, role) == role
        and (match := judge(column, role, known[role])).sureness >= LEAST
    ]
    candidates.sort(key=lambda match: -match.sureness)
    found: dict[str, list[Match]] = {}
    used: set[str] = set()
    for match in candidates:
        several = known[match.role].get("several", False)
        if match.column.name in used or (match.role in found and not several):
            continue
        found.setdefault(match.role, []).append(match)
        used.add(match.column.name)
    return _consistent(file, _own_numbers(found))


def judge(column: SourceColumn, role: str, rule: Mapping[str, list[str]]) -> Match:
    """Return how surely a column plays a role.

    The name's and the values' evidence count as if independent: each leaves a doubt, and the doubts
    multiply. Values that do not fit refute any name.
    """
    shape = str(rule["shape"])
    name, fit = likeness(column.means, rule["names"]), column.fit(shape)
    if fit < _LEAST_FIT:
        return Match(role, column, 0, "its values do not fit")
    alone = _alone(column, shape) * fit
    by_name = 0.97 * name * (0.5 + 0.5 * fit)
    sureness = min(SUREST, 1 - (1 - by_name) * (1 - alone))
    return Match(role, column, sureness, _why(column, shape, name, fit))


def person_numbers(matches: Matches) -> list[Match]:
    """Return the columns that say who is meant."""
    return [match for kind in PERSON_NUMBERS for match in matches.get(kind, [])]


def _alone(column: SourceColumn, shape: str) -> float:
    kind, _, subject = shape.partition(":")
    if column.texts.is_empty() or kind not in _BY_SHAPE_ALONE:
        return 0
    if kind == "values" and len(set(column.translated(subject).values.values())) < 2:
        return 0
    return _BY_SHAPE_ALONE[kind]


def _why(column: SourceColumn, shape: str, name: float, fit: float) -> str:
    called = "its name says so" if name > 0.9 else "its name may say so" if name > 0.5 else ""
    if column.texts.is_empty():
        return f"{called or 'by its place'}; it is empty"
    return "; ".join(part for part in (called, _say_fit(column, shape, fit)) if part)


def _say_fit(column: SourceColumn, shape: str, fit: float) -> str:
    kind, *limits = shape.split(":")
    if kind in ("date", "birth"):
        return f"{fit:.0%} dates {' or '.join(map(_spell_format, column.dates.formats))}"
    if kind == "number":
        return f"{fit:.0%} numbers from {float(limits[0]):g} to {float(limits[1]):g}"
    return f"{fit:.0%} " + {
        "nip": "numbers of 18 digits", "nik": "numbers of 16 digits", "uuid": "UUIDs",
        "values": f"known words for {limits[0] if limits else ''}".replace("_", " "),
        "grade": "grades", "year": "years", "yesno": "yes or no", "money": "amounts",
        "name": "names", "words": "words", "key": "keys", "code": "codes",
    }[kind]  # fmt: skip


def _spell_format(one: str) -> str:
    for code, text in {"%d": "dd", "%m": "mm", "%Y": "yyyy", "%b": "mon", "%B": "month"}.items():
        one = one.replace(code, text)
    return one


def _own_numbers(found: dict[str, list[Match]]) -> dict[str, list[Match]]:
    """Leave out a weak employee number beside a stronger number of the person."""
    weak = found.get("employee_no", [])
    stronger = [m for kind in ("pns_id", "nip") for m in found.get(kind, [])]
    if weak and stronger and (weak[0].sureness < 0.75 or weak[0].column.counts_rows):
        return {role: matches for role, matches in found.items() if role != "employee_no"}
    return found


def _consistent(file: SourceFile, found: dict[str, list[Match]]) -> dict[str, list[Match]]:
    """Leave out a key or a name that do not belong together."""
    for key, value in _PAIRS:
        if key in found and value in found:
            left, right = found[key][0], found[value][0]
            if not determines(file, left.column.name, right.column.name):
                del found[key if left.sureness < right.sureness else value]
    return found
