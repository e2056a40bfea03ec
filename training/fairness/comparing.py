"""How one group's rate or mean compares with everybody else's, with interval and exact test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Z95 = float(stats.norm.ppf(0.975))


@dataclass(frozen=True)
class Compared:
    """A ratio to everybody else, with its 95% interval and the test of no difference."""

    ratio: float
    low: float
    high: float
    p_value: float


def rate_ratio(n_marked: int, n_people: int, rest_marked: int, rest_people: int) -> Compared:
    """Compare two rates.

    The ratio and its log-normal interval count half a person more on every side (Walter, Biometrika
    1975), so that nobody marked gives no division by 0; the test is Fisher's exact one, two-sided.

    Parameters
    ----------
    n_marked, n_people : int
        Of the group.
    rest_marked, rest_people : int
        Of everybody else.

    Examples
    --------
    >>> even = rate_ratio(10, 100, 10, 100)
    >>> even.ratio, round(even.low, 2), round(even.high, 2), even.p_value
    (1.0, 0.45, 2.25, 1.0)
    """
    a, n, b, m = n_marked + 0.5, n_people + 0.5, rest_marked + 0.5, rest_people + 0.5
    log_ratio = float(np.log(a / n) - np.log(b / m))
    error = float(np.sqrt(1 / a - 1 / n + 1 / b - 1 / m))
    table = [
        [n_marked, n_people - n_marked],
        [rest_marked, rest_people - rest_marked],
    ]
    bounds = np.exp([log_ratio - Z95 * error, log_ratio, log_ratio + Z95 * error])
    p_value: Any = stats.fisher_exact(table)[1]
    return Compared(float(bounds[1]), float(bounds[0]), float(bounds[2]), min(1.0, float(p_value)))


def mean_ratio(
    values: NDArray[np.float64], inside: NDArray[np.bool_], strata: NDArray[np.int64]
) -> tuple[float, float, float]:
    """Return a group's mean by that of others alike, with its 95% interval (delta method).

    Others count as many times as makes their strata as frequent as the group's own. People of a
    stratum that holds fewer than two others are left out.

    Parameters
    ----------
    values : ndarray of shape (n,)
    inside : ndarray of bool, shape (n,)
        The group's people.
    strata : ndarray of int, shape (n,)
        Within which people are compared, such as what the law treats apart.

    Returns
    -------
    ratio, low, high : float
        NaN where nobody can be compared or a mean is 0.
    """
    n_rest = np.bincount(strata[~inside], minlength=int(strata.max()) + 1)
    own = inside & (n_rest[strata] >= 2)
    if own.sum() < 2:
        return float("nan"), float("nan"), float("nan")
    mean, variance, own_variance = 0.0, 0.0, 0.0
    for stratum in np.unique(strata[own]):
        weight = float((strata[own] == stratum).mean())
        rest = values[~inside & (strata == stratum)]
        mean += weight * float(rest.mean())
        variance += weight**2 * float(rest.var(ddof=1)) / len(rest)
        theirs = values[own & (strata == stratum)]
        own_variance += weight**2 * float(theirs.var(ddof=min(1, len(theirs) - 1))) / len(theirs)
    own_mean = float(values[own].mean())
    if own_mean <= 0 or mean <= 0:
        return float("nan"), float("nan"), float("nan")
    reach = Z95 * (own_variance / own_mean**2 + variance / mean**2) ** 0.5
    log_ratio = float(np.log(own_mean / mean))
    low, high = np.exp([log_ratio - reach, log_ratio + reach])
    return float(np.exp(log_ratio)), float(low), float(high)


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjust p-values for their number (Holm, Scandinavian Journal of Statistics 1979).

    >>> holm(np.array([0.01, 0.04, 0.03])).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    scaled = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty_like(scaled)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(scaled))
    return adjusted


def finding(ratio: float, p_adjusted: float, lowest: float, highest: float, alpha: float) -> str:
    """Say on which side of the limits a ratio lies, and whether that is sure.

    >>> finding(1.6, 0.2, 0.8, 1.25, 0.05), finding(0.5, 0.01, 0.8, 1.25, 0.05)
    ('perhaps too many', 'too few')
    """
    if np.isnan(ratio) or lowest <= ratio <= highest:
        return "even" if not np.isnan(ratio) else "insufficient"
    side = "too few" if ratio < lowest else "too many"
    return side if p_adjusted < alpha else f"perhaps {side}"
