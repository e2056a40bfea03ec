from __future__ import annotations

import pandas as pd
import pytest

from models.cases import Cases, Catalogue


@pytest.fixture
def tiny_catalogue() -> Catalogue:
    """Five courses; budget teaches M.01 to level 3 and T.01 to level 2."""
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


@pytest.fixture
def tiny_cases() -> Cases:
    """Four people and twelve hand-countable enrolments.

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
