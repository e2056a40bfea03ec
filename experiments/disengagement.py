"""The disengagement benchmark: one model, its rivals and its gates on any panel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.benchmark_table import Benchmark, Gain, Row
from experiments.disengagement_rivals import MODELS, OURS, RULE, Fitted
from experiments.disengagement_scores import Part, Scores, judge
from experiments.disengagement_task import Task
from training.bootstrap import Interval
from training.support_metrics import calibration_metrics

HEADINGS = {
    "auc": "AUC", "ap": "AP", "brier": "Brier", "precision": "precision", "recall": "recall",
}  # fmt: skip
COLUMN_LEAK = 0.9
"""AUC of one column alone above which it is reported as a suspected leak."""
SLOPES, RATIOS = (0.8, 1.25), (0.9, 1.1)


def run_disengagement(
    task: Task,
    *,
    seed: int = 0,
    n_resamples: int = 400,
    on_progress: Callable[[float, str], None] = lambda _share, _part: None,
) -> Benchmark:
    """Fit and judge the model and its rivals on a task's splits.

    Parameters
    ----------
    task : Task
    seed : int, default=0
        Of training and intervals.
    n_resamples : int, default=400
        Draws of people behind each interval.
    on_progress : callable
        Called with the share done and the name of the part.
    """
    judged = _fit_all(task, seed, on_progress)
    singles = [one[0] for repeat in judged for one in repeat]
    lists = [_joined([one[0] for one in repeat]) for repeat in judged]
    parts = lists if task.pooled else singles
    scores = judge(parts, task.people, rng=np.random.default_rng(seed), n_resamples=n_resamples)
    on_progress(1.0, "judged")
    flags = _flag_measures([one for repeat in judged for one in repeat])
    rows = [Row(m, scores.metrics[m], flags if m == OURS else {}) for m in MODELS]
    gains = [
        Gain(OURS, rival, name, interval)
        for rival, own in scores.gains.items()
        for name, interval in own.items()
    ]
    settings = [one[2] for repeat in judged for one in repeat]
    about = _counts(task, parts) | task.about | {
        "seed": seed,
        "pooled": task.pooled,
        "chosen": [one["chosen"] for one in settings],
        "base_rule": sorted({one["rule"] for one in settings}),
        "gates": gates(task, scores, lists, [one["aucs"] for one in settings]),
    }  # fmt: skip
    return Benchmark(task.name, task.title, rows, about=about, gains=gains)


def gates(
    task: Task,
    scores: Scores,
    lists: Sequence[Part],
    column_aucs: Sequence[dict[str, float]],
) -> dict[str, dict[str, Any]]:
    """Return each gate's verdict (``passed``) and the figures that it rests on."""
    auc = max(own["auc"].mean for own in scores.metrics.values())
    alone: dict[str, float] = {}
    for aucs in column_aucs:
        for name, value in aucs.items():
            alone[name] = max(value, alone.get(name, 0.0))
    suspects = {name: value for name, value in alone.items() if value > COLUMN_LEAK}
    gain = scores.gains[RULE]["ap"]
    fit = [calibration_metrics(_inside(p.probability[OURS]), p.outcome) for p in lists]
    slope = float(np.mean([one["calibration_slope"] for one in fit]))
    ratio = float(np.mean([one["mean_predicted_by_observed"] for one in fit]))
    return {
        "leak": {
            "passed": auc <= task.leak_threshold and not suspects,
            "auc": auc,
            "threshold": task.leak_threshold,
            "columns_above_0_9": suspects,
        },
        "better_than_base_rule": {"passed": gain.lower > 0, **_named("ap_gain", gain)},
        "calibration": {
            "passed": SLOPES[0] <= slope <= SLOPES[1] and RATIOS[0] <= ratio <= RATIOS[1],
            "slope": slope,
            "mean_predicted_by_observed": ratio,
        },
    }


def gate_lines(found: Benchmark) -> list[str]:
    """Return the verdicts in words, and what was left out or guessed."""
    verdicts = found.about["gates"]
    leak, better, calibrated = (
        verdicts[name] for name in ("leak", "better_than_base_rule", "calibration")
    )
    rule = ", ".join(found.about["base_rule"]) or "none"
    about = found.about
    alone = "".join(f"; {name} alone {v:.3f}" for name, v in leak["columns_above_0_9"].items())
    ratio = calibrated["mean_predicted_by_observed"]
    lines = [
        "{n:,} rows judged, {n_events:,} with the event, {n_people:,} people".format(**about),
        f"base_rule: {rule}",
        f"leak: {'none suspected' if leak['passed'] else 'SUSPECTED'}",
        f"  highest AUC {leak['auc']:.3f}, threshold {leak['threshold']:g}{alone}",
        f"better than the rule: {_verdict(better)}",
        "  AP {ap_gain:+.3f}, {ap_gain_low:+.3f} to {ap_gain_high:+.3f}".format(**better),
        f"calibration: {_verdict(calibrated)}",
        f"  slope {calibrated['slope']:.2f}, predicted by observed {ratio:.2f}",
    ]
    return lines + [f"note: {note}" for note in found.about.get("notes", [])]


def _verdict(gate: dict[str, Any]) -> str:
    return "passed" if gate["passed"] else "REFUSED"


def _named(name: str, interval: Interval) -> dict[str, float]:
    return {name: interval.mean, f"{name}_low": interval.lower, f"{name}_high": interval.upper}


_Judged = tuple[Part, np.ndarray, dict[str, Any]]


def _fit_all(
    task: Task, seed: int, on_progress: Callable[[float, str], None]
) -> list[list[_Judged]]:
    """Return each split's part, flags and what was chosen, repeat by repeat."""
    n_fits = sum(map(len, task.splits))
    judged: list[list[_Judged]] = []
    for r, repeat in enumerate(task.splits):
        judged.append([])
        for train, test in repeat:
            judged[-1].append(_judged(task, train, test, seed + r))
            done = sum(map(len, judged))
            on_progress(done / (n_fits + 1), f"fit {done} of {n_fits}")
    return judged


def _judged(task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> _Judged:
    groups = None if task.groups is None else task.groups[train]
    fitted = Fitted(task.columns.iloc[train], task.outcome[train], groups, seed)
    found = fitted.probabilities(task.columns.iloc[test])
    part = Part(test, task.outcome[test], found)
    ours = fitted.ours
    chosen = {
        "knots": ours.linear_.n_knots,
        "C": ours.linear_.C,
        "leaves": ours.trees_.settings.n_leaves,
        "trees": ours.trees_.settings.n_trees,
        "share_of_trees": ours.share_,
    }
    about = {"chosen": chosen, "rule": fitted.rule.column_, "aucs": fitted.rule.aucs_}
    return part, found[OURS] >= ours.threshold_, about


def _joined(parts: Sequence[Part]) -> Part:
    return Part(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.outcome for part in parts]),
        {m: np.concatenate([part.probability[m] for part in parts]) for m in MODELS},
    )


def _flag_measures(judged: Sequence[_Judged]) -> dict[str, float]:
    """Return precision and recall of flags above the threshold that training rows chose."""
    outcome = np.concatenate([part.outcome for part, _, _ in judged])
    flags = np.concatenate([flag for _, flag, _ in judged])
    return {
        "precision": float(flags[outcome == 1].sum() / max(flags.sum(), 1)),
        "recall": float(flags[outcome == 1].mean()),
    }


def _counts(task: Task, parts: Sequence[Part]) -> dict[str, Any]:
    rows = np.unique(np.concatenate([part.rows for part in parts]))
    return {
        "n": len(rows),
        "n_events": int(task.outcome[rows].sum()),
        "n_people": int(pd.Series(task.people[rows]).nunique()),
        "n_columns": task.columns.shape[1],
    }


def _inside(probability: np.ndarray) -> np.ndarray:
    return np.clip(probability, 1e-6, 1 - 1e-6)
