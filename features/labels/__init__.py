"""What happened after a date: labels for training and evaluation, never for a profile."""

from features.labels.build import COMPONENTS, EVENT, LAGGED, build_labels, lagged_labels

__all__ = ["COMPONENTS", "EVENT", "LAGGED", "build_labels", "lagged_labels"]
