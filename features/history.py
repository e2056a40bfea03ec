"""Which exports the records come from, and how the next one joins them, table by table.

``records/import.json`` lists the imports. The folder of records before the last import stays as
``records/previous``, so that the import can be undone or, on the same day, repeated: a full import
repeated on the day of the last one (full too) takes its place, as if the first had never been.
"""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from features.catalogue.originals import original_path
from features.errors import HuyulaError, SchemaError
from features.schema import TABLES, Table
from features.versions import Changes, Moment, merge_versions
from features.workspace import (
    PREVIOUS,
    keep_previous,
    link_file,
    put_back_previous,
    write_frame,
)

IMPORTS = "import.json"
SLICE_ROWS = 2_000_000
"""Rows that are compared at once; a slice holds all rows of the people (units ...) in it."""


@dataclass(frozen=True)
class Import:
    """One import.

    Attributes
    ----------
    day : date
        Day of the export.
    mapping : str
        Name of the mapping.
    partial : bool
        Whether the export held only a part.
    digest : str or None
        SHA-256 over names and contents of the export's files; None if it was no file.
    rows : dict of str to int
        Rows by table; tables that the export did not hold are left out.
    changes : dict of str to dict of str to int
        `Changes` by table.
    """

    day: date
    mapping: str
    partial: bool
    digest: str | None
    rows: dict[str, int]
    changes: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Base:
    """What an import builds on.

    Attributes
    ----------
    folder : Path or None
        The records that it joins; None for the first import.
    imports : tuple of Import
        Those that led to them, the newest last.
    repeated : Path or None
        The records of an earlier import of the same day, whose place this one takes.
    """

    folder: Path | None = None
    imports: tuple[Import, ...] = ()
    repeated: Path | None = None

    def moment(self, table: str, day: date, *, partial: bool) -> Moment:
        """Return what the imports before `day` say of a table."""
        before = [done for done in self.imports if done.day < day]
        holding = [done.day for done in before if table in done.rows]
        full = [done.day for done in before if not done.partial]
        return Moment(
            day,
            partial=partial,
            outdated=any(done.day > day for done in self.imports),
            held_on=max(full) if full and holding and min(holding) <= max(full) else None,
            touched_on=max(holding, default=None),
        )


def find_base(records: Path, day: date, *, partial: bool) -> Base:
    """Return what an import of this day's export builds on.

    Raises
    ------
    SchemaError
        A newer export has been imported: what this one lacks would seem withdrawn.
    """
    if not records.exists():
        return Base()
    imports = read_imports(records)
    newest = max((done.day for done in imports), default=day)
    if day < newest and not partial:
        raise SchemaError(
            "--exported-on",
            f"must not lie before the newest import ({newest}); to add what an older export holds "
            "and the records never held, give --partial; to go back, `huyula import --undo`",
            day,
        )
    last = imports[-1] if imports else None
    if last and last.day == day and not last.partial and not partial:
        earlier = records / PREVIOUS
        if earlier.is_dir():
            return Base(earlier.resolve(), tuple(imports[:-1]), records.resolve())
        if len(imports) == 1:
            return Base(repeated=records.resolve())
    return Base(records.resolve(), tuple(imports))


def read_imports(records: Path) -> list[Import]:
    """Return the imports that led to these records, the newest last."""
    path = records / IMPORTS
    if not path.exists():
        raise HuyulaError(
            f"{path} is missing: the records were made by an earlier version; import into an "
            "empty workspace"
        )
    listed = json.loads(path.read_text(encoding="utf-8"))["imports"]
    return [Import(**{**done, "day": date.fromisoformat(done["day"])}) for done in listed]


def newest_day(records: Path) -> date | None:
    """Return the day of the newest export in these records; none if no import is listed."""
    if not (records / IMPORTS).exists():
        return None
    return max((done.day for done in read_imports(records)), default=None)


def join_history(
    fresh: Path, base: Base, *, day: date, partial: bool, mapping: str, digest: str | None
) -> dict[str, Any]:
    """Turn a folder of an export's tables into the records after it, and list the import.

    Returns
    -------
    dict
        ``day``; ``since``: day of the import that it is compared with, or None for the first;
        ``before``: that of the import before it, which it replaces where both are of one day;
        ``partial``; ``identical``: whether no byte of any table is other than before; ``emptied``:
        tables of which every row was withdrawn; ``tables``: `Changes` by table.
    """
    changes: dict[str, Changes] = {}
    rows: dict[str, int] = {}
    for table in TABLES:
        n_rows = _n_rows(fresh / f"{table.name}.parquet")
        if n_rows:
            rows[table.name] = n_rows
        moment = base.moment(table.name, day, partial=partial)
        changes[table.name] = _join_table(fresh, base.folder, table, moment)
    counts = {name: change.as_dict() for name, change in changes.items() if change != Changes()}
    done = Import(day, mapping, partial, digest, rows, counts)
    listed = [asdict(entry) for entry in (*base.imports, done)]
    text = json.dumps({"imports": listed}, indent=1, default=str)
    (fresh / IMPORTS).write_text(text, encoding="utf-8")
    if base.folder:
        keep_previous(fresh, base.folder)
    before = base.repeated or base.folder
    since = base.imports[-1].day.isoformat() if base.imports else None
    emptied = [n for n, change in changes.items() if change.withdrawn and n not in rows]
    return {
        "day": day.isoformat(),
        "since": since,
        "before": day.isoformat() if base.repeated else since,
        "partial": partial,
        "identical": before is not None and _same_tables(fresh, before),
        "emptied": [] if partial else emptied,
        "tables": counts,
    }


def undo_import(records: Path) -> Import:
    """Put the records before the last import back and return the import that is undone.

    Raises
    ------
    HuyulaError
        They are not there: one import can be undone, and not the first.
    """
    done = read_imports(records)
    if not put_back_previous(records):
        why = "it was the first" if len(done) == 1 else "only the newest import can be undone"
        raise HuyulaError(f"nothing is kept from before the import of {done[-1].day}: {why}")
    return done[-1]


def digest_files(path: Path | str) -> str | None:
    """Return the SHA-256 over names and contents of the files of an export; of a database, None."""
    path = Path(path)
    if not path.exists():
        return None
    whole = hashlib.sha256()
    files = [path] if path.is_file() else sorted(file for file in path.iterdir() if file.is_file())
    for file in files:
        with file.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        whole.update(f"{file.name}\0{content}\n".encode())
    return whole.hexdigest()


def _join_table(fresh: Path, base: Path | None, table: Table, moment: Moment) -> Changes:
    """Merge one table of the export with the one held, in place."""
    export = fresh / f"{table.name}.parquet"
    held = original_path(base, table.name) if base else None
    if held is None or not held.exists():
        return Changes(new=_n_rows(export))
    if moment.partial and not _n_rows(export):
        link_file(held, export)
        return Changes(unchanged=_n_current(held))
    merged = fresh / f".{export.name}"
    changes = _merge_slices(held, export, merged, table, moment)
    if changes.any():
        os.replace(merged, export)  # noqa: PTH105
    else:
        merged.unlink()
        link_file(held, export)
    return changes


def _merge_slices(held: Path, export: Path, merged: Path, table: Table, moment: Moment) -> Changes:
    slices = list(_slices(held, export, table))
    if len(slices) == 1:
        frame, changes = merge_versions(
            pl.read_parquet(held), pl.read_parquet(export), table, moment
        )
        write_frame(frame, merged)
        return changes
    import pyarrow.parquet as pq

    total, writer = Changes(), None
    try:
        for chosen in slices:
            old, new = (pl.scan_parquet(path).filter(chosen).collect() for path in (held, export))
            frame, changes = merge_versions(old, new, table, moment)
            rows = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
            writer = writer or pq.ParquetWriter(merged, rows.schema, compression="zstd")
            writer.write_table(rows)
            total += changes
    finally:
        if writer:
            writer.close()
    return total


def _slices(held: Path, export: Path, table: Table) -> Iterator[pl.Expr]:
    """Return filters that part the people (units ...) so that each part fits into memory.

    Both files are sorted by them; where a row group begins, a slice may begin.
    """
    import pyarrow.parquet as pq

    owner = pl.col(table.columns[0].name)
    files = [pq.ParquetFile(path).metadata for path in (held, export)]
    n_slices = -(-sum(file.num_rows for file in files) // SLICE_ROWS)
    starts = sorted({start for file in files for start in _group_starts(file)})
    step = max(1, len(starts) // max(1, n_slices))
    cuts = starts[step::step] if n_slices > 1 else []
    if not cuts:
        yield pl.lit(value=True)
        return
    yield owner < cuts[0]
    for left, right in pairwise(cuts):
        yield (owner >= left) & (owner < right)
    yield owner >= cuts[-1]


def _group_starts(file: Any) -> Iterator[str]:  # noqa: ANN401
    for group in range(file.num_row_groups):
        statistics = file.row_group(group).column(0).statistics
        if statistics is not None and statistics.has_min_max:
            yield statistics.min


def _n_rows(path: Path) -> int:
    return pl.scan_parquet(path).select(pl.len()).collect().item() if path.exists() else 0


def _n_current(path: Path) -> int:
    current = pl.scan_parquet(path).filter(pl.col("superseded_at").is_null())
    return current.select(pl.len()).collect().item()


def _same_tables(left: Path, right: Path) -> bool:
    names = [f"{table.name}.parquet" for table in TABLES]
    _, other, missing = filecmp.cmpfiles(left, right, names, shallow=False)
    return not other and not missing
