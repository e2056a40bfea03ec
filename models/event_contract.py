"""What every model of an event must hold, without a test runner; see `models.contracts`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import pandas as pd

from models.contract_cases import contract_table
from models.contract_rules import a_clone_is_unfitted_with_equal_parameters, hold, run_checks
from models.event_protocol import EventEstimator, event_probability, fit_event

MakeEvent = Callable[[], EventEstimator]


@dataclass(frozen=True)
class Trial:
    """A model fitted on the contract's rows, and what it was fitted on."""

    make: MakeEvent
    model: EventEstimator
    X: pd.DataFrame
    y: np.ndarray
    groups: np.ndarray
    numbers_only: bool

    def again(self) -> EventEstimator:
        """Fit a fresh model on the same rows."""
        return self.fitted(self.make())

    def fitted(self, model: EventEstimator) -> EventEstimator:
        """Fit a model on the same rows."""
        when = np.repeat(np.datetime64("2024-01-01"), len(self.y))
        return fit_event(model, self.X, self.y, groups=self.groups, when=when)


def fit_returns_the_model(trial: Trial) -> None:
    """``fit`` returns the model itself."""
    model = trial.make()
    found = trial.fitted(model)
    hold(model, "fit must return self", found is model, type(found).__name__)


def probabilities_lie_between_0_and_1(trial: Trial) -> None:
    """Every row has one probability, and not all have the same."""
    found = event_probability(trial.model, trial.X)
    rows = (len(trial.X),)
    hold(trial.model, f"must give probabilities of shape {rows}", found.shape == rows, found.shape)
    inside = bool(np.isfinite(found).all() and (found >= 0).all() and (found <= 1).all())
    hold(trial.model, "must give probabilities from 0 to 1", inside, found.tolist()[:3])


def rows_are_scored_apart(trial: Trial) -> None:
    """Check that what a row is given does not hang on the rows beside it, or on their order."""
    whole = event_probability(trial.model, trial.X)
    order = np.random.default_rng(3).permutation(len(trial.X))[:40]
    some = event_probability(trial.model, trial.X.iloc[order])
    same = bool(np.allclose(some, whole[order], rtol=0, atol=1e-12))
    hold(trial.model, "must score each row by itself", same, "other probabilities among others")


def the_same_rows_give_the_same_model(trial: Trial) -> None:
    """Check that a second fit on the same rows gives equal probabilities, to the last digit."""
    again = event_probability(trial.again(), trial.X)
    same = np.array_equal(again, event_probability(trial.model, trial.X))
    hold(trial.model, "must be repeatable: set a seed", same, "other probabilities")


def a_fit_forgets_the_one_before(trial: Trial) -> None:
    """Refitted after other rows, a model is as one fitted afresh."""
    model = trial.make()
    fit_event(model, trial.X.iloc[:80], 1 - trial.y[:80], groups=trial.groups[:80],
              when=np.repeat(np.datetime64("2024-01-01"), 80))  # fmt: skip
    refit = event_probability(trial.fitted(model), trial.X)
    same = np.array_equal(refit, event_probability(trial.model, trial.X))
    hold(trial.model, "must forget an earlier fit", same, "other probabilities")


def gaps_and_unseen_values_are_scored(trial: Trial) -> None:
    """Check that a row of gaps, and one with values never seen, have a probability."""
    unseen = trial.X.iloc[:2].copy()
    for name in unseen:
        text = not pd.api.types.is_numeric_dtype(unseen[name])
        unseen[name] = ["never seen", None] if text else [np.nan, 1e6]
    found = event_probability(trial.model, unseen)
    hold(trial.model, "must score gaps and unseen values", bool(np.isfinite(found).all()), found)


def a_model_leaves_its_input_as_it_is(trial: Trial) -> None:
    """Fitting and scoring change neither rows nor outcomes."""
    X, y, _ = contract_table(numbers_only=trial.numbers_only)
    event_probability(trial.model, trial.X)
    kept = trial.X.equals(X) and np.array_equal(trial.y, y)
    hold(trial.model, "must not modify its input", kept, "changed rows")


EVENT_CHECKS: tuple[Callable[[Trial], None], ...] = (
    fit_returns_the_model,
    probabilities_lie_between_0_and_1,
    rows_are_scored_apart,
    the_same_rows_give_the_same_model,
    a_fit_forgets_the_one_before,
    gaps_and_unseen_values_are_scored,
    a_model_leaves_its_input_as_it_is,
)
"""What an event model must hold once it can be made, cloned and fitted."""


def trial_of(make: MakeEvent, *, numbers_only: bool) -> Trial:
    """Fit a model on the contract's rows, see `models.contract_cases.contract_table`."""
    X, y, groups = contract_table(numbers_only=numbers_only)
    begun = Trial(make, make(), X, y, groups, numbers_only)
    return replace(begun, model=begun.fitted(begun.model))


def check_event_model(make: MakeEvent, *, numbers_only: bool) -> None:
    """Raise `ContractError` at the first rule that an event model breaks.

    Parameters
    ----------
    make : callable
        Returns an unfitted model.
    numbers_only : bool
        Whether it is going to be given numbers with gaps alone, as profiles are, or any column.
    """
    model = cast("Any", make())
    for method in ("fit", "get_params", "set_params"):
        rule = f"must have {method}, as scikit-learn's BaseEstimator"
        hold(model, rule, hasattr(model, method), "none")
    a_clone_is_unfitted_with_equal_parameters(make)

    def it_can_be_fitted(make: MakeEvent) -> None:
        run_checks(model, trial_of(make, numbers_only=numbers_only), EVENT_CHECKS)

    run_checks(model, make, (it_can_be_fitted,))
