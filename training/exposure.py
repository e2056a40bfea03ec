"""Weighs what people took by how rarely it was shown to them.

A course that lists seldom show is seldom taken, whatever it is worth. Each course taken counts by
one over the chance with which it was shown (inverse propensities, Schnabel et al., ICML 2016),
up to a declared limit; what was taken without having been shown counts once.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.errors import ArtifactError

COLUMNS = ["as_of", "employee_id", "course_id", "propensity"]
MOST = 10.0
"""Highest weight: clipping trades a little bias for much less variance."""


def read_shown(folder: Path) -> pd.DataFrame:
    """Return every place of the lists that `huyula recommend` logged: `COLUMNS`.

    Raises
    ------
    ArtifactError
        A file is damaged or lacks a column.
    """
    found = [pd.DataFrame({name: [] for name in COLUMNS})]
    for path in sorted(folder.glob("*.parquet")):
        try:
            found.append(pd.read_parquet(path, columns=COLUMNS))
        except (OSError, ValueError) as error:
            raise ArtifactError(f"{path} cannot be read: {error}") from error
    return pd.concat(found[1:] or found, ignore_index=True)


def exposure_weights(
    targets: pd.DataFrame, shown: pd.DataFrame, as_of: date, end: date
) -> np.ndarray:
    """Return the weight of each target.

    Parameters
    ----------
    targets : DataFrame
        ``employee_id``, ``course_id``.
    shown : DataFrame
        See `read_shown`; lists of dates from `as_of` up to before `end` count, the newest of each
        person and course.
    as_of, end : date
        The window in which the targets were begun.

    Returns
    -------
    ndarray of shape (n_targets,)
        From 1 to `MOST`.
    """
    within = shown["as_of"].between(pd.Timestamp(as_of), pd.Timestamp(end), inclusive="left")
    pair = ["employee_id", "course_id"]
    newest = shown[within].sort_values("as_of", kind="stable").drop_duplicates(pair, keep="last")
    chance = targets[pair].merge(newest[[*pair, "propensity"]], on=pair, how="left")["propensity"]
    return np.clip(1 / chance.fillna(1.0).to_numpy(dtype=np.float64), 1.0, MOST)
