"""The question whether an event follows, put to any panel in a file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from experiments.disengagement_file import read_table
from experiments.disengagement_panel import (
    DEFAULT_EMBARGO_DAYS,
    N_FOLDS,
    PanelOptions,
    cutoff_value,
    load_panel,
    read_label,
    read_time,
)
from experiments.disengagement_rivals import BaseRule
from experiments.experiment.model_choice import ModelChoice
from experiments.experiment.question import Judged, Params, Period, Question, Used
from experiments.experiment.specification import Moment, Specification
from experiments.experiment.support_judging import EventRows, EventSplit, judge_event, learning_from
from experiments.experiment.workspace_support import check_both_outcomes
from features.errors import SchemaError
from features.known import months_before
from features.standards.load import load_standard
from models.column_encoder import ColumnEncoder
from models.grouped_folds import deal_folds

DAYS_A_MONTH = 365.25 / 12
SEARCH = "search"
"""Name of the part of a panel without time on which a search compares."""


class PanelSupport(Question):
    """Put to a file; the rival is the event's rate by the one column that tells most of it.

    With a time, each test period holds the rows from its first moment to before the next, and
    nothing is learned from the embargo before it. Without, people are dealt into five folds; where
    parameters are searched, a third of the people is set aside for that and not judged.
    """

    def __init__(self, specification: Specification, used: Used, choice: ModelChoice) -> None:
        self.specification, self.used, self._choice = specification, used, choice
        data = specification.data
        assert data.file is not None  # noqa: S101
        assert data.label is not None  # noqa: S101
        origins = specification.periods.origins
        first = None if data.time is None else _text(origins[0])
        options = PanelOptions(
            data.label, data.id, data.time, first, data.drop, embargo=0.0,
            leak_threshold=specification.gates.leak_threshold,
        )  # fmt: skip
        task = load_panel(data.file, options, seed=specification.seed)
        self.columns, self._people, self._groups = task.columns, task.people, task.groups
        text, _ = read_table(data.file)
        self._outcome, _ = read_label(text[data.label])
        self._parts: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._splits: dict[str, EventSplit] = {}
        self.final = None
        if data.time is None:
            self._deal()
        else:
            self._lay(*read_time(text[data.time]), origins)

    @property
    def registered(self) -> str:
        """Return a name of its own: no bundle of an employer holds a model of another's panel."""
        return f"event-of-{Path(self.used.name).stem}"

    def judge(self, period: Period, params: Params, share: float = 1.0) -> Judged:
        """Learn from the rows before the period (other folds), and score its rows."""
        if period.name not in self._splits:
            self._splits[period.name] = self._made(period)
        model = self._choice.make(params, self.specification.seed)
        return judge_event(model, learning_from(self._splits[period.name], share))

    def _deal(self) -> None:
        seed = self.specification.seed
        known = np.flatnonzero(np.isfinite(self._outcome))
        if self.specification.search is not None:
            aside = self._folds(known, 3, [seed, 1]) == 0
            part = self._folds(known[aside], 3, [seed, 2])
            self._parts[SEARCH] = (known[aside][part > 0], known[aside][part == 0])
            known = known[~aside]
        fold = self._folds(known, N_FOLDS, [seed, 0])
        names = [f"fold {k + 1}" for k in range(N_FOLDS)]
        for k, name in enumerate(names):
            self._parts[name] = (known[fold != k], known[fold == k])
        about = f"{self.used.digest[:12]} {len(known)} rows, seed {seed}"
        self.periods = tuple(Period(name, f"{about}, {name}") for name in names)
        self.validation = Period(SEARCH, f"{about}, {SEARCH}")

    def _folds(self, rows: np.ndarray, n: int, seed: list[int]) -> np.ndarray:
        groups = None if self._groups is None else self._groups[rows]
        try:
            return deal_folds(self._outcome[rows], groups, n, np.random.default_rng(seed))
        except ValueError as error:
            raise SchemaError("data.file", f"holds too few people: {error}") from error

    def _lay(self, when: np.ndarray, step: str, origins: Sequence[Moment]) -> None:
        known = np.flatnonzero(np.isfinite(self._outcome) & np.isfinite(when))
        embargo = self._embargo(when[known], step)
        starts = {one: cutoff_value(_text(one), step) for one in origins}
        ordered = sorted(origins, key=starts.__getitem__)
        final = self.specification.periods.final
        last = np.inf if final is None else cutoff_value(_text(final), step)
        if last <= starts[ordered[-1]]:
            raise SchemaError("periods.final", f"must lie after {ordered[-1]}", final)
        ends = self._ends(ordered, step, last)
        periods = []
        for one, (shown, end) in zip(ordered, ends, strict=True):
            self._part(known, when, _text(one), starts[one], end, embargo)
            periods.append(self._period(one, shown))
        self.periods = tuple(periods)
        if final is not None:
            self._part(known, when, _text(final), last, np.inf, embargo)
            self.final = self._period(final, None)
        latest = starts[ordered[0]] - embargo
        early = when[known][when[known] < latest]
        if self.specification.search is not None and len(early):
            at = float(np.quantile(early, 0.75, method="nearest"))
            with suppress(SchemaError):  # told once the search is begun
                self._part(known, when, SEARCH, at, latest, embargo)
        self.validation = Period(SEARCH, f"{self.used.digest[:12]} {SEARCH} before {ordered[0]}")

    def _embargo(self, when: np.ndarray, step: str) -> float:
        asked = self.specification.periods
        if asked.embargo_days is not None:
            return asked.embargo_days
        if step != "days":
            distinct = np.unique(when)
            return 3 * float(np.median(np.diff(distinct))) if len(distinct) > 1 else 0.0
        months = asked.horizon_months
        return DEFAULT_EMBARGO_DAYS if months is None else months * DAYS_A_MONTH

    def _ends(
        self, ordered: Sequence[Moment], step: str, last: float
    ) -> list[tuple[Moment | None, float]]:
        """Return where each period ends, as it is shown and as a time: before the next one."""
        rolling = self.specification.periods.rolling
        after = None if rolling is None else months_before(rolling.last, -rolling.every_months)
        shown: list[Moment | None] = [*ordered[1:], after]
        ends = [np.inf if one is None else cutoff_value(_text(one), step) for one in shown]
        return [(one, min(end, last)) for one, end in zip(shown, ends, strict=True)]

    def _part(
        self, known: np.ndarray, when: np.ndarray, name: str, at: float, end: float, embargo: float
    ) -> None:
        own = when[known]
        train, test = known[own < at - embargo], known[(own >= at) & (own < end)]
        for where, part in (("before its embargo", train), ("in it", test)):
            if not len(part):
                raise SchemaError("periods", f"must have rows {where}: {name} has none")
        self._parts[name] = (train, test)

    def _period(self, start: Moment, end: Moment | None) -> Period:
        until = "on" if end is None else f"to {_text(end)}"
        key = f"{self.used.digest[:12]} from {_text(start)} {until}"
        return Period(_text(start), key, start, end)

    def _made(self, period: Period) -> EventSplit:
        if period.name not in self._parts:
            raise SchemaError("search", f"needs rows well before {self.periods[0].name}", "none")
        train, test = (self._rows(part) for part in self._parts[period.name])
        check_both_outcomes(train, f"before {period.name}")
        check_both_outcomes(test, f"in {period.name}")
        groups = None if self._groups is None else train.people
        encoder = ColumnEncoder(random_state=self.specification.seed)
        matrix = encoder.fit_transform(train.X, train.outcome, groups)
        rule = BaseRule().fit(matrix, train.outcome, encoder.names_, groups)
        n_flags = int(np.floor(len(test.X) * load_standard("disengagement")["capacity"] + 1e-9))
        return EventSplit(
            train,
            test,
            rule.probability(encoder.transform(test.X)),
            lambda score: _highest(score, n_flags),
            rule.aucs_,
            groups,
        )

    def _rows(self, rows: np.ndarray) -> EventRows:
        return EventRows(self.columns.iloc[rows], self._outcome[rows], self._people[rows])


def _highest(score: np.ndarray, n: int) -> np.ndarray:
    flags = np.zeros(len(score), dtype=bool)
    flags[np.argsort(-score, kind="stable")[:n]] = True
    return flags


def _text(moment: Moment) -> str:
    return str(moment)
