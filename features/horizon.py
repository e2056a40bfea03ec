"""Up to which date the records tell, and until when what is known of it counts.

The two are apart: an import in March may correct a review of last year or name a person for the
first time, and still the newest month of the records is February. A profile for today looks back
from the end of the records (`Horizon.as_of`), with all that the newest import knew of that time
(`Horizon.known_at`). Training and its snapshots take the first alone: there, a date sees what was
known at that date.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import narwhals as nw

from features.history import newest_day
from features.records import Records

HORIZON = "horizon.json"


@dataclass(frozen=True)
class Horizon:
    """Two exclusive local dates, for `features.profiles.build_profiles`.

    Attributes
    ----------
    as_of : date
        The day after the last month, or event, that the records are about; a month that was not
        over on the day of the newest export is none of it yet.
    known_at : date
        The day after the newest import.
    """

    as_of: date
    known_at: date

    def write(self, folder: Path) -> None:
        """Note both dates in a folder of what was worked out by them."""
        dates = {"as_of": self.as_of.isoformat(), "known_at": self.known_at.isoformat()}
        (folder / HORIZON).write_text(json.dumps(dates), encoding="utf-8")

    def __str__(self) -> str:
        later = f", known before {self.known_at}" if self.known_at != self.as_of else ""
        return f"as of {self.as_of}{later}"


def read_horizon(folder: Path, records: Records) -> Horizon:
    """Return where the records of a folder (`huyula import`) end.

    Parameters
    ----------
    folder : Path
        Holds the list of imports; without one, what was known at the end of the records counts.
    records : Records
        The tables of the folder, of any engine.
    """
    as_of, imported = end_of_records(records), newest_day(folder)
    if imported is None:
        return Horizon(as_of, as_of)
    known_at = imported + timedelta(days=1)
    if as_of > known_at:  # attendance of a month that was going on
        as_of = imported.replace(day=1)
    return Horizon(as_of, known_at)


def choose_horizon(
    folder: Path, records: Records, as_of: date | None, known_at: date | None = None
) -> Horizon:
    """Return the dates asked for; a date alone sees what was known at it, none: `read_horizon`."""
    if as_of is None:
        read = read_horizon(folder, records)
        return Horizon(read.as_of, known_at or read.known_at)
    return Horizon(as_of, known_at or as_of)


def end_of_records(records: Records) -> date:
    """Return the day after the last thing the records are about: their natural ``as_of``.

    Attendance decides where it is recorded, for it is complete up to a month's end; else courses,
    offers or posts do. When something became known decides nothing, so that a correction does not
    move the months that snapshots and training periods keep to (`features.horizon`).
    """
    month = _newest(records.attendance)
    if month:
        return (month.replace(day=1) + timedelta(days=31)).replace(day=1)
    others = (records.enrolments, records.offers, records.employments)
    newest = next(filter(None, map(_newest, others)), None)
    return newest + timedelta(days=1) if newest else date.today()


def _newest(frame: Any) -> date | None:  # noqa: ANN401
    """Return the last date that the rows that count today are about."""
    counting = nw.from_native(frame).lazy().filter(nw.col("superseded_at").is_null())
    newest = counting.select(nw.col("valid_from").max()).collect().to_polars().item()
    return newest.date() if isinstance(newest, datetime) else newest
