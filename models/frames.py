"""Small frames as JSON, exact to the last bit."""

from __future__ import annotations

from typing import Any

import pandas as pd


def frame_to_json(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the columns as lists; a missing value is None."""
    return {
        str(column): [None if pd.isna(value) else value for value in frame[column].tolist()]
        for column in frame
    }


def frame_from_json(content: dict[str, list[Any]]) -> pd.DataFrame:
    """Return the frame that `frame_to_json` wrote; ValueError if columns differ in length."""
    return pd.DataFrame(content)
