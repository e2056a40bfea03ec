"""What courses change, learned from made-up people whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone

from features.errors import ArtifactError
from features.records import empty_records
from models.benefit import CourseBenefit
from models.benefit_rows import benefit_rows, covariates_of
from models.cases import Cases, Catalogue


def quick(**changes) -> CourseBenefit:
    return CourseBenefit(**{"learner": "linear", "n_repeats": 1, "min_treated": 60, **changes})


def drawn(share: float, *, n: int = 700, seed: int = 1, drift: float = 0.0) -> pd.DataFrame:
    """Low measured levels regress upward, supervisors send those who lack most, some return."""
    rng = np.random.default_rng(seed)
    level = rng.normal(2.0, 0.6, n)
    measured = level + rng.normal(0, 0.3, n)
    treated = rng.random(n) < 1 / (1 + np.exp(measured - 2.0 + 0.5))
    form = np.where(rng.random(n) < 0.6, "workshop", "seminar")
    reach = np.where(treated, 4 - measured, np.nan)
    active = rng.random(n) < 0.5
    gain = np.where(treated, share * (4 - level), 0.0) + drift * (active & ~treated)
    rise = level + gain + rng.normal(0, 0.3, n) - measured
    seen = rng.random(n) < np.where(level > 2, 0.9, 0.6)
    return pd.DataFrame(
        {
            "employee_id": [f"e{i // 2}" for i in range(n)],
            "competency_id": "T.01",
            "treated": treated,
            "form": np.where(treated, form, None),
            "reach": reach,
            "rise": np.where(seen, rise, np.nan),
            "placebo_treated": np.where(treated, np.nan, active.astype(float)),
            "x_level": measured,
            "x_other": level + rng.normal(0, 0.3, n),
        }
    )


@pytest.fixture(scope="module")
def fitted() -> CourseBenefit:
    return quick().fit(drawn(0.5))


def test_finds_the_share_of_the_way_that_courses_cover(fitted):
    assert fitted.claims_
    assert fitted.withheld_ == ""
    for form in ("all", "workshop", "seminar"):
        own = fitted.shares_[form]
        assert own.lower <= 0.5 <= own.upper
        assert own.upper - own.lower < 0.4
    assert fitted.sentence().startswith("Courses raise the competencies they teach by +")


def test_claims_nothing_where_courses_change_nothing_though_the_low_rise():
    rows = drawn(0.0)
    before_after = rows.loc[rows["treated"], "rise"].dropna()
    assert before_after.mean() - 2 * before_after.sem() > 0  # what a comparison in time would claim
    model = quick().fit(rows)
    assert not model.claims_
    assert model.share_of("workshop") == 0.0
    assert model.rise_ is not None
    assert model.rise_.holds_zero
    assert model.sentence().startswith("Courses are not surely of benefit:")


def test_is_withheld_where_the_placebo_shows_something():
    model = quick().fit(drawn(0.5, drift=0.8))
    assert not model.claims_
    assert "competencies that no course taught changed too, by +0." in model.sentence()


def test_is_withheld_where_too_few_were_measured_again():
    model = quick().fit(drawn(0.5, n=60))
    assert model.withheld_.startswith("only ")
    assert "at least 60 are needed" in model.sentence()
    assert not model.claims_


def test_is_withheld_where_nobody_is_comparable():
    rows = drawn(0.5)
    apart = rows.assign(x_level=np.where(rows["treated"], 50.0, -50.0))
    model = quick(trim=0.3).fit(apart)
    assert model.withheld_.startswith("those trained and the others cannot be compared: ")


@pytest.mark.parametrize(
    ("overlap", "words"),
    [
        pytest.param({"kept": 0.3, "largest_weight": 0.01}, "only 30% of those trained", id="kept"),
        pytest.param({"kept": 0.9, "largest_weight": 0.2}, "one row carries 20%", id="weight"),
    ],
)
def test_poor_overlap_is_an_objection(fitted, overlap, words):
    poor = CourseBenefit.from_files(fitted.to_files())
    poor.overlap_ = overlap
    assert words in poor._objection()


def test_expects_the_share_of_the_way_within_what_is_lacking(fitted):
    people = pd.DataFrame({"employee_id": ["ani", "budi"]})
    gaps = pd.DataFrame(
        [("ani", "A", 1.0, 2.0), ("ani", "B", 3.0, 0.0), ("budi", "A", 2.5, 0.1)],
        columns=["employee_id", "competency_id", "level", "gap"],
    )
    history = pd.DataFrame(columns=["employee_id", "course_id", "happened_on"])
    catalogue = Catalogue(
        pd.DataFrame({"course_id": ["k", "z"], "form": ["workshop", "unheard"]}),
        pd.DataFrame(
            [("k", "A", 3.0), ("k", "B", 4.0), ("z", "A", 2.0)],
            columns=["course_id", "competency_id", "level"],
        ),
    )
    rise = fitted.score(Cases(people, history, gaps), catalogue)
    workshop, usual = fitted.shares_["workshop"].mean, fitted.shares_["all"].mean
    # from 1 towards 3 and 2; B lacks nothing; budi lacks a tenth of a level
    np.testing.assert_allclose(rise, [[2 * workshop, usual], [0.1, 0.0]])


def test_reads_back_from_its_files_and_refuses_damaged_ones(fitted):
    again = CourseBenefit.from_files(fitted.to_files())
    assert again.to_files() == fitted.to_files()
    assert again.claims_ == fitted.claims_
    assert again.get_params() == fitted.get_params()
    nothing = quick().fit(drawn(0.5, n=60))
    assert CourseBenefit.from_files(nothing.to_files()).sentence() == nothing.sentence()
    for files in ({}, {"benefit.json": "{"}, {"benefit.json": '{"params": {"depth": 1}}'}):
        with pytest.raises(ArtifactError, match="benefit is damaged"):
            CourseBenefit.from_files(files)


def test_fits_again_like_a_fresh_one_and_leaves_its_rows_alone(fitted):
    rows = drawn(0.5)
    before = rows.copy()
    assert quick().fit(drawn(0.0, n=100)).fit(rows).to_files() == fitted.to_files()
    pd.testing.assert_frame_equal(rows, before)
    assert not hasattr(clone(fitted), "withheld_")


DAY = {"valid_from": date(2023, 6, 1), "available_at": date(2023, 6, 1)}
PEOPLE = ("done", "idle", "late", "other", "gone")


def table(records, name, *rows):
    return pl.DataFrame([DAY | row for row in rows], schema=getattr(records, name).schema)


@pytest.fixture
def records():
    """One competency A; `done` takes K within the window, `late` after it, `other` takes L."""
    empty = empty_records()

    def assessed(who, level, on, competency="A"):
        return {
            "employee_id": who, "competency_id": competency, "level": level, "source": "CACT",
            "valid_from": on, "available_at": on,
        }  # fmt: skip

    def took(who, course, on, status="completed"):
        return {
            "employee_id": who, "course_id": course, "status": status, "valid_from": on,
            "available_at": on,
        }  # fmt: skip

    rows = {
        "units": [{"unit_id": "u", "name": "Dinas"}],
        "posts": [{"post_id": "p", "title": "Analis", "post_level": "ahli_muda"}],
        "competencies": [
            {"competency_id": one, "name": one, "competency_group": "technical"} for one in "AB"
        ],
        "post_requirements": [
            {"post_id": "p", "competency_id": one, "required_level": 3} for one in "AB"
        ],
        "employees": [{"employee_id": e, "employment_type": "PNS"} for e in PEOPLE],
        "employments": [{"employee_id": e, "unit_id": "u", "post_id": "p"} for e in PEOPLE],
        "courses": [
            {"course_id": "K", "title": "K", "form": "workshop", "days": 3.0},
            {"course_id": "L", "title": "L", "form": "seminar"},
        ],
        "course_competencies": [
            {"course_id": "K", "competency_id": "A", "level": 3.0},
            {"course_id": "L", "competency_id": "B", "level": 1.0},
        ],
        "assessments": [
            *(assessed(who, 1.0, date(2023, 7, 1)) for who in PEOPLE),
            *(assessed(who, 2.0, date(2025, 1, 1)) for who in PEOPLE if who != "gone"),
            assessed("done", 2.9, date(2025, 6, 1)),  # not the next one
        ],
        "enrolments": [
            took("done", "K", date(2024, 2, 1)),
            took("idle", "K", date(2024, 2, 1), "dropped"),
            took("late", "K", date(2024, 11, 1)),
            took("other", "L", date(2024, 2, 1)),
        ],
    }
    return replace(empty, **{name: table(empty, name, *own) for name, own in rows.items()})


def test_rows_are_people_and_competencies_before_and_after(records):
    rows = benefit_rows(records, [date(2024, 1, 1)], 9).set_index("employee_id")
    assert sorted(rows.index) == sorted(PEOPLE)
    assert rows["treated"].to_dict() == {
        "done": True, "idle": False, "late": False, "other": False, "gone": False,
    }  # fmt: skip
    assert rows.loc["done", ["course_id", "form", "reach"]].tolist() == ["K", "workshop", 2.0]
    rise = rows["rise"].to_dict()
    assert (rise["done"], rise["idle"], rise["other"]) == (1.0, 1.0, 1.0)
    assert np.isnan(rise["late"])  # K came between the window and the measurement
    assert np.isnan(rise["gone"])  # never measured again
    placebo = rows["placebo_treated"]
    assert (placebo["other"], placebo["idle"]) == (1.0, 0.0)
    assert np.isnan(placebo["done"])  # K teaches A


def test_rows_know_nothing_of_the_window(records):
    rows = covariates_of(benefit_rows(records, [date(2024, 1, 1)], 9))
    assert (rows["x_level"] == 1.0).all()
    assert (rows["x_n_before"] == 0).all()
    assert not any(one in name for name in rows for one in ("sex", "birth", "age", "religion"))
    later = benefit_rows(records, [date(2024, 3, 1)], 9).set_index("employee_id")
    assert later.loc["done", "x_n_before"] == 1.0
    assert not later.loc["done", "treated"]
