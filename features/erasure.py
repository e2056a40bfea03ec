"""One person taken out of everything that a workspace holds.

Every Parquet and CSV file with a column ``employee_id`` is written anew without the person's rows:
records in all versions and as imported, profiles, indices, panel, snapshot, lists, flags, output;
then requests and, last, the token table, so that an interrupted erasure can be run again. Any other
file of the output that names the person goes. Each folder is replaced whole or not at all.

The export that the records came from is another system's: an import of it brings the person back,
under a new id. Signed bundles hold no people; logs of who looked at whom keep the id, which leads
to nobody any more.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO, cast

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from features.asked import erase_requests, read_requests
from features.errors import HuyulaError
from features.merges import PERSON, canonical, read_merges, write_merges
from features.workspace import PREVIOUS, Workspace, link_file, replace_folder

UNFINISHED = (".panel-unfinished",)
"""Work that an interrupted command left; it is begun anew."""


def ids_of(workspace: Workspace, employee_id: str) -> frozenset[str]:
    """Return all ids of a person: those merged with the one given, and itself."""
    merges = read_merges(workspace.merges)
    kept = canonical(merges, employee_id)
    return frozenset({kept, *(other for other in merges if canonical(merges, other) == kept)})


def count_rows(workspace: Workspace, ids: frozenset[str]) -> dict[str, int]:
    """Return how many rows of a person each place holds, and nothing of places that hold none."""
    counts: Counter[str] = Counter()
    for folder in _folders(workspace):
        name = folder.relative_to(workspace.root).parts[0]
        counts[name] += sum(_n_rows(path, ids) for path in _files(folder))
    requests = read_requests(workspace.support_asked)
    counts["requests"] = sum(line[PERSON] in ids for line in requests)
    return {name: n for name, n in sorted(counts.items()) if n}


def erase_person(workspace: Workspace, ids: frozenset[str]) -> None:
    """Take a person out of every place; the caller holds the workspace's lock and has logged it.

    Parameters
    ----------
    ids : frozenset of str
        See `ids_of`.

    Raises
    ------
    HuyulaError
        A folder is not one that huyula made.
    """
    for name in UNFINISHED:
        shutil.rmtree(workspace.root / name, ignore_errors=True)
    for folder in _folders(workspace):
        if not folder.is_symlink():
            _rewrite(folder, ids)
        elif folder != workspace.identity and _concerns(folder, ids):
            _replace(folder, ids)
    erase_requests(workspace.support_asked, ids)
    merges = read_merges(workspace.merges)
    if kept := {k: v for k, v in merges.items() if k not in ids and v not in ids}:
        write_merges(workspace.merges, kept)
    else:
        workspace.merges.unlink(missing_ok=True)
    if workspace.identity.is_symlink():
        _replace(workspace.identity, ids)


def _folders(workspace: Workspace) -> Iterator[Path]:
    """Yield the folders that may hold a person, the output's own last but the identity."""
    output = workspace.output
    inner = [path for path in output.iterdir() if path.is_symlink()] if output.exists() else []
    places = (
        workspace.records, workspace.profiles, workspace.indices, workspace.panel,
        workspace.candidate, workspace.tuning, workspace.snapshot, workspace.slates,
        workspace.support_lots, *inner, output, workspace.identity,
    )  # fmt: skip
    yield from (place for place in places if place.is_dir())


def _files(folder: Path) -> list[Path]:
    """Return every file under a folder, those of records before the last import too."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.is_dir() and (not path.is_symlink() or path.name == PREVIOUS):
            found += _files(path)
        elif path.is_file() and not path.is_symlink():
            found.append(path)
    return found


def _concerns(folder: Path, ids: frozenset[str]) -> bool:
    return any(_n_rows(path, ids) for path in _files(folder))


def _replace(folder: Path, ids: frozenset[str]) -> None:
    """Put a folder without the person in place; what it replaced is forgotten if it held them."""
    mode = folder.resolve().stat().st_mode & 0o777
    with replace_folder(folder) as fresh:
        fresh.chmod(mode)
        previous = folder / PREVIOUS
        if previous.is_dir() and not _concerns(previous, ids):
            (fresh / PREVIOUS).symlink_to(previous.readlink(), target_is_directory=True)
        for path in _files(folder):
            inner = path.relative_to(folder)
            if inner.parts[0] != PREVIOUS:
                (fresh / inner).parent.mkdir(parents=True, exist_ok=True)
                _copy(path, fresh / inner, ids)


def _rewrite(folder: Path, ids: frozenset[str]) -> None:
    """Write each file of a folder that is never swapped anew, by one rename."""
    for path in _files(folder):
        if _names(path, ids):
            path.unlink()
        elif _n_rows(path, ids):
            aside = path.with_name(f".{path.name}.erasing")
            try:
                _copy(path, aside, ids)
                aside.replace(path)
            finally:
                aside.unlink(missing_ok=True)


def _copy(source: Path, target: Path, ids: frozenset[str]) -> None:
    if not _n_rows(source, ids):
        link_file(source, target)
    elif source.suffix == ".csv":
        with _open_csv(source, "r") as old, _open_csv(target, "w") as new:
            rows = csv.reader(old)
            head = next(rows)
            kept = (row for row in rows if row[head.index(PERSON)] not in ids)
            csv.writer(new, lineterminator="\n").writerows([head, *kept])
    else:
        file = pq.ParquetFile(source)
        with pq.ParquetWriter(target, file.schema_arrow, compression="zstd") as writer:
            for group in range(file.num_row_groups):
                rows = file.read_row_group(group)
                writer.write_table(rows.filter(pa.array(~_theirs(rows, ids))))


def _n_rows(path: Path, ids: frozenset[str]) -> int:
    """Return how many rows of a Parquet or CSV file are about a person."""
    if path.suffix == ".csv":
        with _open_csv(path, "r") as stream:
            rows = csv.reader(stream)
            head = next(rows, [])
            return sum(row[head.index(PERSON)] in ids for row in rows) if PERSON in head else 0
    if path.suffix != ".parquet":
        return 0
    try:
        file = pq.ParquetFile(path)
        if PERSON not in file.schema_arrow.names:
            return 0
        groups = (file.read_row_group(i, columns=[PERSON]) for i in range(file.num_row_groups))
        return sum(int(_theirs(rows, ids).sum()) for rows in groups)
    except pa.ArrowInvalid as error:
        raise HuyulaError(f"{path} cannot be read, so nobody can be taken out: {error}") from error


def _theirs(rows: pa.Table, ids: frozenset[str]) -> NDArray[np.bool_]:
    people = pl.Series(rows[PERSON]).cast(pl.String)
    return people.is_in(sorted(ids)).fill_null(value=False).to_numpy()


def _open_csv(path: Path, mode: str) -> TextIO:
    return cast("TextIO", path.open(mode, encoding="utf-8", newline=""))


def _names(path: Path, ids: frozenset[str]) -> bool:
    """Return whether a file without rows, such as the page of a profile, is about a person."""
    if path.suffix in (".parquet", ".csv"):
        return False
    content = path.read_bytes()
    return any(each in path.name or each.encode() in content for each in ids)
