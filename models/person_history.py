"""What a person's earlier rows add to a row of a panel; nothing of it looks at a later row."""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.column_types import infer_type, read_numbers, read_texts

SPAN = 6
"""Rows that a recent mean looks back on, its own included."""
MANY = 30
"""Of more numbers than this only change and rank are worked out: the table would grow too wide."""


def with_history(
    rows: pd.DataFrame, *, person: str, time: str, whole: bool = True, within: str | None = None
) -> pd.DataFrame:
    """Return the rows with what was known of each person up to each row.

    Parameters
    ----------
    rows : DataFrame
        Any columns; each row is about `person` at `time` (numbers, or dates as days). Not modified.
    whole : bool, default=True
        Also place a number among all rows of the same time (a rank from 0 to 1).
    within : str, optional
        A column, such as the grade: numbers are also placed among its rows of the same time.

    Returns
    -------
    DataFrame
        The index and order of `rows`, without `person` and `time`. Dates become days before the
        row's time. Added are ``n_earlier_rows`` (at most `SPAN`), ``since_row_before`` (in the
        unit of `time`) and, of each number that varies within people, its ``change``, its
        ``change_3`` over three rows, the ``recent`` mean, what it is ``above_recent``, the time
        ``since_change`` and its ``rank``; of each category the time ``since_change``.

    Notes
    -----
    Two rows of a person at one time stand in the order of the table; the second may see the first.
    Looks back over a fixed span only: a mean or minimum over the whole past changes its meaning as
    a panel grows older, and foretold less in later months than it had in earlier ones.
    """
    if not len(rows):
        return rows.drop(columns=[person, time])
    order = np.lexsort((np.arange(len(rows)), rows[time], rows[person].astype(str)))
    ordered = rows.iloc[order].reset_index(drop=True)
    when = ordered[time].to_numpy(dtype=np.float64)
    people = ordered[person].astype(str).to_numpy()
    columns = _row_counts(people, when)
    plain, numbers, texts = _split(ordered.drop(columns=[person, time]), when)
    for name, value in numbers.items():
        if within is not None and name != within:
            columns[f"{name} rank within {within}"] = _rank(value, when, ordered[within])
        if _varies(value, people):
            columns |= _of_number(name, value, people, when, brief=len(numbers) > MANY)
            if whole:
                columns[f"{name} rank"] = _rank(value, when)
    for name, value in texts.items():
        if _varies(pd.factorize(value)[0], people):
            columns[f"{name} since_change"] = _since_change(value, people, when)
    out = pd.concat([plain, pd.DataFrame(columns)], axis=1)
    out.index = rows.index[order]
    return out.iloc[np.argsort(order, kind="stable")]


def _row_counts(people: np.ndarray, when: np.ndarray) -> dict[str, np.ndarray]:
    grouped = pd.Series(when).groupby(people, sort=False)
    return {
        "n_earlier_rows": np.minimum(grouped.cumcount().to_numpy(dtype=np.float64), SPAN),
        "since_row_before": grouped.diff().to_numpy(),
    }


def _rank(value: np.ndarray, when: np.ndarray, within: pd.Series | None = None) -> np.ndarray:
    keys = [when] if within is None else [when, within.to_numpy()]
    return pd.Series(value).groupby(keys).rank(pct=True).to_numpy(dtype=np.float64)


def _split(
    ordered: pd.DataFrame, when: np.ndarray
) -> tuple[pd.DataFrame, dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return the rows with dates as days before, their numbers, and their categories."""
    plain, numbers, texts = ordered.copy(), {}, {}
    for name in ordered.columns:
        found = infer_type(ordered[name])
        if found.kind == "number":
            numbers[name] = read_numbers(ordered[name], found)
        elif found.kind == "date":
            plain[name] = when - read_numbers(ordered[name], found)
        elif found.kind == "category":
            texts[name] = read_texts(ordered[name])
    return plain, numbers, texts


def _varies(value: np.ndarray, people: np.ndarray) -> bool:
    """Return whether it differs within more than 1% of the people."""
    spread = pd.Series(value).groupby(people, sort=False).agg(["min", "max"])
    return bool((spread["max"] > spread["min"]).mean() > 0.01)


def _of_number(
    name: str, value: np.ndarray, people: np.ndarray, when: np.ndarray, *, brief: bool
) -> dict[str, np.ndarray]:
    series = pd.Series(value)
    grouped = series.groupby(people, sort=False)
    out = {"change": series - grouped.shift(1), "change_3": series - grouped.shift(3)}
    if not brief:
        rolled = grouped.rolling(SPAN, min_periods=1).mean()
        recent = rolled.reset_index(level=0, drop=True).sort_index()
        since = pd.Series(_since_change(value, people, when))
        out |= {"recent": recent, "above_recent": series - recent, "since_change": since}
    return {f"{name} {what}": column.to_numpy(dtype=np.float64) for what, column in out.items()}


def _since_change(value: np.ndarray, people: np.ndarray, when: np.ndarray) -> np.ndarray:
    """Return the time since the value last changed; since the first row, if it never did."""
    series = pd.Series(value)
    grouped = series.groupby(people, sort=False)
    before = grouped.shift(1)
    same = (series == before) | (series.isna() & before.isna())
    started = pd.Series(np.where(same & (grouped.cumcount() > 0), np.nan, when))
    return when - started.groupby(people, sort=False).ffill().to_numpy()
