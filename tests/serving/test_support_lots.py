from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from features.errors import ArtifactError
from features.merges import write_merges
from features.workspace import Workspace
from serving.snapshot import COLUMNS, Snapshot, save_snapshot
from serving.support_lots import flagged_before, read_support_lots, write_support_lots

FEB, MAR, APR = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)


def snapshot(as_of, *flagged):
    """Return e1 sure, e2 and e3 in one lot, e4 without a chance; flagged as said."""
    frames = {name: pd.DataFrame(columns=list(columns)) for name, columns in COLUMNS.items()}
    who = ["e1", "e2", "e3", "e4"]
    frames["support"] = pd.DataFrame(
        {
            "employee_id": who,
            "unit_id": "u1",
            "status": ["support_need" if one in flagged else "none" for one in who],
            "score": [4.0, 2.0, 2.0, 0.0],
            "probability": float("nan"),
            "rank_in_unit": float("nan"),
            "by_lot": [False, True, True, False],
            "propensity": [1.0, 0.5, 0.5, 0.0],
            "reason": "",
            "component": "",
        }
    )
    return Snapshot("digest", as_of, frames)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    return Workspace(tmp_path)


def test_the_log_holds_whoever_had_a_chance_and_nobody_else(workspace):
    write_support_lots(workspace.support_lots, snapshot(FEB, "e1", "e3"))
    (log,) = read_support_lots(workspace.support_lots)
    assert log["employee_id"].tolist() == ["e1", "e2", "e3"]
    assert log["flagged"].tolist() == [True, False, True]
    assert log["propensity"].tolist() == [1, 0.5, 0.5]
    assert set(log["as_of"].dt.date) == {FEB}
    assert set(log["bundle"]) == {"digest"}


def test_the_same_batch_again_leaves_the_same_bytes(workspace):
    path = write_support_lots(workspace.support_lots, snapshot(FEB, "e1", "e3"))
    assert path is not None
    before = path.read_bytes()
    write_support_lots(workspace.support_lots, snapshot(FEB, "e1", "e3"))
    assert path.read_bytes() == before
    assert [one.name for one in workspace.support_lots.iterdir()] == ["2026-02-01.parquet"]


def test_a_look_back_changes_no_log(workspace):
    write_support_lots(workspace.support_lots, snapshot(MAR, "e1", "e3"))
    assert write_support_lots(workspace.support_lots, snapshot(FEB, "e1", "e2")) is None
    assert len(read_support_lots(workspace.support_lots)) == 1


def test_last_time_is_the_newest_list_before_the_date(workspace):
    for as_of, drawn in ((FEB, "e2"), (MAR, "e3")):
        write_support_lots(workspace.support_lots, snapshot(as_of, "e1", drawn))
    assert flagged_before(workspace, APR) == {"e1", "e3"}
    assert flagged_before(workspace, MAR) == {"e1", "e2"}
    assert flagged_before(workspace, FEB) == set()


def test_a_snapshot_older_than_the_log_counts_and_again_when_the_date_is_repeated(workspace):
    save_snapshot(workspace.snapshot, snapshot(FEB, "e1", "e3"))
    assert flagged_before(workspace, FEB) == set()
    assert flagged_before(workspace, MAR) == {"e1", "e3"}
    later = snapshot(MAR, "e1", "e2")
    save_snapshot(workspace.snapshot, later)
    write_support_lots(workspace.support_lots, later)
    assert flagged_before(workspace, MAR) == {"e1", "e3"}


def test_a_snapshot_that_cannot_be_read_flagged_nobody(workspace):
    save_snapshot(workspace.snapshot, snapshot(FEB, "e1"))
    (workspace.snapshot / "support.parquet").unlink()
    assert flagged_before(workspace, MAR) == set()


def test_a_damaged_log_is_named(workspace):
    path = write_support_lots(workspace.support_lots, replace(snapshot(FEB), bundle="b"))
    assert path is not None
    path.write_bytes(b"no parquet")
    with pytest.raises(ArtifactError, match=r"2026-02-01.parquet cannot be read"):
        read_support_lots(workspace.support_lots)


def test_merged_ids_are_one_person_and_unmerged_again_two(workspace):
    write_support_lots(workspace.support_lots, snapshot(FEB, "e1", "e3"))
    (log,) = read_support_lots(workspace.support_lots, {"e3": "e9"})
    assert log["employee_id"].tolist() == ["e1", "e2", "e9"]
    assert log["flagged"].tolist() == [True, False, True]
    (both,) = read_support_lots(workspace.support_lots, {"e3": "e2", "e2": "e8"})
    assert both["employee_id"].tolist() == ["e1", "e8"]
    assert both["flagged"].tolist() == [True, False]  # neither is kept: the first of them counts
    (kept,) = read_support_lots(workspace.support_lots, {"e2": "e3"})
    assert kept["employee_id"].tolist() == ["e1", "e3"]
    assert kept["flagged"].tolist() == [True, True]  # the row of the one that is kept
    (log,) = read_support_lots(workspace.support_lots)
    assert log["employee_id"].tolist() == ["e1", "e2", "e3"]
    write_merges(workspace.merges, {"e3": "e9"})
    assert flagged_before(workspace, MAR) == {"e1", "e9"}
