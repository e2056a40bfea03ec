"""The mapping `employee_export` on the public files it was written for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from features.identity import TokenTable
from features.importing import Imported, import_export
from features.sources.mapping import load_mapping

FILES = ("employee_data.csv", "training_and_development_data.csv")
SURVEY = "employee_engagement_survey_data.csv"


@pytest.fixture(scope="module")
def folder(dataset: Callable[[str], Path]) -> Path:
    return dataset("employee_export")


@pytest.fixture(scope="module")
def imported(folder: Path) -> Imported:
    return import_export(
        folder,
        load_mapping("employee_export"),
        TokenTable(b"k" * 32),
        today=date(2025, 1, 1),
        progress=lambda _: None,
    )


def column(folder: Path, file: str, name: str) -> pl.Series:
    return pl.read_csv(folder / file, infer_schema=False)[name].drop_nulls()


def test_three_thousand_people_come_in_without_a_problem(imported):
    assert imported.quarantine.is_empty()
    assert {name: len(frame) for name, frame in imported.tables.items() if len(frame)} == {
        "units": 10, "posts": 31, "employees": 3000, "employments": 3000, "reviews": 3000,
        "courses": 5, "enrolments": 3000, "surveys": 6000, "protected_attributes": 3000,
    }  # fmt: skip
    assert {name: counts["kept"] for name, counts in imported.report["files"].items()} == {
        **dict.fromkeys(FILES, 3000),
        SURVEY: 3000,
    }


@pytest.mark.parametrize(("file", "name"), [(FILES[0], "DOB"), (SURVEY, "SurveyDate")])
def test_dashes_stand_where_no_month_could_be_meant(folder, file, name):
    dates = column(folder, file, name)
    dashed, slashed = dates.filter(dates.str.contains("-")), dates.filter(dates.str.contains("/"))
    assert len(dashed) + len(slashed) == 3000
    assert (dashed.str.split("-").list.get(0).cast(int) > 12).all()
    parts = slashed.str.split("/")
    assert (parts.list.get(0).cast(int) <= 12).all()
    assert (parts.list.get(1).cast(int) <= 12).all()


@pytest.mark.parametrize(
    ("file", "name"), [(FILES[0], "StartDate"), (FILES[0], "ExitDate"), (FILES[1], "TrainingDate")]
)
def test_the_other_dates_have_the_month_first(folder, file, name):
    parts = column(folder, file, name).str.split("/")
    assert (parts.list.get(0).cast(int) <= 12).all()
    assert parts.list.get(1).cast(int).max() == 31


def test_read_day_first_the_surveys_span_one_year_up_to_the_export(folder, imported):
    days = imported.tables["surveys"]["valid_from"]
    assert (days.min(), days.max()) == (date(2022, 8, 5), date(2023, 8, 5))
    slashed = column(folder, SURVEY, "SurveyDate").str.to_date("%m/%d/%Y", strict=False)
    newest = column(folder, FILES[0], "StartDate").str.to_date("%m/%d/%Y").max()
    assert slashed.max() > newest  # read the other way, some would lie after the export


def test_training_days_become_hours(folder, imported):
    days = column(folder, FILES[1], "TrainingDurationDays").cast(float)
    assert imported.tables["enrolments"]["jp"].sum() == 5 * days.sum()
