"""Reads the one table of a file as text: CSV with any separator, gzip, Excel, Parquet."""

from __future__ import annotations

import gzip
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import polars as pl

from features.errors import SchemaError
from features.sources.delimited import read_delimited
from features.sources.excel import excel_places
from features.sources.parquet import parquet_place
from features.sources.table import LINE, SourceTable

EXCEL = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def read_table(path: Path) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows, every cell as text or None, and notes on what was guessed or refused.

    Of a workbook the first visible sheet is read.

    Raises
    ------
    SchemaError
        There is no such file, it cannot be read, or it holds no rows.
    """
    if not path.is_file():
        raise SchemaError("--data", "must be a file", path)
    if path.suffix.lower() == ".gz":
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / path.stem
            try:
                with gzip.open(path) as packed, plain.open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked)
            except (gzip.BadGzipFile, EOFError) as error:
                raise SchemaError("--data", f"must be whole gzip: {error}", path) from error
            return read_table(plain)
    source = _source(path)
    batches = list(source.batches())
    problems = source.take_problems()
    notes = [f"{path.name} {note}" for note in source.notes]
    if problems:
        first = problems[0]
        notes.append(f"{len(problems)} rows could not be read; the first: line {first.line}, "
                     f"{first.rule}")  # fmt: skip
    rows = pl.concat(batches) if batches else pl.DataFrame()
    if not len(rows):
        rule = problems[0].rule if problems else "holds no rows"
        raise SchemaError("--data", rule, path)
    text = rows.drop(LINE).to_pandas()
    text.columns = [str(name).removeprefix("\ufeff").strip() for name in text.columns]
    return text, notes


def _source(path: Path) -> SourceTable:
    suffix = path.suffix.lower()
    if suffix in {".parquet", ".pq"}:
        return parquet_place(path).read()
    if suffix in EXCEL:
        places = excel_places(path, ())
        return next((place for place in places if not place.hidden), places[0]).read()
    return read_delimited(path)
