# pyright: strict
"""What a table and a column are, and the columns that many tables share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from features.schema.values import PLANNING

Kind = Literal["text", "int", "float", "date", "bool"]


@dataclass(frozen=True)
class Column:
    """One column of a canonical table."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    references: str = ""
    """Table whose key this column holds; such a value must exist there (perhaps the same table)."""
    future: bool = False
    """Whether a date may lie after the day of the import."""


@dataclass(frozen=True)
class Table:
    """One canonical table."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    lag: int | Literal["month_end", "next_february"] = 0
    """From ``valid_from`` to ``available_at`` where an export does not say: days, or a rule."""
    standing: bool = False
    """Whether rows hold from the start of time where an export does not say since when."""
    seen_by: tuple[str, ...] = PLANNING
    """Roles (`ROLES`) that may see its rows."""
    keep_years: int | None = 10
    """Years after ``valid_from`` that a row is kept; none: as long as the person or thing is."""

    announced: bool = False
    """Whether ``valid_from`` may lie after the day of the import: what will hold is told before."""

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Its own columns and `DATES`."""
        about, *others = DATES
        return (*self.columns, replace(about, future=self.announced), *others)

    def has_column(self, name: str) -> bool:
        """Return whether there is a column of this name."""
        return any(column.name == name for column in self.all_columns)


DATES = (  # an export need not give ``available_at``; after the import it is never empty
    Column("valid_from", "date", "date the row is about"),
    Column("available_at", "date", "first date on which the row could be known", nullable=True),
    Column("superseded_at", "date", "date from which a corrected or withdrawn row no longer counts",
           nullable=True, future=True),
)  # fmt: skip
DATE_NAMES = tuple(column.name for column in DATES)
FROM_THE_START = date(1900, 1, 1)
PERSON = Column("employee_id", "text", "random permanent key of a person", references="employees")
UNIT = Column("unit_id", "text", "organisational unit", references="units")
POST = Column("post_id", "text", "post (jabatan)", references="posts")
COMPETENCY = Column("competency_id", "text", "competency code", references="competencies")
COURSE = Column("course_id", "text", "course", references="courses")
LEVEL = Column("level", "float", "attained or taught level", "level 1-5", minimum=0, maximum=5)
