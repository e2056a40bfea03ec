# pyright: strict
"""Units, posts, competencies, and what posts require."""

from __future__ import annotations

from features.schema.table import COMPETENCY, POST, Column, Table
from features.schema.values import ANYONE, POST_LEVELS

REFERENCE: tuple[Table, ...] = (
    Table(
        "units",
        "Organisational units (OPD and their parts).",
        (
            Column("unit_id", "text", "key"),
            Column("name", "text", "name"),
            Column("parent_unit_id", "text", "unit above", nullable=True, references="units"),
        ),
        ("unit_id",),
        standing=True,
        seen_by=ANYONE,
        keep_years=None,
    ),
    Table(
        "posts",
        "Posts (jabatan).",
        (
            Column("post_id", "text", "key"),
            Column("title", "text", "title"),
            Column("post_level", "text", "level of the post (jenjang)", allowed=POST_LEVELS),
        ),
        ("post_id",),
        standing=True,
        seen_by=ANYONE,
        keep_years=None,
    ),
    Table(
        "competencies",
        "The competency dictionary.",
        (
            Column("competency_id", "text", "code, such as M.01"),
            Column("name", "text", "name"),
            Column("competency_group", "text", "managerial, socio-cultural or technical"),
        ),
        ("competency_id",),
        standing=True,
        seen_by=ANYONE,
        keep_years=None,
    ),
    Table(
        "post_requirements",
        "Level of each competency that a post requires (Standar Kompetensi Jabatan); one that is "
        "announced counts from its date.",
        (
            POST,
            COMPETENCY,
            Column("required_level", "int", "required level", "level 1-5", minimum=1, maximum=5),
        ),
        ("post_id", "competency_id", "valid_from"),
        standing=True,
        announced=True,
        seen_by=ANYONE,
        keep_years=None,
    ),
)  # fmt: skip
