"""Proposals for a person to confirm: variants merged, competencies, forms and hours."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from features.catalogue.competencies import Competency, CompetencyMatcher, Match
from features.catalogue.cooccurrence import Hint, find_hints
from features.catalogue.details import propose_form, propose_hours, propose_level
from features.catalogue.grouping import CERTAIN, Decided, Groups, group_names
from features.catalogue.names import CourseName, NameReader
from features.catalogue.posts import propose_requirements
from features.catalogue.sheets import (
    COURSE_COMPETENCIES,
    COURSE_DETAILS,
    MERGES,
    POST_COMPETENCIES,
    SHEETS,
    read_sheet,
    write_sheet,
)
from features.catalogue.vocabulary import read_words
from features.records import Records

PROPOSED_A_COURSE = 3
BY_RECORDS_ALONE = 0.05
"""How likely a competency is that no word points to, before the records are asked."""

Lines = list[dict[str, object]]


@dataclass(frozen=True)
class Course:
    """A course as the records name it."""

    course_id: str
    title: str
    form: str
    jp: float | None
    enrolments: int
    hours: tuple[float, ...]
    """Hours credited to people who took it."""
    has_competencies: bool


@dataclass(frozen=True)
class Suggested:
    """What was found, by sheet.

    Attributes
    ----------
    lines : dict of str to list of dict
        Proposals by the name of the sheet.
    n_courses, n_groups : int
        Courses in the records, and how many remain if every merge is confirmed.
    """

    lines: dict[str, Lines]
    n_courses: int
    n_groups: int


def suggest(
    records: Records,
    dictionary: Sequence[Competency],
    folder: Path,
    advance: Callable[[str], None] = lambda _: None,
) -> Suggested:
    """Propose merges, competencies, forms and hours of courses, and requirements of posts.

    Parameters
    ----------
    records : Records
        Current rows as imported, as Polars frames; not modified.
    dictionary : sequence of Competency
        What courses may teach and posts require.
    folder : Path
        Where earlier decisions lie; they join or keep apart what they speak of.
    advance : callable
        Called with the name of each step.
    """
    courses = list_courses(records)
    known = [f"{c.name} {c.description}" for c in dictionary]
    reader = NameReader([course.title for course in courses], known=known)
    matcher = CompetencyMatcher(dictionary, reader)
    advance("reading names")
    read = [reader.read(course.title) for course in courses]
    groups = group_names(read, decided=_decided(courses, folder), advance=advance)
    heads = {member: _head(members, courses) for members in groups.members() for member in members}
    group_of = {course.course_id: courses[heads[i]].course_id for i, course in enumerate(courses)}
    advance("asking the records")
    hints = find_hints(records, group_of)
    lines: dict[str, Lines] = {
        MERGES.name: _merges(courses, read, groups, heads),
        COURSE_COMPETENCIES.name: _competencies(courses, read, groups, heads, matcher, hints),
        COURSE_DETAILS.name: _details(courses, read, groups, heads),
        POST_COMPETENCIES.name: _posts(records, matcher, reader),
    }
    return Suggested(lines, len(courses), len(set(heads.values())))


def save_suggested(suggested: Suggested, folder: Path) -> dict[str, int]:
    """Write the sheets, keeping what is decided; return the open proposals by sheet."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        sheet.name: write_sheet(
            sheet,
            folder,
            sorted(suggested.lines[sheet.name], key=lambda line: -float(str(line["confidence"]))),
        )
        for sheet in SHEETS
    }


def list_courses(records: Records) -> list[Course]:
    """Return the courses of the records, in the order of their keys."""
    taken = dict(records.enrolments.group_by("course_id").len().iter_rows())
    credited: dict[str, list[float]] = defaultdict(list)
    known = records.enrolments.select("course_id", "jp").drop_nulls().filter(pl.col("jp") > 0)
    for course_id, jp in known.sort("course_id", "jp").iter_rows():
        credited[course_id].append(jp)
    taught = frozenset(records.course_competencies["course_id"])
    return [
        Course(
            row["course_id"],
            row["title"],
            row["form"],
            row["jp"],
            taken.get(row["course_id"], 0),
            tuple(credited[row["course_id"]]),
            row["course_id"] in taught,
        )
        for row in records.courses.sort("course_id").iter_rows(named=True)
    ]


def _decided(courses: Sequence[Course], folder: Path) -> Decided:
    place = {course.course_id: i for i, course in enumerate(courses)}
    pairs: dict[str, set[tuple[int, int]]] = {"yes": set(), "no": set(), "": set()}
    for row in read_sheet(MERGES, folder):
        if row["course_id"] in place and row["into_course_id"] in place:
            pair = (place[row["course_id"]], place[row["into_course_id"]])
            pairs[row["decision"]].add(pair)
    return Decided(frozenset(pairs["yes"]), frozenset(pairs["no"]))


def _head(members: Sequence[int], courses: Sequence[Course]) -> int:
    """Return the course that the others become part of: the most taken, then the shortest title."""
    return min(members, key=lambda i: (-courses[i].enrolments, len(courses[i].title), i))


def _merges(
    courses: Sequence[Course],
    read: Sequence[CourseName],
    groups: Groups,
    heads: dict[int, int],
) -> Lines:
    lines: Lines = []
    for members in groups.members():
        for member in members:
            head = heads[member]
            if member == head:
                continue
            lines.append(
                {
                    "course_id": courses[member].course_id,
                    "course": courses[member].title,
                    "enrolments": courses[member].enrolments,
                    "into_course_id": courses[head].course_id,
                    "into_course": courses[head].title,
                    "confidence": round(groups.confidence(member, head), 2),
                    "evidence": merge_evidence(read[member], read[head]),
                }
            )
    return lines


def merge_evidence(name: CourseName, into: CourseName) -> str:
    """Return in words why two names are taken for one course."""
    found = []
    if set(name.stems) == set(into.stems):
        found.append("the same words")
    else:
        shared = [word for word in name.words if word in into.words]
        found.append(f"in both: {', '.join(shared) or 'similar words'}")
        for text, one, other in (("only here", name, into), ("only there", into, name)):
            alone = [word for word in one.words if word not in other.words]
            found += [f"{text}: {', '.join(alone)}"] if alone else []
    spelled = dict.fromkeys((*name.spelled, *into.spelled))
    if spelled:
        found.append(f"read {', '.join(f'{a} as {b}' for a, b in spelled)}".replace("_", "-"))
    noise = dict.fromkeys((*name.noise, *into.noise))
    if noise:
        found.append(f"left out {', '.join(noise)}")
    return "; ".join(found)


def _competencies(
    courses: Sequence[Course],
    read: Sequence[CourseName],
    groups: Groups,
    heads: dict[int, int],
    matcher: CompetencyMatcher,
    hints: dict[tuple[str, str], Hint],
) -> Lines:
    """Propose competencies for each group of which no course has any."""
    hints_of: dict[str, dict[str, Hint]] = defaultdict(dict)
    for (course_id, competency_id), hint in hints.items():
        hints_of[course_id][competency_id] = hint
    names = {c.competency_id: c.name for c in matcher.dictionary}
    lines: Lines = []
    for members in groups.members():
        if any(courses[member].has_competencies for member in members):
            continue
        course, name = courses[heads[members[0]]], read[heads[members[0]]]
        for match in combine(matcher.match(name, len(names)), hints_of[course.course_id], names):
            level = propose_level(name)
            value, why = (match.level, "") if match.level else (level.value, level.evidence)
            lines.append(
                {
                    "course_id": course.course_id,
                    "course": course.title,
                    "competency_id": match.competency_id,
                    "competency": names[match.competency_id],
                    "level": value,
                    "confidence": round(match.score, 2),
                    "evidence": "; ".join(part for part in (*match.evidence, why) if part),
                }
            )
    return lines


def combine(
    matches: Sequence[Match],
    hints: dict[str, Hint],
    known: dict[str, str],
    least: float | None = None,
) -> list[Match]:
    """Return what is proposed when the records' hints are added to the words' scores.

    Parameters
    ----------
    matches : sequence of Match
        What the words say.
    hints : dict of str to Hint
        What the records say, by competency.
    known : dict of str to str
        Names of the dictionary's competencies; others are never proposed.
    least : float, optional
        Score from which one is proposed; default: ``competency_model.toml``'s.
    """
    by_words = {match.competency_id: match for match in matches}
    found: list[Match] = []
    for competency_id in by_words.keys() | (hints.keys() & known.keys()):
        match = by_words.get(competency_id, Match(competency_id, BY_RECORDS_ALONE))
        hint = hints.get(competency_id, Hint())
        odds = math.log(match.score / (1 - match.score)) + hint.strength
        score = min(CERTAIN, 1 / (1 + math.exp(-odds)))
        found.append(Match(competency_id, score, (*match.evidence, *hint.evidence), match.level))
    threshold = read_words("competency_model")["threshold"] if least is None else least
    ranked = sorted(found, key=lambda match: (-match.score, match.competency_id))
    return [match for match in ranked[:PROPOSED_A_COURSE] if match.score >= threshold]


def _details(
    courses: Sequence[Course],
    read: Sequence[CourseName],
    groups: Groups,
    heads: dict[int, int],
) -> Lines:
    """Propose the form where the records say *other*, and the hours where they say none."""
    lines: Lines = []
    for members in groups.members():
        head = heads[members[0]]
        course = courses[head]
        form = propose_form(read[head])
        asked: list[tuple[str, Any]] = []
        if course.form == "other" and form.value != "other":
            asked.append(("form", form))
        known = form.value if course.form == "other" else course.form
        elsewhere = [hours for member in members for hours in _hours(courses[member])]
        hours = propose_hours(read[head], known, elsewhere) if course.jp is None else None
        asked += [("jp", hours)] if hours else []
        lines += [
            {
                "course_id": course.course_id,
                "course": course.title,
                "field": field,
                "value": proposal.value,
                "confidence": proposal.confidence,
                "evidence": proposal.evidence,
            }
            for field, proposal in asked
        ]
    return lines


def _hours(course: Course) -> Iterator[float]:
    yield from course.hours
    if course.jp is not None:
        yield course.jp


def _posts(records: Records, matcher: CompetencyMatcher, reader: NameReader) -> Lines:
    """Propose requirements for each post that has none."""
    having = frozenset(records.post_requirements["post_id"])
    names = {c.competency_id: c.name for c in matcher.dictionary}
    return [
        {
            "post_id": row["post_id"],
            "post": row["title"],
            "competency_id": one.competency_id,
            "competency": names[one.competency_id],
            "level": one.level.value,
            "confidence": one.level.confidence,
            "evidence": one.level.evidence,
        }
        for row in records.posts.sort("post_id").iter_rows(named=True)
        if row["post_id"] not in having
        for one in propose_requirements(row["title"], row["post_level"], matcher, reader)
    ]
