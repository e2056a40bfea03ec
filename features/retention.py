"""Rows that are kept no longer than their table says (`features.schema.Table.keep_years`).

A row goes when the date it is about lies further back than its table is kept, in every version of
it: as it counts today, corrected or withdrawn, and as imported where decisions changed the table.
What still holds stays, however old: a sanction that has not ended, a valid assessment, a session to
come, and a certificate that a rule may ask for (leadership and functional training, courses that a
rule assigns, prerequisites of others).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from features.catalogue.originals import original_folder, original_path
from features.known import months_before
from features.schema import BY_NAME, TABLES, Table
from features.standards.load import load_standard
from features.workspace import PREVIOUS, link_file, replace_folder

CERTIFICATE_FORMS = ("structural", "functional")
"""Forms of training that a post requires of its holder for good."""


@dataclass(frozen=True)
class Expired:
    """What of one table is past keeping.

    Attributes
    ----------
    table : str
        Its name.
    before : date
        Rows about an earlier date are past keeping.
    rows : int
        How many are to go, all versions.
    oldest : date or None
        The earliest date that one of them is about.
    in_force : int
        How many as old stay because they still hold.
    """

    table: str
    before: date
    rows: int
    oldest: date | None
    in_force: int


def expired_rows(records: Path, day: date) -> list[Expired]:
    """Return what is past keeping on a day, of each table that is kept for some years.

    Parameters
    ----------
    records : Path
        The folder that `huyula import` wrote.
    day : date
        Usually today.
    """
    certificates = _certificates(records)
    return [
        _count(original_path(records, table.name), table, day, certificates)
        for table in TABLES
        if table.keep_years is not None
    ]


def needs_deleting(records: Path, day: date) -> bool:
    """Return whether any file of the records, or of those before the last import, holds such rows.

    The records before the last import are kept for ``huyula import --undo``.
    """
    previous = records / PREVIOUS
    folders = [records, original_folder(records), previous, original_folder(previous)]
    return any(_holds_expired(folder, day, _certificates(records)) for folder in folders)


def delete_expired(records: Path, day: date) -> None:
    """Replace the records by those that are kept; interrupted, the old ones stay, whole.

    Records from before the last import that hold such rows go too: the import can then not be
    undone. Memory holds one row group of a table.
    """
    certificates = _certificates(records)
    with replace_folder(records) as fresh:
        for path in sorted(records.iterdir()):
            if path.name == PREVIOUS:
                if not _previous_holds_expired(path, day, certificates):
                    (fresh / PREVIOUS).symlink_to(path.readlink(), target_is_directory=True)
            elif path.is_dir():
                (fresh / path.name).mkdir()
                for part in sorted(path.iterdir()):
                    _keep(part, fresh / path.name / part.name, day, certificates)
            else:
                _keep(path, fresh / path.name, day, certificates)


def _keep(source: Path, target: Path, day: date, certificates: pl.Series) -> None:
    table = BY_NAME.get(source.stem) if source.suffix == ".parquet" else None
    if table is None or not _count(source, table, day, certificates).rows:
        link_file(source, target)
        return
    import pyarrow.parquet as pq

    kept, file = ~_is_expired(table, day, certificates), pq.ParquetFile(source)
    with pq.ParquetWriter(target, file.schema_arrow, compression="zstd") as writer:
        for group in range(file.num_row_groups):
            rows = pl.DataFrame(file.read_row_group(group)).filter(kept)
            oldest = pl.CompatLevel.oldest()
            writer.write_table(rows.to_arrow(compat_level=oldest).cast(file.schema_arrow))


def _holds_expired(folder: Path, day: date, certificates: pl.Series) -> bool:
    paths = (folder / f"{table.name}.parquet" for table in TABLES)
    found = ((path, BY_NAME[path.stem]) for path in paths if path.exists())
    return any(_count(path, table, day, certificates).rows for path, table in found)


def _previous_holds_expired(previous: Path, day: date, certificates: pl.Series) -> bool:
    folders = (previous, original_folder(previous))
    return any(_holds_expired(folder, day, certificates) for folder in folders)


def _count(path: Path, table: Table, day: date, certificates: pl.Series) -> Expired:
    before = _before(table, day)
    expired = _is_expired(table, day, certificates)
    old = pl.col("valid_from") < before
    counted = pl.scan_parquet(path).select(
        rows=expired.sum(),
        oldest=pl.col("valid_from").filter(expired).min(),
        in_force=(old & ~expired).sum(),
    )
    return Expired(table.name, before, **counted.collect().row(0, named=True))


def _before(table: Table, day: date) -> date:
    return date.min if table.keep_years is None else months_before(day, 12 * table.keep_years)


def _is_expired(table: Table, day: date, certificates: pl.Series) -> pl.Expr:
    """Return the filter "past keeping", never null; a version that counts no more never holds."""
    holds = IN_FORCE.get(table.name)
    counting = pl.col("superseded_at").is_null()
    still = counting & holds(day, certificates) if holds else pl.lit(value=False)
    return (pl.col("valid_from") < _before(table, day)) & ~still.fill_null(value=False)


def _certificates(records: Path) -> pl.Series:
    """Return the courses whose completion a rule may ask for at any later time."""
    paths = {records / "courses.parquet", original_path(records, "courses")}
    courses = pl.concat([pl.read_parquet(path) for path in sorted(paths)])
    asked = (
        pl.col("form").is_in(CERTIFICATE_FORMS)
        | pl.col("mandatory").fill_null(value=False)
        | pl.col("trigger").is_not_null()
    )
    prerequisites = courses["prerequisite_course_id"].drop_nulls()
    return pl.concat([courses.filter(asked)["course_id"], prerequisites]).unique()


def _valid_since(day: date) -> date:
    return months_before(day, round(12 * load_standard("assessment_validity")["years"]))


IN_FORCE: Mapping[str, Callable[[date, pl.Series], pl.Expr]] = {
    # a sanction without its end counts as in force wherever it is read
    "discipline": lambda day, _: pl.col("ends_on").is_null() | (pl.col("ends_on") >= day),
    "assessments": lambda day, _: pl.col("valid_from") >= _valid_since(day),
    "sessions": lambda day, _: pl.coalesce("ends_on", "starts_on") >= day,
    "enrolments": lambda _, certificates: (
        (pl.col("status") == "completed") & pl.col("course_id").is_in(certificates.implode())
    ),
}
"""By table: the rows that hold however old they are."""
