"""The fairness audit as a step: within `huyula evaluate`, and by itself as `huyula fairness`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from features.records import Records
from features.wording.languages import Language
from features.workspace import Workspace, replace_text
from training import tracking
from training.candidate import Candidate
from training.fairness.audit import audit_candidate
from training.fairness.pages import as_csv, as_page, ratio_figure

AUDIT = "fairness.json"
PARTS = 4
Bar = Callable[[str, int | None], AbstractContextManager[Callable[[str], None]]]


def audit_and_log(
    workspace: Workspace,
    records: Records,
    candidate: Candidate,
    released: Mapping[str, str],
    sources: Mapping[str, str],
    bar: Bar,
) -> dict[str, Any]:
    """Audit a candidate, leave ``fairness.json`` beside it and with the open run."""
    with bar("Auditing fairness", PARTS) as advance:
        audit = audit_candidate(records, workspace.records, candidate, released, sources, advance)
    # one place where what is not a number becomes what JSON can say
    text = json.dumps(audit, indent=1, allow_nan=True).replace("NaN", "null")
    audit = json.loads(text.replace("-Infinity", "null").replace("Infinity", "null"))
    replace_text(workspace.candidate / AUDIT, json.dumps(audit, indent=1))
    tracking.log_json(audit, AUDIT)
    tracking.log_metrics(_metrics(audit), "fairness")
    if audit["flags"]:
        tracking.log_figure(ratio_figure(audit), "fairness.png")
    return audit


def write_audit(workspace: Workspace, audit: Mapping[str, Any], language: Language) -> list[str]:
    """Write ``output/fairness.json``, ``.csv`` and ``.html``; return what to say of them."""
    texts = {
        "json": json.dumps(audit, indent=1),
        "csv": as_csv(audit),
        "html": as_page(audit, language),
    }
    lines = []
    for kind, text in texts.items():
        path = workspace.output / f"fairness.{kind}"
        replace_text(path, text)
        lines.append(f"  {path}")
    return lines


def said_of(audit: Mapping[str, Any]) -> list[str]:
    """Return the audit in a few lines."""
    proxies = [
        f"{name} {row['auc']:.2f}"
        for name, row in audit["proxies"].items()
        if row["finding"] == "measured"
    ]
    lines = [f"fairness: {one}" for one in audit["findings"]]
    if not lines:
        lines = ["fairness: no difference between groups is surely outside of the limits"]
    if proxies:
        lines.append(f"proxy meter (AUC, .5 gives nothing away): {', '.join(proxies)}")
    return lines


def _metrics(audit: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    metrics = {f"proxy_{name}": {"auc": row["auc"]} for name, row in audit["proxies"].items()
               if row["finding"] == "measured"}  # fmt: skip
    metrics |= {f"flags_{name}".replace("*", "_by_"): own for name, own in audit["parity"].items()}
    return metrics | {"all": {"n_findings": float(len(audit["findings"]))}}
