"""The question who may need support, put to the labelled profiles of a workspace."""

from __future__ import annotations

from datetime import date
from typing import cast

import numpy as np
import pandas as pd

from experiments.disengagement_rivals import column_aucs
from experiments.experiment.calendar import Calendar
from experiments.experiment.components_model import Components
from experiments.experiment.model_choice import ModelChoice
from experiments.experiment.question import Judged, Params, Period, Question, Used, some_people
from experiments.experiment.specification import Features, Specification
from experiments.experiment.support_judging import (
    EventRows,
    EventSplit,
    judge_event,
    judged_rows,
    learning_from,
)
from features.errors import HuyulaError
from features.labels import EVENT
from features.panel import build_snapshot
from features.profiles import FAMILIES
from features.records import Records
from features.standards.load import load_standard
from models.capacity import flag
from models.disengagement import SupportRule
from training.tracking import SUPPORT

SEGMENTS = ("employment_type", "post_level")


class WorkspaceSupport(Question):
    """Put to the records of a workspace: monthly snapshots, and the rule of thumb as the rival.

    Parameters
    ----------
    specification, records, used, calendar, choice
        See `RecommendQuestion`.
    """

    def __init__(
        self,
        specification: Specification,
        records: Records,
        used: Used,
        calendar: Calendar,
        choice: ModelChoice,
    ) -> None:
        self.specification, self.used = specification, used
        self.records, self.calendar, self._choice = records, calendar, choice
        origins = calendar.origins(specification)
        self.periods = tuple(calendar.period("support", origin) for origin in origins)
        self.validation = calendar.period("support", calendar.before(origins[0]))
        self.final = calendar.period("support", calendar.final)
        families = (specification.features or Features()).families
        self.columns = [name for family in families for name in FAMILIES[family]]
        self._snapshots: dict[date, pd.DataFrame] = {}
        self._splits: dict[date, EventSplit] = {}

    @property
    def registered(self) -> str:
        """Return the registered model that `huyula release` reads."""
        return SUPPORT

    def judge(self, period: Period, params: Params, share: float = 1.0) -> Judged:
        """Learn from snapshots whose labels end before the period, score everybody when it begins.

        Raises
        ------
        HuyulaError
            No event, or nothing but events, among what is learned from or judged on.
        """
        origin = cast("date", period.start)
        model = self._choice.make(params, self.specification.seed)
        split = self._split(origin)
        if isinstance(model, Components):
            learned, late = self._learned(origin), split.train.late
            if share < 1:
                kept = some_people(split.train.people, share)
                learned, late = learned[kept], cast("np.ndarray", late)[kept]
            model.fit_panel(
                learned[late == 0].reset_index(drop=True),
                learned[late == 1].reset_index(drop=True),
                self.calendar.horizon_months,
                tuple(self.columns),
            )
            return judged_rows(model, model.probability(self._snapshot(origin)), split)
        return judge_event(model, learning_from(split, share))

    def _split(self, origin: date) -> EventSplit:
        if origin not in self._splits:
            self._splits[origin] = self._made(origin)
        return self._splits[origin]

    def _made(self, origin: date) -> EventSplit:
        learned = self._learned(origin)
        panel = self._snapshot(origin)
        capacity = load_standard("disengagement")["capacity"]
        train, test = self._rows(learned), self._rows(panel)
        check_both_outcomes(train, f"before {origin}")
        check_both_outcomes(test, f"from {origin}")
        matrix = train.X.to_numpy(dtype=np.float64, na_value=np.nan)
        return EventSplit(
            EventRows(train.X, train.outcome, train.people, train.when, self._late(learned)),
            test,
            SupportRule().score(panel),
            lambda score: flag(panel, score, capacity),
            column_aucs(matrix, train.outcome, self.columns, train.people),
            train.people,
        )

    def _learned(self, origin: date) -> pd.DataFrame:
        dates = self.calendar.snapshots_before(origin)
        learned = pd.concat([self._snapshot(day) for day in dates], ignore_index=True)
        return learned[learned[EVENT].notna()].reset_index(drop=True)

    def _rows(self, panel: pd.DataFrame) -> EventRows:
        return EventRows(
            panel[self.columns],
            panel[EVENT].to_numpy(dtype=np.float64, na_value=np.nan),
            panel["employee_id"].to_numpy(dtype=object),
            panel["as_of"].to_numpy(),
            segments=panel[list(SEGMENTS)],
        )

    def _late(self, learned: pd.DataFrame) -> np.ndarray:
        last = learned["as_of"].max()
        before = pd.Timestamp(self.calendar.before(last.date()))
        days = learned["as_of"]
        return np.where(days == last, 1, np.where(days <= before, 0, -1))

    def _snapshot(self, day: date) -> pd.DataFrame:
        if day not in self._snapshots:
            horizon = self.calendar.horizon_months
            self._snapshots[day] = build_snapshot(self.records, day, horizon)
        return self._snapshots[day]


def check_both_outcomes(rows: EventRows, where: str) -> None:
    """Raise `HuyulaError` unless some rows have the event and some do not."""
    known = rows.outcome[np.isfinite(rows.outcome)]
    if not 0 < known.sum() < len(known):
        raise HuyulaError(
            f"events and others must be seen {where}, got {int(known.sum())} events among "
            f"{len(known)} labelled rows"
        )
