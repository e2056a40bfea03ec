"""What being offered support brings, told from those among whom a lot decided.

Within a unit and a period whoever tied drew for the places that were left. Those drawn and those
not drawn differ by chance alone, so that the difference of what became of them is the effect of the
offer: not of support that was taken up, and not on people far from the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from features.errors import HuyulaError
from features.standards.load import load_standard

CONFIDENCE, POWER = 0.95, 0.8


class SupportEffectError(HuyulaError):
    """The logged lots cannot be what they are said to be."""


@dataclass(frozen=True)
class EffectRules:
    """``[effect]`` of ``standards/support.toml``: what counts, and how much must be known."""

    worthwhile: float
    min_people: int
    min_events: int

    @classmethod
    def in_force(cls) -> Self:
        """Return the rules of the standard."""
        rules = load_standard("support")["effect"]
        return cls(float(rules["worthwhile"]), int(rules["min_people"]), int(rules["min_events"]))


@dataclass(frozen=True)
class SupportEffect:
    """Events avoided for each person to whom support was offered by lot.

    Attributes
    ----------
    n_drawn, n_not_drawn, n_strata : int
        People whose outcome is known, in units and periods where that holds for drawn and not
        drawn.
    n_left_out : int
        People who drew a lot, yet are not among them.
    n_events : int
        Of those who count.
    risk_drawn, risk_not_drawn, effect, lower, upper, smallest : float or None
        Shares with the event; the second less the first with its 95% interval; the smallest effect
        that would have been seen with 80% power. None where nothing can be estimated.
    verdict : str
        ``helps``, ``stop`` (surely less than worthwhile), ``undecided`` or ``too_few``.
    """

    n_drawn: int
    n_not_drawn: int
    n_strata: int
    n_left_out: int
    n_events: int
    risk_drawn: float | None
    risk_not_drawn: float | None
    effect: float | None
    lower: float | None
    upper: float | None
    smallest: float | None
    verdict: str


def estimate_effect(lots: pd.DataFrame, rules: EffectRules | None = None) -> SupportEffect:
    """Estimate the effect of being offered support by lot.

    Parameters
    ----------
    lots : DataFrame of shape (n, >=5)
        People among whom a lot decided: ``as_of``, ``unit_id`` (together the stratum), ``flagged``
        (bool), ``propensity`` (above 0, below 1, the same throughout a stratum), ``outcome`` (1: an
        event followed, 0: none, NaN: not known). In any order; not modified.
    rules : EffectRules, optional
        Default: those in force.

    Raises
    ------
    SupportEffectError
        A propensity is none of a lot, or differs within a stratum.

    Notes
    -----
    Means weighted by the inverse propensity within each stratum (Hajek), strata weighted by their
    people. The variance is that of drawing the lots again if the effect were the same for
    everybody: in a stratum of m people, n of them drawn, ``S^2 m / (n (m - n))`` with ``S^2`` of
    outcomes less the effect (Imbens & Rubin 2015, ch. 6 and 9); quantiles of Student's t.
    """
    rules = rules or EffectRules.in_force()
    _check(lots)
    known = lots[lots["outcome"].notna()]
    drawn = known["flagged"].groupby([known["as_of"], known["unit_id"]]).transform("mean")
    judged = known[(drawn > 0) & (drawn < 1)]
    treated = judged["flagged"].to_numpy(dtype=bool)
    n_strata = judged.groupby(["as_of", "unit_id"]).ngroups
    n_events = int(judged["outcome"].sum())
    counts = int(treated.sum()), int((~treated).sum()), n_strata, len(lots) - len(judged), n_events
    n_freedom = len(judged) - n_strata - 1
    if n_freedom < 1:
        return SupportEffect(*counts, *[None] * 6, verdict="too_few")
    risk_drawn, risk_not_drawn, error = _difference(judged, n_freedom)
    effect, reach = risk_not_drawn - risk_drawn, float(t.ppf((1 + CONFIDENCE) / 2, n_freedom))
    lower, upper = effect - reach * error, effect + reach * error
    return SupportEffect(
        *counts,
        risk_drawn=risk_drawn,
        risk_not_drawn=risk_not_drawn,
        effect=effect,
        lower=lower,
        upper=upper,
        smallest=(reach + float(norm.ppf(POWER))) * error,
        verdict=_verdict(counts, lower, upper, rules),
    )


def first_lots(lots: pd.DataFrame, horizon_months: int) -> pd.DataFrame:
    """Leave out lots that a person drew within the horizon of an earlier one that counts.

    What follows both would count twice, and a person not drawn may be drawn the next time. Who was
    in a lot before is known before the next, so that leaving people out keeps the rest comparable.
    """
    kept: list[int] = []
    open_until: dict[str, pd.Timestamp] = {}
    ordered = lots.reset_index(drop=True).sort_values("as_of", kind="stable")
    for row, who, as_of in zip(
        ordered.index, ordered["employee_id"], pd.to_datetime(ordered["as_of"]), strict=True
    ):
        if as_of >= open_until.get(who, as_of):
            kept.append(int(row))
            open_until[who] = as_of + pd.DateOffset(months=horizon_months)
    return lots.iloc[sorted(kept)]


def _check(lots: pd.DataFrame) -> None:
    chance = lots["propensity"]
    wrong = chance[~((chance > 0) & (chance < 1))]
    if len(wrong):
        raise SupportEffectError(
            f"propensity of a lot must lie between 0 and 1, got {wrong.iloc[0]}"
        )
    spread = chance.groupby([lots["as_of"], lots["unit_id"]]).agg(lambda one: one.max() - one.min())
    if (spread > 1e-9).any():
        raise SupportEffectError(
            f"propensity must be the same within a unit and period, differs in {spread.idxmax()}"
        )


def _difference(judged: pd.DataFrame, n_freedom: int) -> tuple[float, float, float]:
    """Return the risks of drawn and not drawn, and the standard error of their difference."""
    stratum = judged.groupby(["as_of", "unit_id"]).ngroup().to_numpy()
    treated = judged["flagged"].to_numpy(dtype=float)
    outcome = judged["outcome"].to_numpy(dtype=float)
    chance = judged["propensity"].to_numpy(dtype=float)
    m, n = np.bincount(stratum), np.bincount(stratum, treated)

    def risk(weight: np.ndarray) -> float:
        means = np.bincount(stratum, weight * outcome) / np.bincount(stratum, weight)
        return float((m * means).sum() / m.sum())

    drawn, not_drawn = risk(treated / chance), risk((1 - treated) / (1 - chance))
    rest = outcome - (drawn - not_drawn) * treated
    rest = rest - (np.bincount(stratum, rest) / m)[stratum]
    spread = np.bincount(stratum, rest**2) / (m - 1)
    variance = ((m / m.sum()) ** 2 * spread * m / (n * (m - n))).sum()
    return drawn, not_drawn, float(np.sqrt(variance * (n_freedom + 1) / n_freedom))


def _verdict(
    counts: tuple[int, int, int, int, int], lower: float, upper: float, rules: EffectRules
) -> str:
    n_drawn, n_not_drawn, _, _, n_events = counts
    fewest = min(n_events, n_drawn + n_not_drawn - n_events)
    if min(n_drawn, n_not_drawn) < rules.min_people or fewest < rules.min_events:
        return "too_few"
    if upper < rules.worthwhile:
        return "stop"
    return "helps" if lower > 0 else "undecided"
