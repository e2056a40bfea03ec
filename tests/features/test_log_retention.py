import json
from datetime import date

import polars as pl
import pytest
from click.testing import CliRunner

import features.retention_commands
from features.log_retention import delete_old_logs, old_logs
from features.retention_commands import retention

TODAY = date(2026, 11, 24)


@pytest.fixture
def logged(workspace):
    """Log a list and a flag before and after the day from which they are kept, and requests."""
    frame = pl.DataFrame({"employee_id": ["e1", "e2"]})
    for folder in (workspace.slates, workspace.support_lots):
        folder.mkdir(parents=True)
    for day in ("2021-11-23", "2021-11-24"):
        frame.write_parquet(workspace.slates / f"{day}-0123456789ab-01234567.parquet")
        frame[:1].write_parquet(workspace.support_lots / f"{day}.parquet")
    lines = [{"at": f"{day}T08:00:00+00:00", "by": "x", "action": "ask", "employee_id": "e1"}
             for day in ("2024-11-23", "2024-11-24")]  # fmt: skip
    workspace.support_asked.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return workspace


def left(workspace):
    files = [*workspace.slates.iterdir(), *workspace.support_lots.iterdir()]
    return [path.name[:10] for path in files]


def test_what_is_past_keeping_goes_and_nothing_else(logged):
    found = {one.table: (one.before, one.rows, one.oldest) for one in old_logs(logged, TODAY)}
    assert found == {
        "slates": (date(2021, 11, 24), 2, date(2021, 11, 23)),
        "support_lots": (date(2021, 11, 24), 1, date(2021, 11, 23)),
        "support_asked": (date(2024, 11, 24), 1, date(2024, 11, 23)),
    }
    delete_old_logs(logged, TODAY)
    assert left(logged) == ["2021-11-24", "2021-11-24"]
    assert [one.rows for one in old_logs(logged, TODAY)] == [0, 0, 0]
    assert logged.support_asked.read_text().count("\n") == 1


def test_where_nothing_is_logged_nothing_is_old(workspace):
    assert [(one.rows, one.oldest) for one in old_logs(workspace, TODAY)] == [(0, None)] * 3
    delete_old_logs(workspace, TODAY)
    assert not workspace.support_asked.exists()


def test_the_command_reaches_them_without_touching_sound_records(
    logged, import_tables, monkeypatch
):
    class Today(date):
        @classmethod
        def today(cls):
            return TODAY

    monkeypatch.setattr(features.retention_commands, "date", Today)
    import_tables({}, date(2026, 1, 20))
    records = logged.records.readlink()
    options = ["--workspace", str(logged.root)]
    dry = CliRunner().invoke(retention, ["--dry-run", *options], catch_exceptions=False).output
    assert "support_lots     2021-11-24                    1  2021-11-23" in dry
    assert "this is a dry run" in dry
    assert len(left(logged)) == 4
    said = CliRunner().invoke(retention, ["--yes", *options], catch_exceptions=False).output
    assert "deleted 4 rows" in said
    assert left(logged) == ["2021-11-24", "2021-11-24"]
    assert logged.records.readlink() == records
    (line,) = (logged.logs / "retention.jsonl").read_text().splitlines()
    assert json.loads(line)["rows"] == {"slates": 2, "support_lots": 1, "support_asked": 1}
    again = CliRunner().invoke(retention, ["--yes", *options], catch_exceptions=False).output
    assert "nothing is past keeping" in again
