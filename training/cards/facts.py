"""What the cards say, all of it read: from the candidate, its judgement and audit, the import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from features.keys import load_verifying_key
from features.schema import TABLES
from features.settings import Settings
from features.standards.load import load_standard
from features.workspace import Workspace
from models.bundle import open_bundle
from training.candidate import ABOUT, Candidate
from training.support_candidate import SupportCandidate

JUDGEMENT, AUDIT = "judgement.json", "fairness.json"
N_PROBLEMS = 10
CERTAIN = ("verified", "secondary")
"""How sure a rule must be, not to be named as one to check."""


def card_facts(workspace: Workspace) -> dict[str, Any]:
    """Collect what the cards say of the candidate in the workspace.

    Returns
    -------
    dict
        JSON-able: ``about`` (the candidate's), ``judgement``, ``audit``, ``support_model`` and
        ``ranker`` (parameters, or None), ``imported`` (None where records were built otherwise),
        ``tables``, ``event``, ``unsure`` (rule files that rest on memory or inference), ``bundle``
        (None before a release of this run).

    Raises
    ------
    MissingStepError
        The candidate has not been judged.
    """
    folder = workspace.require(workspace.candidate, "huyula train")
    workspace.require(folder / AUDIT, "huyula evaluate")
    candidate = Candidate.load(folder)
    report = workspace.records / "import_report.json"
    return {
        "about": _read(folder / ABOUT),
        "judgement": _read(folder / JUDGEMENT),
        "audit": _read(folder / AUDIT),
        "ranker": _parameters(candidate.ranker),
        "support_model": _hazards(candidate.support),
        "imported": _imported(_read(report)) if report.exists() else None,
        "tables": _tables(),
        "event": _event(),
        "unsure": _unsure(),
        "bundle": _bundle(workspace, candidate.run_id),
    }


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _parameters(model: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any estimator
    if model is None:
        return None
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in sorted(model.get_params().items())
    }


def _hazards(support: SupportCandidate | None) -> dict[str, Any] | None:
    """Return the parameters of every component's hazard."""
    if support is None:
        return None
    return {
        f"{component}.{name}": value
        for component, hazard in support.hazards.items()
        for name, value in (_parameters(hazard) or {}).items()
        if name != "features"
    }


def _imported(report: dict[str, Any]) -> dict[str, Any]:
    problems = sorted(report["problems"], key=lambda one: -one["rows"])
    return {
        "day": report.get("changes", {}).get("day"),
        "mapping": report["mapping"],
        "files": report["files"],
        "tables": {name: rows for name, rows in report["tables"].items() if rows["read"]},
        "problems": problems[:N_PROBLEMS],
        "n_repaired": sum(one["rows"] for one in report["repairs"]),
        "notes": report["notes"],
    }


def _tables() -> list[dict[str, Any]]:
    return [
        {
            "name": table.name, "columns": [column.name for column in table.columns],
            "seen_by": list(table.seen_by), "keep_years": table.keep_years,
        }
        for table in TABLES
    ]  # fmt: skip


def _event() -> dict[str, Any]:
    rules = load_standard("disengagement")
    return {
        "components": list(rules["event_components"]),
        "horizon_months": rules["horizon_months"],
        "capacity": rules["capacity"],
        "source": rules["source"],
        "source_id": rules["source_id"],
        "certainty": rules["certainty"],
    }


def _unsure() -> list[str]:
    names = ("disengagement", "fairness", "jp", "recommending", "required_levels", "support")
    return [name for name in names if load_standard(name)["certainty"] not in CERTAIN]


def _bundle(workspace: Workspace, run_id: str) -> dict[str, Any] | None:
    if not workspace.bundle.exists():
        return None
    bundle = open_bundle(workspace.bundle.resolve(), load_verifying_key(Settings().key_folder))
    audit = workspace.candidate / JUDGEMENT
    if bundle.about["gates"] != {n: one["verdict"] for n, one in _read(audit).items()}:
        return None
    about = bundle.about
    return {
        "digest": bundle.digest, "created_at": about["created_at"],
        "code_version": about["code_version"], "recommender": about["recommender"],
        "support": about["support"], "trained_as_of": about["trained_as_of"], "run_id": run_id,
    }  # fmt: skip
