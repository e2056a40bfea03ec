"""Who may disengage within the horizon: the released components together, and the naive rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from features.standards.load import load_standard
from models.contributions import BASE
from models.evidence import NEEDS, can_be_seen
from models.hazard import HazardModel
from models.lagged_self import LaggedSelf
from models.likeness import Likeness
from models.platt import expit, logit

Floats = NDArray[np.float64]
Component = HazardModel | LaggedSelf
N_POINTS = 16
"""Of the quadrature that takes a score apart."""


class SupportRule(BaseEstimator):
    """The rule of thumb: absence above one's own past, and offers without any enrolment.

    ``score = max(unexcused_rise, 0) + 1[offers in 6 months, no enrolment in 6 months]``, in points.
    """

    kind = "rule"

    def score(self, people: pd.DataFrame) -> np.ndarray:
        """Return points, shape (n,)."""
        return self.contributions(people).sum(axis=1).to_numpy()

    def probability(self, people: pd.DataFrame) -> None:
        """Return None: a rule knows no probability."""
        return

    def reasons_to_abstain(self, people: pd.DataFrame) -> list[str]:
        """Return `THIN` where no component can happen as far as is known, else an empty text."""
        seen = np.any([can_be_seen(people, name) for name in NEEDS], axis=0)
        return np.where(seen, "", THIN).tolist()

    def contributions(self, people: pd.DataFrame) -> pd.DataFrame:
        """Return the points of each part; rows add up to the score."""
        rise = people["unexcused_rise"].fillna(0.0).clip(lower=0.0)
        idle = (people["n_offers_6_months"] > 0) & (people["n_enrolments_6_months"] == 0)
        return pd.DataFrame(
            {"unexcused_rise": rise, "n_enrolments_6_months": idle.astype(float), BASE: 0.0}
        )

    def to_files(self) -> dict[str, str]:
        """Return the rule as a file, for the bundle."""
        return {"rule.json": json.dumps({"kind": self.kind})}

    @classmethod
    def from_files(cls, files: dict[str, str]) -> Self:
        """Return the rule."""
        return cls()


class DisengagementModel:
    """Several components, each by its hazard or its lagged self, in one order.

    A person's score is the log-odds that at least one of the components that can happen to the
    person does, as if they were independent given the profile. It orders people within a unit's
    capacity; what is calibrated are the components, each apart.

    Parameters
    ----------
    components : mapping of str to HazardModel or LaggedSelf
        What counts towards the score.
    apart : mapping of str to HazardModel or LaggedSelf
        Components that have a curve of their own and do not count.
    likeness : Likeness, optional
        What the training profiles were like.
    """

    kind = "disengagement"

    def __init__(
        self,
        components: Mapping[str, Component],
        apart: Mapping[str, Component] | None = None,
        likeness: Likeness | None = None,
    ) -> None:
        self.components = dict(components)
        self.apart = dict(apart or {})
        self.likeness = likeness

    @property
    def all(self) -> dict[str, Component]:
        """All components, those that count first."""
        return self.components | self.apart

    @property
    def sources(self) -> dict[str, str]:
        """By component: ``hazard`` or ``lagged``."""
        return {name: one.kind for name, one in self.all.items()}

    @property
    def boosters(self) -> dict[str, lgb.Booster]:
        """The first booster of each hazard."""
        return {n: one.booster_ for n, one in self.all.items() if isinstance(one, HazardModel)}

    def reasons_to_abstain(self, people: pd.DataFrame) -> list[str]:
        """Return for each person `THIN`, `UNLIKE`, or an empty text: nothing speaks against.

        Evidence is thin where no component can happen as far as is known, or where nothing is known
        of more families of figures than ``standards/support.toml`` allows.
        """
        rules = load_standard("support")["evidence"]
        thin = ~np.any([can_be_seen(people, name) for name in self.components], axis=0)
        unlike = np.zeros(len(people), dtype=bool)
        if self.likeness is not None:
            thin |= self.likeness.n_missing_families(people) > rules["most_missing_families"]
            unlike = self.likeness.is_unlike(people)
        return np.select([thin, unlike], [THIN, UNLIKE], "").tolist()

    def score(self, people: pd.DataFrame) -> Floats:
        """Return the log-odds of at least one component, shape (n,); NaN where none can happen."""
        return logit(self.probability(people))

    def probability(self, people: pd.DataFrame) -> Floats:
        """Return the chance of at least one component, shape (n,); NaN where none can happen."""
        if not self.components:
            return np.full(len(people), np.nan)
        chances = self._chances(people)
        at_least_one = 1 - np.prod(1 - chances, axis=1)
        return np.where((chances > 0).any(axis=1), at_least_one, np.nan)

    def main_component(self, people: pd.DataFrame) -> list[str]:
        """Return which component raises each person's score most; empty where none can happen."""
        chances = self._chances(people)
        raises = np.where(chances > 0, self._weights(chances) * self._above(chances), -np.inf)
        if people.empty:
            return []
        names = np.array([*self.components])[raises.argmax(axis=1)]
        return np.where((chances > 0).any(axis=1), names, "").tolist()

    def contributions(self, people: pd.DataFrame) -> pd.DataFrame:
        """Return each feature's part in the score (`BASE`: the rest); rows add up to it.

        The score is taken apart along the straight line from all components at their base rates
        (Aumann & Shapley 1974; Sundararajan, Taly & Yan, ICML 2017): each component's log-odds
        count with a weight of the person's own, and so do the features' parts in them. Rows of
        people to whom no component can happen are 0.
        """
        if people.empty:
            return pd.DataFrame(columns=[BASE], index=people.index, dtype=np.float64)
        chances = self._chances(people)
        weights = self._weights(chances)
        found: dict[str, Floats] = {}
        for weight, one in zip(weights.T, self.components.values(), strict=True):
            slope, _ = platt_of(one)
            parts = one.contributions(people).drop(columns=BASE)
            for name, part in parts.items():
                own = weight * slope * part.to_numpy(dtype=np.float64)
                found[str(name)] = found.get(str(name), 0.0) + own
        known = np.asarray((chances > 0).any(axis=1))
        score = np.where(known, self.score(people), 0.0)
        whole = pd.DataFrame({name: known * one for name, one in found.items()}, people.index)
        return whole.assign(**{BASE: score - whole.sum(axis=1)})

    def _chances(self, people: pd.DataFrame) -> Floats:
        """Return each component's probability, 0 where it cannot happen, (n, n_components)."""
        columns = [
            np.where(can_be_seen(people, name), one.probability(people), 0.0)
            for name, one in self.components.items()
        ]
        return np.column_stack([*columns, np.empty((len(people), 0))])

    def _above(self, chances: Floats) -> Floats:
        """Return by how much each component's log-odds exceed those of its base rate."""
        return logit(chances) - logit(self._base_rates)

    def _weights(self, chances: Floats) -> Floats:
        """Return the mean derivative of the score by each component's log-odds on the line.

        At chances p the derivative is p over the chance of at least one.
        """
        start, step = logit(self._base_rates), self._above(chances)
        points, shares = np.polynomial.legendre.leggauss(N_POINTS)
        total = np.zeros_like(chances)
        for point, share in zip((points + 1) / 2, shares / 2, strict=True):
            p = np.where(chances > 0, expit(start + point * step), 0.0)
            at_least_one = 1 - np.prod(1 - p, axis=1, keepdims=True)
            total += share * p / np.where(at_least_one > 0, at_least_one, 1.0)
        return total

    @property
    def _base_rates(self) -> Floats:
        return np.array([one.base_rate_ for one in self.components.values()])

    def curves(self, people: pd.DataFrame, months: tuple[int, ...]) -> pd.DataFrame:
        """Return the curve of each component that can happen to each person.

        Parameters
        ----------
        people : DataFrame
            ``employee_id``, ``as_of``, the features and lagged components.
        months : tuple of int
            Points of the curves; NaN where a component was learned over fewer months.

        Returns
        -------
        DataFrame
            ``employee_id``, ``component``, ``source`` (``hazard`` or ``lagged``), ``base_rate``,
            ``months`` and ``probability`` of the event by their end, and at the horizon ``lower``
            and ``upper``, its 95% interval.
        """
        frames = []
        for name, one in self.all.items():
            seen = people[can_be_seen(people, name)]
            if seen.empty:
                continue
            own, (lower, upper) = one.curves(seen), one.interval(seen)
            for month in months:
                learned = month <= own.shape[1]
                at_horizon = month == one.horizon_months
                frames.append(
                    pd.DataFrame(
                        {
                            "employee_id": seen["employee_id"].to_numpy(),
                            "component": name,
                            "source": one.kind,
                            "base_rate": one.base_rate_,
                            "months": month,
                            "probability": own[:, month - 1] if learned else np.nan,
                            "lower": lower if at_horizon else np.nan,
                            "upper": upper if at_horizon else np.nan,
                        }
                    )
                )
        if not frames:
            return pd.DataFrame(columns=list(CURVE_COLUMNS))
        curves = pd.concat(frames, ignore_index=True)
        return curves[curves["probability"].notna()].reset_index(drop=True)

    def to_files(self) -> dict[str, str]:
        """Return JSON and the boosters' texts, for the bundle."""
        texts: dict[str, str] = {}
        about: list[dict[str, Any]] = []
        for name, one in self.all.items():
            entry: dict[str, Any] = {"source": one.kind, "counts": name in self.components}
            if isinstance(one, HazardModel):
                entry["model"], own = one.to_files()
                texts |= own
            else:
                entry["model"] = one.to_dict()
            about.append(entry)
        likeness = None if self.likeness is None else self.likeness.to_dict()
        content = {"kind": self.kind, "components": about, "likeness": likeness}
        return {"disengagement.json": json.dumps(content, allow_nan=False), **texts}

    @classmethod
    def from_files(cls, files: dict[str, str]) -> Self:
        """Rebuild a fitted model; every booster's text is checked before it is parsed."""
        components: dict[str, Component] = {}
        apart: dict[str, Component] = {}
        about = json.loads(files["disengagement.json"])
        for entry in about["components"]:
            content = entry["model"]
            one = (
                HazardModel.from_files(content, files)
                if entry["source"] == HazardModel.kind
                else LaggedSelf.from_dict(content)
            )
            (components if entry["counts"] else apart)[one.component] = one
        known = about["likeness"]
        return cls(components, apart, None if known is None else Likeness.from_dict(known))


THIN, UNLIKE = "thin_evidence", "unlike_training"
"""Why nothing is said of a person."""
CURVE_COLUMNS = (
    "employee_id", "component", "source", "base_rate", "months", "probability", "lower", "upper",
)  # fmt: skip


def platt_of(one: Component) -> tuple[float, float]:
    """Return slope and intercept that turn a component's score into calibrated log-odds."""
    return (one.slope_, one.intercept_) if isinstance(one, HazardModel) else (1.0, 0.0)


def load_support(kind: str, files: dict[str, str]) -> DisengagementModel | SupportRule:
    """Return the released support model of a bundle."""
    classes = {DisengagementModel.kind: DisengagementModel, SupportRule.kind: SupportRule}
    return classes[kind].from_files(files)
