"""Who may be one person under two ids, for a person to decide: nothing here merges anybody.

A contract employee who changes agencies gets a new NI PPPK. Where an export gives no ``pns_id`` or
NIK either, the two look like two people of one name, one of whom ended before the other began.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl

from features.identity import TokenTable
from features.merges import shown_ids
from features.sources.spelling import fold

OVERLAP = timedelta(days=31)
"""How long two employments of one person may overlap: decrees are dated late."""


def find_candidates(people: TokenTable, records: Path) -> pl.DataFrame:
    """Return pairs of ids with one name whose employments follow each other.

    Titles and degrees (words with a full stop) do not count. A pair is left out if the NIP or NI
    PPPK of both give different dates of birth, or if it is merged already.

    Returns
    -------
    polars.DataFrame
        ``keep_id``: who began later; ``other_id``; ``ended`` (of the other) and ``began``;
        ``same_birth``: true, or null if it is not known of both. The surest and newest first.
    """
    persons = _names(people).join(_births(people), on="employee_id", how="left")
    persons = persons.join(_spans(records), on="employee_id").filter(
        pl.len().over("name") > 1, pl.col("began").is_not_null()
    )
    other = persons.filter(pl.col("ended").is_not_null())
    born = persons.join(other, on=["name", "born"], suffix="_other").with_columns(same_birth=True)
    unknown = persons.join(other, on="name", suffix="_other").filter(
        pl.col("born").is_null() | pl.col("born_other").is_null()
    )
    pairs = pl.concat([born, unknown.with_columns(same_birth=None)], how="diagonal_relaxed")
    return (
        pairs.filter(
            pl.col("shown") != pl.col("shown_other"),
            pl.col("ended_other") <= pl.col("began") + OVERLAP,
            pl.col("began_other") < pl.col("began"),
        )
        .select(
            keep_id="employee_id",
            other_id="employee_id_other",
            ended="ended_other",
            began="began",
            same_birth=pl.col("same_birth").cast(pl.Boolean),
        )
        .sort(
            "same_birth", "began", "keep_id", "other_id",
            descending=[False, True, False, False], nulls_last=True,
        )
    )  # fmt: skip


def _names(people: TokenTable) -> pl.DataFrame:
    """Return ``employee_id``, the id it is ``shown`` under, and the name as it is compared."""
    words = pl.col("name").str.to_lowercase().str.split(" ")
    bare = words.list.eval(pl.element().filter(~pl.element().str.contains(".", literal=True)))
    letters = fold(bare.list.join(" "))
    shown = pl.col("employee_id").replace(shown_ids(people.merges))
    return people.names.frame().select("employee_id", shown=shown, name=letters).drop_nulls("name")


def _births(people: TokenTable) -> pl.DataFrame:
    """Return the date of birth in each person's NIP or NI PPPK; it never leaves this module."""
    born = {str(row["employee_id"]): n[:8] for row, kind, n in people.numbers() if kind == "nip"}
    return pl.DataFrame(
        {"employee_id": list(born), "born": list(born.values())},
        schema={"employee_id": pl.String, "born": pl.String},
    )


def _spans(records: Path) -> pl.DataFrame:
    """Return when each person's employment began and, unless it goes on, ended."""
    employees = pl.read_parquet(records / "employees.parquet")
    last = employees.sort("available_at").unique("employee_id", keep="last")
    posts = pl.read_parquet(records / "employments.parquet")
    first = posts.group_by("employee_id").agg(first=pl.col("valid_from").min())
    return last.join(first, on="employee_id", how="left").select(
        "employee_id",
        began=pl.min_horizontal("joined_on", "first"),
        ended=pl.min_horizontal("left_on", "superseded_at"),
    )
