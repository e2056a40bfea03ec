"""What a run has to pass: no leak, surely better than the rival, calibrated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.experiment.measures import best_rival, calibration, gains
from experiments.experiment.specification import METRICS, GateLimits
from training.bootstrap import Interval

LEAST_EVENTS = 100
"""With fewer, calibration cannot be told (row 3 of what must hold)."""
PASSED, REFUSED, INSUFFICIENT = "passed", "REFUSED", "insufficient"


@dataclass(frozen=True)
class Gate:
    """One gate's verdict.

    Attributes
    ----------
    name : str
    verdict : {"passed", "REFUSED", "insufficient"}
        Insufficient: there are too few events to tell; it stops no promotion.
    sentence : str
    numbers : dict
        JSON-able.
    """

    name: str
    verdict: str
    sentence: str
    numbers: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able dictionary."""
        return asdict(self)


def gates_of(
    task: str,
    rows: pd.DataFrame,
    column_aucs: Mapping[str, float],
    limits: GateLimits,
    seed: int,
) -> list[Gate]:
    """Return the gates' verdicts on judged rows.

    Parameters
    ----------
    task : str
    rows : DataFrame
        See `Judged.rows`, of one or several periods.
    column_aucs : mapping of str to float
        The highest of any period.
    limits : GateLimits
    seed : int
        Of the intervals.
    """
    better = _better(task, rows, limits, seed)
    if task == "recommend":
        return [better]
    return [_leak(rows, column_aucs, limits, seed), better, _calibrated(rows, limits, seed)]


def passed(gates: list[Gate]) -> bool:
    """Return whether no gate refuses."""
    return all(gate.verdict != REFUSED for gate in gates)


def _better(task: str, rows: pd.DataFrame, limits: GateLimits, seed: int) -> Gate:
    rival, metric = best_rival(task, rows), METRICS[task][0]
    own, theirs, gained = gains(task, rows, {rival: rival}, seed)
    gain = gained[rival][metric]
    n_people = rows["person"].nunique()
    sentence = (
        f"{metric} {own[metric].mean:.3f} against {theirs[rival][metric].mean:.3f} of {rival}: "
        f"{gain.mean:+.3f} (95% interval {gain.lower:+.3f} to {gain.upper:+.3f}, {n_people:,} "
        "people)"
    )
    numbers = {"rival": rival, "metric": metric, **_flat("gain", gain), "n_people": n_people}
    verdict = PASSED if gain.lower > limits.least_gain else REFUSED
    return Gate("better", verdict, sentence, numbers)


def _leak(
    rows: pd.DataFrame, column_aucs: Mapping[str, float], limits: GateLimits, seed: int
) -> Gate:
    own, _, _ = gains("support", rows, {}, seed)
    auc = own["auc"].mean
    alone = {n: auc for n, auc in column_aucs.items() if auc > limits.column_leak_threshold}
    shown = "".join(f"; {name} alone {value:.3f}" for name, value in alone.items())
    verdict = PASSED if auc <= limits.leak_threshold and not alone else REFUSED
    sentence = f"AUC {auc:.3f}, threshold {limits.leak_threshold:g}{shown}"
    return Gate("leak", verdict, sentence, {"auc": auc, "columns": alone})


def _calibrated(rows: pd.DataFrame, limits: GateLimits, seed: int) -> Gate:
    n_events = int(rows["outcome"].sum())
    if n_events < LEAST_EVENTS:
        sentence = f"{n_events} events, {LEAST_EVENTS} are needed to tell"
        return Gate("calibration", INSUFFICIENT, sentence, {"n_events": n_events})
    found = calibration(rows, seed)
    slope, ratio = found["calibration_slope"], found["mean_predicted_by_observed"]
    inside = _touches(slope, limits.calibration_slope) and _touches(ratio, limits.calibration_ratio)
    sentence = (
        f"slope {slope.mean:.2f} ({slope.lower:.2f} to {slope.upper:.2f}), mean predicted by "
        f"observed {ratio.mean:.2f} ({ratio.lower:.2f} to {ratio.upper:.2f})"
    )
    numbers = _flat("slope", slope) | _flat("ratio", ratio) | {"n_events": n_events}
    return Gate("calibration", PASSED if inside else REFUSED, sentence, numbers)


def _touches(interval: Interval, limits: tuple[float, float]) -> bool:
    """Return whether interval and limits meet: what fails lies surely outside."""
    known = np.isfinite([interval.lower, interval.upper]).all()
    return bool(known and interval.upper >= limits[0] and interval.lower <= limits[1])


def _flat(name: str, one: Interval) -> dict[str, float]:
    return {name: one.mean, f"{name}_low": one.lower, f"{name}_high": one.upper}
