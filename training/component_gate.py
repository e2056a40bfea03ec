"""What may be released for a component: its hazard, its lagged self, or nothing.

The hazard is released only where, on the later period, it is surely better than the component's own
lagged self in AUC, in log loss and in lift at capacity (paired bootstrap over people). Else the
lagged self is, and is named so, if it is surely better than chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
N_RESAMPLES = 1_000


@dataclass(frozen=True)
class Scored:
    """One model's word on the judged people: probabilities, and who it flags within capacity."""

    probability: Floats
    flags: NDArray[np.bool_]


@dataclass(frozen=True)
class ComponentVerdict:
    """A component's gate.

    Attributes
    ----------
    source : str
        ``hazard``, ``lagged`` or ``none``.
    sentence : str
    numbers : dict
        JSON-able: by model ``auc``, ``log_loss``, ``lift``; the gains with their intervals.
    """

    source: str
    sentence: str
    numbers: dict[str, Any]


def component_gate(
    component: str, models: dict[str, Scored], outcome: Floats, rng: np.random.Generator
) -> ComponentVerdict:
    """Judge a component's models on people whose outcome is known.

    Parameters
    ----------
    component : str
    models : dict of str to Scored
        ``lagged`` and, if it was fitted, ``hazard``; each of shape (n_people,).
    outcome : ndarray of shape (n_people,)
        1 for an event, 0 for none; both occur.
    rng : Generator
    """
    n = len(outcome)
    counts = [np.ones(n), *rng.multinomial(n, np.full(n, 1 / n), N_RESAMPLES).astype(np.float64)]
    found = {name: _figures(one, outcome, counts) for name, one in models.items()}
    numbers: dict[str, Any] = {
        name: {measure: _round(values[0]) for measure, values in own.items()}
        for name, own in found.items()
    }
    numbers |= {"n_people": n, "n_events": int(outcome.sum()), "gains": {}}
    if "hazard" in found:
        gains = {m: found["hazard"][m] - found["lagged"][m] for m in found["lagged"]}
        gains["log_loss"] = -gains["log_loss"]
        bounds = {m: _bounds(values[1:]) for m, values in gains.items()}
        numbers["gains"] = {m: [_round(one) for one in pair] for m, pair in bounds.items()}
        said = _said(numbers)
        if all(low > 0 for low, _ in bounds.values()):
            return ComponentVerdict("hazard", f"RELEASED: the hazard. {said}", numbers)
    else:
        said = "There is no hazard to compare with."
    low = _bounds(found["lagged"]["auc"][1:])[0]
    numbers["lagged_auc_low"] = _round(low)
    if low > 0.5:
        sentence = f"REFUSED: the lagged self is released, and named so. {said}"
        return ComponentVerdict("lagged", sentence, numbers)
    return ComponentVerdict("none", f"ABSTAINS: neither is surely better than chance. {said}",
                            numbers)  # fmt: skip


def ranked_auc(score: Floats, outcome: Floats) -> Callable[[Floats], float]:
    """Return what gives the AUC for any number of times each person counts; ties count half."""
    codes = np.unique(score, return_inverse=True)[1]

    def auc(times: Floats) -> float:
        events = np.bincount(codes, times * outcome)
        others = np.bincount(codes, times * (1 - outcome))
        pairs = events.sum() * others.sum()
        below = np.cumsum(others) - others / 2
        return float(events @ below / pairs) if pairs else 0.5

    return auc


def _figures(one: Scored, outcome: Floats, counts: list[Floats]) -> dict[str, Floats]:
    """Return each measure for each resample; the first is of all people once."""
    auc = ranked_auc(one.probability, outcome)
    p = np.clip(one.probability, 1e-9, 1 - 1e-9)
    loss = -(outcome * np.log(p) + (1 - outcome) * np.log(1 - p))
    hits = one.flags * outcome

    def lift(times: Floats) -> float:
        flagged, base = times @ one.flags, times @ outcome / times.sum()
        return float(times @ hits / flagged / base) if flagged and base else 0.0

    return {
        "auc": np.array([auc(times) for times in counts]),
        "log_loss": np.array([times @ loss / times.sum() for times in counts]),
        "lift": np.array([lift(times) for times in counts]),
    }


def _bounds(values: Floats) -> tuple[float, float]:
    lower, upper = np.quantile(values, [0.025, 0.975])
    return float(lower), float(upper)


def _said(numbers: dict[str, Any]) -> str:
    hazard, lagged, gains = numbers["hazard"], numbers["lagged"], numbers["gains"]
    measures = {"auc": "AUC", "log_loss": "log loss", "lift": "lift at capacity"}
    compared = "; ".join(
        f"{words} {hazard[m]:.3f} against {lagged[m]:.3f} of the lagged self "
        f"(95% interval of the gain {gains[m][0]:+.3f} to {gains[m][1]:+.3f})"
        for m, words in measures.items()
    )
    return f"{compared}; {numbers['n_people']:,} people, {numbers['n_events']:,} events."


def _round(value: float) -> float:
    return round(float(value), 6)
