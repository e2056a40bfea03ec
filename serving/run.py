"""The steps of the batch commands: load, score, save, and say what was done."""

from __future__ import annotations

import math
from datetime import date

from features.console import progress_bar
from features.horizon import choose_horizon
from features.keys import load_verifying_key
from features.profiles import build_profiles
from features.records import load_records
from features.settings import Settings
from features.workspace import Workspace
from models.bundle import Bundle, open_bundle
from serving.batch import PEOPLE_AT_A_TIME, build_snapshot
from serving.released import Released
from serving.snapshot import K, load_snapshot, save_snapshot
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
        )
    save_snapshot(workspace.snapshot, snapshot)
    path = workspace.output / "recommendations.csv"
    with progress_bar("Writing recommendations", n_people) as advance:
        n_rows = write_recommendations(
            path, Released(bundle, snapshot, None), k, lambda: advance("")
        )
    said = f"{n_rows:,} recommendations for {n_people:,} people {horizon}: {path}"
    if bundle.about["recommender"]["kind"] == "required":
        return f"{said}\n{ASSESS_FIRST}"
    return said


def list_support(workspace: Workspace) -> str:
    """Write who is flagged in the snapshot."""
    bundle = _open_bundle(workspace)
    snapshot = load_snapshot(workspace.require(workspace.snapshot, "huyula recommend"))
    released = Released(bundle, snapshot, None)
    path = workspace.output / "support_needs.csv"
    n_flagged = write_support_needs(path, released)
    said = f"{n_flagged:,} of {len(snapshot['people']):,} people may need support"
    by_kind = {
        "none": "no model has shown skill, so nobody is flagged",
        "rule": f"{said} by a rule, which no model has beaten",
    }
    return f"{by_kind.get(released.kind('support'), said)}: {path}"


def _open_bundle(workspace: Workspace) -> Bundle:
    folder = workspace.require(workspace.bundle, "huyula release")
    return open_bundle(folder, load_verifying_key(Settings().key_folder))
