"""How a challenger that shadowed the service answered beside the bundle that was served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from scipy.stats import kendalltau, spearmanr

from features.errors import HuyulaError
from features.known import current_records, months_before
from features.records import Records
from serving.shadow_log import RECOMMENDATIONS, SUPPORT, person_digest

N_RESAMPLES, SEED = 2000, 0
MIN_PEOPLE = 30
"""Fewer people make no interval worth a verdict."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Outcome:
    """Who began a course of their list, by the served lists and by the shadow's.

    Attributes
    ----------
    n_people : int
        Whose first plain list is old enough.
    served, shadow : float
        Share of them who began a course of that list.
    gain, lower, upper : float
        Shadow less served, with its 95% interval (paired bootstrap by person).
    """

    n_people: int
    served: float
    shadow: float
    gain: float
    lower: float
    upper: float

    @property
    def verdict(self) -> str:
        """``better``, ``worse``, ``undecided`` or ``too_few``: the shadow beside the served."""
        if self.n_people < MIN_PEOPLE:
            return "too_few"
        if self.lower > 0:
            return "better"
        return "worse" if self.upper < 0 else "undecided"


def newest_shadow(log: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the shadow bundle that scored last, whatever was served beside it.

    Raises
    ------
    HuyulaError
        The log is empty.
    """
    if log.empty:
        raise HuyulaError(
            "the shadow's log is empty: set HUYULA_SHADOW_BUNDLE, and let `huyula serve` answer"
        )
    ordered = log.sort_values("at", kind="stable")
    return log[log["shadow_bundle"] == ordered["shadow_bundle"].iloc[-1]]


def summarise_shadow(log: pd.DataFrame) -> dict[str, Any]:
    """Return how far both agree, and how long each took.

    Parameters
    ----------
    log : DataFrame
        `serving.shadow_log.read_shadow`, of one shadow bundle; at least one row.

    Returns
    -------
    dict
        JSON-able: ``shadow_bundle``, ``served_bundles``, ``first``, ``last`` (ISO 8601),
        ``n_requests``, ``n_people``; ``lists``, ``support`` (None without such requests);
        ``latency_ms`` by kind. Shares and correlations are means over people, each counted once
        however often asked about.
    """
    lists, support = (log[log["kind"] == kind] for kind in (RECOMMENDATIONS, SUPPORT))
    return {
        "shadow_bundle": str(log["shadow_bundle"].iloc[0]),
        "served_bundles": sorted(log["served_bundle"].unique()),
        "first": log["at"].min().isoformat(),
        "last": log["at"].max().isoformat(),
        "n_requests": int(log["request"].nunique()),
        "n_people": int(log["person"].nunique()),
        "lists": _lists(lists) if len(lists) else None,
        "support": _support(support) if len(support) else None,
        "latency_ms": {kind: _latency(rows) for kind, rows in log.groupby("kind")},
    }


def overlap(served: Sequence[str], shadow: Sequence[str]) -> float:
    """Return the share of the longer list that both hold; NaN if both are empty.

    >>> overlap(["a", "b"], ["b", "c"]), overlap(["a"], ["a", "b"])
    (0.5, 0.5)
    """
    longer = max(len(served), len(shadow))
    return len(set(served) & set(shadow)) / longer if longer else float("nan")


def rank_correlation(served: Sequence[str], shadow: Sequence[str]) -> float:
    """Return Kendall's tau-b over the courses of both lists; what one lacks stands below its end.

    Such ties at the end follow Fagin, Kumar & Sivakumar, "Comparing top k lists", SODA 2003. NaN if
    one is empty and the other not.

    >>> rank_correlation(["a", "b"], ["a", "b"]), rank_correlation(["a", "b"], ["b", "a"])
    (1.0, -1.0)
    """
    if list(served) == list(shadow):
        return 1.0 if served else float("nan")
    union = list(dict.fromkeys([*served, *shadow]))
    places = [
        [one.index(course) if course in one else len(one) for course in union]
        for one in (list(served), list(shadow))
    ]
    if any(len(set(one)) == 1 for one in places):
        return float("nan")
    return float(np.asarray(kendalltau(*places))[0])


def _lists(rows: pd.DataFrame) -> dict[str, Any]:
    pairs = list(zip(rows["served"], rows["shadow"], strict=True))
    found = pd.DataFrame(
        {
            "overlap": [overlap(*pair) for pair in pairs],
            "rank_correlation": [rank_correlation(*pair) for pair in pairs],
            "same_first": [float(one[:1] == other[:1]) for one, other in pairs],
        }
    )
    by_person = found.groupby(rows["person"].to_numpy()).mean()
    first = {
        side: pd.Series([one[0] if one else np.nan for one in rows[f"{side}_scores"]])
        for side in ("served", "shadow")
    }
    return {
        "n_people": len(by_person),
        "mean_k": float(rows["k"].mean()),
        **{name: _mean(by_person[name]) for name in by_person},
        "first_scores": {side: _quantiles(scores) for side, scores in first.items()},
    }


def _support(rows: pd.DataFrame) -> dict[str, Any]:
    newest = rows.sort_values("at", kind="stable").drop_duplicates("person", keep="last")
    both = newest.dropna(subset=["served_score", "shadow_score"])
    scores = both[["served_score", "shadow_score"]]
    varied = len(both) > 1 and bool((scores.max() > scores.min()).all())
    served, shadow = (newest[f"{side}_flag"].eq(True) for side in ("served", "shadow"))
    return {
        "n_people": len(newest),
        "flags_differ": float((served != shadow).mean()),
        "served_flagged": float(served.mean()),
        "shadow_flagged": float(shadow.mean()),
        "rank_correlation": _spearman(scores) if varied else None,
        "scores": {side: _quantiles(newest[f"{side}_score"]) for side in ("served", "shadow")},
    }


def _spearman(scores: pd.DataFrame) -> float:
    return float(np.asarray(spearmanr(scores))[0])


def _latency(rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    requests = rows.drop_duplicates("request")
    return {
        side: {
            f"p{share}": float(np.percentile(requests[f"{side}_ms"], share)) for share in (50, 99)
        }
        for side in ("served", "shadow")
    }


def _mean(values: pd.Series) -> float | None:
    return None if values.isna().all() else float(values.mean())


def _quantiles(scores: pd.Series) -> dict[str, float]:
    known = scores.dropna()
    return {f"p{100 * q:.0f}": float(known.quantile(q)) for q in QUANTILES} if len(known) else {}


def judge_outcomes(
    log: pd.DataFrame, records: Records, key: bytes, end: date, months: int
) -> Outcome | None:
    """Compare who began a course of the list that was shown and of the one that was not.

    Parameters
    ----------
    log : DataFrame
        `serving.shadow_log.read_shadow`, of one shadow bundle.
    records : Records
        In which the outcomes stand.
    key : bytes
        Of the people's digests (`features.keys.load_shadow_key`).
    end : date
        The records know what was before it.
    months : int
        A course counts that is begun, and not dropped, within so many months after the list.

    Returns
    -------
    Outcome or None
        Of each person's first list without target post or filter; None if none is so old.
    """
    lists = log[(log["kind"] == RECOMMENDATIONS) & ~log["special"].eq(True)]
    lists = lists.assign(on=lists["at"].dt.date)
    lists = lists.sort_values("at", kind="stable").drop_duplicates("person")
    lists = lists[[months_before(end, months) >= day for day in lists["on"]]]
    if lists.empty:
        return None
    begun = _begun(records, key, min(lists["on"]))
    people = zip(lists["person"], lists["on"], lists["served"], lists["shadow"], strict=True)
    hits = [
        [float(_is_hit(begun.get(person, []), one, on, months)) for one in pair]
        for person, on, *pair in people
    ]
    return _paired(np.array(hits))


def _is_hit(begun: list[tuple[str, date]], listed: Sequence[str], on: date, months: int) -> bool:
    end = months_before(on, -months)
    return any(course in listed and on <= day < end for course, day in begun)


def _begun(records: Records, key: bytes, since: date) -> dict[str, list[tuple[str, date]]]:
    """Return by digest of the person what they began since a date: course and day."""
    rows = current_records(records).enrolments.filter(
        pl.col("valid_from") >= since, pl.col("status") != "dropped"
    )
    begun: dict[str, list[tuple[str, date]]] = {}
    for employee_id, course, day in rows.select(
        "employee_id", "course_id", "valid_from"
    ).iter_rows():
        begun.setdefault(person_digest(key, employee_id), []).append((course, day))
    return begun


def _paired(hits: np.ndarray) -> Outcome:
    gains, rng = hits[:, 1] - hits[:, 0], np.random.default_rng(SEED)
    # how often each of the three gains is drawn is all that a resampled mean depends on
    values, counts = np.unique(gains, return_counts=True)
    drawn = rng.multinomial(len(gains), counts / len(gains), N_RESAMPLES) @ values / len(gains)
    lower, upper = np.percentile(drawn, [2.5, 97.5])
    served, shadow = hits.mean(axis=0)
    return Outcome(
        len(hits), float(served), float(shadow), float(gains.mean()), float(lower), float(upper)
    )
