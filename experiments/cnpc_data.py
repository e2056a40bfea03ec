"""Reads the CNPC data (Canvas Network Person-Course) and splits it as its published results do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.benchmark_table import Published
from features.errors import SchemaError
from models.cases import Cases, Catalogue

TRAIN, TEST, COURSES = "train.json", "test.json", "course_info.json"
PUBLISHED = "published_results_on_MOOC_datasets.csv"
HELD_OUT = 0.2
"""Share of each person's courses, the last ones and rounded up, that are held out."""


@dataclass(frozen=True)
class CnpcData:
    """Enrolments to learn from and enrolments to find.

    Attributes
    ----------
    train, test : DataFrame
        ``employee_id``, ``course_id`` (str), ``happened_on`` (position in the person's own order).
    catalogue : Catalogue
        ``course_id``, ``discipline``, ``length_days``; teaches nothing.
    held_out : bool
        Whether the test part was cut from ``train.json``.
    """

    train: pd.DataFrame
    test: pd.DataFrame
    catalogue: Catalogue
    held_out: bool


def load_cnpc(folder: Path) -> CnpcData:
    """Read the folder; without a ``test.json`` the last of each person's courses are the test part.

    Raises
    ------
    SchemaError
        A file is missing or empty, or a line breaks the format (named with file and line).
    """
    if not folder.is_dir():
        raise SchemaError("data", "must be the folder of the CNPC data", folder)
    enrolments = read_enrolments(folder / TRAIN)
    held_out = not (folder / TEST).exists()
    if held_out:
        train, test = cut_last(enrolments, HELD_OUT)
    else:
        train, test = enrolments, read_enrolments(folder / TEST)
    named = pd.concat([train["course_id"], test["course_id"]])
    return CnpcData(train, test, _read_catalogue(folder / COURSES, named), held_out)


def read_enrolments(path: Path) -> pd.DataFrame:
    """Read JSON lines ``{"user": ..., "item": ...}``, each person's in their own order."""
    pairs = [
        (_reference(row, "user", where), _reference(row, "item", where))
        for where, row in _json_lines(path)
    ]
    if not pairs:
        raise SchemaError(path.name, "must hold at least one enrolment", "none")
    frame = pd.DataFrame(pairs, columns=["employee_id", "course_id"])
    return frame.assign(happened_on=frame.groupby("employee_id").cumcount())


def cut_last(enrolments: pd.DataFrame, share: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split off the last ``ceil(share * n)`` of each person's n enrolments."""
    by_person = enrolments.groupby("employee_id")
    n_rows = by_person["course_id"].transform("size")
    # .2 * 5 is a little above 1 in floating point: without rounding, two of five would be cut.
    n_last = np.ceil((share * n_rows).round(9))
    is_last = by_person.cumcount() >= n_rows - n_last
    return enrolments[~is_last], enrolments[is_last]


def as_cases(history: pd.DataFrame, employee_ids: pd.Series | None = None) -> Cases:
    """Return people with their histories; nothing else is known of them."""
    people = history["employee_id"] if employee_ids is None else employee_ids
    gaps = pd.DataFrame(columns=["employee_id", "competency_id", "level", "required_level", "gap"])
    return Cases(pd.DataFrame({"employee_id": people.unique()}), history, gaps)


def read_published(folder: Path) -> list[Published]:
    """Read the CNPC columns of the published results; none if the file is missing."""
    path = folder / PUBLISHED
    if not path.exists():
        return []
    table = pd.read_csv(path, header=[0, 1], index_col=0)
    # The name of a data set stands over its first column only.
    names = pd.Series(table.columns.get_level_values(0))
    table.columns = pd.MultiIndex.from_arrays(
        [names.mask(names.str.startswith("Unnamed")).ffill(), table.columns.get_level_values(1)]
    )
    found = table["CNPC"]
    return [
        Published(
            str(model),
            {
                "recall_at_10": float(row["Recall@10"]),
                "ndcg_at_10": float(row["NDCG@10"]),
                "hit_rate_at_10": float(row["PHR@10"]) / 100,
            },
        )
        for model, row in found.iterrows()
    ]


def _read_catalogue(path: Path, named: pd.Series) -> Catalogue:
    """Read discipline and length; courses that only the enrolments name have neither."""
    rows = []
    if path.exists():
        rows = [
            (_reference(row, "course_idx2", where), row.get("discipline"), row.get("course_length"))
            for where, row in _json_lines(path)
        ]
    courses = pd.DataFrame(rows, columns=["course_id", "discipline", "length_days"])
    unlisted = sorted(set(named) - set(courses["course_id"]))
    courses = pd.concat([courses, pd.DataFrame({"course_id": unlisted})], ignore_index=True)
    courses["length_days"] = courses["length_days"].astype(np.float64)
    teaches = pd.DataFrame(columns=["course_id", "competency_id", "level"])
    return Catalogue(courses, teaches)


def _json_lines(path: Path) -> list[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise SchemaError("data", f"must hold the file {path.name}", path.parent) from error
    except UnicodeDecodeError as error:
        raise SchemaError(path.name, "must be UTF-8", error.reason) from error
    return [
        (f"{path.name} line {number}", _json_object(line, f"{path.name} line {number}"))
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _json_object(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise SchemaError(where, f"must be JSON ({error.msg})", line[:60]) from error
    if not isinstance(row, dict):
        raise SchemaError(where, "must be a JSON object", line[:60])
    return row


def _reference(row: dict[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise SchemaError(where, f"must have {name!r}, a number or text", value)
    return str(value)
