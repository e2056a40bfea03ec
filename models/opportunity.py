"""Which limits of opportunity hold for a person: told apart from motivation, used by no score.

Who was offered nothing, finds no open session or has used up the hours of a contract cannot take
part, however willing. The rules stand in ``standards/opportunity.toml``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from features.profiles import FAMILIES
from features.standards.load import load_standard

LIMITS = (
    "no_offer", "no_seats", "remote_post", "pppk_ceiling", "leave", "near_retirement",
)  # fmt: skip
EXEMPT = ("jpt_utama", "jpt_madya")
"""Levels of post that the ceiling of contract staff does not bind (PP 49/2018, art. 40 (2))."""


def opportunity_limits(
    people: pd.DataFrame, rules: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """Return which limits hold for each person.

    Parameters
    ----------
    people : DataFrame of shape (n, m)
        Columns of a profile (``people`` and ``details``): ``n_offers_6_months``,
        ``n_sessions_open_12_months``, ``unit_id``, ``employment_type``, ``post_level``,
        ``jp_this_year``, ``leave_days_12_months``, ``years_to_retirement``. A column that is
        missing or null limits nobody: what is not known is no limit.
    rules : mapping, optional
        As ``standards/opportunity.toml``; default: those in force.

    Returns
    -------
    DataFrame of bool of shape (n, 6)
        `LIMITS`, in the order and with the index of ``people``.

    >>> people = pd.DataFrame({"n_offers_6_months": [0.0, 2.0, None]})
    >>> opportunity_limits(people)["no_offer"].tolist()
    [True, False, False]
    """
    rules = load_standard("opportunity") if rules is None else rules
    jp_left = float(load_standard("jp")["PPPK"]["maximum_jp"]) - _figure(people, "jp_this_year")
    bound = (_text(people, "employment_type") == "PPPK") & ~_text(people, "post_level").isin(EXEMPT)
    limits = {
        "no_offer": _figure(people, "n_offers_6_months") <= rules["no_offer"]["at_most"],
        "no_seats": _figure(people, "n_sessions_open_12_months") <= rules["no_seats"]["at_most"],
        "remote_post": _text(people, "unit_id").isin(rules["remote_post"]["unit_ids"]),
        "pppk_ceiling": bound & (jp_left <= rules["pppk_ceiling"]["hours_left"]),
        "leave": _figure(people, "leave_days_12_months") >= rules["leave"]["least_days"],
        "near_retirement": _figure(people, "years_to_retirement")
        <= rules["near_retirement"]["most_years"],
    }
    return pd.DataFrame(limits, index=people.index)[list(LIMITS)].astype(bool)


def explained_share(
    contributions: Mapping[str, float],
    limits: Collection[str],
    rules: Mapping[str, Any] | None = None,
) -> float:
    """Return the share of what raises a score that stands for figures which the limits explain.

    Parameters
    ----------
    contributions : mapping of str to float
        Feature to its part of the score; only parts above 0 of features of a family count.
    limits : collection of str
        Which of `LIMITS` hold for the person.
    rules : mapping, optional
        As ``standards/opportunity.toml``; default: those in force.

    >>> parts = {"n_enrolments_6_months": 1.0, "unexcused_rise": 3.0, "predicate": -2.0}
    >>> explained_share(parts, ["no_offer"])
    0.25
    """
    rules = load_standard("opportunity") if rules is None else rules
    families = {family for name in limits for family in rules[name]["explains"]}
    explained = {name for family in families for name in FAMILIES[family]}
    raising = {n: part for n, part in contributions.items() if part > 0 and n in _OF_A_FAMILY}
    total = sum(raising.values())
    return sum(part for n, part in raising.items() if n in explained) / total if total else 0.0


def lacks_opportunity(
    contributions: Mapping[str, float],
    limits: Collection[str],
    rules: Mapping[str, Any] | None = None,
) -> bool:
    """Return whether the limits explain so much of a flag that it tells nothing of motivation."""
    rules = load_standard("opportunity") if rules is None else rules
    return bool(limits) and explained_share(contributions, limits, rules) >= float(
        rules["explained_share"]
    )


_OF_A_FAMILY = frozenset(name for names in FAMILIES.values() for name in names)


def _figure(people: pd.DataFrame, name: str) -> pd.Series:
    if name not in people:
        return pd.Series(np.nan, index=people.index, dtype=np.float64)
    return people[name].astype(np.float64)


def _text(people: pd.DataFrame, name: str) -> pd.Series:
    if name not in people:
        return pd.Series("", index=people.index, dtype=str)
    return people[name].astype("str").fillna("")
