"""Monitoring as a step: from bundle, records and profiles to a page and a list of warnings."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from features.errors import HuyulaError
from features.horizon import HORIZON
from features.keys import load_verifying_key
from features.panel import people_with_past
from features.records import load_records
from features.settings import Settings
from features.standards.load import load_standard
from features.workspace import Workspace, replace_text
from models.bundle import Bundle, open_bundle
from models.disengagement import load_support
from training.monitoring.compare import (
    Support,
    compare_with_training,
    delays,
    matured_calibration,
    warnings_of,
)

TEMPLATES = Path(__file__).parent / "templates"
REFERENCE = "monitoring/reference.json"


def monitor_live(workspace: Workspace) -> dict[str, Any]:
    """Compare the live profiles with what the released bundle learned from; write both files.

    Raises
    ------
    HuyulaError
        The bundle was released before it kept a reference, or a step is missing.
    """
    folder = workspace.require(workspace.bundle, "huyula release")
    bundle = open_bundle(folder.resolve(), load_verifying_key(Settings().key_folder))
    if REFERENCE not in bundle.files:
        raise HuyulaError(
            "the bundle holds no reference to compare with; run `huyula train`, `huyula evaluate` "
            "and `huyula release` again"
        )
    reference, rules = json.loads(bundle.files[REFERENCE]), load_standard("monitoring")
    profiles = workspace.require(workspace.profiles, "huyula profiles")
    people = pd.read_parquet(profiles / "people.parquet")
    records = load_records(workspace.require(workspace.records, "huyula import"))
    horizon = json.loads((profiles / HORIZON).read_text())
    as_of, known_at = (date.fromisoformat(horizon[name]) for name in ("as_of", "known_at"))
    people = people_with_past(people, records, as_of, known_at)
    support = released_support(bundle)
    found = compare_with_training(reference, people, support, rules)
    found |= {
        "bundle": bundle.digest, "as_of": as_of.isoformat(), "n_people": len(people),
        "reference_as_of": reference["as_of"], "delay": delays(reference, records, as_of),
        "calibration": matured_calibration(
            records, as_of, bundle.about["support"]["horizon_months"],
            date.fromisoformat(reference["judged_at"]), support, rules,
        ),
    }  # fmt: skip
    found["warnings"] = warnings_of(found)
    replace_text(workspace.output / "monitor.json", json.dumps(found, indent=1))
    replace_text(workspace.output / "monitor.html", monitor_page(found))
    return found


def released_support(bundle: Bundle) -> Support | None:
    """Return the bundle's support model, or None where the system abstains."""
    kind = bundle.about["support"]["kind"]
    if kind == "none":
        return None
    prefix = "support/"
    files = {n.removeprefix(prefix): t for n, t in bundle.files.items() if n.startswith(prefix)}
    return load_support(kind, files)


def monitor_page(found: dict[str, Any]) -> str:
    """Return an HTML page that holds all it shows."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return environment.get_template("monitor.html.j2").render(found=found)
