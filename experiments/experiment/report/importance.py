"""What a fitted model goes by: each column's share of its trees' gain, or of its weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.experiment.components_model import Components
from experiments.experiment.support_models import BoostedTrees, PlainLogistic
from models.event_model import EventModel
from models.event_protocol import Encoded
from models.hazard import HazardModel

Shares = dict[str, float]


def importance_of(model: Any) -> Shares:  # noqa: ANN401
    """Return each column's share of what a model goes by, the highest first.

    Of boosted trees the gain of their splits, of linear models the size of weights on standardised
    columns, of a mean of both their mean. Nothing where a model does not tell.
    """
    found = _found(model)
    total = sum(found.values())
    if not total > 0:
        return {}
    return {name: found[name] / total for name in sorted(found, key=lambda n: (-found[n], n))}


def _found(model: Any) -> Shares:  # noqa: ANN401
    if isinstance(model, Components):
        hazards = model.candidate_.hazards.values()
        return _mean([(1.0, importance_of(hazard)) for hazard in hazards])
    if isinstance(model, (EventModel, HazardModel)):
        sources = _sources(model)
        linear = _weights(model.linear_.weights_, model.linear_.basis_.sources_, sources)
        trees = [(1.0, _shares(_gain(booster, sources))) for booster in model.trees_.boosters_]
        return _mean([(1 - model.share_, _shares(linear)), (model.share_, _shares(_mean(trees)))])
    if isinstance(model, PlainLogistic):
        return _weights(model.linear_.coef_[0], model.basis_.sources_, model.encoder_.sources_)
    if isinstance(model, BoostedTrees):
        return _gain(model.booster_, model.encoder_.sources_)
    if isinstance(model, Encoded):
        return _of_encoded(model)
    booster = getattr(model, "booster_", None)
    return _plain(model) if booster is None else _gain(booster, booster.feature_name())


def _sources(model: EventModel | HazardModel) -> Sequence[str]:
    """Return the column that each number of the parts comes from; a hazard also sees the month."""
    if isinstance(model, EventModel):
        return model.encoder_.sources_
    n_months = model.trees_.boosters_[0].num_feature() - len(model.features)
    return [*model.features, *["month"] * n_months]


def _of_encoded(model: Encoded) -> Shares:
    """Return the shares of the columns that an encoded estimator's numbers come from."""
    encoder = model.encoder_
    names = [f"{name}_{i}" for i, name in enumerate(encoder.names_)]
    sources = dict(zip(names, encoder.sources_, strict=True))
    out: Shares = {}
    for name, share in importance_of(model.estimator_).items():
        source = sources.get(name, name)
        out[source] = out.get(source, 0.0) + share
    return out


def _plain(model: Any) -> Shares:  # noqa: ANN401
    """Return what scikit-learn's conventions tell; raw weights say nothing of importance."""
    names = getattr(model, "feature_names_in_", None)
    gains = getattr(model, "feature_importances_", None)
    if names is None or gains is None or len(names) != len(gains):
        return {}
    return {str(n): float(g) for n, g in zip(names, gains, strict=True) if np.isfinite(g) and g > 0}


def _gain(booster: Any, columns: Sequence[str]) -> Shares:  # noqa: ANN401
    return _summed(booster.feature_importance("gain"), columns)


def _weights(weights: np.ndarray, sources: np.ndarray, columns: Sequence[str]) -> Shares:
    return _summed(np.abs(weights), [str(columns[source]) for source in sources])


def _summed(values: np.ndarray, names: Sequence[str]) -> Shares:
    sums = pd.Series(np.asarray(values, dtype=np.float64)).groupby(list(map(str, names))).sum()
    return {str(name): float(value) for name, value in sums.items() if value > 0}


def _shares(found: Mapping[str, float]) -> Shares:
    total = sum(found.values())
    return {name: value / total for name, value in found.items()} if total > 0 else {}


def _mean(parts: Sequence[tuple[float, Mapping[str, float]]]) -> Shares:
    out: Shares = {}
    for share, own in parts:
        for name, value in own.items():
            out[name] = out.get(name, 0.0) + share * value
    return out
