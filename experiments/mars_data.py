"""Reads the MARS data (a corporate e-learning platform) and cuts it where a quarter begins."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from features.errors import SchemaError
from models.cases import Cases, Catalogue
from models.ranker_pairs import Snapshot

VIEWS, ITEMS, USERS = "implicit_ratings_en.csv", "items_en.csv", "users_en.csv"
COLUMNS = {
    VIEWS: ("user_id", "item_id", "created_at"),
    ITEMS: ("item_id", "name", "description", "created_at", "Difficulty", "Job", "Software",
            "Theme", "duration", "type"),
    USERS: ("user_id", "job"),
}  # fmt: skip
DAY = 24 * 60 * 60.0
"""Seconds."""
LISTS = ("Job", "Software", "Theme")


@dataclass(frozen=True)
class MarsData:
    """First views of items by people.

    Attributes
    ----------
    views : DataFrame
        ``employee_id``, ``course_id``, ``happened_on`` (datetime64); sorted by time, each pair
        once: a repeated view is no new choice.
    people : DataFrame
        ``employee_id``, ``post_id`` (the job a person named; mostly missing).
    courses : DataFrame
        ``course_id``, ``title``, ``description`` (with the tags), ``difficulty``, ``software``,
        ``theme`` (the first tag), ``form``, ``duration`` (seconds), ``published_in`` (year).
    """

    views: pd.DataFrame
    people: pd.DataFrame
    courses: pd.DataFrame


@dataclass(frozen=True)
class Origin:
    """One quarter to foresee.

    Attributes
    ----------
    starts_on : Timestamp
        Nothing from this day on is known.
    snapshot : Snapshot
        Everybody who viewed something new in the quarter, what that was, and all that was known
        before. Allowed are the items published up to the year of the quarter and not yet viewed.
    is_new_person, is_new_course : ndarray of bool
        Without a single view before the quarter.
    """

    starts_on: pd.Timestamp
    snapshot: Snapshot
    is_new_person: np.ndarray
    is_new_course: np.ndarray


def load_mars(folder: Path) -> MarsData:
    """Read the English part; views of items that are not listed are left out.

    Raises
    ------
    SchemaError
        A file or column is missing.
    """
    if not folder.is_dir():
        raise SchemaError("data", "must be the folder of the MARS data", folder)
    courses = _courses(_read(folder, ITEMS))
    return MarsData(
        _first_views(_read(folder, VIEWS), courses["course_id"]),
        _people(_read(folder, USERS)),
        courses,
    )


def origins(mars: MarsData, first: str, last: str) -> Iterator[Origin]:
    """Yield the quarters from ``first`` to ``last`` (as ``2018Q1``) in which anybody viewed."""
    for quarter in pd.period_range(first, last, freq="Q"):
        origin = origin_at(mars, quarter)
        if len(origin.snapshot.y):
            yield origin


def origin_at(mars: MarsData, quarter: pd.Period) -> Origin:
    """Return what was known before a quarter and what it brought."""
    start = quarter.start_time
    known = mars.views[mars.views["happened_on"] < start]
    later = mars.views[
        (mars.views["happened_on"] >= start)
        & (mars.views["happened_on"] < (quarter + 1).start_time)
    ]
    catalogue = Catalogue(
        mars.courses.assign(years_old=start.year - mars.courses["published_in"]),
        pd.DataFrame(columns=["course_id", "competency_id", "level"]),
    )
    cases = _cases(mars, later["employee_id"], known)
    published = (mars.courses["published_in"] <= start.year).to_numpy()
    viewed = cases.history.groupby("employee_id")["course_id"].agg(set)
    allowed = np.tile(published, (len(cases.people), 1))
    column = pd.Series(range(len(mars.courses)), index=mars.courses["course_id"])
    for row, employee_id in enumerate(cases.people["employee_id"]):
        if employee_id in viewed.index:
            allowed[row, column[list(viewed[employee_id])]] = False
    snapshot = Snapshot(
        cases,
        later[["employee_id", "course_id"]].assign(relevance=1),
        _cases(mars, known["employee_id"], known),
        catalogue,
        allowed,
    )
    return Origin(
        start,
        snapshot,
        ~cases.people["employee_id"].isin(known["employee_id"]).to_numpy(),
        ~mars.courses["course_id"].isin(known["course_id"]).to_numpy(),
    )


def _cases(mars: MarsData, employee_ids: pd.Series, known: pd.DataFrame) -> Cases:
    people = pd.DataFrame({"employee_id": employee_ids.unique()})
    people = people.merge(mars.people, on="employee_id", how="left", validate="1:1")
    own = known.groupby("employee_id")["happened_on"]
    # In days since the first view: where nothing is known yet, dates have no type of their own.
    day = (own.max() - known["happened_on"].min()).dt.total_seconds() / DAY
    last = people["employee_id"].map(day).astype(float)
    people["n_views"] = people["employee_id"].map(own.size()).fillna(0).astype(float)
    people["days_since_view"] = day.max() - last
    gaps = pd.DataFrame(columns=["employee_id", "competency_id", "level", "required_level", "gap"])
    return Cases(people, known[known["employee_id"].isin(people["employee_id"])], gaps)


def _read(folder: Path, name: str) -> pd.DataFrame:
    try:
        table = pd.read_csv(folder / name)
    except FileNotFoundError as error:
        raise SchemaError("data", f"must hold the file {name}", folder) from error
    missing = [column for column in COLUMNS[name] if column not in table]
    if missing:
        raise SchemaError(name, f"must have the columns {list(COLUMNS[name])}, missing", missing)
    return table


def _first_views(views: pd.DataFrame, course_ids: pd.Series) -> pd.DataFrame:
    named = pd.DataFrame(
        {
            "employee_id": views["user_id"].astype(str),
            "course_id": views["item_id"].astype(str),
            "happened_on": pd.to_datetime(views["created_at"]),
        }
    )
    named = named[named["course_id"].isin(course_ids)]
    named = named.sort_values(["happened_on", "employee_id", "course_id"])
    return named.drop_duplicates(["employee_id", "course_id"]).reset_index(drop=True)


def _people(users: pd.DataFrame) -> pd.DataFrame:
    job = users["job"].astype("string").str.strip().str.lower()
    return pd.DataFrame({"employee_id": users["user_id"].astype(str), "post_id": job}).astype(
        {"post_id": object}
    )


def _courses(items: pd.DataFrame) -> pd.DataFrame:
    tags = {column: items[column].map(literal_eval) for column in LISTS}
    words = [" ".join(chain(*row)) for row in zip(*tags.values(), strict=True)]
    first = {column: tags[column].map(_first) for column in LISTS}
    return pd.DataFrame(
        {
            "course_id": items["item_id"].astype(str),
            "title": items["name"],
            "description": items["description"].fillna("") + " " + pd.Series(words),
            "difficulty": items["Difficulty"],
            "software": first["Software"],
            "theme": first["Theme"],
            "form": items["type"],
            "duration": items["duration"].astype(np.float64),
            "published_in": items["created_at"].astype(int),
        }
    )


def _first(tags: list[str]) -> str | None:
    return tags[0] if tags else None
