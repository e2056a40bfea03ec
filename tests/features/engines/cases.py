"""Small records drawn from the schema: every table, with nulls, ties, versions and late knowledge.

Keys are unique among the versions that count on a day, as after an import; anything else may
happen: rows about the same day, rows known years later, corrections and withdrawals, people without
a post, posts known later than the people in them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from features.known import months_before
from features.records import DTYPES, Records, empty_table
from features.schema import BY_NAME, FROM_THE_START, Column, Table

AS_OF = date(2025, 3, 1)
"""First of a month, so that months end just before it; not of January, so that a year has begun."""
IDS = {
    "units": ("U1", "U2", "U3"),
    "posts": ("P1", "P2", "P3"),
    "competencies": ("M.01", "M.02", "S.01", "T.01"),
    "employees": ("e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8"),
    "courses": tuple(f"C{i}" for i in range(10, 24)),
    "sessions": ("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8"),
    "regulations": ("R1", "R2"),
}
TEXTS = {
    "grade": ("III/a", "III/b", "IV/a", "V", "IX"),
    "behaviour": ("Berorientasi Pelayanan", "Kompeten"),
    "competency_group": ("Manajerial", "Sosial Kultural", "Teknis"),
    "instrument": ("uwes9", "pulse"),
    "indicator": ("days to a licence", "complaints"),
    "post_levels": ("ahli_muda", "administrator|pengawas"),
    "employment_types": ("PNS", "PNS|PPPK"),
    "award": ("Satyalancana", "Inovasi"),
}
N_ROWS = {"employees": 20, "employments": 24, "attendance": 150, "feedback360": 300, "reviews": 30,
          "assessments": 24, "offers": 20, "enrolments": 60, "surveys": 60, "unit_reviews": 8,
          "sessions": 20, "courses": 60, "service_targets": 16}  # fmt: skip
DAYS_BACK = (-400, -31, -1, 0, 1, 1, 2, 29, 30, 31, 90, 92, 180, 184, 360, 365, 366, 367, 400,
             730, 731, 1200, 1500)  # fmt: skip
LAGS = (0, 0, 0, 1, 14, 30, 200, 900)


def draw_records(seed: int, as_of: date = AS_OF) -> Records:
    """Draw records around a date; the same seed, the same records."""
    rng = random.Random(seed)  # noqa: S311
    sparse = rng.random() < 0.2
    return Records(
        **{name: draw_table(BY_NAME[name], rng, as_of, sparse=sparse)
           for name in Records.__dataclass_fields__}
    )  # fmt: skip


def seeds(n_cases: int) -> st.SearchStrategy[list[int]]:
    """Return seeds for `draw_records`: a failing example names those of its cases."""
    return st.lists(st.integers(0, 2**32 - 1), min_size=n_cases, max_size=n_cases, unique=True)


def draw_table(table: Table, rng: random.Random, as_of: date, *, sparse: bool) -> pl.DataFrame:
    """Draw one table; sparse ones have few rows or none."""
    n_rows = N_ROWS.get(table.name, 6)
    rows, seen = [], set()
    for _ in range(rng.randrange(3) if sparse else n_rows):
        row = draw_row(table, rng, as_of)
        key = tuple(row[name] for name in table.key)
        if table.key and key in seen:
            continue
        seen.add(key)
        rows += versions(row, table, rng, as_of)
    rng.shuffle(rows)
    schema = {c.name: DTYPES[c.kind] for c in table.all_columns}
    return pl.DataFrame(rows, schema=schema) if rows else empty_table(table)


def draw_row(table: Table, rng: random.Random, as_of: date) -> dict[str, Any]:
    """Draw one row, known after the table's lag or after any other."""
    row = {column.name: draw_value(column, table, rng, as_of) for column in table.columns}
    day = draw_day(rng, as_of)
    if table.standing and rng.random() < 0.7:
        day = FROM_THE_START
    if table.name == "attendance":
        day = months_before(as_of.replace(day=1), rng.randrange(-2, 30))
    if "year" in row:
        row["year"] = as_of.year - rng.randrange(0, 6)
        day = date(row["year"], 12, 31)
    lags = LAGS
    if table.name == "feedback360" and rng.random() < 0.7:  # a mean needs several raters in a year
        day, lags = as_of - timedelta(days=rng.randrange(1, 300)), (0, 14)
    known = day + timedelta(days=rng.choice(lags))
    return {**row, "valid_from": day, "available_at": known, "superseded_at": None}


def draw_value(column: Column, table: Table, rng: random.Random, as_of: date) -> Any:
    """Draw a value that the column's rules allow; few different ones, so that ties happen."""
    if column.nullable and rng.random() < (0.85 if column.name == "left_on" else 0.3):
        return None
    if column.references or column.name in table.key:
        ids = IDS.get(column.references or table.name)
        if ids:
            # most in the first, so that there are enough people for a unit's mean
            return (
                ids[0] if column.references == "units" and rng.random() < 0.8 else rng.choice(ids)
            )
    if column.allowed:
        return rng.choice(column.allowed)
    if column.kind == "date":
        return draw_day(rng, as_of)
    if column.kind == "bool":
        return rng.random() < 0.5
    if column.kind == "text":
        return rng.choice(TEXTS.get(column.name, ("a", "b")))
    return draw_number(column, rng)


def draw_number(column: Column, rng: random.Random) -> float | int:
    low = column.minimum or 0
    high = min(column.maximum if column.maximum is not None else low + 6, low + 100)
    if column.name.endswith("days") and column.kind == "int":
        high = 22 if column.name == "workdays" else 4
    if column.kind == "int":
        return rng.randint(int(low), int(high))
    return rng.choice([low, high, low + (high - low) * rng.randint(0, 10) / 10])


def draw_day(rng: random.Random, as_of: date) -> date:
    return as_of - timedelta(days=rng.choice(DAYS_BACK))


def versions(
    row: dict[str, Any], table: Table, rng: random.Random, as_of: date
) -> Iterator[dict[str, Any]]:
    """Yield the row; or the row and what it was corrected to; or the row, withdrawn."""
    if rng.random() > 0.2:
        yield row
        return
    until = row["available_at"] + timedelta(days=rng.choice((1, 20, 300)))
    yield {**row, "superseded_at": until}
    if rng.random() < 0.7:
        keep = {name: row[name] for name in (*table.key, "valid_from")}
        yield {**draw_row(table, rng, as_of), **keep, "available_at": until}


def with_other_future(records: Records, seed: int, as_of: date = AS_OF) -> Records:
    """Replace everything that lies, becomes known or stops counting on or after `as_of`."""
    rng = random.Random(seed)  # noqa: S311
    changed = {}
    for name, frame in vars(records).items():
        past = pl.col("valid_from").lt(as_of) & pl.col("available_at").lt(as_of)
        drawn = draw_table(BY_NAME[name], rng, as_of, sparse=False)
        other = [postponed(row, rng, as_of) for row in drawn.iter_rows(named=True)]
        kept = [
            {**row, **other_end(row, rng, as_of)}
            for row in frame.filter(past).iter_rows(named=True)
        ]
        rows = [*kept, *other[: rng.randrange(len(other) + 1)]]
        rng.shuffle(rows)
        changed[name] = pl.DataFrame(rows, schema=frame.schema)
    return Records(**changed)


def postponed(row: dict[str, Any], rng: random.Random, as_of: date) -> dict[str, Any]:
    """Return the row about a later date, or about a past one and known later."""
    later = as_of + timedelta(days=rng.choice((0, 0, 1, 5, 40, 700)))
    if rng.random() < 0.5 and row["valid_from"] < as_of:
        return {**row, "available_at": later}
    return {**row, "valid_from": later, "available_at": later - timedelta(days=rng.choice((0, 3)))}


def other_end(row: dict[str, Any], rng: random.Random, as_of: date) -> dict[str, Any]:
    """Return other ends of service and of counting, where those were still to come."""
    return {
        name: rng.choice((None, as_of, as_of + timedelta(days=rng.randrange(900))))
        for name in ("superseded_at", "left_on")
        if name in row and (row[name] is None or row[name] >= as_of)
    }


SEPARATOR = "~"
OWN = ("employee_id", "unit_id", "post_id")
"""Keys that each case of a batch has for itself; competencies and courses are the employer's."""


def one_batch(cases: list[Records], catalogue: Records) -> Records:
    """Put cases side by side: what is a case's own carries its number behind the key.

    Tables without a person, a unit or a post are those of `catalogue`, for all cases. Keys keep
    their first letters and, within a case, their order.
    """

    def side_by_side(name: str) -> pl.DataFrame:
        keys = [c.name for c in BY_NAME[name].columns if c.name in OWN or c.references == "units"]
        if not keys:
            return getattr(catalogue, name)
        return pl.concat(
            getattr(case, name).with_columns(pl.col(keys) + f"{SEPARATOR}{number:04}")
            for number, case in enumerate(cases)
        )

    return Records(**{name: side_by_side(name) for name in Records.__dataclass_fields__})


def split_batch(frame: pl.DataFrame, n_cases: int) -> list[pl.DataFrame]:
    """Return each case's rows with their own keys again."""
    number = pl.col("employee_id").str.split(SEPARATOR).list.get(1).cast(pl.Int64)
    keys = [name for name in frame.columns if name in OWN]
    own = frame.with_columns(pl.col(keys).str.split(SEPARATOR).list.get(0), case=number)
    return [own.filter(pl.col("case") == case).drop("case") for case in range(n_cases)]


def without_future(records: Records, as_of: date = AS_OF) -> Records:
    """Return the rows that lie and are known before `as_of`."""
    past = pl.col("valid_from").lt(as_of) & pl.col("available_at").lt(as_of)
    return records.map(lambda frame: frame.filter(past))
