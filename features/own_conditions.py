"""What people state of themselves that decides which courses they can follow at all."""

from __future__ import annotations

import narwhals as nw

from features.records import Records

STATED = ("languages", "reach")
"""Columns of employees that a rule on courses reads and no model sees."""


def stated_conditions(known: Records) -> nw.LazyFrame:
    """Return ``employee_id`` and those of `STATED` that the employer's records hold.

    Parameters
    ----------
    known : Records
        `features.known.known_records`.
    """
    held = known.employees.collect_schema().names()
    return known.employees.select("employee_id", *(name for name in STATED if name in held))
