from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from click.testing import CliRunner
from polars.testing import assert_frame_equal

from features import panel_files
from features.panel import build_panel, snapshot_dates
from features.panel_commands import panel
from features.panel_files import write_panel
from features.workspace import Workspace, replace_folder, write_frame

DATES = [date(2024, 6, 30), date(2025, 1, 1)]


@pytest.fixture
def imported(workspace: Workspace, tiny_records) -> Workspace:
    with replace_folder(workspace.records) as folder:
        for name, frame in vars(tiny_records).items():
            write_frame(frame, folder / f"{name}.parquet")
    return workspace


def read(workspace: Workspace) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path) for path in sorted(workspace.panel.glob("*.parquet"))])


@pytest.mark.parametrize(
    ("large", "dates", "n_rows"),
    [pytest.param(0, DATES[:1], 4, id="duckdb"), pytest.param(2**30, DATES, 7, id="polars")],
)
def test_a_panel_on_disk_is_the_panel_in_memory(
    imported, tiny_records, monkeypatch, large, dates, n_rows
):
    monkeypatch.setattr(panel_files, "LARGE_BYTES", large)
    assert write_panel(imported, dates, 6) == n_rows
    expected = pl.from_pandas(build_panel(tiny_records, dates, 6))
    same_days = pl.col("as_of").cast(pl.Datetime("us"))
    assert_frame_equal(read(imported).with_columns(same_days), expected.with_columns(same_days))
    assert json.loads((imported.panel / "panel.json").read_text())["horizon_months"] == 6


def test_an_interrupted_run_goes_on_where_it_stopped(imported, monkeypatch):
    built: list[date] = []
    build = panel_files.snapshot_rows

    def stop_at_the_second(records, day, horizon):
        if len(built) == 1:
            raise KeyboardInterrupt
        built.append(day)
        return build(records, day, horizon)

    monkeypatch.setattr(panel_files, "snapshot_rows", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        write_panel(imported, DATES, 6)
    assert not imported.panel.exists()
    monkeypatch.setattr(panel_files, "snapshot_rows", lambda *of: built.append(of[1]) or build(*of))
    write_panel(imported, DATES, 6)
    assert built == DATES  # the first was not built again
    write_panel(imported, DATES, 3)
    assert built == DATES * 2  # another horizon is another panel


def test_the_command_stops_where_the_horizon_would_leave_the_records(imported):
    run = CliRunner().invoke(
        panel, ["--from", "2024-07-01", "--workspace", str(imported.root), "--every", "quarter"]
    )
    # the newest record is of 1 May 2025: six months before its morrow lies 2 November
    assert run.exit_code == 0, run.output
    assert "2 snapshots 2024-07-01 to 2024-10-01" in run.output
    late = CliRunner().invoke(panel, ["--from", "2025-07-01", "--workspace", str(imported.root)])
    assert late.exit_code == 2
    assert "must not lie after 2024-11" in late.output


def test_snapshot_dates_refuse_what_makes_no_sense():
    with pytest.raises(ValueError, match="every_months must be positive, got 0"):
        snapshot_dates(date(2024, 1, 1), date(2024, 2, 1), 0)
    with pytest.raises(ValueError, match="last must not lie before first"):
        snapshot_dates(date(2024, 2, 1), date(2024, 1, 1), 1)
