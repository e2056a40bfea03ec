"""What an experiment asks: periods, and the judgement of any parameters on any of them."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from experiments.experiment.specification import Moment, Specification

Params = Mapping[str, Any]
MODEL = "model"


@dataclass(frozen=True)
class Period:
    """What is judged on.

    Attributes
    ----------
    name : str
        As it is shown: the first day, or ``fold 2``.
    key : str
        As the ledger knows it: data and both ends.
    start, end : date, number or None
        The first moment, and the first one after it.
    """

    name: str
    key: str
    start: Moment | None = None
    end: Moment | None = None


@dataclass(frozen=True)
class Used:
    """Which data an experiment used.

    Attributes
    ----------
    name, source : str
    digest : str
        SHA-256 over the files.
    """

    name: str
    source: str
    digest: str


@dataclass(frozen=True)
class Judged:
    """One model on one period.

    Attributes
    ----------
    rows : DataFrame
        One row a case: ``person`` (not hashed yet) and, of the task ``recommend``, each metric of
        the model and as ``metric.rival`` of each rival; of ``support``, ``outcome``,
        ``probability``, ``rule`` (the rival's score), ``flagged`` and ``rule_flagged``. Columns
        ``segment.NAME`` say what a person was at the start of the period, where that is known.
    model : object
        Fitted.
    column_aucs : dict of str to float
        Of the task ``support``: AUC of each column alone, to find leaks.
    """

    rows: pd.DataFrame
    model: Any
    column_aucs: dict[str, float] = field(default_factory=dict)


def some_people(people: Any, share: float) -> np.ndarray:  # noqa: ANN401
    """Return which rows are of a share of the people; a larger share holds a smaller one.

    >>> rows = some_people(["a", "b", "a", "c", "d"], 0.5)
    >>> bool(rows[0] == rows[2]), len({p for p, kept in zip("abacd", rows) if kept})
    (True, 2)
    """
    codes, names = pd.factorize(pd.Series(list(people), dtype=object).astype(str))
    digests = [hashlib.sha256(name.encode()).digest() for name in names]
    place = np.empty(len(names), dtype=np.int64)
    place[sorted(range(len(names)), key=digests.__getitem__)] = np.arange(len(names))
    return place[codes] < round(share * len(names))


class Question(ABC):
    """An experiment's question, put to one set of data.

    Attributes
    ----------
    specification : Specification
    used : Used
    periods : tuple of Period
        Test periods.
    validation : Period
        Before all of them: a search compares here.
    final : Period or None
        Opened by a promotion alone.
    """

    specification: Specification
    used: Used
    periods: tuple[Period, ...]
    validation: Period
    final: Period | None

    @abstractmethod
    def judge(self, period: Period, params: Params, share: float = 1.0) -> Judged:
        """Fit on what was known before a period, and score the people of the period.

        With a `share` below 1 only so many of the people are learned from (`some_people`).
        """

    @property
    @abstractmethod
    def registered(self) -> str:
        """Return the name under which the model is promoted."""
