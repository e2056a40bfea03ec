from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from features.profiles import build_profiles

AS_OF = date(2025, 1, 1)


@pytest.fixture
def levels(tiny_profiles):
    frame = pl.DataFrame(tiny_profiles(AS_OF).competencies)
    frame = frame.select("employee_id", "competency_id", "level", "required_level", "gap",
                         "days_since_assessment")  # fmt: skip
    rows = frame.with_columns(pl.selectors.float().fill_nan(None)).iter_rows()
    return {(employee, competency): tuple(values) for employee, competency, *values in rows}


def test_levels_are_those_last_measured_against_those_required(levels):
    # level, required, gap, days since; 1 March 2024 is 306 days and 1 January 2024 366 days ago
    assert levels == {
        ("e1", "M.01"): (2.5, 3.0, 0.5, 306.0),  # 2.0 a year earlier
        ("e1", "T.01"): (2.5, 2.0, 0.0, 306.0),  # above the requirement is no negative gap
        ("e2", "M.01"): (None, 3.0, None, None),  # assessed, but not known yet
        ("e2", "T.01"): (None, 2.0, None, None),
        ("e3", "M.01"): (None, 4.0, None, None),
        ("e3", "T.01"): (1.0, None, None, 366.0),  # not required: no gap either
    }


def test_counts_are_of_what_the_post_requires(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    assert by_person(people, "n_required", "n_assessed", "n_gaps", "gap_levels") == {
        "e1": (2, 2, 1, 0.5),
        "e2": (2, 0, None, None),  # missing is not a gap, and none that is known is not 0
        "e3": (1, 0, None, None),
    }


def test_job_person_match_is_the_mean_of_attained_by_required_up_to_100(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    # e1: (2.5 / 3 and 2.5 / 2, at most 1) = (83.33 + 100) / 2; nobody else is assessed and required
    assert by_person(people, "job_person_match") == {
        "e1": (91.666667,),
        "e2": (None,),
        "e3": (None,),
    }


def test_days_since_assessment_count_any_competency(tiny_profiles, by_person):
    people = tiny_profiles(AS_OF).people
    assert by_person(people, "days_since_assessment") == {"e1": (306,), "e2": (None,), "e3": (366,)}


def test_a_person_without_requirements_and_assessments_has_unknown_counts(
    tiny, tiny_profiles, by_person
):
    people = tiny_profiles(date(2021, 1, 1)).people  # only e2 and e4 serve; none is assessed
    assert by_person(people, "n_required", "n_assessed") == {"e2": (1, 0), "e4": (2, 0)}
    nothing = {"required_level", "competency_group"}  # nor national competencies
    bare = tiny.map(lambda frame: frame[:0] if nothing & set(frame.columns) else frame)
    people = build_profiles(bare, date(2021, 1, 1)).people
    assert by_person(people, "n_required", "gap_levels") == {"e2": (None, None), "e4": (None, None)}
