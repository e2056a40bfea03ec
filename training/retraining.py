"""One cycle of training, which replaces what is served only with what the gates let through."""

from __future__ import annotations

import json

from features.keys import load_verifying_key
from features.settings import Settings
from features.workspace import Workspace
from models.bundle import open_bundle
from training.gates import given_way
from training.road import JUDGEMENT, Bar, judge_candidate, release_champions, train_candidate

PARTS = ("recommender", "support")


def retrain(workspace: Workspace, horizon_months: int | None, bar: Bar) -> tuple[list[str], bool]:
    """Train, evaluate and release; keep the bundle where a learned model would be lost.

    A model that serves is never replaced by a rule, a generator or nothing because its successor
    failed the gates: the bundle then stays as it is, byte for byte, and nothing is crowned. An
    interruption at any moment leaves the old bundle whole.

    Returns
    -------
    lines : list of str
        What was done and found.
    released : bool
    """
    served = served_kinds(workspace)
    lines = train_candidate(workspace, horizon_months, bar)
    lines += judge_candidate(workspace, bar, served)
    judged = json.loads((workspace.candidate / JUDGEMENT).read_text(encoding="utf-8"))
    found = {part: str(judged[part]["verdict"]["released"]) for part in PARTS}
    lost = given_way(served, {part: bool(judged[part]["verdict"]["passed"]) for part in PARTS})
    if not lost:
        return [*lines, *release_champions(workspace, bar)], True
    kept = [
        f"KEPT: the {part} that serves is {served[part]}, its successor was refused ({found[part]})"
        for part in lost
    ]
    return [*lines, *kept, "the bundle is unchanged, and no alias has moved"], False


def served_kinds(workspace: Workspace) -> dict[str, str]:
    """Return by part the kind of the model in the verified bundle; empty before the first one."""
    if not workspace.bundle.exists():
        return {}
    bundle = open_bundle(workspace.bundle.resolve(), load_verifying_key(Settings().key_folder))
    return {part: str(bundle.about[part]["kind"]) for part in PARTS if part in bundle.about}
