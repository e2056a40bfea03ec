"""What an experiment asks: periods, and the judgement of any parameters on any of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
        ``probability``, ``rule`` (the rival's score), ``flagged`` and ``rule_flagged``.
    model : object
        Fitted.
    column_aucs : dict of str to float
        Of the task ``support``: AUC of each column alone, to find leaks.
    """

    rows: pd.DataFrame
    model: Any
    column_aucs: dict[str, float] = field(default_factory=dict)


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
    def judge(self, period: Period, params: Params) -> Judged:
        """Fit on what was known before a period, and score the people of the period."""

    @property
    @abstractmethod
    def registered(self) -> str:
        """Return the name under which the model is promoted."""
