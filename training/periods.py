# pyright: strict
"""Which dates are learned from, calibrated on and judged on; no window reaches into the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from features.errors import SchemaError
from features.known import months_before


@dataclass(frozen=True)
class Periods:
    """Snapshot dates. The window after each is ``horizon_months`` long.

    Attributes
    ----------
    training : tuple of date
        Snapshots of the support model's panel, oldest first; their windows end by `calibration`.
    calibration : date
        Its window ends at `evaluation`; also the snapshot the ranker learns from.
    evaluation : date
        The later period on which the gates judge; its window ends at `end`.
    end : date
        Exclusive end of what is known.
    """

    training: tuple[date, ...]
    calibration: date
    evaluation: date
    end: date
    horizon_months: int


def plan_periods(start: date, end: date, horizon_months: int) -> Periods:
    """Lay the periods backwards from the end of the records.

    Parameters
    ----------
    start, end : date
        First date with courses or attendance, and the day after the last.
    horizon_months : int
        Length of every outcome window.

    Raises
    ------
    SchemaError
        The records span less than two horizons, so nothing could be both learned and judged.

    Examples
    --------
    >>> periods = plan_periods(date(2023, 1, 1), date(2026, 1, 1), 6)
    >>> periods.evaluation, periods.calibration, periods.training[0], len(periods.training)
    (datetime.date(2025, 7, 1), datetime.date(2025, 1, 1), datetime.date(2024, 1, 1), 7)
    """
    evaluation = months_before(end, horizon_months)
    calibration = months_before(evaluation, horizon_months)
    if calibration < months_before(start, 1):
        raise SchemaError(
            "records", f"must span at least {2 * horizon_months} months", f"{start} to {end}"
        )
    last = months_before(calibration, horizon_months)
    for past_months in (12, 6, 3):
        dates = _monthly(months_before(start, -past_months), last)
        if dates:
            return Periods(dates, calibration, evaluation, end, horizon_months)
    return Periods((), calibration, evaluation, end, horizon_months)


def _monthly(first: date, last: date) -> tuple[date, ...]:
    """Return dates a month apart, ending at `last`, none before `first`."""
    dates: list[date] = []
    step = 0
    while (day := months_before(last, step)) >= first:
        dates.append(day)
        step += 1
    return tuple(reversed(dates))
