"""What the records say about a course: whose posts its takers hold, and what rises afterwards.

Both are hints beside the words, each counted over at least `LEAST` people:

- *posts*: the share of takers whose post requires a competency, over the share of all people whose
  post requires it. What every post requires says nothing.
- *rise*: how much the assessed level of a competency changed from before to after the course, less
  the mean change of that competency between two assessments of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from features.records import Records

LEAST = 5
LEAST_LIFT = 1.5
LEAST_RISE = 0.2


@dataclass(frozen=True)
class Hint:
    """What the records say about one course and competency.

    Attributes
    ----------
    lift : float
        How much more often the posts of those who took it require it; 1: no more.
    rise : float
        How much more its level rose than it does without.
    evidence : tuple of str
        The same in words, with the numbers of people.
    """

    lift: float = 1.0
    rise: float = 0.0
    evidence: tuple[str, ...] = ()

    @property
    def strength(self) -> float:
        """Log-odds it adds to the words' (set by hand, never fitted to labels)."""
        by_posts = min(1.0, self.lift / LEAST_LIFT - 1) if self.lift >= LEAST_LIFT else 0.0
        by_rise = min(2.0, self.rise / LEAST_RISE) if self.rise >= LEAST_RISE else 0.0
        return by_posts + by_rise


def find_hints(records: Records, group_of: dict[str, str]) -> dict[tuple[str, str], Hint]:
    """Return hints by course and competency.

    Parameters
    ----------
    records : Records
        Current rows, as Polars frames.
    group_of : dict of str to str
        The course that each course is counted as.
    """
    taken = records.enrolments.filter(pl.col("status") == "completed").select(
        "employee_id",
        pl.col("course_id").replace_strict(group_of, default=None, return_dtype=pl.String),
        pl.col("valid_from").alias("taken_on"),
    )
    taken = taken.drop_nulls().unique().sort("taken_on")
    if taken.is_empty():
        return {}
    posts, rises = _lifts(records, taken), _rises(records, taken)
    hints = {key: Hint(lift, 0.0, (text,)) for key, (lift, text) in posts.items()}
    for key, (rise, text) in rises.items():
        before = hints.get(key, Hint())
        hints[key] = Hint(before.lift, rise, (*before.evidence, text))
    return hints


def _lifts(records: Records, taken: pl.DataFrame) -> dict[tuple[str, str], tuple[float, str]]:
    required = records.post_requirements.select("post_id", "competency_id").unique()
    if required.is_empty():
        return {}
    held = records.employments.sort("valid_from").select("employee_id", "post_id", "valid_from")
    at_the_time = taken.join_asof(
        held, left_on="taken_on", right_on="valid_from", by="employee_id", check_sortedness=False
    )
    takers = at_the_time.drop_nulls("post_id").unique(["employee_id", "course_id"])
    everyone = held.unique("employee_id", keep="last", maintain_order=True)
    base = _shares(everyone.with_columns(course_id=pl.lit("")), required).select(
        "competency_id", pl.col("share").alias("base")
    )
    found = _shares(takers, required).join(base, on="competency_id").filter(
        pl.col("people") >= LEAST, pl.col("share") >= LEAST_LIFT * pl.col("base")
    )  # fmt: skip
    return {
        (row["course_id"], row["competency_id"]): (
            row["share"] / row["base"],
            (
                f"required by the posts of {row['share']:.0%} of its {row['people']} takers, "
                f"of {row['base']:.0%} of all people"
            ),
        )
        for row in found.iter_rows(named=True)
    }


def _shares(people: pl.DataFrame, required: pl.DataFrame) -> pl.DataFrame:
    """Return by course and competency the share of people whose post requires it."""
    sizes = people.group_by("course_id").agg(pl.len().alias("people"))
    needing = people.join(required, on="post_id").group_by("course_id", "competency_id").len("n")
    return needing.join(sizes, on="course_id").with_columns(share=pl.col("n") / pl.col("people"))


def _rises(records: Records, taken: pl.DataFrame) -> dict[tuple[str, str], tuple[float, str]]:
    levels = records.assessments.select(
        "employee_id", "competency_id", "level", pl.col("valid_from").alias("assessed_on")
    ).sort("assessed_on")
    if levels.is_empty():
        return {}
    steps = levels.with_columns(
        pl.col("level", "assessed_on")
        .shift(1)
        .over("employee_id", "competency_id")
        .name.prefix("earlier_")
    ).drop_nulls()
    steps = steps.with_columns(rise=pl.col("level") - pl.col("earlier_level"))
    usual = steps.group_by("competency_id").agg(pl.col("rise").mean().alias("usual"))
    between = taken.join(steps, on="employee_id").filter(
        pl.col("taken_on") > pl.col("earlier_assessed_on"),
        pl.col("taken_on") <= pl.col("assessed_on"),
    )
    found = (
        between.group_by("course_id", "competency_id")
        .agg(pl.len().alias("people"), pl.col("rise").mean())
        .join(usual, on="competency_id")
        .with_columns(more=pl.col("rise") - pl.col("usual"))
        .filter(pl.col("people") >= LEAST, pl.col("more") >= LEAST_RISE)
    )
    return {
        (row["course_id"], row["competency_id"]): (
            row["more"],
            (
                f"assessed {row['rise']:+.1f} after it ({row['people']} people), "
                f"{row['usual']:+.1f} usually"
            ),
        )
        for row in found.iter_rows(named=True)
    }
