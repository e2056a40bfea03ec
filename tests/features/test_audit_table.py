from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl

from features.audit_table import protected_groups, read_audit_table
from features.merges import write_merges
from features.profiles import DETAILS, FEATURES
from features.workspace import write_frame

ROOT = Path(__file__).parent.parent.parent
MAY_READ = {"features/audit_table.py", "features/schema/audit.py"}


def table(*rows):
    names = ("employee_id", "sex", "birth_year", "religion", "marital_status", "superseded_at")
    return pl.DataFrame(
        [dict(zip(names, row, strict=True)) for row in rows],
        schema_overrides={"superseded_at": pl.Datetime, "birth_year": pl.Int64},
    )


def test_audit_table_fills_a_merged_person_from_the_other_id(tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    assert read_audit_table(folder).empty
    rows = table(
        ("e1", "female", None, None, "single", None),
        ("e2", "male", 1980, "Islam", None, None),
    )
    write_frame(rows, folder / "protected_attributes.parquet")
    write_merges(tmp_path / "merges.json", {"e2": "e1"})
    found = read_audit_table(folder)
    assert found["employee_id"].tolist() == ["e1"]
    assert found.iloc[0][["sex", "birth_year", "religion"]].tolist() == ["female", 1980, "Islam"]


def test_groups_are_bands_of_age_and_unknown_where_nothing_is_known():
    people = pd.DataFrame({
        "employee_id": ["a", "b", "c", "d"], "unit_id": ["U1", "U2", "U1", None],
        "employment_type": ["PNS", "PPPK", "PNS", "PNS"],
    })  # fmt: skip
    attributes = pd.DataFrame({
        "employee_id": ["b", "a", "d"], "sex": ["male", "female", None],
        "birth_year": [1996, 1995, 1960], "religion": None, "marital_status": "single",
    })  # fmt: skip
    found = protected_groups(people, attributes, date(2025, 7, 1), [30, 40, 50], {"U1": "Dinas"})
    assert found["age_band"].tolist() == ["30-39", "under 30", "unknown", "50 and over"]
    assert found["sex"].tolist() == ["female", "male", "unknown", "unknown"]
    assert found["unit"].tolist() == ["Dinas", "U2", "Dinas", "unknown"]
    assert found["religion"].unique().tolist() == ["unknown"]


def test_nothing_else_reads_the_protected_attributes():
    sources = [
        path.relative_to(ROOT).as_posix()
        for folder in ("features", "models", "training", "serving")
        for path in (ROOT / folder).rglob("*.py")
        if "protected_attributes" in path.read_text(encoding="utf-8")
    ]
    assert set(sources) == MAY_READ | {"features/records.py"} & set(sources)
    readers = [
        path.relative_to(ROOT).as_posix()
        for folder in ("features", "models", "training", "serving")
        for path in (ROOT / folder).rglob("*.py")
        if "read_audit_table" in path.read_text(encoding="utf-8")
    ]
    assert sorted(readers) == ["features/audit_table.py", "training/fairness/audit.py"]


def test_no_profile_column_is_a_protected_attribute():
    protected = {"sex", "age", "age_band", "birth_year", "religion", "marital_status"}
    assert protected.isdisjoint({*FEATURES, *DETAILS})
