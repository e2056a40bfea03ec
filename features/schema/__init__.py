# pyright: strict
"""The canonical tables, declared once: what a foreign export is turned into.

Every table also carries ``valid_from`` (the date a row is about), ``available_at`` (the first date
it could be known) and ``superseded_at`` (from when a corrected or withdrawn version no longer
counted; null: it still counts). Where an export does not say when a row was recorded,
``available_at`` is ``valid_from`` plus the table's lag; a year's SKP review counts as known from
1 February after it, a month's attendance from its last day.

Civil-service terms: *SKP* is the yearly performance agreement and its appraisal, *JP* (jam
pelajaran) a training hour of 45 minutes, *PNS* a permanent and *PPPK* a contract civil servant,
*OPD* an office of a regional government.
"""

from __future__ import annotations

from features.schema.appraisal import APPRAISAL
from features.schema.audit import AUDIT
from features.schema.conditions import CONDITIONS
from features.schema.learning import LEARNING
from features.schema.people import PEOPLE
from features.schema.reference import REFERENCE
from features.schema.table import DATE_NAMES, FROM_THE_START, Column, Table
from features.schema.values import (
    DISCIPLINE_LEVELS,
    EDUCATIONS,
    EMPLOYMENT_TYPES,
    FORMS,
    POST_LEVELS,
    PREDICATES,
    RATER_ROLES,
    RATINGS,
    RESPONSES,
    ROLES,
    STATUSES,
)

__all__ = [
    "BY_NAME",
    "DATE_NAMES",
    "DISCIPLINE_LEVELS",
    "EDUCATIONS",
    "EMPLOYMENT_TYPES",
    "FORMS",
    "FROM_THE_START",
    "POST_LEVELS",
    "PREDICATES",
    "RATER_ROLES",
    "RATINGS",
    "RESPONSES",
    "ROLES",
    "STATUSES",
    "TABLES",
    "Column",
    "Table",
]

TABLES: tuple[Table, ...] = (
    *REFERENCE,
    *PEOPLE,
    *APPRAISAL,
    *LEARNING,
    *CONDITIONS,
    *AUDIT,
)
"""In the order of an import: a reference points to an earlier table."""

BY_NAME = {table.name: table for table in TABLES}
