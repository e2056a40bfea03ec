"""A generator of one's own: what colleagues at the same level of post have taken."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd

from models.cases import Cases, Catalogue
from models.generator import Generator


class SameLevel(Generator):
    """Scores a course by how many people at the same post level took it.

    Parameters
    ----------
    name : str, default="same_level"
    """

    kind = "same_level"
    group = "peers"

    def __init__(self, name: str = "same_level") -> None:
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Count each course by level, each person once."""
        self.course_ids_ = catalogue.courses["course_id"].tolist()
        level = X.people.set_index("employee_id")["post_level"]
        taken = X.history[["employee_id", "course_id"]].drop_duplicates()
        taken = taken.assign(level=taken["employee_id"].map(level)).dropna()
        both = taken["level"].astype("str") + "/" + taken["course_id"].astype("str")
        self.counts_ = {str(key): int(n) for key, n in both.value_counts().items()}
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return the counts, shape (n_people, n_courses); 0 for a level nobody was at."""
        levels = X.people["post_level"]
        rows = {
            level: [float(self.counts_.get(f"{level}/{c}", 0)) for c in self.course_ids_]
            for level in pd.unique(levels)
        }
        found = [rows[level] for level in levels]
        return np.array(found, dtype=np.float64).reshape(len(levels), len(self.course_ids_))

    def _state(self) -> dict[str, Any]:
        return {"counts": self.counts_}

    def _restore(self, state: dict[str, Any]) -> None:
        self.counts_ = dict(state["counts"])
