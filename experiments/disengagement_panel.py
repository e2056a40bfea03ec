"""Any panel a user brings, as a task: label, people, time, and what must not be learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.disengagement_file import read_table
from experiments.disengagement_protected import is_protected
from experiments.disengagement_task import Split, Task
from features.errors import SchemaError
from models.column_types import MISSING, NO, YES, ColumnType, infer_type, read_numbers
from models.grouped_folds import deal_folds
from models.person_history import with_history

N_FOLDS = 5
FEWEST_A_FOLD = 30
"""Events (others) in each fold, with which folds are judged one by one."""
DEFAULT_EMBARGO_DAYS = 90.0
POSITIVE = YES | {"1", "1.0", "left", "leave", "leaver", "churn", "churned", "resigned", "quit",
                  "terminated", "event", "positive", "keluar", "berhenti"}  # fmt: skip
NEGATIVE = NO | {"0", "0.0", "stay", "stayed", "active", "current", "employed", "no event",
                 "negative", "-1", "aktif"}  # fmt: skip


@dataclass(frozen=True)
class PanelOptions:
    """What the user says of a panel.

    Attributes
    ----------
    label : str
        Column of the event.
    person, time : str, optional
        Columns.
    cutoff : str, optional
        Rows from here on are judged on; needs `time`.
    drop : tuple of str
        Columns that no model may see.
    embargo : float, optional
        Days (numbers: units of `time`) before the cutoff that are not learned from; None takes 90
        days, or three steps of a time in numbers, unless that would take over a third of the rows.
    leak_threshold : float
    """

    label: str
    person: str | None = None
    time: str | None = None
    cutoff: str | None = None
    drop: tuple[str, ...] = ()
    embargo: float | None = None
    leak_threshold: float = 0.95


def load_panel(path: Path, options: PanelOptions, *, seed: int = 0) -> Task:
    """Return the task of a file.

    Without a cutoff, rows are dealt into five folds that never split a person; small tables two or
    five times over. Rows without a label are not learned from or judged on, but belong to a
    person's past. A fold of at least 30 events is judged by itself and the mean over folds is told;
    smaller folds, and folds by person, are judged as one list.

    Raises
    ------
    SchemaError
        A column is missing, the label does not hold two values, or the cutoff leaves no test.
    """
    rows, notes = read_table(path)
    _check_columns(rows, options)
    outcome, told = read_label(rows[options.label])
    notes.append(told)
    people = _people(rows, options.person)
    when, step = (None, "") if options.time is None else read_time(rows[options.time])
    columns = _columns(rows, options, people, when, notes)
    known = np.isfinite(outcome) if when is None else np.isfinite(outcome) & np.isfinite(when)
    if not known.all():
        notes.append(f"{int((~known).sum())} rows without label or time are not judged")
    groups = None if options.person is None else people
    rows_known = np.flatnonzero(known)
    if options.cutoff is not None and when is not None:
        split, told = split_at(when, rows_known, options, step)
        notes.append(told)
        splits, title = [[split]], f"rows from {options.cutoff} on are judged"
    else:
        cells = len(rows_known) * columns.shape[1]
        splits = repeated_folds(outcome, groups, rows_known, cells=cells, seed=seed)
        title = f"{len(splits)} x {N_FOLDS} folds" + (" by person" if options.person else "")
    _check_splits(outcome, splits, options)
    return Task(
        name="disengagement",
        title=f"{path.name}: {title} (95% intervals over people)",
        columns=columns,
        outcome=np.nan_to_num(outcome),
        people=people,
        groups=groups,
        splits=splits,
        pooled=_is_pooled(outcome, splits, groups),
        leak_threshold=options.leak_threshold,
        about={"notes": notes},
    )


def read_label(column: pd.Series) -> tuple[np.ndarray, str]:
    """Return 1 for the event, 0 for none and NaN for a gap, and how the values were understood.

    A value that means yes is the event; of other pairs the rarer one.

    Raises
    ------
    SchemaError
        The column does not hold exactly two values.
    """
    texts = column.fillna("").astype("str").str.strip().str.lower()
    filled = texts[~texts.isin(MISSING - {"none"})]
    counts = filled.value_counts()
    if len(counts) != 2:
        shown = ", ".join(sorted(map(str, counts.index))[:5]) or "none"
        raise SchemaError(f"label {column.name}", "must hold two values", shown)
    values = [str(value) for value in counts.index]  # the more frequent first
    positive = next((v for v in values if v in POSITIVE), None)
    if positive is None:
        positive = next((v for v in values if v not in NEGATIVE), values[1])
        if not set(values) & NEGATIVE:
            positive = values[1]
    out = np.where(texts.isin(values), (texts == positive).astype(float), np.nan)
    return out, f"the event is {column.name} = {positive}"


def read_time(column: pd.Series) -> tuple[np.ndarray, str]:
    """Return times as days (unit ``days``) or as the numbers they are (unit ``steps``).

    Numbers such as 2019, 201907 and 20190731 are years, months and days.

    Raises
    ------
    SchemaError
        The column holds neither dates nor numbers.
    """
    found = infer_type(column)
    if found.kind == "left_out":  # a time may count the rows, and may be the same for all
        filled = column.dropna().astype("str").str.strip()
        numeric = pd.to_numeric(filled, errors="coerce").notna().mean() > 0.97
        found = ColumnType("number") if numeric else infer_type(filled.drop_duplicates())
    if found.kind not in {"number", "date"}:
        raise SchemaError(f"time {column.name}", "must hold dates or numbers", column.iloc[0])
    value = read_numbers(column, found)
    if found.kind == "date":
        return value, "days"
    known = value[np.isfinite(value)]
    for low, high, form in ((1900, 2100, "%Y"), (190001, 210012, "%Y%m"),
                            (19000101, 21001231, "%Y%m%d")):  # fmt: skip
        if len(known) and known.min() >= low and known.max() <= high:
            text = ["" if np.isnan(one) else str(int(one)) for one in value.tolist()]
            dates = pd.to_datetime(pd.Series(text), format=form, errors="coerce")
            return ((dates - pd.Timestamp(0)) / pd.Timedelta(days=1)).to_numpy(float), "days"
    return value, "steps"


def split_at(
    when: np.ndarray, known: np.ndarray, options: PanelOptions, step: str
) -> tuple[Split, str]:
    """Return rows before the cutoff and its embargo, and rows from the cutoff on."""
    at = cutoff_value(str(options.cutoff), step)
    before, test = known[when[known] < at], known[when[known] >= at]
    if not len(before) or not len(test):
        raise SchemaError("--cutoff", "must leave rows on both sides", options.cutoff)
    embargo = options.embargo
    if embargo is None:
        distinct = np.unique(when[before])
        usual = 3 * float(np.median(np.diff(distinct))) if len(distinct) > 1 else 0.0
        embargo = DEFAULT_EMBARGO_DAYS if step == "days" else usual
        if (when[before] < at - embargo).sum() < 2 / 3 * len(before):
            return (before, test), "no embargo: the usual one would take over a third of the rows"
    train = before[when[before] < at - embargo]
    told = f"embargo of {embargo:g} {step}: {len(before) - len(train)} rows are not learned from"
    return (train, test), told


def repeated_folds(
    outcome: np.ndarray,
    groups: np.ndarray | None,
    known: np.ndarray,
    *,
    cells: int,
    seed: int,
) -> list[list[Split]]:
    """Return five folds, five times over for up to 100,000 cells, twice for up to 200,000."""
    n_repeats = 5 if cells <= 100_000 else 2 if cells <= 200_000 else 1
    own = None if groups is None else groups[known]
    out = []
    for repeat in range(n_repeats):
        rng = np.random.default_rng([seed, repeat])
        try:
            fold = deal_folds(outcome[known], own, N_FOLDS, rng)
        except ValueError as error:
            raise SchemaError("--data", f"holds too few people: {error}") from error
        out.append([(known[fold != k], known[fold == k]) for k in range(N_FOLDS)])
    return out


def _columns(
    rows: pd.DataFrame,
    options: PanelOptions,
    people: np.ndarray,
    when: np.ndarray | None,
    notes: list[str],
) -> pd.DataFrame:
    """Return what a model may see, with each person's past; tell what is left out."""
    protected = [c for c in rows.columns if is_protected(c) and c not in options.drop]
    if protected:
        notes.append(f"protected columns and names are left out: {', '.join(protected)}")
    given = [name for name in (options.person, options.time) if name is not None]
    columns = rows.drop(columns=[options.label, *options.drop, *protected, *given], errors="ignore")
    n_copies = int(columns.duplicated().sum())
    if n_copies and options.person is None:
        notes.append(f"{n_copies} rows repeat another; if they are copies, the scores flatter")
    found = {name: infer_type(columns[name]) for name in columns}
    empty = [f"{name} ({one.form})" for name, one in found.items() if one.kind == "left_out"]
    if empty:
        notes.append(f"nothing to learn from in: {', '.join(empty)}")
    if when is None:
        return columns
    return _with_time(columns, people, when, has_past=options.person is not None)


def _is_pooled(
    outcome: np.ndarray, splits: Sequence[Sequence[Split]], groups: np.ndarray | None
) -> bool:
    """Return whether folds are judged as one list: by person, or where one holds few events."""
    counts = [np.bincount(outcome[test].astype(int), minlength=2) for r in splits for _, test in r]
    return groups is not None or min(map(min, counts)) < FEWEST_A_FOLD


def _check_columns(rows: pd.DataFrame, options: PanelOptions) -> None:
    asked = [("--label", options.label), ("--id", options.person), ("--time", options.time)]
    asked += [("--drop", name) for name in options.drop]
    for option, name in asked:
        if name is not None and name not in rows.columns:
            shown = ", ".join(rows.columns[:12])
            raise SchemaError(option, f"must be a column of the file ({shown} ...)", name)
    if options.cutoff is not None and options.time is None:
        raise SchemaError("--cutoff", "needs --time", options.cutoff)


def _check_splits(
    outcome: np.ndarray, splits: Sequence[Sequence[Split]], options: PanelOptions
) -> None:
    for repeat in splits:
        for train, test in repeat:
            for where, part in (("learned from", train), ("judged on", test)):
                if len(np.unique(outcome[part])) < 2:
                    rule = f"must hold events and others among the rows {where}"
                    raise SchemaError(f"label {options.label}", rule, f"{len(part)} rows")


def _people(rows: pd.DataFrame, person: str | None) -> np.ndarray:
    if person is None:
        return np.arange(len(rows)).astype(str)
    own = rows[person].astype("str").str.strip()
    alone = pd.Series([f"(row {i})" for i in range(len(rows))], index=rows.index)
    return own.where(rows[person].notna(), alone).to_numpy(dtype=object)


def _with_time(
    columns: pd.DataFrame, people: np.ndarray, when: np.ndarray, *, has_past: bool
) -> pd.DataFrame:
    """Return the columns with each person's past; without people only dates count from the row."""
    placed = columns.assign(__person=people, __time=when)
    if has_past:
        return with_history(placed, person="__person", time="__time")
    history = with_history(placed, person="__person", time="__time", whole=False)
    return history[[name for name in columns.columns if name in history]]


def cutoff_value(text: str, step: str) -> float:
    """Return a moment as `read_time` gives times, whose unit is `step`.

    Raises
    ------
    SchemaError
        It is no number (unit ``steps``) or no date (unit ``days``).
    """
    if step == "steps":
        try:
            return float(text)
        except ValueError as error:
            raise SchemaError("--cutoff", "must be a number, as the times are", text) from error
    form = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d"}.get(len(text)) if text.isdigit() else None
    date = pd.to_datetime(pd.Series([text]), format=form, errors="coerce").iloc[0]
    if not pd.isna(date):
        return float((date.tz_localize(None) - pd.Timestamp(0)) / pd.Timedelta(days=1))
    raise SchemaError("--cutoff", "must be a date (YYYY-MM-DD), as the times are", text)
