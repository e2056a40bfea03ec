"""Whose outcome tells what happens without support, and for how many each of them stands.

Once support is given, whoever is flagged is helped: if support works, the event that was foreseen
does not come, and the probabilities look too high. So they are calibrated, and their calibration is
judged, on people who were not flagged, each weighted by the inverse of the chance of not having
been (Horvitz & Thompson 1952), as the lists logged it. Who was sure to be flagged is represented by
nobody: of them a calibration says nothing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

COLUMNS = ("as_of", "employee_id", "flagged", "propensity")
LARGEST_WEIGHT = 10.0
"""Nobody stands for more people than this, so that one outcome does not decide."""


def read_lots(folder: Path) -> pd.DataFrame:
    """Return all logged lists of support needs, with `COLUMNS`; none where there is no log."""
    logs = [
        pd.read_parquet(path, columns=list(COLUMNS)) for path in sorted(folder.glob("*.parquet"))
    ]
    return pd.concat(logs, ignore_index=True) if logs else pd.DataFrame(columns=list(COLUMNS))


def unsupported_weights(
    panel: pd.DataFrame, lots: pd.DataFrame, horizon_months: int
) -> NDArray[np.float64]:
    """Return the weight of each row of a panel, 0 for whoever was supported.

    Parameters
    ----------
    panel : DataFrame of shape (n, >=2)
        ``employee_id``, ``as_of``.
    lots : DataFrame
        `read_lots`; ``propensity`` is the chance of being flagged, given who was flagged before. A
        list counts whose support may act in the window: dated less than the horizon before the
        snapshot, or within the window.
    horizon_months : int

    Returns
    -------
    ndarray of shape (n,)
        1 where no list counts.
    """
    weight = np.ones(len(panel))
    if lots.empty:
        return weight
    listed = pd.to_datetime(lots["as_of"])
    for as_of, rows in panel.groupby("as_of").indices.items():
        day, reach = pd.Timestamp(as_of), pd.DateOffset(months=horizon_months)  # pyright: ignore
        own = lots[(listed > day - reach) & (listed < day + reach)]
        spared = np.where(own["flagged"].astype(bool), 0.0, 1 - own["propensity"])
        chance = pd.Series(spared, index=own["employee_id"]).groupby(level=0).prod()
        of_each = panel["employee_id"].iloc[rows].map(chance).fillna(1.0).to_numpy(np.float64)
        inverse = 1 / np.where(of_each > 0, of_each, np.inf)
        weight[rows] = np.minimum(inverse, LARGEST_WEIGHT)
    return weight
