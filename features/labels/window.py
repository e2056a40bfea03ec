"""The window a label looks into, and the words its components are written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import narwhals as nw

from features.known import midnight, months_before


@dataclass(frozen=True)
class Window:
    """What lies behind and what lies ahead of a snapshot.

    `as_of` is exclusive as everywhere: the last day that a profile sees is the day before it, the
    `t` of the definitions. With no embargo the days ``[as_of, as_of + H)`` are ``(t, t + H]``.

    Attributes
    ----------
    as_of : date
        First day that the past does not hold.
    start : date
        First day of the window: `as_of` plus the embargo.
    end : date
        First day after the window.
    """

    as_of: date
    start: date
    end: date

    @classmethod
    def after(cls, as_of: date, horizon_months: int, embargo_days: int = 0) -> Window:
        """Return the window that begins an embargo after `as_of`."""
        start = as_of + timedelta(days=embargo_days)
        return cls(as_of, start, months_before(start, -horizon_months))

    @classmethod
    def before(cls, as_of: date, horizon_months: int, embargo_days: int = 0) -> Window:
        """Return the window of the same length that ends where the past of `as_of` ends."""
        start = months_before(as_of, horizon_months)
        return cls(start - timedelta(days=embargo_days), start, as_of)

    def ahead(self, column: str = "valid_from") -> nw.Expr:
        """Return the filter "inside the window"."""
        inside = nw.col(column) >= midnight(self.start)
        return inside & (nw.col(column) < midnight(self.end))

    def past(self, months: int) -> nw.Expr:
        """Return the filter "within this many months before `as_of`"."""
        since = nw.col("valid_from") >= midnight(months_before(self.as_of, months))
        return since & (nw.col("valid_from") < midnight(self.as_of))


def one(condition: nw.Expr) -> nw.Expr:
    """Return 1 where the condition holds, 0 where it does not or cannot be told."""
    return nw.when(condition).then(1.0).otherwise(0.0)


def count(frame: nw.LazyFrame, name: str, condition: nw.Expr) -> nw.LazyFrame:
    """Return how many rows of each person fulfil a condition; people without one are absent."""
    return frame.filter(condition).group_by("employee_id").agg(nw.len().alias(name))
