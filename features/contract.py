"""The canonical tables as Pandera schemas: the gate behind the import, and a check for others.

`features.schema` declares the tables once; here they become schemas of a well-kept library. The
import splits good rows from bad with `features.sources.checks`; what it then writes must pass here.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from features.errors import SchemaError
from features.records import DTYPES, Records
from features.row_rules import RowRule, row_rules
from features.schema import BY_NAME, Column, Table

if TYPE_CHECKING:
    import pandera.polars as pa

UNIQUE = "must be a key of one row"
_ROW_RULE = "row: "
_OF_SHAPE = r"^(column_in_schema|column_in_dataframe|dtype\(.*)$"


@dataclass(frozen=True)
class Violation:
    """One rule that a table breaks: where, how often, and a value that does."""

    table: str
    column: str
    rule: str
    value: str
    n_rows: int

    def __str__(self) -> str:
        rows = f" in {self.n_rows:,} row{'s' if self.n_rows > 1 else ''}" if self.n_rows else ""
        value = f", got {self.value}" if self.value else ""
        return f"{self.table}.{self.column} {self.rule}{value}{rows}"


@cache
def table_schema(table: str) -> pa.DataFrameSchema:
    """Return the Pandera schema of a canonical table: types, empty values, ranges, words, rows.

    Keys and references compare rows and tables; `check_records` looks at those.
    """
    declared = BY_NAME[table]
    return _pandera().DataFrameSchema(
        {column.name: _column(column) for column in declared.all_columns},
        checks=[_row_check(rule) for rule in row_rules(table)],
        strict=True,
        name=table,
    )


def table_violations(frame: pl.DataFrame, table: Table) -> list[Violation]:
    """Return every rule of the schema that a frame breaks.

    Columns that are absent, unknown or of another type are named alone: no rule can be applied to
    them.
    """
    schema = table_schema(table.name)
    import pandera.errors

    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    of_shape = cases.filter(pl.col("check").str.contains(_OF_SHAPE))
    if len(of_shape):
        return [
            Violation(table.name, *_shape_rule(column or "", check, case), "", 0)
            for column, check, case in of_shape.select("column", "check", "failure_case").rows()
        ]
    kinds = cases.group_by("column", "check", maintain_order=True).agg(
        value=pl.col("failure_case").first(), rows=pl.len()
    )
    return [_violation(row, frame, table) for row in kinds.iter_rows(named=True)]


def check_table(frame: pl.DataFrame, table: Table) -> None:
    """Check one canonical table, or some of its rows.

    Raises
    ------
    SchemaError
        It breaks rules; all of them are named.
    """
    _raise(table_violations(frame, table))


def check_records(records: Records) -> None:
    """Check records that were put together by hand: each table, its keys and its references.

    Raises
    ------
    SchemaError
        Tables break rules; all are named, with table, column, rule, a value and the count.
    """
    names = [field.name for field in fields(records)]
    frames = {name: _as_polars(getattr(records, name), BY_NAME[name]) for name in names}
    violations: list[Violation] = []
    for name, frame in frames.items():
        found = table_violations(frame, BY_NAME[name])
        violations += found or _between_rows(frame, BY_NAME[name], frames)
    _raise(violations)


def _pandera() -> Any:  # noqa: ANN401
    """Import Pandera, which takes a second and imports PySpark where there is one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PySpark's, on versions of pandas
        import pandera.polars

    return pandera.polars


def _column(column: Column) -> pa.Column:
    check, checks = _pandera().Check, []
    if column.minimum is not None:
        checks.append(check.ge(column.minimum, error=f"must be at least {column.minimum:g}"))
    if column.maximum is not None:
        checks.append(check.le(column.maximum, error=f"must be at most {column.maximum:g}"))
    if column.allowed:
        checks.append(
            check.isin(column.allowed, error=f"must be one of {', '.join(column.allowed)}")
        )
    nullable = column.nullable and column.name != "available_at"
    return _pandera().Column(DTYPES[column.kind], checks, nullable=nullable)


def _row_check(rule: RowRule) -> pa.Check:
    def holds(checked: pa.PolarsData) -> pl.LazyFrame:
        return checked.lazyframe.select(~rule.broken.fill_null(value=False))

    # Pandera writes every failing row as JSON, 30 microseconds each: one is enough
    return _pandera().Check(holds, error=f"{_ROW_RULE}{rule.rule}", n_failure_cases=1)


def _shape_rule(column: str, check: str, case: str) -> tuple[str, str]:
    if check == "column_in_schema":
        return case, "must not be there: the table has no such column"
    if check == "column_in_dataframe":
        return case, "must be a column"
    return column, f"must be {check.removeprefix('dtype(').strip(chr(39) + ')')}, got {case}"


def _violation(row: dict[str, Any], frame: pl.DataFrame, table: Table) -> Violation:
    column, check, value, n_rows = row["column"], row["check"], row["value"], row["rows"]
    if check.startswith(_ROW_RULE):
        rule = next(r for r in row_rules(table.name) if check == f"{_ROW_RULE}{r.rule}")
        broken = frame.filter(rule.broken.fill_null(value=False)).select(rule.columns)
        shown = " and ".join(str(one) for one in broken.row(0))
        return Violation(table.name, " + ".join(rule.columns), rule.rule, shown, len(broken))
    rule_text = "must not be empty" if check == "not_nullable" else check
    return Violation(table.name, column, rule_text, _shown(column, value), n_rows)


def _shown(column: str, value: object) -> str:
    """Return a value; whoever put a NIP in place of the random key does not find it in a log."""
    return "" if value is None or column == "employee_id" else str(value)


def _between_rows(
    frame: pl.DataFrame, table: Table, frames: dict[str, pl.DataFrame]
) -> list[Violation]:
    found: list[Violation] = []
    if table.key:
        n_repeats = len(frame) - frame.select(pl.struct(table.key).n_unique()).item()
        if n_repeats:
            found.append(Violation(table.name, " + ".join(table.key), UNIQUE, "", n_repeats))
    for column in (c for c in table.columns if c.references in frames):
        known = frames[column.references][BY_NAME[column.references].key[0]]
        values = frame[column.name].drop_nulls()
        unknown = values.filter(~values.is_in(known.implode()))
        if len(unknown):
            rule = f"must be known in {column.references}"
            found.append(
                Violation(
                    table.name, column.name, rule, _shown(column.name, unknown.min()), len(unknown)
                )
            )
    return found


def _as_polars(frame: Any, table: Table) -> pl.DataFrame:  # noqa: ANN401
    """Return a frame of any kind that Narwhals knows as Polars, with the types of the table.

    pandas has no dates, no empty whole numbers and no type for what is all empty: such columns are
    turned where nothing is lost. A Polars frame is left as it is.
    """
    if isinstance(frame, pl.DataFrame):
        return frame
    import narwhals as nw

    native = nw.from_native(frame)
    found = (native.collect() if isinstance(native, nw.LazyFrame) else native).to_polars()
    dtypes = {c.name: DTYPES[c.kind] for c in table.all_columns if c.name in found.columns}
    return found.with_columns(_turned(found[name], dtype) for name, dtype in dtypes.items())


def _turned(column: pl.Series, dtype: Any) -> pl.Series:  # noqa: ANN401
    if column.dtype.is_float():
        column = column.fill_nan(None)
    if column.dtype == pl.String and column.null_count() < len(column):
        return column
    turned = column.cast(dtype, strict=False)
    same = turned.cast(column.dtype, strict=False).eq_missing(column)
    return turned if isinstance(same, pl.Series) and same.all() else column


def _raise(violations: list[Violation]) -> None:
    if violations:
        first = violations[0]
        rest = "".join(f"; {one}" for one in violations[1:])
        message = str(first).removeprefix(f"{first.table}.{first.column} ")
        raise SchemaError(f"{first.table}.{first.column}", message + rest)
