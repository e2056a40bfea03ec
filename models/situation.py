"""Cases and catalogue at one date, from the records: the same for training and for answers."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from features.known import current_records, known_records
from features.own_conditions import stated_conditions
from features.profiles import Profiles, build_profiles
from features.records import Records
from models.cases import Cases, Catalogue
from models.eligibility import allowed_courses


def catalogue_of(records: Records) -> Catalogue:
    """Return the catalogue as it stands in the (Polars) records."""
    current = current_records(records)
    return Catalogue(
        courses=current.courses.to_pandas(), teaches=current.course_competencies.to_pandas()
    )


def cases_at(
    records: Records,
    as_of: date,
    profiles: Profiles | None = None,
    known_at: date | None = None,
) -> Cases:
    """Return everybody in service at `as_of` with the courses known to be taken before it.

    Parameters
    ----------
    records : Records
        Polars frames.
    as_of : date
        Exclusive.
    profiles : Profiles, optional
        The profiles at `as_of`, if they are built already.
    known_at : date, optional
        See `features.known.known_records`.
    """
    built = profiles or build_profiles(records, as_of, known_at)
    known = known_records(records, as_of, known_at)
    stated = stated_conditions(known).collect().to_pandas()
    people = built.people.to_pandas().merge(stated, on="employee_id", how="left", validate="1:1")
    return Cases(
        people=people,
        history=_history(known, people["employee_id"]),
        gaps=built.competencies.to_pandas(),
    )


def allowed_at(records: Records, cases: Cases, catalogue: Catalogue, as_of: date) -> np.ndarray:
    """Return the courses each person may be recommended (n_people, n_courses), by hard rules."""
    announced = known_records(records, as_of).sessions.collect().to_pandas()
    return allowed_courses(cases.people, cases.history, catalogue, announced, as_of)


def _history(known: Records, employee_ids: pd.Series) -> pd.DataFrame:
    """Return enrolments that were not dropped: a dropped course may be taken up again."""
    taken = known.enrolments.collect().to_pandas()
    kept = taken[(taken["status"] != "dropped") & taken["employee_id"].isin(employee_ids)]
    history = kept[["employee_id", "course_id", "valid_from"]].assign(
        completed=kept["status"] == "completed"
    )
    return history.rename(columns={"valid_from": "happened_on"}).reset_index(drop=True)
