"""What is recommended to whom: hours, courses, and the mix of forms that a group gets to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.audit_table import group_column
from training.fairness.comparing import finding, holm, mean_ratio
from training.fairness.flags import shown_names

Floats = NDArray[np.float64]
N_PERMUTATIONS = 499


def list_figures(lists: pd.DataFrame, courses: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Return what each person's list holds.

    Parameters
    ----------
    lists : DataFrame
        ``employee_id``, ``course_id``, ``rank`` from 1.
    courses : DataFrame
        ``course_id`` and, where known, ``jp`` and ``form``.
    people : Series of str
        Everybody, also who has no list.

    Returns
    -------
    DataFrame of shape (n_people, 2 + n_forms)
        ``jp`` (hours in all; a course of unknown length counts 0), ``n_courses``, and ``see FORM``:
        exposure of that form, each place weighing ``1 / log2(1 + rank)``.
    """
    known = courses.reindex(columns=["course_id", "jp", "form"]).drop_duplicates("course_id")
    places = lists[["employee_id", "course_id", "rank"]].merge(known, on="course_id", how="left")
    places["weight"] = 1 / np.log2(1 + places["rank"].to_numpy(dtype=np.float64))
    places["form"] = "see " + places["form"].astype("str").fillna("other")
    by_person = places.groupby("employee_id")
    figures = pd.DataFrame({"jp": by_person["jp"].sum(), "n_courses": by_person.size()})
    seen = places.pivot_table("weight", "employee_id", "form", aggfunc="sum", fill_value=0.0)
    return figures.join(seen).reindex(people).fillna(0.0).astype(np.float64)


def audit_lists(
    figures: pd.DataFrame, groups: pd.DataFrame, rules: Mapping[str, Any], seed: int
) -> dict[str, list[dict[str, Any]]]:
    """Compare each group's recommended hours and exposure with everybody else's.

    Parameters
    ----------
    figures : DataFrame
        See `list_figures`; rows as in `groups`.
    groups, rules
        See `training.fairness.flags.audit_flags`.
    seed : int
        Of the permutations.

    Returns
    -------
    dict of str to list of dict
        By attribute or intersection one row a group: ``group``, ``finding`` on the hours and,
        unless withheld, ``n_people``, ``jp`` and ``n_courses`` (means a person), ``jp_ratio`` to
        others of the same types of ``lists.lawful`` with ``jp_ratio_low`` and ``_high`` (95%),
        ``exposure_distance`` (total variation between the forms that the group and everybody else
        get to see, 0 to 1), and for both the ``_p_adjusted`` of a test that deals people of the
        same lawful type to the groups anew (Holm, within the attribute). What differs between the
        lawful types themselves is found ``by law``.
    """
    return {
        name: _audit_one(name, figures, groups, rules, seed)
        for name in (*rules["attributes"], *rules["intersections"])
        if len(group_column(groups, name).unique()) > 1
    }


def _audit_one(
    name: str, figures: pd.DataFrame, groups: pd.DataFrame, rules: Mapping[str, Any], seed: int
) -> list[dict[str, Any]]:
    limits, lawful = rules["impact"], rules["lists"]["lawful"]
    strata = np.zeros(len(groups), dtype=np.int64)
    if name not in lawful:
        strata = pd.factorize(groups[lawful].agg(", ".join, axis=1))[0].astype(np.int64)
    column, shown = group_column(groups, name), shown_names(groups, name)
    names = sorted(str(group) for group in column.unique())
    sizes = column.value_counts()
    tested = [one for one in names if one in shown and sizes[one] >= limits["min_people"]]
    members = np.array([(column == one).to_numpy() for one in tested]).reshape(-1, len(column))
    found = _compare(tested, members, figures, strata, limits, seed) if tested else []
    if name in lawful:
        found = [row | {"finding": _by_law(row["finding"])} for row in found]
    results = iter(found)
    rows = []
    for one in names:
        if one not in shown:
            rows.append({"group": one, "finding": "withheld"})
        elif one in tested:
            rows.append(next(results))
        else:
            n_people = int(sizes[one])
            rows.append({"group": one, "finding": "insufficient", "n_people": n_people})
    return rows


def _compare(
    names: list[str],
    members: NDArray[np.bool_],
    figures: pd.DataFrame,
    strata: NDArray[np.int64],
    limits: Mapping[str, Any],
    seed: int,
) -> list[dict[str, Any]]:
    jp, seen = figures["jp"].to_numpy(), figures.filter(regex="^see ").to_numpy()
    p_jp, p_seen, distance = _permuted(members, jp, seen, strata, seed)
    p_jp, p_seen = holm(p_jp), holm(p_seen)
    rows = []
    for place, group in enumerate(names):
        inside = members[place]
        ratio, low, high = mean_ratio(jp, inside, strata)
        found = finding(
            ratio, float(p_jp[place]), limits["lowest"], limits["highest"], limits["alpha"]
        )
        rows.append({
            "group": group, "finding": found, "n_people": int(inside.sum()),
            "jp": float(jp[inside].mean()), "n_courses": float(figures["n_courses"][inside].mean()),
            "jp_ratio": ratio, "jp_ratio_low": low, "jp_ratio_high": high,
            "jp_p_adjusted": float(p_jp[place]), "exposure_distance": float(distance[place]),
            "exposure_p_adjusted": float(p_seen[place]),
        })  # fmt: skip
    return rows


def _by_law(found: str) -> str:
    return "by law" if found.startswith("too") else found


def _permuted(
    members: NDArray[np.bool_], jp: Floats, seen: Floats, strata: NDArray[np.int64], seed: int
) -> tuple[Floats, Floats, Floats]:
    """Return both p-values, people of a stratum dealt anew, and the exposure distances."""
    rng = np.random.default_rng(seed)
    values = np.column_stack([jp, seen])
    belongs = members.astype(np.float64)
    observed = _distances(belongs, values)
    reached = np.ones((2, len(members)))
    home = np.argsort(strata, kind="stable")
    dealt = np.empty(len(jp), dtype=np.int64)
    for _ in range(N_PERMUTATIONS):
        dealt[home] = np.lexsort([rng.random(len(jp)), strata])
        drawn = _distances(belongs, values[dealt])
        reached += np.array(drawn) >= np.array(observed) - 1e-12
    p_jp, p_seen = reached / (N_PERMUTATIONS + 1)
    return p_jp, p_seen, observed[1]


def _distances(belongs: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Return the difference of mean hours, and the distance between forms seen, of each group."""
    inside = belongs @ values
    outside = values.sum(axis=0) - inside
    n_inside = belongs.sum(axis=1)
    n_outside = np.maximum(belongs.shape[1] - n_inside, 1)
    jp = np.abs(inside[:, 0] / n_inside - outside[:, 0] / n_outside)
    shares = [part[:, 1:] / np.maximum(part[:, 1:].sum(axis=1, keepdims=True), 1e-12)
              for part in (inside, outside)]  # fmt: skip
    return jp, np.abs(shares[0] - shares[1]).sum(axis=1) / 2
