"""One model of an event and the rule beside it, fitted on some rows and scored on later ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from experiments.experiment.question import Judged, some_people
from features.errors import HuyulaError
from models.event_protocol import event_probability, fit_event


@dataclass(frozen=True)
class EventRows:
    """Rows with what followed.

    Attributes
    ----------
    X : DataFrame of shape (n, n_columns)
        What a model may see.
    outcome : ndarray of shape (n,)
        1 for an event, 0 for none, NaN where it is not known.
    people : ndarray of shape (n,)
        Whom a row is about.
    when : ndarray of shape (n,), optional
    late : ndarray of int, shape (n,), optional
        See `models.event_protocol`.
    segments : DataFrame, optional
        What people are, for figures by group; no model sees it.
    """

    X: pd.DataFrame
    outcome: np.ndarray
    people: np.ndarray
    when: np.ndarray | None = None
    late: np.ndarray | None = None
    segments: pd.DataFrame | None = None

    def of(self, kept: np.ndarray) -> EventRows:
        """Return some of the rows."""
        when, late, segments = self.when, self.late, self.segments
        return EventRows(
            self.X[kept],
            self.outcome[kept],
            self.people[kept],
            None if when is None else when[kept],
            None if late is None else late[kept],
            None if segments is None else segments[kept],
        )


@dataclass(frozen=True)
class EventSplit:
    """What is learned from and judged on, with the rule that has to be beaten.

    Attributes
    ----------
    train, test : EventRows
        All outcomes of `train` are known.
    rule : ndarray of shape (n_test,)
        The rule's score.
    flag : callable
        Takes scores of all test rows, returns who is flagged within capacity.
    column_aucs : dict of str to float
        Of each column alone among the training rows.
    groups : ndarray of shape (n_train,) or None
        What no fold inside the training rows may split; None: each row is its own.
    """

    train: EventRows
    test: EventRows
    rule: np.ndarray
    flag: Callable[[np.ndarray], np.ndarray]
    column_aucs: dict[str, float]
    groups: np.ndarray | None


def learning_from(split: EventSplit, share: float) -> EventSplit:
    """Return the split with a share of the people that are learned from; see `some_people`.

    Raises
    ------
    HuyulaError
        Among them is no event, or nothing else.
    """
    if share == 1:
        return split
    kept = some_people(split.train.people, share)
    train, groups = split.train.of(kept), split.groups
    if len(np.unique(train.outcome)) < 2:
        raise HuyulaError(f"share of people must hold events and others, got {share:g}")
    return replace(split, train=train, groups=None if groups is None else groups[kept])


def judge_event(model: Any, split: EventSplit) -> Judged:  # noqa: ANN401
    """Fit a model, score the test rows, keep those whose outcome is known."""
    train = split.train
    fitted: Any = fit_event(
        model, train.X, train.outcome, groups=split.groups, when=train.when, late=train.late
    )
    return judged_rows(fitted, event_probability(fitted, split.test.X), split)


def judged_rows(fitted: Any, probability: np.ndarray, split: EventSplit) -> Judged:  # noqa: ANN401
    """Return what is known of the test rows, with the probabilities that a model gives them."""
    test = split.test
    rows = pd.DataFrame(
        {
            "person": test.people,
            "outcome": test.outcome,
            "probability": probability,
            "rule": split.rule,
            "flagged": split.flag(probability),
            "rule_flagged": split.flag(split.rule),
        }
    )
    if test.segments is not None:
        for name in test.segments:
            rows[f"segment.{name}"] = test.segments[name].to_numpy()
    return Judged(rows[rows["outcome"].notna()], fitted, split.column_aucs)
