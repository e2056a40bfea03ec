"""What was taken is weighed by how rarely it was shown."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from features.errors import ArtifactError
from training.exposure import COLUMNS, exposure_weights, read_shown

AS_OF, END = date(2025, 1, 1), date(2025, 7, 1)
TARGETS = pd.DataFrame({"employee_id": ["ani", "ani", "budi"], "course_id": ["K1", "K2", "K1"]})


def shown(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(as_of=pd.to_datetime(frame["as_of"]))


@pytest.mark.parametrize(
    ("rows", "weights"),
    [
        pytest.param([], [1, 1, 1], id="nothing was shown"),
        pytest.param([("2025-01-01", "ani", "K1", 0.5)], [2, 1, 1], id="one in two"),
        pytest.param([("2025-01-01", "ani", "K2", 0.005)], [1, 10, 1], id="clipped"),
        pytest.param([("2025-07-01", "ani", "K1", 0.5)], [1, 1, 1], id="after the window"),
        pytest.param([("2024-12-31", "ani", "K1", 0.5)], [1, 1, 1], id="before the window"),
        pytest.param(
            [("2025-06-01", "budi", "K1", 0.25), ("2025-02-01", "budi", "K1", 0.5)],
            [1, 1, 4],
            id="the newest list counts",
        ),
    ],
)
def test_weights_by_hand(rows, weights):
    found = exposure_weights(TARGETS, shown(*rows), AS_OF, END)
    assert found.tolist() == pytest.approx(weights)


def test_logs_are_read_and_damage_is_named(tmp_path):
    assert read_shown(tmp_path / "none").empty
    shown(("2025-01-01", "ani", "K1", 0.5)).to_parquet(tmp_path / "a.parquet")
    shown(("2025-02-01", "ani", "K2", 0.5)).assign(more=1).to_parquet(tmp_path / "b.parquet")
    assert read_shown(tmp_path)["course_id"].tolist() == ["K1", "K2"]
    (tmp_path / "c.parquet").write_bytes(b"no")
    with pytest.raises(ArtifactError, match=r"c.parquet cannot be read"):
        read_shown(tmp_path)
