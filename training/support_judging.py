"""Judge the support model on the later period: each component's gate, then the list as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score

from features.labels import COMPONENTS, EVENT
from features.panel import build_panel
from features.records import Records
from features.standards.load import load_standard
from models.capacity import flag
from models.disengagement import Component, DisengagementModel, SupportRule
from models.evidence import can_be_seen
from models.person_periods import person_periods
from training.calibration import calibration_report
from training.component_gate import ComponentVerdict, Scored, component_gate
from training.gates import nothing_to_judge, support_gate
from training.judging import Judgement
from training.periods import Periods
from training.support_candidate import SupportCandidate
from training.support_metrics import calibration_metrics, precision_at_capacity, score_metrics
from training.survey_check import validated_on_survey
from training.unsupported import unsupported_weights

Floats = NDArray[np.float64]
CURVE_BINS = 10


def judge_support(
    records: Records,
    periods: Periods,
    candidate: SupportCandidate | None,
    seed: int,
    lots: pd.DataFrame | None = None,
) -> Judgement:
    """Judge each component, then the flags of all of them against the rule's, within capacity.

    ``verdict.numbers["components"]`` holds each component's gate, ``["sources"]`` what may be
    released of it, ``["survey"]`` whether the combined order is validated on a survey. With
    ``lots`` (`training.unsupported`) calibration is judged on people who were not supported.
    """
    dates = [periods.calibration, periods.evaluation] if candidate else [periods.evaluation]
    panel = build_panel(records, dates, periods.horizon_months)
    is_later = (panel["as_of"] == pd.Timestamp(periods.evaluation)).to_numpy()
    later = panel[is_later].reset_index(drop=True)
    judgement = judge_on(later, periods, candidate, seed, lots)
    components = judgement.verdict.numbers.get("components", {})
    if candidate is not None:
        for name, year in year_ahead(panel, candidate, periods).items():
            components[name]["year"] = year
    return Judgement(
        replace(judgement.verdict, numbers=_rounded(judgement.verdict.numbers)),
        _rounded(judgement.metrics),
        _rounded(judgement.curves),
    )


def _rounded(content: Any) -> Any:  # noqa: ANN401
    """Round all numbers: the last bits of a sum depend on where its numbers lie in memory."""
    if isinstance(content, dict):
        return {name: _rounded(one) for name, one in content.items()}
    if isinstance(content, list | tuple):
        return [_rounded(one) for one in content]
    return round(content, 9) if isinstance(content, float) else content


def judge_on(
    panel: pd.DataFrame,
    periods: Periods,
    candidate: SupportCandidate | None,
    seed: int,
    lots: pd.DataFrame | None = None,
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
    weight = np.ones(len(panel))
    if lots is not None:
        weight = unsupported_weights(panel, lots, periods.horizon_months)
    verdicts = judge_components(panel, candidate, standard["capacity"], seed, weight)
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
    if model is not None and model.components:
        rng = np.random.default_rng(seed)
        verdict.numbers["survey"] = validated_on_survey(panel, model, rng)
    metrics = {
        name: score_metrics(_ordered(scores[name][labelled]), outcome)
        | {
            "precision_at_capacity": precision_at_capacity(flags[name], outcome),
            "lift_at_capacity": verdict.numbers[name]["lift"],
            "net_benefit_at_capacity": verdict.numbers[name]["net_benefit"],
        }
        for name in candidates
    }
    if model is not None and model.components:
        chance = model.probability(panel)[labelled]
        told = ~np.isnan(chance)
        metrics["disengagement"] |= calibration_metrics(chance[told], outcome[told])
    curves = _curves(panel, model) if model is not None and model.components else {}
    return Judgement(verdict, metrics, curves)


def judge_components(
    panel: pd.DataFrame,
    candidate: SupportCandidate | None,
    capacity: float,
    seed: int,
    weight: Floats,
) -> dict[str, ComponentVerdict]:
    """Return the gate of each component; one that cannot be judged is not released.

    ``weight`` of each person counts in the calibration alone.
    """
    n_groups = max(1, len(candidate.lagged)) if candidate else 1
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
            verdicts[name] = _with_calibration(gate, scored, outcome, weight[told], n_groups)
    return verdicts


def _with_calibration(
    gate: ComponentVerdict,
    scored: dict[str, Scored],
    outcome: Floats,
    weight: Floats,
    n_groups: int,
) -> ComponentVerdict:
    """Add how well each model's probabilities come true, and say it of what is released."""
    if not outcome[weight > 0].any():
        return gate
    reports = {
        kind: calibration_report(one.probability, outcome, weight, n_groups)
        for kind, one in scored.items()
    }
    calibration = {kind: one.to_dict() for kind, one in reports.items()}
    said = f" {reports[gate.source].sentence()}" if gate.source in reports else ""
    return replace(
        gate,
        sentence=gate.sentence + said,
        numbers=gate.numbers | {"calibration": calibration},
    )


def year_ahead(
    panel: pd.DataFrame, candidate: SupportCandidate, periods: Periods
) -> dict[str, dict[str, float]]:
    """Judge the curve twelve months after the calibration date, as far as two windows reach.

    The hazards have seen nothing of these months; the level was calibrated on the first window, so
    that the mean is no independent test where the order is.
    """
    first = (panel["as_of"] == pd.Timestamp(periods.calibration)).to_numpy()
    found: dict[str, dict[str, float]] = {}
    for name, hazard in candidate.hazards.items():
        told = person_periods(panel, name, periods.horizon_months, 2 * periods.horizon_months)
        events = np.bincount(told.row, told.event, len(panel))
        months = np.bincount(told.row, minlength=len(panel))
        whole = first & ((events > 0) | (months == 2 * periods.horizon_months))
        curves = hazard.curves(panel[whole])
        outcome = events[whole]
        if curves.shape[1] < 2 * periods.horizon_months or not 0 < outcome.sum() < len(outcome):
            continue
        foretold = curves[:, -1]
        found[name] = {
            "months": 2 * periods.horizon_months,
            "n_people": int(whole.sum()),
            "n_events": int(outcome.sum()),
            "auc": float(roc_auc_score(outcome, foretold)),
            "mean_predicted_by_observed": float(foretold.mean() / outcome.mean()),
        }
    return found


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
