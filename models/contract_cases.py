"""The people, courses and rows on which contracts of generators and event models are checked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.cases import Cases, Catalogue


def contract_catalogue() -> Catalogue:
    """Return five courses; budget teaches M.01 to level 3 and T.01 to level 2."""
    courses = pd.DataFrame(
        {
            "course_id": ["budget", "excel", "law", "lead", "speak"],
            "form": ["technical", "technical", "technical", "structural", "seminar"],
            "jp": [20.0, 10.0, 30.0, 100.0, None],
        }
    )
    teaches = pd.DataFrame(
        {
            "course_id": ["budget", "budget", "lead"],
            "competency_id": ["M.01", "T.01", "M.02"],
            "level": [3.0, 2.0, 4.0],
        }
    )
    return Catalogue(courses, teaches)


def contract_cases() -> Cases:
    """Return four people and twelve hand-countable enrolments.

    ani: excel, budget, law; budi: excel, budget; citra: budget, law, lead; dewi: excel, law, and
    speak on the same day as law, and excel again.
    """
    people = pd.DataFrame(
        {
            "employee_id": ["ani", "budi", "citra", "dewi"],
            "post_id": ["clerk", "clerk", "head", None],
            "post_level": ["pelaksana", "pelaksana", "pengawas", "pelaksana"],
            "n_gaps": [1.0, None, 2.0, 0.0],
        }
    )
    rows = [
        ("ani", "excel", "2024-01-01"),
        ("ani", "budget", "2024-02-01"),
        ("ani", "law", "2024-03-01"),
        ("budi", "excel", "2024-01-01"),
        ("budi", "budget", "2024-05-01"),
        ("citra", "budget", "2024-01-10"),
        ("citra", "law", "2024-02-10"),
        ("citra", "lead", "2024-03-10"),
        ("dewi", "excel", "2024-04-01"),
        ("dewi", "law", "2024-06-01"),
        ("dewi", "speak", "2024-06-01"),
        ("dewi", "excel", "2024-07-01"),
    ]
    history = pd.DataFrame(rows, columns=["employee_id", "course_id", "happened_on"])
    history["happened_on"] = pd.to_datetime(history["happened_on"])
    gaps = pd.DataFrame(
        {
            "employee_id": ["ani", "ani", "budi", "citra"],
            "competency_id": ["M.01", "T.01", "M.01", "M.02"],
            "level": [1.0, 1.5, None, 3.0],
            "required_level": [2.0, 4.0, 3.0, 3.0],
            "gap": [1.0, 2.5, None, 0.0],
        }
    )
    return Cases(people, history, gaps)


def emptied(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns without a row."""
    return frame.iloc[:0]


def strangers(cases: Cases) -> Cases:
    """Return people the model has never seen, with posts nobody held and no history."""
    people = pd.DataFrame({"employee_id": ["new"], "post_id": ["unheard"], "post_level": [None]})
    return Cases(people.assign(n_gaps=np.nan), emptied(cases.history), emptied(cases.gaps))


def shuffled(cases: Cases) -> Cases:
    """Return the same people with history and gaps in another order."""
    rng = np.random.default_rng(5)
    history = cases.history.iloc[rng.permutation(len(cases.history))]
    return Cases(cases.people, history, cases.gaps.iloc[rng.permutation(len(cases.gaps))])


def contract_table(*, numbers_only: bool) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return 120 rows of 60 people, whether the event follows, and who each row is about.

    Parameters
    ----------
    numbers_only : bool
        Whether all columns are numbers (with gaps), as profiles are; else a category and text
        with numbers stand beside them.

    Returns
    -------
    X : DataFrame of shape (120, 3)
    y : ndarray of shape (120,)
        About every third is 1.
    groups : ndarray of shape (120,)
    """
    rng = np.random.default_rng(11)
    hours = rng.normal(size=120)
    noise = rng.normal(size=120)
    y = (hours + 0.5 * noise > 0.5).astype(np.float64)
    late = np.where(rng.random(120) < 0.2, np.nan, hours + rng.normal(size=120))
    table = pd.DataFrame({"hours": hours, "late": late, "months": rng.integers(1, 60, 120) * 1.0})
    groups = np.repeat([f"p{i}" for i in range(60)], 2)
    if numbers_only:
        return table, y, groups
    unit = np.array(["north", "south", "west"])[rng.integers(0, 3, 120)]
    return table.assign(months=table["months"].astype(str), unit=unit)[
        ["hours", "late", "months", "unit"]
    ], y, groups  # fmt: skip
