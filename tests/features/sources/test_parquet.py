from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from features.sources.delimited import LINE
from features.sources.parquet import NOT_SINGLE, ROWS_AT_A_TIME, read_parquet


def test_every_column_is_text_and_lines_are_positions(tmp_path):
    frame = pl.DataFrame(
        {"nip": [199001012015031001, None], "tmt": [date(2020, 1, 2), None], "aktif": [True, False]}
    )
    frame.write_parquet(tmp_path / "pegawai.parquet")
    table = read_parquet(tmp_path / "pegawai.parquet")
    assert table.frame.schema == {
        LINE: pl.Int64, "nip": pl.String, "tmt": pl.String, "aktif": pl.String,
    }  # fmt: skip
    assert table.frame.rows() == [
        (1, "199001012015031001", "2020-01-02", "true"),
        (2, None, None, "false"),
    ]
    assert (table.problems, table.notes) == ([], [])


def test_lists_structures_and_bytes_are_left_out_and_said(tmp_path):
    frame = pl.DataFrame({"a": ["x"], "list": [[1]], "pair": [{"b": 1}], "raw": [b"1"]})
    frame.write_parquet(tmp_path / "a.parquet")
    table = read_parquet(tmp_path / "a.parquet")
    assert table.frame.columns == [LINE, "a"]
    assert [(p.column, p.rule) for p in table.problems] == [
        (name, NOT_SINGLE) for name in ("list", "pair", "raw")
    ]
    assert table.n_rows == 1


def test_rounded_numbers_and_time_zones_are_noted(tmp_path):
    frame = pl.DataFrame({"nip": [199001012015031001.0], "t": [datetime(2020, 1, 2, tzinfo=UTC)]})
    frame.write_parquet(tmp_path / "a.parquet")
    table = read_parquet(tmp_path / "a.parquet")
    assert table.frame["nip"][0].startswith("1.99")
    assert table.frame["t"][0] == "2020-01-02"
    zone, rounded = table.notes
    assert zone == "column t holds times of the zone UTC; its dates are that zone's"
    assert rounded.startswith("column nip holds 1 numbers of more than 15 digits")


def test_files_longer_than_one_batch_keep_their_positions(tmp_path):
    n_rows = ROWS_AT_A_TIME + 3
    pl.DataFrame({"n": range(1, n_rows + 1)}).write_parquet(tmp_path / "a.parquet")
    table = read_parquet(tmp_path / "a.parquet")
    assert table.frame.select(same=pl.col(LINE).cast(pl.String) == pl.col("n"))["same"].all()
    assert len(table.frame) == n_rows


def test_what_is_no_parquet_is_one_problem(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 not really")
    (problem,) = read_parquet(tmp_path / "a.parquet").problems
    assert problem.rule == "must be Parquet; it is damaged or of another kind"
