"""Confirmed decisions brought into the records: courses merged, competencies and hours added."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from features.catalogue.decisions import Decisions, load_decisions
from features.catalogue.originals import load_original_tables, save_changed
from features.records import empty_table
from features.schema import BY_NAME, FROM_THE_START, TABLES
from features.workspace import replace_folder

Tables = dict[str, pl.DataFrame]
STATUS_ORDER = ("completed", "enrolled", "dropped")
OTHER_FORM = "other"


@dataclass(frozen=True)
class Applied:
    """What was done."""

    merged_courses: int
    course_competencies: int
    post_competencies: int
    details: int
    changed_tables: list[str]
    notes: list[str]


def apply_to_workspace(records: Path, catalogue: Path) -> Applied:
    """Apply what is decided now to the records as imported; they are replaced whole."""
    with replace_folder(records) as fresh:
        _copy(records, fresh, skip=fresh.name)
        return apply_to_folder(fresh, catalogue, strict=True)


def apply_to_folder(records: Path, catalogue: Path, *, strict: bool = False) -> Applied:
    """Apply decisions to a records folder that is being written, such as an import's.

    Parameters
    ----------
    strict : bool, default=False
        See `features.catalogue.decisions.load_decisions`.
    """
    originals = load_original_tables(records)
    decisions = load_decisions(catalogue, originals, strict=strict)
    changed = apply_decisions(originals, decisions)
    names = save_changed(originals, changed, records)
    return Applied(
        len(decisions.into),
        len(decisions.course_competencies),
        len(decisions.post_competencies),
        len(decisions.forms) + len(decisions.hours),
        names,
        decisions.notes,
    )


def apply_decisions(tables: Tables, decisions: Decisions) -> Tables:
    """Return the tables with every confirmed decision; those given are not modified.

    A merged course disappears and every row about it speaks of the course it became part of, which
    takes over values that it lacks. Where two rows then say the same, the completed one is kept,
    then the one with more hours. Confirmed competencies and requirements hold from the start of
    time and replace those of the same course or post and competency.
    """
    out = dict(tables)
    out["courses"] = _details(out["courses"], decisions)
    for table in TABLES:
        if table.name in out and any(c.references == "courses" for c in table.columns):
            out[table.name] = _rename(out[table.name], table.name, decisions.into)
    out["courses"] = _merge_courses(out["courses"], decisions.into)
    taught = {
        (decisions.into.get(course, course), competency): level
        for (course, competency), level in decisions.course_competencies.items()
    }
    out["course_competencies"] = _levels(
        out["course_competencies"], "course_competencies", "course_id", "level", taught
    )
    out["post_requirements"] = _levels(
        out["post_requirements"],
        "post_requirements",
        "post_id",
        "required_level",
        decisions.post_competencies,
    )
    used = {c for _, c in (*taught, *decisions.post_competencies)}
    out["competencies"] = _competencies(out["competencies"], decisions, used)
    return out


def _copy(source: Path, target: Path, *, skip: str) -> None:
    for path in source.iterdir():
        if path.name == skip:
            continue
        if path.is_symlink():  # to the records of an earlier import
            (target / path.name).symlink_to(path.readlink())
        elif path.is_dir():
            shutil.copytree(path, target / path.name)
        else:
            shutil.copy2(path, target / path.name)


def _details(courses: pl.DataFrame, decisions: Decisions) -> pl.DataFrame:
    return courses.with_columns(
        pl.col("course_id")
        .replace_strict(decisions.forms, default=pl.col("form"), return_dtype=pl.String)
        .alias("form"),
        pl.col("course_id")
        .replace_strict(decisions.hours, default=pl.col("jp"), return_dtype=pl.Float64)
        .alias("jp"),
    )


def _rename(frame: pl.DataFrame, table: str, into: dict[str, str]) -> pl.DataFrame:
    """Speak of the courses that are left, and keep one row of each key."""
    if not into or frame.is_empty():
        return frame
    columns = [c.name for c in BY_NAME[table].columns if c.references == "courses"]
    renamed = frame.with_columns(pl.col(c).replace(into) for c in columns)
    if table == "courses":  # a prerequisite may have become the course itself
        own = pl.col("prerequisite_course_id") == pl.col("course_id").replace(into)
        return renamed.with_columns(
            pl.when(~own.fill_null(value=False)).then("prerequisite_course_id")
        )
    key = list(BY_NAME[table].key)
    if "course_id" not in key:
        return renamed
    ordered = renamed.sort([*_preference(renamed), *renamed.columns], nulls_last=True)
    return ordered.unique([*key, *_version(renamed)], keep="first").sort(key)


def _preference(frame: pl.DataFrame) -> list[pl.Expr]:
    """Return what makes a row the better one of two that say the same."""
    order = []
    if "status" in frame.columns:
        ranks = {status: rank for rank, status in enumerate(STATUS_ORDER)}
        order.append(pl.col("status").replace_strict(ranks, default=len(ranks)))
    for column in ("jp", "level"):
        if column in frame.columns:
            order.append(-pl.col(column))
    return order


def _version(frame: pl.DataFrame) -> list[pl.Expr]:
    """Return what tells versions of a row apart: all that still count are one."""
    old = pl.col("superseded_at").is_not_null()
    return [
        pl.when(old).then(pl.col(column)).alias(f"version_{column}")
        for column in ("available_at", "superseded_at")
        if column in frame.columns
    ]


def _merge_courses(courses: pl.DataFrame, into: dict[str, str]) -> pl.DataFrame:
    """Drop merged courses; those left take over what they lack, from the merged in their order."""
    if not into:
        return courses
    end = pl.col("course_id").replace(into)
    merged = courses.filter(pl.col("course_id").is_in(list(into))).with_columns(
        end.alias("course_id"),
        form=pl.when(pl.col("form") != OTHER_FORM).then("form"),
    )
    filled = [c for c in courses.columns if c not in {"course_id", "title", "superseded_at"}]
    extra = merged.group_by("course_id").agg(
        pl.col(c).drop_nulls().first().alias(f"{c}_merged") for c in filled if c != "valid_from"
    )
    joined = courses.filter(~pl.col("course_id").is_in(list(into))).join(
        extra, on="course_id", how="left"
    )
    own = {c: pl.col(c) for c in filled if c != "valid_from"}
    own["form"] = pl.when((pl.col("form") != OTHER_FORM) | pl.col("form_merged").is_null()).then(
        "form"
    )
    return joined.with_columns(
        pl.coalesce(value, f"{c}_merged").alias(c) for c, value in own.items()
    ).select(courses.columns)


def _levels(
    frame: pl.DataFrame, table: str, subject: str, column: str, levels: dict[tuple[str, str], float]
) -> pl.DataFrame:
    if not levels:
        return frame
    fresh = _standing(
        table,
        [
            {subject: key, "competency_id": competency, column: level}
            for (key, competency), level in sorted(levels.items())
        ],
    )
    kept = frame.join(fresh, on=[subject, "competency_id"], how="anti", maintain_order="left")
    return pl.concat([kept, fresh]).sort(list(BY_NAME[table].key))


def _competencies(
    competencies: pl.DataFrame, decisions: Decisions, used: Iterable[str]
) -> pl.DataFrame:
    """Add the entries of the dictionary that a decision uses and the records lack."""
    lacking = set(used) - set(competencies["competency_id"])
    fresh = _standing(
        "competencies",
        [
            {"competency_id": c.competency_id, "name": c.name, "competency_group": c.group}
            for c in decisions.dictionary
            if c.competency_id in lacking
        ],
    )
    return pl.concat([competencies, fresh]).sort("competency_id") if len(fresh) else competencies


def _standing(table: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    """Return rows that hold and were known from the start of time."""
    empty = empty_table(BY_NAME[table])
    dated = [{**row, "valid_from": FROM_THE_START, "available_at": FROM_THE_START} for row in rows]
    return pl.DataFrame(dated, schema=empty.schema, strict=False) if dated else empty
