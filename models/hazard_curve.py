"""Curves of the probability that a component has happened, bent through a calibrated one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def curve_through(log_survival: Floats, probability: Floats, horizon_months: int) -> Floats:
    """Bend cumulative curves so that they pass through a probability at the horizon.

    Parameters
    ----------
    log_survival : ndarray of shape (n, n_months)
        Logarithm of the chance that nothing has happened by the end of each month.
    probability : ndarray of shape (n,)
        Of the event within the horizon.
    horizon_months : int

    Returns
    -------
    ndarray of shape (n, n_months)
        ``1 - S(month) ** r`` with each person's r such that it is `probability` at the horizon.
    """
    at_horizon = np.minimum(log_survival[:, horizon_months - 1], -1e-12)
    factor = np.log1p(-np.minimum(probability, 1 - 1e-12)) / at_horizon
    return -np.expm1(log_survival * factor[:, None])
