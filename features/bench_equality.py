"""Whether two benchmarked ways came to the same figures."""

from __future__ import annotations

from pathlib import Path

from features.engines import connect_duckdb
from features.errors import HuyulaError


class UnequalResultsError(HuyulaError):
    """Two ways that should give the same figures do not."""


def check_equal(one: Path, other: Path, tolerance: float) -> None:
    """Compare the Parquet files of two folders by key; numbers may differ by `tolerance`, relative.

    Raises
    ------
    UnequalResultsError
        A file, a column, a row or a figure is missing or differs.
    """
    names = sorted(path.name for path in one.iterdir())
    if names != sorted(path.name for path in other.iterdir()):
        raise UnequalResultsError(f"{other} must hold {', '.join(names)}")
    for name in names:
        _check_files(one / name, other / name, tolerance)


def _check_files(one: Path, other: Path, tolerance: float) -> None:
    connection = connect_duckdb()
    connection.execute(f"CREATE VIEW a AS FROM '{one}'")
    connection.execute(f"CREATE VIEW b AS FROM '{other}'")
    types, of_other = (
        {row[0]: row[1] for row in connection.sql(f"DESCRIBE {view}").fetchall()} for view in "ab"
    )
    if set(types) != set(of_other):
        odd = ", ".join(sorted(set(types) ^ set(of_other)))
        raise UnequalResultsError(f"{other} must have the same columns, but differs in {odd}")
    keys = [name for name in ("employee_id", "competency_id", "behaviour") if name in types]
    counts = ", ".join(
        f"count(*) FILTER ({_differs(name, kind, tolerance)})" for name, kind in types.items()
    )
    row = connection.sql(
        f"SELECT count(*) FILTER (a.employee_id IS NULL OR b.employee_id IS NULL), {counts}"  # noqa: S608
        f" FROM a FULL JOIN b USING ({', '.join(keys)})"
    ).fetchall()[0]
    wrong = {name: n for name, n in zip(("rows", *types), row, strict=True) if n}
    if wrong:
        raise UnequalResultsError(f"{other} must equal {one}, rows that differ: {wrong}")


def _differs(name: str, kind: str, tolerance: float) -> str:
    left, right = f'a."{name}"', f'b."{name}"'
    if kind.upper() == "VARCHAR":
        return f"{left} IS DISTINCT FROM {right}"
    apart = f"abs({left} - {right}) > {tolerance} * greatest(1, abs({left}), abs({right}))"
    return f"({left} IS NULL) != ({right} IS NULL) OR {apart} OR isnan({left}) OR isnan({right})"
