"""What every protocol of the disengagement benchmark hands to the judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

Split = tuple[np.ndarray, np.ndarray]
"""Positions of the rows to learn from and of the rows to be judged on."""


@dataclass(frozen=True)
class Task:
    """Rows, their outcome, and how they are split.

    Attributes
    ----------
    name, title : str
    columns : DataFrame of shape (n, n_columns)
        What a model may see.
    outcome : ndarray of shape (n,)
        1 for an event, 0 for none.
    people : ndarray of shape (n,)
        Whom a row is about: intervals draw people with all their rows.
    groups : ndarray of shape (n,), optional
        What no fold inside the training rows may split; None: each row is its own.
    splits : sequence of sequence of Split
        Repeats; the splits of one are judged together or each by itself, see `pooled`.
    pooled : bool
        Whether a repeat is judged as one list; else each split, and the mean is taken.
    leak_threshold : float
        AUC above which a score is reported as a suspected leak.
    about : dict
        What else to tell, JSON-able.
    """

    name: str
    title: str
    columns: pd.DataFrame
    outcome: np.ndarray
    people: np.ndarray
    groups: np.ndarray | None
    splits: Sequence[Sequence[Split]]
    pooled: bool = True
    leak_threshold: float = 0.95
    about: dict[str, Any] = field(default_factory=dict)
