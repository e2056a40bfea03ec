# pyright: strict
"""What only the fairness audit reads."""

from __future__ import annotations

from features.schema.table import Column, Table
from features.schema.values import MARITAL_STATUSES, RELIGIONS, SEXES

AUDIT: tuple[Table, ...] = (
    Table(
        "protected_attributes",
        "For the fairness audit only; no profile and no model reads it.",
        (
            Column("employee_id", "text", "person", references="employees"),
            Column("sex", "text", "sex", nullable=True, allowed=SEXES),
            Column("birth_year", "int", "year of birth", "year", nullable=True, minimum=1900,
                   maximum=2100),
            Column("religion", "text", "religion", nullable=True, allowed=RELIGIONS),
            Column("marital_status", "text", "marital status", nullable=True,
                   allowed=MARITAL_STATUSES),
        ),
        ("employee_id",),
        standing=True,
        seen_by=("auditor",),
        keep_years=None,
    ),
)  # fmt: skip
