"""Live profiles, scores and matured labels beside what was remembered at training."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from features.known import months_before
from features.panel import build_panel
from features.records import Records
from models.disengagement import Component, DisengagementModel, SupportRule
from training.fairness.calibration import group_calibration
from training.monitoring.distributions import shift
from training.monitoring.reference import component_scores, label_delay, live_figures

Support = DisengagementModel | SupportRule


def compare_with_training(
    reference: Mapping[str, Any],
    people: pd.DataFrame,
    support: Support | None,
    rules: Mapping[str, Any],
) -> dict[str, Any]:
    """Compare live profiles, and the released support model's scores, with the reference.

    Parameters
    ----------
    reference : mapping
        See `training.monitoring.reference.build_reference`.
    people : DataFrame
        Live profiles with their past (`features.panel.people_with_past`).
    support : model or None
        None where the system abstains.
    rules : mapping
        ``standards/monitoring.toml``.

    Returns
    -------
    dict
        ``features`` and ``scores`` by name: `training.monitoring.distributions.shift` with
        ``finding``: ``stable``, ``moving``, ``moved``, or ``insufficient``.
    """
    scores = component_scores(support, people) if support and len(people) else {}
    live = {"features": live_figures(people), "scores": scores}
    return {
        part: {
            name: _judged(reference[part][name], values, rules)
            for name, values in of.items()
            if name in reference[part]
        }
        for part, of in live.items()
    }


def matured_calibration(
    records: Records,
    as_of: date,
    horizon_months: int,
    judged_at: date,
    support: Support | None,
    rules: Mapping[str, Any],
) -> dict[str, Any]:
    """Judge probabilities on labels that have matured since the model was judged.

    Parameters
    ----------
    as_of : date
        End of the records.
    judged_at : date
        Snapshot on which the gates judged; a later one is needed.

    Returns
    -------
    dict
        By component ``snapshot`` and `training.fairness.calibration.group_calibration`, a
        ``finding`` ``not seen`` where no outcome is known; by the one key ``all`` a ``finding``
        ``not matured``, or ``no probability`` of a rule.
    """
    snapshot = months_before(as_of, horizon_months)
    if not isinstance(support, DisengagementModel):
        return {"all": {"finding": "no probability"}}
    if snapshot <= judged_at:
        return {"all": {"finding": "not matured"}}
    panel, models = build_panel(records, [snapshot], horizon_months), support.all
    return {
        name: {"snapshot": snapshot.isoformat()} | _calibrated(panel, name, one, rules, len(models))
        for name, one in models.items()
    }


def _calibrated(
    panel: pd.DataFrame, name: str, model: Component, rules: Mapping[str, Any], n_models: int
) -> dict[str, Any]:
    known = panel[panel[name].notna()]
    if known.empty:
        return {"finding": "not seen"}
    outcome = known[name].to_numpy(dtype=np.float64)
    return group_calibration(model.probability(known), outcome, rules["calibration"], n_models)


def delays(reference: Mapping[str, Any], records: Records, as_of: date) -> dict[str, Any]:
    """Return by table the median days until rows are known, at training and now."""
    now = label_delay(records, as_of)
    return {name: {"training": reference["delay"].get(name), "now": now[name]} for name in now}


def warnings_of(found: Mapping[str, Any]) -> list[str]:
    """Say what has moved or fails; empty where nothing has."""
    said = [
        f"{part} {name} {row['finding']}: PSI {row['psi']:.2f} (by chance under "
        f"{row['psi_by_chance']:.2f})"
        for part in ("features", "scores")
        for name, row in found[part].items()
        if row["finding"] == "moved"
    ]
    return said + [
        f"calibration of {name} on {row['snapshot']} fails: mean predicted by observed "
        f"{row['predicted_by_observed']:.2f}, slope {row['slope']:.2f}"
        for name, row in found["calibration"].items()
        if row["finding"] == "fails"
    ]


def _judged(
    reference: Mapping[str, Any], values: np.ndarray, rules: Mapping[str, Any]
) -> dict[str, Any]:
    if min(reference["n"], len(values)) < rules["min_people"]:
        return {"finding": "insufficient"}
    row = shift(reference, values, rules["alpha"])
    beyond_chance = row["psi"] > row["psi_by_chance"]
    limits = rules["psi"]
    moved = beyond_chance and row["psi"] > limits["moved"]
    moving = beyond_chance and row["psi"] > limits["moving"]
    return {"finding": "moved" if moved else "moving" if moving else "stable"} | row
