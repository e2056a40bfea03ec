"""Judge the support model on the later period: each component's gate, then the list as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve

from features.labels import COMPONENTS, EVENT
from features.panel import build_panel
from features.records import Records
from features.standards.load import load_standard
from models.capacity import flag
from models.disengagement import Component, DisengagementModel, SupportRule
from models.evidence import can_be_seen
from training.component_gate import ComponentVerdict, Scored, component_gate
from training.gates import nothing_to_judge, support_gate
from training.judging import Judgement
from training.periods import Periods
from training.support_candidate import SupportCandidate
from training.support_metrics import calibration_metrics, precision_at_capacity, score_metrics

Floats = NDArray[np.float64]
CURVE_BINS = 10


def judge_support(
    records: Records, periods: Periods, candidate: SupportCandidate | None, seed: int
) -> Judgement:
    """Judge each component, then the flags of all of them against the rule's, within capacity.

    ``verdict.numbers["components"]`` holds each component's gate, ``["sources"]`` what may be
    released of it.
    """
    panel = build_panel(records, [periods.evaluation], periods.horizon_months)
    return judge_on(panel, periods, candidate, seed)


def judge_on(
    panel: pd.DataFrame, periods: Periods, candidate: SupportCandidate | None, seed: int
) -> Judgement:
    """Judge on the snapshot of the evaluation date (`features.panel.build_panel`)."""
    standard = load_standard("disengagement")
    labelled = panel[EVENT].notna().to_numpy()
    outcome = panel.loc[labelled, EVENT].to_numpy(dtype=np.float64)
    if not 0 < outcome.sum() < len(outcome):
        reason = (
            f"no event of disengagement can be seen after {periods.evaluation}: neither offers "
            "with courses taken nor attendance over the months before and after are recorded"
        )
        return Judgement(nothing_to_judge("none", reason), {})
    verdicts = judge_components(panel, candidate, standard["capacity"], seed)
    sources = {name: one.source for name, one in verdicts.items()}
    model = candidate.released(sources) if candidate else None
    candidates: dict[str, Any] = {"rule": SupportRule()}
    if model is not None and model.components:
        candidates["disengagement"] = model
    scores = {name: one.score(panel) for name, one in candidates.items()}
    flags = {
        name: flag(panel, score, standard["capacity"])[labelled] for name, score in scores.items()
    }
    verdict = support_gate(
        flags, outcome, standard["net_benefit"]["threshold"], np.random.default_rng(seed)
    )
    learned = "hazard" in [sources[name] for name in model.components] if model else False
    verdict = replace(verdict, passed=verdict.passed and learned)
    verdict.numbers["components"] = {
        name: {"source": one.source, "sentence": one.sentence} | one.numbers
        for name, one in verdicts.items()
    }
    verdict.numbers["sources"] = sources
    metrics = {
        name: score_metrics(_ordered(scores[name][labelled]), outcome)
        | {
            "precision_at_capacity": precision_at_capacity(flags[name], outcome),
            "lift_at_capacity": verdict.numbers[name]["lift"],
            "net_benefit_at_capacity": verdict.numbers[name]["net_benefit"],
        }
        for name in candidates
    }
    curves = _curves(panel, model) if model is not None and model.components else {}
    return Judgement(verdict, metrics, curves)


def judge_components(
    panel: pd.DataFrame, candidate: SupportCandidate | None, capacity: float, seed: int
) -> dict[str, ComponentVerdict]:
    """Return the gate of each component; one that cannot be judged is not released."""
    verdicts = {}
    for name in COMPONENTS:
        told = panel[name].notna().to_numpy()
        outcome = panel.loc[told, name].to_numpy(dtype=np.float64)
        models = _models(candidate, name)
        if not models:
            why = candidate.missing.get(name, "") if candidate else "no model was fitted"
            verdicts[name] = ComponentVerdict("none", f"NOT LEARNED: {why}.", {})
        elif not 0 < outcome.sum() < len(outcome):
            verdicts[name] = ComponentVerdict(
                "none", f"NOT JUDGED: {int(outcome.sum())} events among {len(outcome)} people.", {}
            )
        else:
            scored = {kind: _scored(panel, one, told, capacity) for kind, one in models.items()}
            gate = component_gate(name, scored, outcome, np.random.default_rng(seed))
            for kind, one in scored.items():
                calibration = calibration_metrics(one.probability, outcome)
                gate.numbers[kind] |= {key: float(value) for key, value in calibration.items()}
            verdicts[name] = gate
    return verdicts


def _models(candidate: SupportCandidate | None, name: str) -> dict[str, Component]:
    if candidate is None:
        return {}
    found = {"hazard": candidate.hazards.get(name), "lagged": candidate.lagged.get(name)}
    return {kind: one for kind, one in found.items() if one is not None}


def _scored(
    panel: pd.DataFrame, one: Component, told: NDArray[np.bool_], capacity: float
) -> Scored:
    probability = one.probability(panel)
    score = np.where(can_be_seen(panel, one.component), one.score(panel), np.nan)
    return Scored(probability[told], flag(panel, score, capacity)[told])


def _ordered(score: Floats) -> Floats:
    """Put whoever has no score last."""
    return np.where(np.isnan(score), np.nanmin(score) - 1, score)


def _curves(panel: pd.DataFrame, model: DisengagementModel) -> dict[str, Any]:
    """Return the points of the calibration chart: all components' probabilities together."""
    predicted, outcome = [], []
    for name, one in model.components.items():
        told = panel[name].notna().to_numpy()
        predicted.append(one.probability(panel)[told])
        outcome.append(panel.loc[told, name].to_numpy(dtype=np.float64))
    p, y = np.concatenate(predicted), np.concatenate(outcome)
    observed, mean = calibration_curve(y, p, n_bins=CURVE_BINS, strategy="quantile")
    return {"predicted": mean.tolist(), "observed": observed.tolist()}
