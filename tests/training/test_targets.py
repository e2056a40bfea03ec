from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest

from features.records import empty_records
from models.cases import Cases
from training.targets import course_targets, permuted_targets

AS_OF = date(2025, 1, 1)
COURSES = ["c1", "c2", "c3"]


@pytest.fixture
def records():
    rows = [
        ("ann", "c1", "completed", date(2025, 1, 1)),
        ("ann", "c1", "enrolled", date(2025, 2, 1)),  # the better of two outcomes counts
        ("ann", "c2", "dropped", date(2025, 2, 1)),
        ("ann", "c3", "enrolled", date(2025, 7, 1)),  # begins when the window has ended
        ("bob", "c2", "enrolled", date(2025, 6, 30)),
        ("bob", "c3", "completed", date(2024, 12, 31)),  # before the window
        ("cat", "c1", "completed", date(2025, 3, 1)),  # not among the people
    ]
    frame = pl.DataFrame(
        rows, schema=["employee_id", "course_id", "status", "valid_from"], orient="row"
    ).with_columns(superseded_at=pl.lit(None, dtype=pl.Date))
    empty = empty_records()
    return type(empty)(**{**vars(empty), "enrolments": frame})


@pytest.fixture
def cases():
    people = pd.DataFrame({"employee_id": ["ann", "bob"]})
    return Cases(people, pd.DataFrame(), pd.DataFrame())


def test_course_targets_by_hand(records, cases):
    allowed = np.ones((2, 3), dtype=bool)
    targets = course_targets(records, cases, COURSES, allowed, AS_OF, 6)
    assert targets.to_dict("split")["data"] == [["ann", "c1", 2], ["bob", "c2", 1]]


def test_course_targets_leave_out_what_the_rules_forbid(records, cases):
    allowed = np.array([[False, True, True], [True, True, True]])
    targets = course_targets(records, cases, COURSES, allowed, AS_OF, 6)
    assert targets["employee_id"].tolist() == ["bob"]


def test_permuted_targets_keep_counts_and_stay_allowed(records, cases):
    allowed = np.array([[False, True, False], [True, False, True]])
    targets = pd.DataFrame(
        {
            "employee_id": ["ann", "bob", "bob"],
            "course_id": ["c2", "c1", "c3"],
            "relevance": [2, 1, 2],
        }
    )
    drawn = permuted_targets(targets, cases, COURSES, allowed, seed=0)
    assert drawn["employee_id"].tolist() == ["ann", "bob", "bob"]
    assert drawn["course_id"].tolist()[0] == "c2"
    assert set(drawn["course_id"][1:]) == {"c1", "c3"}
    assert drawn["relevance"].tolist() == [2, 1, 2]


def measured(*rows) -> pl.DataFrame:
    return pl.DataFrame(
        [(*row, None) for row in rows],
        schema=dict(zip(
            ["employee_id", "competency_id", "level", "valid_from", "available_at",
             "superseded_at"],
            [pl.String, pl.String, pl.Float64, pl.Date, pl.Date, pl.Date], strict=True)),
        orient="row",
    )  # fmt: skip


MARCH, JUNE, JULY = date(2025, 3, 1), date(2025, 6, 1), date(2025, 7, 1)


@pytest.mark.parametrize(
    ("after", "relevance"),
    [
        pytest.param(("ann", "A", 3.0, MARCH, MARCH), 3, id="measured higher"),
        pytest.param(("ann", "A", 2.0, MARCH, MARCH), 2, id="measured alike"),
        pytest.param(("ann", "B", 5.0, MARCH, MARCH), 2, id="of another competency"),
        pytest.param(("bob", "A", 3.0, MARCH, MARCH), 2, id="of another person"),
        pytest.param(("ann", "A", 3.0, AS_OF, MARCH), 2, id="on the day the course began"),
        pytest.param(("ann", "A", 3.0, JUNE, JULY), 2, id="known when the window has ended"),
        pytest.param(("ann", "A", 3.0, JULY, JULY), 2, id="after the window"),
    ],
)
def test_a_completed_course_counts_most_where_its_competency_rose(records, cases, after, relevance):
    before = ("ann", "A", 2.0, date(2024, 6, 1), date(2024, 7, 1))
    taught = pl.DataFrame(
        [("c1", "A", 3.0, None), ("c2", "A", 3.0, None)],
        schema={"course_id": pl.String, "competency_id": pl.String, "level": pl.Float64,
                "superseded_at": pl.Date},
        orient="row",
    )  # fmt: skip
    more = {"assessments": measured(before, after), "course_competencies": taught}
    own = type(records)(**{**vars(records), **more})
    targets = course_targets(own, cases, COURSES, np.ones((2, 3), dtype=bool), AS_OF, 6)
    # bob's course is enrolled, not completed: nothing he gained can come of it
    assert targets["relevance"].tolist() == [relevance, 1]
