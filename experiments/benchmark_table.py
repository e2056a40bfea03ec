"""The table that every benchmark prints, and the same table for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from training.bootstrap import Interval, mean_interval


@dataclass(frozen=True)
class Row:
    """One model of a benchmark.

    Attributes
    ----------
    model : str
    metrics : dict of str to Interval
        By metric, with a 95% bootstrap interval over people.
    """

    model: str
    metrics: dict[str, Interval]

    def to_dict(self) -> dict[str, Any]:
        """Return ``model`` and, for each metric, its mean, ``_low`` and ``_high``."""
        flat: dict[str, Any] = {"model": self.model}
        for name, interval in self.metrics.items():
            flat |= {
                name: interval.mean,
                f"{name}_low": interval.lower,
                f"{name}_high": interval.upper,
            }
        return flat


@dataclass(frozen=True)
class Published:
    """A published result, copied from the data set's own table; None where it gives no value."""

    model: str
    metrics: dict[str, float | None]

    def to_dict(self) -> dict[str, Any]:
        """Return ``model`` and the metrics."""
        return {"model": self.model, **self.metrics}


@dataclass(frozen=True)
class Benchmark:
    """A finished benchmark.

    Attributes
    ----------
    dataset : str
    title : str
        What was measured on whom.
    rows : list of Row
    published : list of Published
    about : dict
        Counts and settings, JSON-able.
    """

    dataset: str
    title: str
    rows: list[Row]
    published: list[Published] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "dataset": self.dataset,
            "title": self.title,
            "about": self.about,
            "rows": [row.to_dict() for row in self.rows],
            "published": [row.to_dict() for row in self.published],
        }


def judged(model: str, values: Mapping[str, np.ndarray], seed: int) -> Row:
    """Return the row of a model from one value a person and metric.

    Every model and metric draws the same people, because each starts from the same seed.
    """
    intervals = {
        name: mean_interval(own, rng=np.random.default_rng(seed)) for name, own in values.items()
    }
    return Row(model, intervals)


def as_text(benchmark: Benchmark, columns: Mapping[str, str], number: str = "{:.3f}") -> str:
    """Return the table as lines of text.

    Parameters
    ----------
    benchmark : Benchmark
    columns : mapping of str to str
        Metric to heading, in order; a metric that a model lacks stays empty.
    number : str
        How a value is written.
    """
    head = ["model", *columns.values()]
    own = [
        [row.model, *(_shown(row.metrics.get(name), number) for name in columns)]
        for row in benchmark.rows
    ]
    published = [
        [row.model, *(_plain(row.metrics.get(name), number) for name in columns)]
        for row in benchmark.published
    ]
    widths = [max(len(line[i]) for line in [head, *own, *published]) for i in range(len(head))]
    lines = [
        benchmark.title,
        "",
        _line(head, widths),
        _line(["-" * width for width in widths], widths),
    ]
    lines += [_line(line, widths) for line in own]
    if published:
        lines += ["", "published:", *(_line(line, widths) for line in published)]
    return "\n".join(line.rstrip() for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))


def _shown(interval: Interval | None, number: str) -> str:
    if interval is None:
        return ""
    mean, lower, upper = map(number.format, (interval.mean, interval.lower, interval.upper))
    to = " to " if interval.lower < 0 else "-"  # a dash before a minus sign cannot be read
    return f"{mean} ({lower}{to}{upper})"


def _plain(value: float | None, number: str) -> str:
    return "" if value is None else number.format(value)
