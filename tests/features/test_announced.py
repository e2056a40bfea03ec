"""A requirement that is announced is imported before its date, and counts from it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from features.profiles import build_profiles
from features.readiness_measures import measure_records
from features.records import Records
from features.schema import TABLES
from tests.conftest import table_of

NEXT_YEAR = date(2026, 1, 1)
MAPPING = """
name = "announced"
date_formats = ["%Y-%m-%d"]
[person]
nip = "nip"
name = ["nama"]
[[table]]
into = "posts"
file = "posts.csv"
columns = { post_id = "id", title = "nama", post_level = { const = "pelaksana" } }
[[table]]
into = "competencies"
file = "competencies.csv"
columns = { competency_id = "id", name = "nama", competency_group = { const = "T" } }
[[table]]
into = "post_requirements"
file = "requirements.csv"
[table.columns]
post_id = "post"
competency_id = "competency"
required_level = "level"
valid_from = "from"
[[table]]
into = "employees"
file = "people.csv"
columns = { employment_type = { const = "PNS" } }
[[table]]
into = "grades"
file = "people.csv"
columns = { grade = "golongan", valid_from = "from" }
"""
FILES = {
    "posts.csv": "id,nama\nP1,Analis\n",
    "competencies.csv": "id,nama\nT.01,Analisis\n",
    "requirements.csv": "post,competency,level,from\nP1,T.01,2,2020-01-01\nP1,T.01,4,2026-01-01\n",
    "people.csv": "nip,nama,golongan,from\n198001012005011001,Abdul,III/a,2026-01-01\n",
}


def test_only_requirements_may_be_announced():
    announced = {table.name for table in TABLES if table.announced}
    assert announced == {"post_requirements"}
    for table in TABLES:
        about = next(c for c in table.all_columns if c.name == "valid_from")
        assert about.future == table.announced


def test_an_import_accepts_requirements_of_the_future_and_no_events(import_files, tmp_path):
    (tmp_path / "announced.toml").write_text(MAPPING)
    imported = import_files(FILES, str(tmp_path / "announced.toml"), today=date(2025, 6, 30))
    kept = imported.tables["post_requirements"].select("required_level", "valid_from")
    assert kept.rows() == [(2, date(2020, 1, 1)), (4, NEXT_YEAR)]
    assert imported.tables["grades"].is_empty()
    assert imported.quarantine["rule"].to_list() == ["must not lie after 2025-06-30"]


@pytest.fixture
def announced(tiny_records) -> Records:
    fresh = table_of("post_requirements", "post_id competency_id required_level valid_from",
                     ("P1", "M.01", 5, NEXT_YEAR))  # fmt: skip
    both = pl.concat([tiny_records.post_requirements, fresh])
    return Records(**{**vars(tiny_records), "post_requirements": both})


@pytest.mark.parametrize(
    ("as_of", "level"), [(NEXT_YEAR, 3), (date(2026, 1, 2), 5)], ids=["the day before", "since"]
)
def test_a_profile_requires_it_from_its_date_on(announced, as_of, level):
    levels = build_profiles(announced, as_of).competencies
    mine = levels.filter(pl.col("employee_id") == "e1", pl.col("competency_id") == "M.01")
    assert mine["required_level"].to_list() == [level]


def test_readiness_counts_what_is_required_now(announced):
    later = announced.post_requirements.filter(pl.col("valid_from") == NEXT_YEAR)
    records = Records(**{**vars(announced), "post_requirements": later})
    assert measure_records(records)["share_required"] == 0
