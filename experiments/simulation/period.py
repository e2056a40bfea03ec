"""The simulated months and their days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import overload

import numpy as np


@dataclass(frozen=True)
class Period:
    """Consecutive calendar months from the first day of one.

    Attributes
    ----------
    start : date
        First day of the first month.
    months : int
        How many months.
    """

    start: date
    months: int

    @property
    def first(self) -> np.datetime64:
        """Month of the start."""
        return np.datetime64(self.start, "M")

    @property
    def end(self) -> np.datetime64:
        """First day after the period."""
        return self.day_one(self.months)

    @property
    def end_date(self) -> date:
        """The same as a date."""
        year, month = divmod(self.start.year * 12 + self.start.month - 1 + self.months, 12)
        return date(year, month + 1, 1)

    @overload
    def day_one(self, month: int) -> np.datetime64: ...
    @overload
    def day_one(self, month: np.ndarray) -> np.ndarray: ...
    def day_one(self, month: int | np.ndarray) -> np.datetime64 | np.ndarray:
        """Return the first day of months counted from 0."""
        return (self.first + month).astype("datetime64[D]")

    def calendar_month(self, month: int) -> int:
        """Return 1 for January to 12 for December."""
        return int((self.first + month).astype(int) % 12) + 1

    def year(self, month: int) -> int:
        """Return the calendar year of a month."""
        return int((self.first + month).astype(int) // 12) + 1970

    def workdays(self, month: int) -> int:
        """Return the number of days from Monday to Friday."""
        return int(np.busday_count(self.day_one(month), self.day_one(month + 1)))
