"""Whether probabilities come true: slope and mean of a component, and the verdict in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from models.platt import logit, slope_error

Floats = NDArray[np.float64]
SLOPE, RATIO = (0.8, 1.25), (0.9, 1.1)
MIN_EVENTS = 100


@dataclass(frozen=True)
class CalibrationReport:
    """How well probabilities come true.

    Attributes
    ----------
    verdict : str
        ``holds``; ``fails`` where the interval of slope or ratio lies wholly outside its bounds;
        ``insufficient`` under `MIN_EVENTS` events.
    n_events : int
    slope, slope_low, slope_high : float
        Of the outcome's log-odds on the foretold ones; best 1.
    ratio, ratio_low, ratio_high : float
        Mean foretold by share observed; best 1.
    """

    verdict: str
    n_events: int
    slope: float
    slope_low: float
    slope_high: float
    ratio: float
    ratio_low: float
    ratio_high: float

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able dictionary."""
        return asdict(self)

    def sentence(self) -> str:
        """Say what was found."""
        verdicts = {
            "holds": "Calibration holds",
            "fails": "CALIBRATION FAILS",
            "insufficient": f"Calibration: insufficient (under {MIN_EVENTS} events)",
        }
        return (
            f"{verdicts[self.verdict]}: slope {self.slope:.2f} ({self.slope_low:.2f} to "
            f"{self.slope_high:.2f}), mean foretold by observed {self.ratio:.2f} "
            f"({self.ratio_low:.2f} to {self.ratio_high:.2f})."
        )


def calibration_report(
    probability: Floats, outcome: Floats, weight: Floats | None = None, n_groups: int = 1
) -> CalibrationReport:
    """Judge probabilities by their outcomes.

    Parameters
    ----------
    probability, outcome : ndarray of shape (n,)
    weight : ndarray of shape (n,), optional
        See `training.unsupported`; people of weight 0 are left out.
    n_groups : int
        How many are judged together: the 95% intervals are widened for it (Bonferroni).

    Raises
    ------
    ValueError
        `n_groups` is not positive, or no event is left.
    """
    if n_groups < 1:
        raise ValueError(f"n_groups must be positive, got {n_groups}")
    weight = np.ones(len(outcome)) if weight is None else weight
    kept = weight > 0
    p, y, w = probability[kept], outcome[kept], weight[kept]
    if not y.any():
        raise ValueError(f"outcome must hold an event among people not supported, got {len(y)}")
    z = float(norm.ppf(1 - 0.025 / n_groups))
    slope, error = slope_error(logit(p), y, w)
    observed = float(w @ y)
    ratio = float(w @ p) / observed
    # linearised: the ratio is off by the mean of w (p - ratio y), by the observed events
    spread = float(np.sqrt(((w * (p - ratio * y)) ** 2).sum())) / observed
    slopes = (slope - z * error, slope + z * error)
    ratios = (ratio - z * spread, ratio + z * spread)
    n_events = int(y.sum())
    outside = any(
        low > most or high < least
        for (low, high), (least, most) in ((slopes, SLOPE), (ratios, RATIO))
    )
    verdict = "fails" if outside else "holds"
    return CalibrationReport(
        "insufficient" if n_events < MIN_EVENTS else verdict, n_events, slope, *slopes, ratio,
        *ratios,
    )  # fmt: skip
