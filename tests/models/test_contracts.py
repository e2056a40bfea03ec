"""The contract finds what breaks it, and every event model of ours holds it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from features.errors import ContractError
from models.contracts import check_generator
from models.event_choice import Grid
from models.event_contract import EVENT_CHECKS, check_event_model, trial_of
from models.event_model import EventModel
from models.event_parts import TreeSettings
from models.event_protocol import Encoded, event_probability
from models.popularity import Popularity

QUICK = Grid(
    knots=(0,), penalties=(0.1,), trees=(TreeSettings(3, 20, 5, 0.1, 0.8),), n_stages=1, n_folds=2
)


class TestEventModel:
    @pytest.fixture(scope="class")
    def trial(self):
        return trial_of(lambda: EventModel(grid=QUICK, n_seeds=1), numbers_only=False)

    @pytest.mark.parametrize("check", EVENT_CHECKS, ids=lambda check: check.__name__)
    def test_event_models_hold(self, trial, check):
        check(trial)


def test_estimators_of_scikit_learn_hold_it_with_numbers_and_encoded_with_any_column():
    def trees():
        return HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=5, random_state=0)

    check_event_model(trees, numbers_only=True)
    check_event_model(lambda: Encoded(trees()), numbers_only=False)


class Mean(BaseEstimator):
    """Holds the contract; each subclass breaks one rule."""

    def fit(self, X, y):
        self.mean_ = float(np.mean(y))
        return self

    def probability(self, X):
        return np.full(len(X), self.mean_)


class ReturnsNothing(Mean):
    def fit(self, X, y):
        super().fit(X, y)


class Percent(Mean):
    def probability(self, X):
        return 100 * super().probability(X)


class Column(Mean):
    def probability(self, X):
        return super().probability(X).reshape(-1, 1)


class AmongOthers(Mean):
    def probability(self, X):
        rank = np.arange(len(X))
        return rank / max(len(X), 1)


class Lottery(Mean):
    def fit(self, X, y):
        self.mean_ = float(np.random.default_rng().random())
        return self


class Remembers(Mean):
    def fit(self, X, y):
        self.seen = [*getattr(self, "seen", []), float(np.mean(y))]
        self.mean_ = float(np.mean(self.seen))
        return self


class Brittle(Mean):
    def probability(self, X):
        return np.where(X["hours"].isna(), np.nan, self.mean_)


class Overwrites(Mean):
    def fit(self, X, y):
        X["hours"] = 0.0
        return super().fit(X, y)


class Speechless(BaseEstimator):
    def fit(self, X, y):
        return self


class Learned(Mean):
    def __init__(self):
        self.mean_ = 0.5


@pytest.mark.parametrize(
    ("model", "rule"),
    [
        pytest.param(ReturnsNothing, "Nothing fit must return self, got NoneType", id="self"),
        pytest.param(Percent, "Percent must give probabilities from 0 to 1", id="range"),
        pytest.param(Column, r"must give .* of shape \(120,\), got \(120, 1\)", id="shape"),
        pytest.param(AmongOthers, "must score each row by itself", id="alone"),
        pytest.param(Lottery, "must be repeatable: set a seed", id="repeatable"),
        pytest.param(Remembers, "must forget an earlier fit", id="forgets"),
        pytest.param(Brittle, "must score gaps and unseen values", id="gaps"),
        pytest.param(Overwrites, "must not modify its input", id="input"),
        pytest.param(Speechless, "must have probability or predict_proba, got neither", id="none"),
        pytest.param(Learned, "must assign nothing but parameters when made", id="made"),
        pytest.param(object, "must have fit, as scikit-learn's BaseEstimator, got none", id="bare"),
        pytest.param(
            LogisticRegression, "LogisticRegression must not fail .* ValueError: Input X contains",
            id="raises",
        ),
    ],
)  # fmt: skip
def test_a_model_that_breaks_a_rule_is_refused_by_its_name(model, rule):
    check_event_model(Mean, numbers_only=True)
    with pytest.raises(ContractError, match=rule):
        check_event_model(model, numbers_only=True)


class Owes(Popularity):
    kind = "owes"

    def __init__(self, k=1):
        self.k = k + 1


class Unlearned(Popularity):
    def score(self, X):
        return super().score(X) + 1


class Forgetful(Popularity):
    def to_dict(self):
        return super().to_dict() | {"state": {1, 2}}


class Reordered(Popularity):
    def fit(self, X, catalogue):
        super().fit(X, catalogue)
        X.history.loc[:, "course_id"] = "law"
        return self


@pytest.mark.parametrize(
    ("model", "rule"),
    [
        pytest.param(Owes, "Owes must be clonable", id="clone"),
        pytest.param(Unlearned, "must score 0 where there is nothing to learn", id="nothing"),
        pytest.param(Forgetful, "to_dict must be JSON", id="json"),
        pytest.param(Reordered, "must not modify its input", id="input"),
        pytest.param(Mean, r"must be a models.generator.Generator", id="other"),
    ],
)
def test_a_generator_that_breaks_a_rule_is_refused_by_its_name(model, rule):
    check_generator(Popularity)
    with pytest.raises(ContractError, match=rule):
        check_generator(model)


def test_an_encoded_estimator_is_given_numbers():
    class Sees(Mean):
        def fit(self, X, y):
            assert all(map(pd.api.types.is_float_dtype, X.dtypes))
            return super().fit(X, y)

    X = pd.DataFrame({"unit": ["north", "south"] * 10, "pay": [str(i) for i in range(20)]})
    y = np.tile([0.0, 1.0], 10)
    assert event_probability(Encoded(Sees()).fit(X, y), X).tolist() == [0.5] * 20
