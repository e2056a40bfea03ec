"""The steps of the batch commands: load, score, save, and say what was done."""

from __future__ import annotations

import hashlib
import math
import shutil
from datetime import date
from pathlib import Path

from features.asked import asked_now
from features.console import progress_bar
from features.engines import spark_session
from features.horizon import Horizon, choose_horizon
from features.keys import load_verifying_key
from features.merges import read_merges
from features.profiles import build_profiles
from features.records import Records, load_records
from features.settings import Settings
from features.workspace import Workspace, replace_text
from models.bundle import Bundle, open_bundle
from models.exploration import Exploration
from serving.batch import PEOPLE_AT_A_TIME, build_snapshot
from serving.course_filter import CourseFilter
from serving.released import Released, files_under
from serving.slates import occasion_of, write_slates
from serving.snapshot import K, Snapshot, load_snapshot, save_snapshot
from serving.spark_batch import write_on_spark
from serving.stream import Job, stream
from serving.stream_snapshot import write_streamed_snapshot
from serving.stream_tables import write_stream_tables
from serving.support_lots import flagged_before, write_support_lots
from serving.tables import write_recommendations, write_support_needs

ASSESS_FIRST = (
    "nobody is assessed, so no gap is known: courses follow what each post requires and the hours "
    "still to do; an assessment may be worth more than a course"
)


def recommend_everybody(workspace: Workspace, k: int, as_of: date | None) -> str:
    """Write the snapshot and the recommendations of everybody at one date."""
    bundle = _open_bundle(workspace)
    folder = workspace.require(workspace.records, "huyula import")
    records = load_records(folder)
    horizon = choose_horizon(folder, records, as_of)
    profiles = build_profiles(records, horizon.as_of, horizon.known_at)
    explore = Exploration(occasion_of(bundle.digest, horizon.as_of))
    n_people = len(profiles.people)
    n_chunks = math.ceil(n_people / PEOPLE_AT_A_TIME)
    with progress_bar("Scoring people", n_chunks) as advance:
        snapshot = build_snapshot(
            bundle,
            records,
            profiles,
            horizon.as_of,
            max(k, K),
            lambda: advance(""),
            horizon.known_at,
            explore,
            flagged_before(workspace, horizon.as_of),
        )
    save_snapshot(workspace.snapshot, snapshot)
    write_slates(workspace.slates, snapshot, explore)
    write_support_lots(workspace.support_lots, snapshot)
    path = workspace.output / "recommendations.csv"
    with progress_bar("Writing recommendations", n_people) as advance:
        n_rows = write_recommendations(
            path, Released(bundle, snapshot, None), k, lambda: advance("")
        )
    said = f"{n_rows:,} recommendations for {n_people:,} people {horizon}: {path}"
    if bundle.about["recommender"]["kind"] == "required":
        return f"{said}\n{ASSESS_FIRST}"
    return said


def recommend_filtered(workspace: Workspace, k: int, condition: str) -> str:
    """Write everybody's courses that meet a condition, from the snapshot, and nothing else.

    Snapshot, slates and the file of all recommendations stay: they hold what is recommended to
    whom at a date, and a condition is one reader's question about it.

    Raises
    ------
    CourseFilterError
        The condition cannot be used.
    """
    kept = CourseFilter(condition)
    bundle = _open_bundle(workspace)
    snapshot = load_snapshot(workspace.require(workspace.snapshot, "huyula recommend"))
    n_people = len(snapshot["people"])
    path = workspace.output / "recommendations_filtered.csv"
    with progress_bar("Scoring people", n_people) as advance:
        released = Released(bundle, snapshot, None)
        n_rows = write_recommendations(path, released, k, lambda: advance(""), kept)
    looked = Horizon(snapshot.as_of, snapshot.known_at or snapshot.as_of)
    return (
        f"{n_rows:,} recommendations that meet {condition} for {n_people:,} people {looked}: {path}"
    )


def recommend_in_parts(workspace: Workspace, k: int, as_of: date | None, engine: str) -> str:
    """Write everybody's recommendations as Parquet parts, whatever their number, and the snapshot.

    What else could have stood at each place is not kept, so `slates/` holds no streamed batch.
    """
    bundle = _open_bundle(workspace)
    folder = workspace.require(workspace.records, "huyula import")
    session = spark_session() if engine == "spark" else None
    records = load_records(folder, "duckdb")
    horizon = choose_horizon(folder, records, as_of)
    tables = workspace.output / ".recommendations_tables"
    key = f"{bundle.digest} {folder.resolve().name} {_merges_digest(workspace)} {horizon}"
    _prepare_tables(tables, key, records, horizon)
    occasion = occasion_of(bundle.digest, horizon.as_of)
    job = Job(tables, files_under(bundle, "recommender"), horizon.as_of, k, occasion=occasion)
    target = workspace.output / "recommendations"
    if session is not None:
        with progress_bar("Scoring people on Spark", None):
            n_rows = write_on_spark(job, session, target)
    else:
        unfinished = workspace.output / ".recommendations_unfinished"
        with progress_bar("Scoring people", job.n_parts) as advance:
            n_rows = stream(job, key, unfinished, target, advance)
    said = f"{n_rows:,} recommendations for {job.n_people:,} people {horizon}: {target}"
    before = flagged_before(workspace, horizon.as_of)
    with progress_bar("Snapshot", None):
        support = write_streamed_snapshot(
            workspace.snapshot, bundle, job, target, horizon.known_at, before
        )
    lots = Snapshot(bundle.digest, horizon.as_of, {"support": support}, k, horizon.known_at)
    write_support_lots(workspace.support_lots, lots)
    shutil.rmtree(tables)
    return said


def _prepare_tables(folder: Path, key: str, records: Records, horizon: Horizon) -> None:
    """Write what is scored from, unless an interrupted run has written the same already."""
    written = folder / "key"
    if written.exists() and written.read_text(encoding="utf-8") == key:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with progress_bar("Profiles", None):
        write_stream_tables(folder, records, horizon)
    replace_text(written, key)


def _merges_digest(workspace: Workspace) -> str:
    merges = workspace.merges.read_bytes() if workspace.merges.exists() else b""
    return hashlib.sha256(merges).hexdigest()[:16]


def list_support(workspace: Workspace) -> str:
    """Write who is flagged in the snapshot."""
    bundle = _open_bundle(workspace)
    snapshot = load_snapshot(workspace.require(workspace.snapshot, "huyula recommend"))
    asked = asked_now(workspace.support_asked, read_merges(workspace.merges))
    released = Released(bundle, snapshot, None, asked)
    path = workspace.output / "support_needs.csv"
    n_flagged, n_asking = write_support_needs(path, released)
    said = f"{n_flagged:,} of {len(snapshot['people']):,} people may need support"
    by_kind = {
        "none": "no model has shown skill, so nobody is flagged",
        "rule": f"{said} by a rule, which no model has beaten",
    }
    asking = f", {n_asking:,} ask for it" if n_asking else ""
    return f"{by_kind.get(released.kind('support'), said)}{asking}: {path}"


def _open_bundle(workspace: Workspace) -> Bundle:
    folder = workspace.require(workspace.bundle, "huyula release")
    return open_bundle(folder, load_verifying_key(Settings().key_folder))
