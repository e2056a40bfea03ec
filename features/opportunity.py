"""Opportunity: what was offered to a person, what became of it, and what stood open.

Who was offered nothing cannot take part: lack of opportunity is told apart from lack of interest.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.expressions import one, share
from features.known import days_until, since
from features.records import Records
from features.schema import EMPLOYMENT_TYPES, POST_LEVELS

OFFERS = ("n_offers_6_months", "n_offers_12_months", "n_declined_12_months")


def offer_summary(known: Records, posts: nw.LazyFrame, as_of: date) -> nw.LazyFrame:
    """Return one row a person in service.

    ``n_offers_6_months``, ``n_offers_12_months``, ``n_declined_12_months``; shares of the offers
    of 6 and 12 months: ``offers_accepted_share_6_months``, ``offers_accepted_share_12_months``,
    ``offers_unanswered_share_6_months``, ``offers_unanswered_share_12_months`` (null without
    offers); ``days_since_offer``. All are null where no offer to anybody is known.
    """
    half, year = since(as_of, 6), since(as_of, 12)
    answer = nw.col("response")
    sums = {
        "n_offers_6_months": half,
        "n_offers_12_months": year,
        "n_declined_12_months": year & (answer == "declined"),
        "accepted_6": half & (answer == "accepted"),
        "accepted_12": year & (answer == "accepted"),
        "unanswered_6": half & (answer == "none"),
        "unanswered_12": year & (answer == "none"),
    }
    offers = (
        known.offers.with_columns(**{name: one(condition) for name, condition in sums.items()})
        .group_by("employee_id")
        .agg(*(nw.col(name).sum() for name in sums), newest=nw.col("valid_from").max())
        .with_columns(days_since_offer=days_until(as_of, nw.col("newest")))
    )
    held = known.offers.select(n_records=nw.len())
    return (
        posts.select("employee_id")
        .join(offers, on="employee_id", how="left")
        .join(held, how="cross")
        .select(
            "employee_id",
            "days_since_offer",
            *(
                nw.when(nw.col("n_records") > 0).then(nw.col(name).fill_null(0.0)).alias(name)
                for name in OFFERS
            ),
            *(
                share(nw.col(f"{answer}_{n}"), nw.col(f"n_offers_{n}_months")).alias(
                    f"offers_{answer}_share_{n}_months"
                )
                for answer in ("accepted", "unanswered")
                for n in (6, 12)
            ),
        )
    )


def open_sessions(known: Records, as_of: date) -> nw.LazyFrame:
    """Return how many sessions each kind of person could have applied for.

    Columns: ``post_level``, ``employment_type``, ``n_sessions_open_12_months``: sessions announced
    in the last 12 months of courses that are open to both and not assigned by rule. Null where no
    session at all is known. A person whose level is not known has no row.
    """
    kinds = (
        known.posts.select("post_level")
        .unique()
        .join(known.employees.select("employment_type").unique(), how="cross")
    )
    courses = known.courses.select("course_id", "post_levels", "employment_types", "mandatory")
    offered = known.sessions.join(courses, on="course_id", how="inner").with_columns(
        chosen=one(since(as_of, 12) & ~nw.col("mandatory").fill_null(False).cast(nw.Boolean))
    )
    is_open = _lists("post_levels", "post_level", POST_LEVELS) & _lists(
        "employment_types", "employment_type", EMPLOYMENT_TYPES
    )
    return (
        kinds.join(offered, how="cross")
        .with_columns(n=nw.when(is_open).then(nw.col("chosen")).otherwise(0.0))
        .group_by("post_level", "employment_type")
        .agg(n_sessions_open_12_months=nw.col("n").sum())
    )


def _lists(listed: str, column: str, values: tuple[str, ...]) -> nw.Expr:
    """Return whether a ``|``-joined list names the column's value; an empty list names all."""
    padded = nw.concat_str(nw.lit("|"), nw.col(listed).str.replace_all(" ", "", literal=True),
                           nw.lit("|"))  # fmt: skip
    named = nw.any_horizontal(
        *(
            (nw.col(column) == value) & padded.str.contains(f"|{value}|", literal=True)
            for value in values
        ),
        ignore_nulls=True,
    )
    return nw.col(listed).is_null() | (nw.col(listed) == "") | named
