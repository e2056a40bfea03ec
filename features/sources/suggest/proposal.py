"""From what files are about to the rules of a mapping, each with how sure it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from features.schema import BY_NAME, TABLES
from features.sources.spelling import fold_text
from features.sources.suggest.dates import agree, read_alike, settle
from features.sources.suggest.roles import PERSON_NUMBERS, Match
from features.sources.suggest.shapes import SourceFile, included
from features.sources.suggest.topics import About
from features.sources.suggest.words import load_data, meanings

SURE_ENOUGH = 0.5
"""Lines below this sureness are written as comments."""
_LISTS = {"units": "unit_list", "posts": "post_list", "courses": "catalogue"}
_TITLES = {"units": ("unit_id", "unit_name", "name"), "posts": ("post_id", "post_title", "title"),
           "courses": ("course_id", "course_title", "title")}  # fmt: skip
_WAYS: dict[str, dict[str, Any]] = {
    "slug": {"slug": True},
    "year_end": {"year_end": True},
    "year_of_date": {"year_of_date": True},
    "times5": {"multiply": 5.0},
}


@dataclass(frozen=True)
class Line:
    """One line of a mapping: a canonical column (or kind of personal number) and its rule."""

    name: str
    rule: dict[str, Any]
    sureness: float
    why: str

    @property
    def is_sure(self) -> bool:
        """Whether it is written as it is, and not as a comment."""
        return self.sureness >= SURE_ENOUGH


@dataclass(frozen=True)
class Block:
    """One ``[[table]]`` of a mapping."""

    into: str
    file: str
    lines: list[Line]
    about: str
    sureness: float
    options: dict[str, bool] = field(default_factory=dict)

    @property
    def lacking(self) -> list[str]:
        """Columns that the table must have and that no line gives surely enough."""
        sure = {line.name for line in self.lines if line.is_sure}
        table = BY_NAME[self.into]
        return [
            c.name
            for c in table.all_columns
            if not c.nullable and c.name not in sure and c.name != "employee_id"
            and not (c.name == "valid_from" and table.standing)
        ]  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """A mapping as it is proposed."""

    date_formats: tuple[str, ...]
    person: list[Line]
    blocks: list[Block]
    unused: dict[str, list[str]]
    """Columns that nothing reads, by file."""
    unknown: dict[str, list[str]]
    """Columns of files about nothing known, by file."""


def propose(files: Sequence[SourceFile], topics: Sequence[About]) -> Proposal:
    """Propose a mapping for files of which we know what they are about."""
    maker = _Maker(topics)
    blocks = [
        block
        for about in topics
        for into, columns in about.rule["tables"].items()
        for block in maker.blocks(about, into, columns)
    ]
    blocks += maker.people_without_list(blocks)
    order = [table.name for table in TABLES]
    blocks.sort(key=lambda block: (order.index(block.into), bool(block.options)))
    blocks = list({(b.into, b.file, str([x.rule for x in b.lines])): b for b in blocks}.values())
    known = {about.file.name for about in topics}
    return Proposal(
        maker.date_formats or ("%d-%m-%Y",),
        maker.person(),
        blocks,
        {a.file.name: _unused(a.file, blocks, maker.person()) for a in topics},
        {file.name: list(file.columns) for file in files if file.name not in known},
    )


class _Maker:
    """Makes rules from roles; knows which lists the export has and how its dates are written."""

    def __init__(self, topics: Sequence[About]) -> None:
        self._topics = topics
        self._lists = {
            table: [a for a in topics if a.topic == topic] for table, topic in _LISTS.items()
        }
        self._has_post_history = any(about.topic == "post_history" for about in topics)
        shapes = {role: rule["shape"] for role, rule in load_data("roles").items()}
        self.date_formats = agree(
            match.column.dates
            for about in topics
            for matches in about.matches.values()
            for match in matches
            if shapes[match.role] in ("date", "birth") and match.column.dates.share
        )

    def blocks(self, about: About, into: str, columns: dict[str, Any]) -> list[Block]:
        """Return the rules by which a file fills a table; none where its main column is missing."""
        options = {"distinct": True} if columns.get("distinct") else {}
        if columns.get("without_list") and self._lists.get(into):
            return []
        if into == "employments" and about.topic == "personnel" and self._has_post_history:
            options = {"distinct": True}
        main, *_ = texts = {k: v for k, v in columns.items() if isinstance(v, str)}
        lines = {name: self._lines(about, name, into, text) for name, text in texts.items()}
        if not self._is_worth_it(into, lines, main):
            return []
        return [
            Block(
                into,
                about.file.pattern,
                [found[min(i, len(found) - 1)] for found in lines.values() if found],
                about.topic.replace("_", " "),
                about.sureness,
                options,
            )
            for i in range(max(1, len(lines[main])))
        ]

    def _is_worth_it(self, into: str, lines: dict[str, list[Line]], main: str) -> bool:
        """Return whether a file says enough of a table to fill it, or to ask for the rest."""
        if into == "employees":
            return True
        free = all(c.nullable for c in BY_NAME[into].columns if c.name != "employee_id")
        told = [line for found in lines.values() for line in found] if free else lines[main]
        return any(line.is_sure and "const" not in line.rule for line in told)

    def person(self) -> list[Line]:
        """Return who is meant and how they are called, over all files."""
        lines: list[Line] = []
        for kind in PERSON_NUMBERS:
            matches = [m for a in self._topics for m in a.matches.get(kind, [])]
            lines += _merged(
                kind, sorted(matches, key=lambda m: meanings(m.column.name) == ("id",))
            )
        main = self._topics[0].matches if self._topics else {}
        names = [m for r in ("name_front", "person_name", "name_back") for m in main.get(r, [])]
        if names and self._topics[0].topic == "personnel":
            lines += _merged("name", names)
            lines += _merged("birth_date", main.get("birth_date", []))
        return lines

    def people_without_list(self, blocks: Sequence[Block]) -> list[Block]:
        """Return people of the file that names most, where the export has no file of people."""
        named = [a for a in self._topics if any(a.matches.get(k) for k in PERSON_NUMBERS)]
        if any(block.into == "employees" for block in blocks) or not named:
            return []
        about = max(named, key=lambda a: _n_people(a))
        why = "no file lists the people; this one names the most"
        line = Line("employment_type", {"const": "other"}, SURE_ENOUGH, why)
        return [Block("employees", about.file.pattern, [line], about.topic, SURE_ENOUGH,
                      {"distinct": True})]  # fmt: skip

    def _lines(self, about: About, name: str, into: str, text: str) -> list[Line]:
        """Return the line of a canonical column by the first role that is played."""
        for part in text.split(" | "):
            found = self._part(about, name, into, part)
            if found:
                return found
        return []

    def _part(self, about: About, name: str, into: str, part: str) -> list[Line]:
        role, _, doubt = part.partition("~")
        if role.startswith("="):
            why = "no column says it" + ("; a guess" if float(doubt) < SURE_ENOUGH else "")
            return [Line(name, {"const": role[1:]}, float(doubt), why)]
        if role == "@instrument":
            return [_instrument(match) for match in about.matches.get("survey_score", [])]
        if role.startswith("@"):
            return self._key(about, name, role[1:] + "s")
        role, _, way = role.partition("!")
        return [
            self._line(about, name, into, match, way, float(doubt or 1))
            for match in about.matches.get(role, [])
        ]

    def _line(
        self, about: About, name: str, into: str, match: Match, way: str, sureness: float
    ) -> Line:
        rule: dict[str, Any] = {"from": match.column.name, **_WAYS.get(way, {})}
        shape = str(load_data("roles")[match.role]["shape"])
        why = match.why
        if shape.startswith("values:"):
            translated = match.column.translated(shape.partition(":")[2])
            rule |= {"first_word": True} if translated.first_word else {}
            if translated.first_word or not _is_plain(into, name, translated.values):
                rule["values"] = dict(translated.values)
            if translated.unknown:
                why += f"; not understood, add them to values: {', '.join(translated.unknown[:5])}"
        elif shape == "money" and match.column.fit("grouped") > 0:
            rule["thousands"] = "."
        elif shape in ("date", "birth") and match.column.dates.share:
            rule |= self._formats(match)
            why += "; day and month may be swapped" * match.column.dates.doubtful
        sureness *= match.sureness * (0.7 + 0.3 * about.sureness)
        return Line(name, rule, sureness * (0.75 if way == "times5" else 1), why)

    def _formats(self, match: Match) -> dict[str, Any]:
        dates = settle(match.column.dates, self.date_formats)
        alike = read_alike(dates, self.date_formats)
        return {} if alike else {"date_formats": list(dates.formats)}

    def _key(self, about: About, name: str, table: str) -> list[Line]:
        """Return the key of a unit, post or course: its own, or looked up by its name."""
        key_role, title_role, title = _TITLES[table]
        keys, titles = about.matches.get(key_role, []), about.matches.get(title_role, [])
        lookup = {"lookup": f"{table}.{title}"}
        known = self._known_share(table, keys)
        if keys and (known is None or known >= 0.5) and not (titles and known == 0):
            line = self._line(about, name, table, keys[0], "", 1)
            joined = "" if known is None else f"; {known:.0%} of them stand in the list"
            return [Line(name, line.rule, line.sureness, line.why + joined)]
        if not titles:
            return []
        line = self._line(about, name, table, titles[0], "", 1)
        rule = {"from": line.rule["from"], **lookup}
        return [Line(name, rule, line.sureness, f"{line.why}; looked up by name")]

    def _known_share(self, table: str, keys: list[Match]) -> float | None:
        """Return which share of the keys stands in the list, or none where there is no list."""
        lists = [m for a in self._lists[table] for m in a.matches.get(_TITLES[table][0], [])]
        if not lists or not keys:
            return None
        return max(included(keys[0].column, match.column) for match in lists)


def _merged(kind: str, matches: Sequence[Match]) -> list[Line]:
    """Return one line that names the columns of several files."""
    if not matches:
        return []
    names = list(dict.fromkeys(match.column.name for match in matches))
    best = {m.column.name: m.why for m in reversed(matches)}
    why = best[names[0]] if len(names) == 1 else "; ".join(f"{n}: {best[n]}" for n in names)
    least = min(match.sureness for match in matches)
    return [Line(kind, {"from": names if len(names) > 1 else names[0]}, least, why)]


def _instrument(match: Match) -> Line:
    """Name an instrument after its column and scale, which no other may be compared with."""
    column = match.column
    if "uwes" in fold_text(column.name).split():
        return Line("instrument", {"const": "uwes9"}, 0.8, "named after the column")
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", column.name)
    own = [word.lower() for word in words if "score" not in meanings(word)]
    numbers = column.numbers().drop_nulls()
    scale = ""
    if len(numbers) and (numbers == numbers.round()).all():
        scale = f"_{int(numbers.min())}_{int(numbers.max())}"  # pyright: ignore[reportArgumentType]
    why = "named after the column" + ("; check its scale" if scale else "")
    return Line("instrument", {"const": f"{'_'.join(own) or 'survey'}{scale}"}, 0.7, why)


def _is_plain(into: str, name: str, values: Any) -> bool:  # noqa: ANN401
    """Return whether a column's own values are the allowed ones already."""
    column = next((c for c in BY_NAME[into].all_columns if c.name == name), None)
    return bool(column and column.kind == "text" and all(k == v for k, v in values.items()))


def _unused(file: SourceFile, blocks: Sequence[Block], person: Sequence[Line]) -> list[str]:
    lines = [line for b in blocks if b.file == file.pattern for line in b.lines] + list(person)
    used: set[str] = set()
    for line in lines:
        origin = line.rule.get("from", [])
        used.update([origin] if isinstance(origin, str) else origin)
    return [name for name in file.columns if name not in used]


def _n_people(about: About) -> int:
    return max(len(m.column.distinct) for k in PERSON_NUMBERS for m in about.matches.get(k, []))
