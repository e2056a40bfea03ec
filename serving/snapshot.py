"""The snapshot: what the service answers from, made in batch and bound to one bundle.

It holds profiles, candidates and support needs of everybody at one date, and the canonical tables
that answers cite. There are no names and no personal numbers in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from features.competency import LONG
from features.errors import ArtifactError
from features.labels import LAGGED
from features.workspace import replace_folder
from models.disengagement import CURVE_COLUMNS
from models.ranking import CHANCE, WHY
from serving.seats import COLUMNS as DEMAND

FORMAT = 3
ABOUT = "snapshot.json"

K = 10
"""Candidates stored for each person: explaining one costs as much as scoring a hundred."""

REASONS = tuple(name.removeprefix("why_") for name in WHY)

COLUMNS: dict[str, tuple[str, ...]] = {
    "people": ("employee_id", "unit_id", "post_id", "post_level", "employment_type"),
    "levels": LONG,
    "history": ("employee_id", "course_id", "happened_on", "completed"),
    "candidates": ("employee_id", "course_id", "rank", "score", *WHY, *CHANCE),
    "demand": DEMAND,
    "support": (
        "employee_id", "unit_id", "status", "reason", "component", "score", "probability",
        "rank_in_unit", "by_lot", "propensity",
    ),
    "past": ("employee_id", *LAGGED),
    "curves": CURVE_COLUMNS,
    "limits": ("employee_id", "limit", "explains"),
    "actions": ("employee_id", "lever", "rank", "score_from", "score_to", "course_id"),
    "drivers": ("employee_id", "feature", "contribution"),
    "units": ("unit_id", "name"),
    "posts": ("post_id", "title", "post_level"),
    "post_requirements": ("post_id", "competency_id", "required_level"),
    "competencies": ("competency_id", "name", "competency_group"),
    "courses": ("course_id", "title", "form", "jp", "cost_rupiah"),
    "course_competencies": ("course_id", "competency_id", "level"),
    "sessions": ("session_id", "course_id", "starts_on", "ends_on", "seats", "place"),
}  # fmt: skip
"""Frames of a snapshot and the columns each must have.

``levels`` are people's competencies; ``limits`` and ``actions`` stand beside flags alone
(`serving.support_help`); ``reason`` says why the system abstains: ``thin_evidence``,
``unlike_training`` or ``no_skill``.
"""


@dataclass(frozen=True)
class Snapshot:
    """Everybody at one date.

    Attributes
    ----------
    bundle : str
        Digest of the bundle whose models made the scores.
    as_of : date
        Exclusive date of what the profiles know.
    frames : dict of str to DataFrame
        See `COLUMNS`.
    k : int
        Candidates that each person has, if there are so many.
    known_at : date, optional
        Exclusive date until which what was known counts; none: ``as_of``.
    """

    bundle: str
    as_of: date
    frames: dict[str, pd.DataFrame]
    k: int = K
    known_at: date | None = None

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return one frame."""
        return self.frames[name]


def save_snapshot(folder: Path, snapshot: Snapshot) -> None:
    """Put a snapshot in the place of `folder`, whole or not at all.

    Raises
    ------
    ArtifactError
        A frame or a column is missing.
    """
    check_frames(snapshot.frames)
    known_at = snapshot.known_at or snapshot.as_of
    with replace_folder(folder) as fresh:
        for name in COLUMNS:
            snapshot[name].to_parquet(fresh / f"{name}.parquet", index=False)
        write_about(
            fresh, snapshot.bundle, snapshot.as_of, known_at, len(snapshot["people"]), snapshot.k
        )


def write_about(
    folder: Path, bundle: str, as_of: date, known_at: date, n_people: int, k: int
) -> None:
    """Write what a snapshot says of itself; see `Snapshot`."""
    about = {
        "format": FORMAT,
        "bundle": bundle,
        "as_of": as_of.isoformat(),
        "known_at": known_at.isoformat(),
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "n_people": n_people,
        "k": k,
    }
    (folder / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")


def load_snapshot(folder: Path) -> Snapshot:
    """Read a snapshot.

    Raises
    ------
    ArtifactError
        It is of another format, or a file of it is missing or damaged.
    """
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        _check_format(folder, about)
        frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in COLUMNS}
        as_of = date.fromisoformat(about["as_of"])
        known_at = date.fromisoformat(about.get("known_at", about["as_of"]))
        snapshot = Snapshot(about["bundle"], as_of, frames, int(about["k"]), known_at)
    except (OSError, pa.ArrowInvalid, KeyError, TypeError, ValueError) as error:
        raise ArtifactError(f"snapshot {folder} cannot be read: {error}") from error
    check_frames(frames)
    return snapshot


def check_frames(frames: Mapping[str, pd.DataFrame]) -> None:
    """Raise `ArtifactError` that lists all frames and columns that are missing."""
    missing = [
        f"{name}.{column}"
        for name, columns in COLUMNS.items()
        for column in columns
        if name not in frames or column not in frames[name].columns
    ]
    if missing:
        raise ArtifactError(f"the snapshot lacks {', '.join(missing)}")


def _check_format(folder: Path, about: dict[str, Any]) -> None:
    if about["format"] != FORMAT:
        raise ArtifactError(f"snapshot {folder}: format must be {FORMAT}, got {about['format']}")
