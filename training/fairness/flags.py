"""Who is flagged for support, group by group: too few and too many count alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from fairlearn.metrics import MetricFrame, selection_rate
from numpy.typing import NDArray

from features.audit_table import group_column
from features.small_cells import SMALLEST_SUPPORT_GROUP, is_small
from training.fairness.calibration import group_calibration
from training.fairness.comparing import finding, holm, rate_ratio
from training.fairness.disclosure import shown_cells, shown_groups


@dataclass(frozen=True)
class Flagging:
    """What a support model says of everybody in service at one date, and what came of it.

    Attributes
    ----------
    kind : str
        ``disengagement`` or ``rule``.
    score : ndarray of shape (n,)
    flagged : ndarray of bool, shape (n,)
        Within the capacity of each unit.
    probability : ndarray of shape (n,) or None
        Of each person's main component; NaN where the model abstains; None of a rule.
    outcome : ndarray of shape (n,)
        1 for an event of any component, 0 for none, NaN where it cannot be seen.
    foretold : ndarray of shape (n,)
        The same of what `probability` is about.
    """

    kind: str
    score: NDArray[np.float64]
    flagged: NDArray[np.bool_]
    probability: NDArray[np.float64] | None
    outcome: NDArray[np.float64]
    foretold: NDArray[np.float64]


def audit_flags(
    flagging: Flagging, groups: pd.DataFrame, rules: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Compare each group's rate of flags with everybody else's.

    Parameters
    ----------
    flagging : Flagging
    groups : DataFrame of shape (n, >=1)
        See `features.audit_table.protected_groups`; rows as in `flagging`.
    rules : mapping
        ``standards/fairness.toml``.

    Returns
    -------
    dict of str to list of dict
        By attribute or intersection one row a group: ``group``, ``finding`` (``withheld``,
        ``insufficient``, ``even``, ``too few``, ``too many``, or one of these two with
        ``perhaps``) and, unless withheld, ``n_people``, ``n_flagged``, ``rate``; unless
        insufficient as well ``ratio`` to everybody else, ``ratio_low``, ``ratio_high`` (95%),
        ``p_value`` (Fisher's exact test) and ``p_adjusted`` (Holm, within the attribute).
        ``calibration``: see `group_calibration`. No attribute at all where too few are flagged.
    """
    n_people, n_flagged = len(flagging.flagged), int(flagging.flagged.sum())
    if n_people < SMALLEST_SUPPORT_GROUP or is_small(n_flagged) or n_flagged == 0:
        return {}
    return {
        name: _audit_one(name, flagging, groups, rules)
        for name in (*rules["attributes"], *rules["intersections"])
        if len(group_column(groups, name).unique()) > 1
    }


def between_groups(flagging: Flagging, groups: pd.DataFrame, shown: list[str], name: str) -> dict:
    """Return fairlearn's lowest by highest rate, and their difference, over the groups `shown`.

    The lowest by the highest is the four-fifths rule's figure (`demographic_parity_ratio`).
    """
    column = group_column(groups, name)
    inside = column.isin(shown).to_numpy()
    frame = MetricFrame(
        metrics=selection_rate,
        y_true=flagging.flagged[inside],
        y_pred=flagging.flagged[inside],
        sensitive_features=column[inside],
    )
    rates = np.asarray(frame.by_group, dtype=np.float64)
    return {
        "parity_ratio": float(rates.min() / rates.max()) if rates.any() else 1.0,
        "parity_difference": float(rates.max() - rates.min()),
    }


def _audit_one(
    name: str, flagging: Flagging, groups: pd.DataFrame, rules: Mapping[str, Any]
) -> list[dict[str, Any]]:
    column = group_column(groups, name)
    shown = shown_names(groups, name, pd.Series(flagging.flagged, index=groups.index))
    rows = [
        _rates(str(group), flagging.flagged, (column == group).to_numpy())
        if group in shown
        else {"group": str(group), "finding": "withheld"}
        for group in sorted(column.unique())
    ]
    tested = [row for row in rows if row.get("n_people", 0) >= rules["impact"]["min_people"]]
    _test(tested, len(flagging.flagged), int(flagging.flagged.sum()), rules["impact"])
    _calibrate(tested, flagging, column, rules["calibration"])
    return rows


def shown_names(groups: pd.DataFrame, name: str, marked: pd.Series | None = None) -> set[str]:
    """Return the groups of an attribute or intersection that may be shown (`disclosure`)."""
    parts = name.split("*")
    if len(parts) == 2:
        cells = shown_cells(groups[parts[0]], groups[parts[1]], marked)
        return {f"{row}, {column}" for row, column in cells.index[cells]}
    column = group_column(groups, name)
    n_marked = None if marked is None else marked.astype(int).groupby(column).sum()
    shown = shown_groups(column.groupby(column).size(), n_marked)
    return set(shown.index[shown])


def _rates(group: str, flagged: NDArray[np.bool_], inside: NDArray[np.bool_]) -> dict[str, Any]:
    n_people, n_flagged = int(inside.sum()), int(flagged[inside].sum())
    return {
        "group": group, "finding": "insufficient", "n_people": n_people, "n_flagged": n_flagged,
        "rate": n_flagged / n_people,
    }  # fmt: skip


def _test(
    rows: list[dict[str, Any]], n_people: int, n_flagged: int, limits: Mapping[str, Any]
) -> None:
    """Put ratio, interval, test and finding into the rows of large enough groups."""
    compared = [
        rate_ratio(
            row["n_flagged"], row["n_people"], n_flagged - row["n_flagged"],
            n_people - row["n_people"],
        )
        for row in rows
    ]  # fmt: skip
    adjusted = holm(np.array([one.p_value for one in compared]))
    for row, one, p_adjusted in zip(rows, compared, adjusted, strict=True):
        row |= {
            "ratio": one.ratio, "ratio_low": one.low, "ratio_high": one.high,
            "p_value": one.p_value, "p_adjusted": float(p_adjusted),
            "finding": finding(
                one.ratio, float(p_adjusted), limits["lowest"], limits["highest"], limits["alpha"]
            ),
        }  # fmt: skip


def _calibrate(
    rows: list[dict[str, Any]], flagging: Flagging, column: pd.Series, limits: Mapping[str, Any]
) -> None:
    if flagging.probability is None:
        return
    known = ~np.isnan(flagging.foretold) & ~np.isnan(flagging.probability)
    inside = [known & (column == row["group"]).to_numpy() for row in rows]
    n_judged = sum(flagging.foretold[one].sum() >= limits["min_events"] for one in inside)
    for row, one in zip(rows, inside, strict=True):
        row["calibration"] = group_calibration(
            flagging.probability[one], flagging.foretold[one], limits, max(int(n_judged), 1)
        )
