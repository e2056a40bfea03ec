"""The hand-written families and how they are put together to whole profiles."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from string import Template
from types import ModuleType
from typing import Any

import polars as pl

from features.bench_by_hand import career, competency, feedback
from features.bench_runs import WHOLE
from features.known import months_before
from features.profiles import DETAILS, DISPLAY, ELIGIBILITY, FAMILIES, FEATURES, KEYS, RESTRICTED
from features.records import Records

NAMES = tuple(dict.fromkeys((*FAMILIES, *DISPLAY, *RESTRICTED)))
BY_HAND: dict[str, ModuleType] = {
    name: import_module(f"features.bench_by_hand.{name}") for name in NAMES
}
SHARED = {
    "present_posts": career.PRESENT_POSTS,
    "competency_levels": competency.COMPETENCY_LEVELS,
    "feedback_cells": feedback.FEEDBACK_CELLS,
}
"""What several texts read: temporary tables, in this order."""


def columns_of(family: str) -> tuple[str, ...]:
    """Return a family's figures as profiles hold them."""
    own = (*(groups.get(family, ()) for groups in (FAMILIES, DISPLAY, RESTRICTED)),)
    more = ELIGIBILITY if family == "career" else ()
    return tuple(name for names in (*own, more) for name in names)


def tables_of(subject: str) -> set[str]:
    """Return the tables that a family, or the whole, reads."""
    if subject != WHOLE:
        return {*career.TABLES, *BY_HAND[subject].TABLES}
    return {name for module in BY_HAND.values() for name in module.TABLES}


def with_dates(sql: str, as_of: date) -> str:
    """Fill in what the texts name: ``$as_of``, ``$month_3`` (three months before) and the like."""
    days = {
        "as_of": as_of,
        "new_year": date(as_of.year, 1, 1),
        "half": months_before(as_of, 6),
        "year": months_before(as_of, 12),
        "two_years": months_before(as_of, 24),
        **{f"month_{k}": months_before(as_of, k) for k in range(1, 25)},
    }
    texts = {name: f"DATE '{day}'" for name, day in days.items()}
    return Template(sql).substitute(texts, last_year=as_of.year - 1)


def shared_tables(subject: str) -> list[str]:
    """Return which shared tables a subject needs."""
    needed = {"competency": ["competency_levels"], "performance": ["feedback_cells"]}
    return [*SHARED] if subject == WHOLE else ["present_posts", *needed.get(subject, ())]


def sql_of(subject: str, as_of: date) -> dict[str, str]:
    """Return the texts of a subject's frames, to run after its shared tables."""
    if subject != WHOLE:
        listed = ", ".join(("employee_id", *columns_of(subject)))
        return {"people": f"SELECT {listed} FROM ({with_dates(BY_HAND[subject].SQL, as_of)})"}  # noqa: S608
    return {
        "people": f"SELECT {', '.join((*KEYS, *FEATURES))} FROM whole ORDER BY employee_id",  # noqa: S608
        "details": f"SELECT employee_id, {', '.join(DETAILS)} FROM whole ORDER BY employee_id",  # noqa: S608
        "competencies": "FROM competency_levels ORDER BY employee_id, competency_id",
        "behaviours": f"FROM ({feedback.BEHAVIOURS}) ORDER BY employee_id, behaviour",
    }


def whole_table(as_of: date) -> str:
    """Return the text of one row a person with every family's figures."""
    joins, listed = [], [f"present_posts.{name}" for name in KEYS]
    for family, module in BY_HAND.items():
        joins.append(
            f"LEFT JOIN ({with_dates(module.SQL, as_of)}) AS {family}"
            f" ON {family}.employee_id = present_posts.employee_id"
        )
        listed += [f"{family}.{name}::DOUBLE AS {name}" for name in columns_of(family)]
    return f"SELECT {', '.join(listed)} FROM present_posts {' '.join(joins)}"  # noqa: S608


def polars_of(subject: str, known: Records, as_of: date) -> dict[str, pl.LazyFrame]:
    """Return a subject's frames as Polars plans."""
    posts = career.posts_in_polars(known, as_of)
    if subject != WHOLE:
        frame = BY_HAND[subject].in_polars(known, posts, as_of)
        return {"people": frame.select("employee_id", *columns_of(subject))}
    whole = posts.select(KEYS)
    for family, module in BY_HAND.items():
        figures = module.in_polars(known, posts, as_of).select("employee_id", *columns_of(family))
        whole = whole.join(figures, on="employee_id", how="left")
    whole = whole.with_columns(pl.col(*FEATURES, *DETAILS).cast(pl.Float64)).sort("employee_id")
    levels = competency.levels_in_polars(known, posts, as_of)
    cells = feedback.cells_in_polars(known, posts, as_of)
    return {
        "people": whole.select(*KEYS, *FEATURES),
        "details": whole.select("employee_id", *DETAILS),
        "competencies": levels.sort("employee_id", "competency_id"),
        "behaviours": feedback.behaviours_in_polars(cells, posts).sort("employee_id", "behaviour"),
    }


def ours_of(subject: str, known: Any, posts: Any, as_of: date) -> Any:  # noqa: ANN401
    """Return a family as profiles hold it, a native frame."""
    frame = BY_HAND[subject].ours(known, posts, as_of)
    return frame.select("employee_id", *columns_of(subject)).to_native()
