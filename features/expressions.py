"""Expressions that the profile families share, the same on every engine.

They return null, never NaN, where there is nothing to count: the engines differ in what an empty
mean or a division by zero gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import narwhals as nw


def one(condition: nw.Expr) -> nw.Expr:
    """Return 1 where a condition holds, else 0."""
    return nw.when(condition).then(1.0).otherwise(0.0)


def at_least_0(expression: nw.Expr) -> nw.Expr:
    """Return a number, 0 where it is negative."""
    return nw.when(expression > 0).then(expression).when(expression <= 0).then(0.0)


def share(part: nw.Expr, whole: nw.Expr) -> nw.Expr:
    """Return ``part / whole``; null where the whole is 0."""
    return nw.when(whole > 0).then(part / whole)


def value_by(column: str, values: Mapping[str, float]) -> nw.Expr:
    """Return the number that belongs to a column's value; null where none does."""
    (first, number), *others = values.items()
    chosen = nw.when(nw.col(column) == first).then(float(number))
    for value, number in others:
        chosen = chosen.when(nw.col(column) == value).then(float(number))
    return chosen


def row_mean(columns: Sequence[str]) -> nw.Expr:
    """Return the mean of the columns that are not null in a row."""
    some = ~nw.coalesce(*columns).is_null()
    return nw.when(some).then(nw.sum_horizontal(*columns) / count_known(columns))


def count_known(columns: Sequence[str]) -> nw.Expr:
    """Return how many of the columns are not null in a row."""
    return nw.sum_horizontal(*(one(~nw.col(name).is_null()) for name in columns))


def row_sums(columns: Sequence[str]) -> dict[str, nw.Expr]:
    """Return what `slope` needs over equally spaced columns, the oldest at x = 0.

    To be made columns first: an engine that takes expressions as text reads each every time it is
    named.
    """
    known = {x: one(~nw.col(name).is_null()) for x, name in enumerate(columns)}
    return {
        "n": nw.sum_horizontal(*known.values()),
        "x": nw.sum_horizontal(*(one_ * float(x) for x, one_ in known.items() if x)),
        "y": nw.sum_horizontal(*columns),
        "xx": nw.sum_horizontal(*(one_ * float(x * x) for x, one_ in known.items() if x)),
        "xy": nw.sum_horizontal(*(nw.col(name) * float(x) for x, name in enumerate(columns) if x)),
    }


def slope(*, n: nw.Expr, x: nw.Expr, y: nw.Expr, xx: nw.Expr, xy: nw.Expr, minimum: int) -> nw.Expr:
    """Return the least-squares slope from a count and four sums.

    Null with fewer than `minimum` points, or where all stand at one x.
    """
    spread = n * xx - x * x
    return nw.when((n >= minimum) & (spread > 0)).then((n * xy - x * y) / spread)
