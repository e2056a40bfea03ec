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
from models.platt import logit

Floats = NDArray[np.float64]
Component = HazardModel | LaggedSelf


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

    A person's score is the highest exceedance among the components that can happen to the person:
    calibrated log-odds less those of the component's base rate. It orders people within a unit's
    capacity and is no probability of anything; what is calibrated are the components, each apart.

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

    def exceedances(self, people: pd.DataFrame) -> pd.DataFrame:
        """Return a column a component that counts; NaN where it cannot happen to a person."""
        columns = {}
        for name, one in self.components.items():
            above = logit(one.probability(people)) - logit(one.base_rate_)
            columns[name] = np.where(can_be_seen(people, name), above, np.nan)
        return pd.DataFrame(columns, index=people.index, dtype=np.float64)

    def score(self, people: pd.DataFrame) -> Floats:
        """Return the highest exceedance, shape (n,); NaN where no component can happen."""
        return self.exceedances(people).max(axis=1).to_numpy(dtype=np.float64)

    def main_component(self, people: pd.DataFrame) -> list[str]:
        """Return the component whose exceedance is highest; empty where there is none."""
        above = self.exceedances(people)
        known = above.notna().any(axis=1)
        return np.where(known, above.fillna(-np.inf).idxmax(axis=1), "").tolist()

    def probability(self, people: pd.DataFrame) -> Floats:
        """Return the calibrated probability of each person's main component, shape (n,)."""
        out, main = np.full(len(people), np.nan), np.array(self.main_component(people))
        for name, one in self.components.items():
            rows = main == name
            if rows.any():
                out[rows] = one.probability(people[rows])
        return out

    def contributions(self, people: pd.DataFrame) -> pd.DataFrame:
        """Return each feature's part in the score (`BASE`: the rest); rows add up to it.

        They are those of the person's main component; rows of people without one are 0.
        """
        main = np.array(self.main_component(people), dtype=object)
        found = []
        for name, one in self.components.items():
            rows = main == name
            if not rows.any():
                continue
            parts = one.contributions(people[rows])
            slope, intercept = platt_of(one)
            parts *= slope
            parts[BASE] += intercept - float(logit(one.base_rate_))
            found.append(parts)
        columns = [*dict.fromkeys(c for parts in found for c in parts if c != BASE), BASE]
        whole = pd.concat(found) if found else pd.DataFrame(columns=columns)
        return whole.reindex(index=people.index, columns=columns).fillna(0.0).astype(np.float64)

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
