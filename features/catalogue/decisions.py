"""What a person has confirmed, checked against the records that it is about."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from features.catalogue.competencies import Competency
from features.catalogue.labels import load_dictionary
from features.catalogue.sheets import (
    COURSE_COMPETENCIES,
    COURSE_DETAILS,
    MERGES,
    POST_COMPETENCIES,
    Row,
    Sheet,
    SheetError,
    read_sheet,
)
from features.schema import FORMS

DICTIONARY = "dictionary.toml"
HIGHEST_JP = 2000
HIGHEST_LEVEL = 5


@dataclass(frozen=True)
class Decisions:
    """Confirmed proposals, ready to be applied.

    Attributes
    ----------
    into : dict of str to str
        The course that each merged course becomes part of; never one that is itself merged.
    course_competencies, post_competencies : dict of (str, str) to float
        Level by course or post, and competency.
    forms : dict of str to str
    hours : dict of str to float
        Form and JP by course.
    dictionary : tuple of Competency
        Entries that the records may lack.
    notes : list of str
        Decisions that the records give no occasion for, such as those about a course that a newer
        export no longer holds.
    """

    into: dict[str, str] = field(default_factory=dict)
    course_competencies: dict[tuple[str, str], float] = field(default_factory=dict)
    post_competencies: dict[tuple[str, str], float] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    hours: dict[str, float] = field(default_factory=dict)
    dictionary: tuple[Competency, ...] = ()
    notes: list[str] = field(default_factory=list)


def load_decisions(folder: Path, tables: dict[str, pl.DataFrame], *, strict: bool) -> Decisions:
    """Read what is decided ``yes`` in a catalogue folder.

    Parameters
    ----------
    tables : dict of str to polars.DataFrame
        The records before any decision: ``courses``, ``posts``, ``competencies`` at least.
    strict : bool
        Whether an unknown course, post or competency is an error (a person has just edited the
        file) or a note (an import has brought records without it).

    Raises
    ------
    SheetError
        Every cell that breaks a rule, with file, line, column and value.
    """
    path = folder / DICTIONARY
    dictionary = load_dictionary(path) if path.exists() else ()
    known = _known(tables, dictionary)
    reader = _Reader(folder, known, strict=strict)
    found = Decisions(
        into=reader.merges(),
        course_competencies=reader.levels(COURSE_COMPETENCIES, whole=False),
        post_competencies=reader.levels(POST_COMPETENCIES, whole=True),
        forms=reader.forms(),
        hours=reader.hours(),
        dictionary=dictionary,
        notes=reader.notes,
    )
    if reader.problems:
        raise SheetError(reader.problems)
    return found


def _known(
    tables: dict[str, pl.DataFrame], dictionary: tuple[Competency, ...]
) -> dict[str, frozenset[str]]:
    return {
        "course_id": frozenset(tables["courses"]["course_id"]),
        "into_course_id": frozenset(tables["courses"]["course_id"]),
        "post_id": frozenset(tables["posts"]["post_id"]),
        "competency_id": frozenset(tables["competencies"]["competency_id"])
        | {competency.competency_id for competency in dictionary},
    }


class _Reader:
    """Reads the sheets one after another and gathers what is wrong with them."""

    def __init__(self, folder: Path, known: dict[str, frozenset[str]], *, strict: bool) -> None:
        self._folder, self._known, self._strict = folder, known, strict
        self.problems: list[str] = []
        self.notes: list[str] = []

    def merges(self) -> dict[str, str]:
        references = ("course_id", "into_course_id")
        rows = {row["course_id"]: row for row in self._confirmed(MERGES, references)}
        ends = {course: self._end(course, rows) for course in rows}
        return {course: end for course, end in ends.items() if end is not None}

    def levels(self, sheet: Sheet, *, whole: bool) -> dict[tuple[str, str], float]:
        found: dict[tuple[str, str], float] = {}
        rule = f"must be a {'whole ' if whole else ''}number from 1 to {HIGHEST_LEVEL}"
        for row in self._confirmed(sheet, sheet.key):
            level = _number(row["level"])
            if level is None or not 1 <= level <= HIGHEST_LEVEL or (whole and level % 1):
                self.problems.append(row.problem("level", rule))
            else:
                found[row[sheet.key[0]], row["competency_id"]] = level
        return found

    def forms(self) -> dict[str, str]:
        rows = self._details("form")
        rule = f"must be one of {', '.join(FORMS)}"
        self.problems += [row.problem("value", rule) for row in rows if row["value"] not in FORMS]
        return {row["course_id"]: row["value"] for row in rows}

    def hours(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for row in self._details("jp"):
            hours = _number(row["value"])
            if hours is None or not 0 <= hours <= HIGHEST_JP:
                self.problems.append(row.problem("value", f"must be hours from 0 to {HIGHEST_JP}"))
            else:
                found[row["course_id"]] = hours
        return found

    def _details(self, name: str) -> list[Row]:
        rows = read_sheet(COURSE_DETAILS, self._folder)
        if name == "form":  # once is enough
            rule = "must be form or jp"
            strange = [row for row in rows if row["field"] not in {"form", "jp"}]
            self.problems += [row.problem("field", rule) for row in strange]
        return [row for row in self._among(rows, ("course_id",)) if row["field"] == name]

    def _confirmed(self, sheet: Sheet, references: tuple[str, ...]) -> list[Row]:
        return self._among(read_sheet(sheet, self._folder), references)

    def _among(self, rows: list[Row], references: tuple[str, ...]) -> list[Row]:
        """Return the rows decided yes that the records know; others are a problem or a note."""
        found: list[Row] = []
        for row in (row for row in rows if row["decision"] == "yes"):
            unknown = [column for column in references if row[column] not in self._known[column]]
            said = [row.problem(column, "must be known in the records") for column in unknown]
            (self.problems if self._strict else self.notes).extend(said)
            if not unknown:
                found.append(row)
        return found

    def _end(self, course: str, rows: dict[str, Row]) -> str | None:
        """Follow merges to the course that is left; a circle is a problem."""
        passed = [course]
        while passed[-1] in rows:
            following = rows[passed[-1]]["into_course_id"]
            if following in passed:
                rule = "must not lead back to the course itself"
                self.problems.append(rows[course].problem("into_course_id", rule))
                return None
            passed.append(following)
        return passed[-1]


def _number(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
