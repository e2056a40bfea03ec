"""Jobathon: who leaves a company within three months, foreseen from the months before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from experiments.disengagement_task import Task
from models.person_history import with_history

PERSON, MONTH, LEFT, JOINED = "Emp_ID", "MMM-YY", "LastWorkingDate", "Dateofjoining"
PROTECTED = ("Age", "Gender")
HORIZON_MONTHS = 3
LAST_TRAINING, FIRST_TEST, LAST_TEST = 201612, 201704, 201709
"""Year and month."""


def load_jobathon(folder: Path) -> Task:
    """Return the task: origins to 2016-12 to learn from, 2017-04 to 2017-09 to be judged on.

    A row is a person's month; the event is a last working day before the month's first day plus
    three months. The three months between are left out: their outcome was not known at the first
    test origin. The last working day itself is no column, nor are age and sex.
    """
    rows = pd.read_csv(folder / "monthly.csv", dtype={PERSON: str})
    month = pd.to_datetime(rows[MONTH])
    left = pd.to_datetime(rows[LEFT]).groupby(rows[PERSON]).transform("max")
    horizon = month + pd.DateOffset(months=HORIZON_MONTHS)
    outcome = (left < horizon).to_numpy().astype(np.float64)
    day = ((month - pd.Timestamp(0)) / pd.Timedelta(days=1)).astype(np.float64)
    known = rows.drop(columns=[LEFT, *PROTECTED]).assign(**{MONTH: day})
    columns = with_history(known, person=PERSON, time=MONTH, within="Designation")
    people = rows[PERSON].to_numpy()
    year_month = (month.dt.year * 100 + month.dt.month).to_numpy()
    train = np.flatnonzero(year_month <= LAST_TRAINING)
    test = np.flatnonzero((year_month >= FIRST_TEST) & (year_month <= LAST_TEST))
    return Task(
        name="jobathon",
        title=(
            "Leaving within 3 months: origins to 2016-12 to learn from, 2017-04 to 2017-09 to be "
            "judged on (95% intervals over people)"
        ),
        columns=columns,
        outcome=outcome,
        people=people,
        groups=people,
        splits=[[(train, test)]],
    )
