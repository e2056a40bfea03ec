# pyright: strict
"""Checks of estimator parameters, made in ``fit`` with one error grammar."""

from __future__ import annotations


def check_positive(name: str, value: float) -> None:
    """Raise ValueError unless ``value`` is above 0."""
    if not value > 0:
        raise ValueError(f"{name} must be positive, got {value}")


def check_not_negative(name: str, value: float) -> None:
    """Raise ValueError unless ``value`` is 0 or more."""
    if not value >= 0:
        raise ValueError(f"{name} must not be negative, got {value}")


def check_fraction(name: str, value: float) -> None:
    """Raise ValueError unless ``value`` lies above 0 and at most at 1."""
    if not 0 < value <= 1:
        raise ValueError(f"{name} must be above 0 and at most 1, got {value}")
