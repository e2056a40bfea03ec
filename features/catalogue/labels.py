"""The labelled list of course names that merging and competencies are measured on."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path

from features.catalogue.competencies import Competency
from features.errors import SchemaError

PARTS = ("development", "test")
DEFAULT = Path(__file__).parents[2] / "tests" / "features" / "catalogue" / "labels"
"""The shipped list; it stands in the repository, not in an installed package."""


@dataclass(frozen=True)
class LabelledCourse:
    """One course of the list."""

    course: str
    family: str
    part: str
    form: str
    competencies: dict[str, int]
    """Taught level by competency."""


@dataclass(frozen=True)
class LabelledName:
    """A name as an export writes it."""

    name: str
    course: LabelledCourse
    jp: float | None


@dataclass(frozen=True)
class Labels:
    """The list: its names and its dictionary."""

    names: tuple[LabelledName, ...]
    dictionary: tuple[Competency, ...]

    def part(self, part: str) -> tuple[LabelledName, ...]:
        """Return the names of a part of the split."""
        return tuple(name for name in self.names if name.course.part == part)


def load_labels(folder: Path) -> Labels:
    """Read ``courses.tsv``, ``names.tsv`` and ``competencies.toml``.

    Raises
    ------
    SchemaError
        A file is missing, or a name's course stands in no part.
    """
    for file in ("courses.tsv", "names.tsv", "competencies.toml"):
        if not (folder / file).is_file():
            raise SchemaError("labels", f"must be a folder that holds {file}", folder)
    courses = {row["course"]: _course(row) for row in _rows(folder / "courses.tsv")}
    names = tuple(
        LabelledName(row["name"], courses[row["course"]], float(row["jp"]) if row["jp"] else None)
        for row in _rows(folder / "names.tsv")
    )
    return Labels(names, load_dictionary(folder / "competencies.toml"))


def load_dictionary(path: Path) -> tuple[Competency, ...]:
    """Read a competency dictionary: ``[[competency]]`` with id, name, group and description.

    Raises
    ------
    SchemaError
        The file is no TOML, or an entry lacks its id or name.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("competency", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemaError(path.name, "must be TOML in UTF-8", error) from error
    found: dict[str, Competency] = {}
    for number, entry in enumerate(entries, 1):
        for needed in ("id", "name"):
            if not isinstance(entry, dict) or not entry.get(needed):
                raise SchemaError(f"{path.name} [[competency]] {number}", f"must have {needed}")
        if entry["id"] in found:
            raise SchemaError(f"{path.name} competency id", "must stand once", entry["id"])
        found[entry["id"]] = Competency(
            entry["id"], entry["name"], entry.get("group", ""), entry.get("description", "")
        )
    return tuple(found.values())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def _course(row: dict[str, str]) -> LabelledCourse:
    pairs = (text.split(":") for text in row["competencies"].split())
    levels = {competency: int(level) for competency, level in pairs}
    return LabelledCourse(row["course"], row["family"], row["part"], row["form"], levels)
