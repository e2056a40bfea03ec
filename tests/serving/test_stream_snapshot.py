"""The snapshot of a streamed batch holds what the same batch in memory holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from features.horizon import Horizon
from features.profiles import build_profiles
from features.records import Records
from models.bundle import Bundle
from models.disengagement import SupportRule
from models.exploration import Exploration
from models.gap import GapCoverage
from models.recommender import Recommender
from models.situation import cases_at, catalogue_of
from serving import stream_snapshot
from serving.batch import build_snapshot
from serving.released import Released, files_under
from serving.snapshot import COLUMNS, Snapshot, load_snapshot, save_snapshot
from serving.stream import Job, stream
from serving.stream_snapshot import write_streamed_snapshot
from serving.stream_tables import write_stream_tables
from tests.tiny import tiny

AS_OF, K = date(2025, 1, 1), 3
OCCASION = "2025-01-01 digest"


@pytest.fixture
def records() -> Records:
    """The tiny employer, where e1 reads Indonesian alone and the only session has one place."""
    held = tiny()
    stated = pl.when(pl.col("employee_id") == "e1").then(pl.lit("id"))
    return replace(
        held,
        employees=held.employees.with_columns(languages=stated),
        sessions=held.sessions.with_columns(seats=pl.lit(1, pl.Int64)),
    )


@pytest.fixture
def bundle(records: Records) -> Bundle:
    recommender = Recommender(
        "gap", GapCoverage().fit(cases_at(records, AS_OF), catalogue_of(records))
    )
    files = {f"recommender/{name}": text for name, text in recommender.to_files().items()}
    files |= {f"support/{name}": text for name, text in SupportRule().to_files().items()}
    about = {
        "recommender": {"kind": "gap"},
        "support": {"kind": "rule", "capacity": 1.0, "horizon_months": 6},
    }
    return Bundle("digest", about, files)


def in_memory(folder: Path, bundle: Bundle, records: Records) -> Snapshot:
    explore = Exploration(OCCASION)
    profiles = build_profiles(records, AS_OF)
    snapshot = build_snapshot(
        bundle, records, profiles, AS_OF, K, explore=explore, flagged_before=["e3"]
    )
    save_snapshot(folder, snapshot)
    return load_snapshot(folder)


def streamed(folder: Path, bundle: Bundle, records: Records) -> Snapshot:
    tables = folder.parent / "tables"
    tables.mkdir()
    write_stream_tables(tables, records, Horizon(AS_OF, AS_OF))
    files = files_under(bundle, "recommender")
    job = Job(tables, files, AS_OF, K, people_a_part=2, occasion=OCCASION)
    parts = folder.parent / "parts"
    stream(job, "key", folder.parent / "unfinished", parts)
    write_streamed_snapshot(folder, bundle, job, parts, AS_OF, ["e3"])
    return load_snapshot(folder)


@pytest.mark.parametrize("people_at_a_time", [1, 200_000])
def test_it_is_the_snapshot_of_memory(records, bundle, tmp_path, monkeypatch, people_at_a_time):
    monkeypatch.setattr(stream_snapshot, "PEOPLE_AT_A_TIME", people_at_a_time)
    one = in_memory(tmp_path / "memory", bundle, records)
    other = streamed(tmp_path / "streamed", bundle, records)
    assert (other.bundle, other.as_of, other.k, other.known_at) == ("digest", AS_OF, K, AS_OF)
    for name in COLUMNS:
        pd.testing.assert_frame_equal(
            _ordered(name, other[name]), _ordered(name, one[name]), check_dtype=False, obj=name
        )
    assert len(one["candidates"])
    assert (one["support"]["status"] == "support_need").any()
    assert len(one["drivers"])
    assert one["people"]["languages"].notna().sum() == 1
    assert one["demand"]["places"].notna().any()


def test_the_service_answers_from_it(records, bundle, tmp_path):
    released = Released(bundle, streamed(tmp_path / "streamed", bundle, records), None)
    assert released.of_person["candidates"].of("e1")
    assert released.coming.next("C2") is not None


def _ordered(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in an order of their own where memory and disk may differ in it."""
    keys = {"drivers": ["employee_id", "feature"], "history": list(COLUMNS["history"])[:3]}
    by = keys.get(name)
    frame = frame[sorted(frame.columns)]
    return frame if by is None else frame.sort_values(by, ignore_index=True)
