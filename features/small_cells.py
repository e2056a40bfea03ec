# pyright: strict
"""No published count tells of fewer than five people, by itself or by subtraction from others.

Zero tells of nobody and may be published, except where a caller declares otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

SMALLEST_GROUP = 5
SMALLEST_SUPPORT_GROUP = 20
"""A figure on support needs is published only for a group of at least this many people."""


def is_small(n: int) -> bool:
    """Return whether a count tells of somebody, but of too few to be published.

    >>> is_small(0), is_small(4), is_small(5)
    (False, True, False)
    """
    return 0 < n < SMALLEST_GROUP


def part_of(n: int, whole: int) -> int | None:
    """Return `n`, or None where it or what it leaves of a published whole is small.

    >>> part_of(12, 20), part_of(3, 20), part_of(18, 20), part_of(20, 20)
    (12, None, None, 20)
    """
    return None if is_small(n) or is_small(whole - n) else n


def publishable(counts: pd.Series[int], unsafe: pd.Series[bool] | None = None) -> pd.Series[bool]:
    """Return which of several disjoint groups may be published beside their total.

    Groups that are withheld leave a remainder that anybody can subtract. So further groups are
    withheld, the smallest first, until the remainder is no small group and betrays none of its
    parts.

    Parameters
    ----------
    counts : Series of int
        People by group, unique index; the groups do not overlap. Not modified.
    unsafe : Series of bool, optional
        Groups not to be published whatever their size, zero included. Default: the small ones.

    Returns
    -------
    Series of bool
        Indexed as `counts`.
    """
    small = counts.map(is_small).astype(bool)
    withheld = small if unsafe is None else small | unsafe
    candidates = counts[~withheld & (counts > 0)].sort_values(kind="stable").index
    for group in candidates:
        if _blurs(counts[withheld]):
            break
        withheld[group] = True
    return ~withheld


def safe_spans(counts: Sequence[int]) -> list[tuple[int, int]]:
    """Join neighbouring bands of a distribution until none is small.

    Returns
    -------
    list of (start, stop)
        Slices that cover all bands, each with a count of 0 or at least `SMALLEST_GROUP`; none at
        all if the total is small.

    Examples
    --------
    >>> safe_spans([9, 0, 3, 7, 2])
    [(0, 1), (1, 2), (2, 5)]
    >>> safe_spans([1, 2, 0])
    []
    """
    spans: list[tuple[int, int]] = []
    start = n = 0
    for position, count in enumerate(counts):
        n += count
        if not is_small(n):
            spans.append((start, position + 1))
            start, n = position + 1, 0
    while is_small(n) and spans:
        start, stop = spans.pop()
        n += sum(counts[start:stop])
    if is_small(n):
        return []
    return [*spans, (start, len(counts))] if start < len(counts) else spans


def _blurs(withheld: pd.Series[int]) -> bool:
    """Return whether the total of what is withheld betrays none of it."""
    total, n_groups = int(withheld.sum()), len(withheld)
    if n_groups == 0:
        return True
    if n_groups == 1 or total < SMALLEST_GROUP:
        return False
    all_small = bool((withheld < SMALLEST_GROUP).all())
    # were every group at its least or at its most, the total would say so
    return not all_small or n_groups < total < n_groups * (SMALLEST_GROUP - 1)
