"""What happened after a date: labels for training and evaluation, never for a profile."""

from features.labels.build import (
    COMPONENTS,
    EVENT,
    LAGGED,
    MONTHS,
    build_labels,
    label_rows,
    lagged_labels,
    lagged_rows,
    month_rows,
)

__all__ = [
    "COMPONENTS", "EVENT", "LAGGED", "MONTHS", "build_labels", "label_rows", "lagged_labels",
    "lagged_rows", "month_rows",
]  # fmt: skip
