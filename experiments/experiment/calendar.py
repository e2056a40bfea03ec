"""Which dates of a workspace an experiment may judge on; the last horizon is the final period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from experiments.experiment.question import Period
from experiments.experiment.specification import Specification
from features.errors import SchemaError
from features.known import months_before
from training.periods import Periods, plan_periods


@dataclass(frozen=True)
class Calendar:
    """The span of a workspace's records, cut into windows of a horizon.

    Attributes
    ----------
    start, end : date
        The first date with courses or attendance, and the day after the last.
    horizon_months : int
    """

    start: date
    end: date
    horizon_months: int

    @property
    def final(self) -> date:
        """Return the first day of the final period, on which `huyula evaluate` judges too."""
        return months_before(self.end, self.horizon_months)

    @property
    def final_periods(self) -> Periods:
        """Return the periods of `huyula train` and `huyula evaluate`."""
        return plan_periods(self.start, self.end, self.horizon_months)

    def after(self, origin: date) -> date:
        """Return the first day after the window that begins at a date."""
        return months_before(origin, -self.horizon_months)

    def origins(self, one: Specification) -> tuple[date, ...]:
        """Return the first days of the test periods; by default the last one before the final.

        Raises
        ------
        SchemaError
            A test period reaches into the final one, or nothing could be learned before it.
        """
        asked = cast("tuple[date, ...]", one.periods.origins)
        origins = asked or (months_before(self.final, self.horizon_months),)
        for origin in origins:
            if self.after(origin) > self.final:
                raise SchemaError(
                    "periods.as_of",
                    f"must leave the final period closed: its {self.horizon_months} months must "
                    f"end by {self.final}, so it may be {self.before(self.final)} at the latest",
                    origin,
                )
            plan_periods(self.start, self.after(origin), self.horizon_months)
        return tuple(sorted(origins))

    def before(self, origin: date) -> date:
        """Return the day a horizon before a date: labels of that day end where the date begins."""
        return months_before(origin, self.horizon_months)

    def period(self, task: str, origin: date) -> Period:
        """Return the window that begins at a date."""
        end = self.after(origin)
        return Period(str(origin), f"{task} {origin} to {end}", origin, end)

    def snapshots_before(self, origin: date) -> list[date]:
        """Return the monthly dates whose labels end by `origin`, oldest first."""
        planned = plan_periods(self.start, self.after(origin), self.horizon_months)
        last = self.before(origin)
        first = planned.training[0] if planned.training else last
        dates: list[date] = []
        while (day := months_before(last, len(dates))) >= first:
            dates.append(day)
        return dates[::-1]
