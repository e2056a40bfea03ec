"""The table that every benchmark prints, and the same table for machines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training.bootstrap import Interval


@dataclass(frozen=True)
class Row:
    """One model of a benchmark.

    Attributes
    ----------
    model : str
    metrics : dict of str to Interval
        By metric, with a 95% bootstrap interval over people.
    lists : mapping of str to float
        What only all lists together have (coverage, inequality of exposure): no interval.
    """

    model: str
    metrics: dict[str, Interval]
    lists: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return ``model``, for each metric its mean, ``_low`` and ``_high``, and ``lists``."""
        return {"model": self.model, **_flat(self.metrics), **self.lists}


@dataclass(frozen=True)
class Segment:
    """One model on a part of the people or of what they took.

    Attributes
    ----------
    segment, model : str
    n_cases : int
        Lists judged.
    metrics : dict of str to Interval
    """

    segment: str
    model: str
    n_cases: int
    metrics: dict[str, Interval]

    def to_dict(self) -> dict[str, Any]:
        """Return ``segment``, ``model``, ``n_cases`` and the metrics as in `Row.to_dict`."""
        named = {"segment": self.segment, "model": self.model, "n_cases": self.n_cases}
        return {**named, **_flat(self.metrics)}


@dataclass(frozen=True)
class Gain:
    """What a model gains over another on the same cases."""

    model: str
    over: str
    metric: str
    interval: Interval

    def to_dict(self) -> dict[str, Any]:
        """Return ``model``, ``over``, ``metric``, ``gain``, ``gain_low`` and ``gain_high``."""
        named = {"model": self.model, "over": self.over, "metric": self.metric}
        return {**named, **_flat({"gain": self.interval})}


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
    segments : list of Segment
    gains : list of Gain
    """

    dataset: str
    title: str
    rows: list[Row]
    published: list[Published] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)
    gains: list[Gain] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "dataset": self.dataset,
            "title": self.title,
            "about": self.about,
            "rows": [row.to_dict() for row in self.rows],
            "published": [row.to_dict() for row in self.published],
            "segments": [row.to_dict() for row in self.segments],
            "gains": [row.to_dict() for row in self.gains],
        }


def as_text(benchmark: Benchmark, columns: Mapping[str, str], number: str = "{:.3f}") -> str:
    """Return the tables as lines of text: models, published results, segments and gains.

    Parameters
    ----------
    benchmark : Benchmark
    columns : mapping of str to str
        Metric to heading, in order. What no row has as a metric is looked for in `Row.lists`.
    number : str
        How a value is written.
    """
    head = ["model", *columns.values()]
    own = [[row.model, *(_cell(row, name, number) for name in columns)] for row in benchmark.rows]
    published = [
        [row.model, *(_plain(row.metrics.get(name), number) for name in columns)]
        for row in benchmark.published
    ]
    lines = [benchmark.title, "", *_table(head, own, published)]
    if benchmark.segments:
        metrics = {name: columns[name] for name in columns if name in _metrics_of(benchmark)}
        head = ["segment", "model", "cases", *metrics.values()]
        cells = [
            [
                row.segment,
                row.model,
                str(row.n_cases),
                *(_shown(row.metrics[n], number) for n in metrics),
            ]
            for row in benchmark.segments
        ]
        lines += ["", *_table(head, cells, [])]
    if benchmark.gains:
        cells = [[g.model, g.over, g.metric, _shown(g.interval, number)] for g in benchmark.gains]
        lines += ["", *_table(["model", "over", "metric", "gain"], cells, [])]
    return "\n".join(line.rstrip() for line in lines)


def _metrics_of(benchmark: Benchmark) -> set[str]:
    return set(benchmark.segments[0].metrics)


def _flat(metrics: Mapping[str, Interval]) -> dict[str, float | None]:
    """Return mean, ``_low`` and ``_high`` of each; None where there is no value."""
    return {
        name + suffix: None if math.isnan(value) else value
        for name, interval in metrics.items()
        for suffix, value in (
            ("", interval.mean),
            ("_low", interval.lower),
            ("_high", interval.upper),
        )
    }


def _table(head: list[str], own: list[list[str]], published: list[list[str]]) -> list[str]:
    widths = [max(len(line[i]) for line in [head, *own, *published]) for i in range(len(head))]
    lines = [_line(head, widths), _line(["-" * width for width in widths], widths)]
    lines += [_line(line, widths) for line in own]
    if published:
        lines += ["", "published:", *(_line(line, widths) for line in published)]
    return lines


def _cell(row: Row, name: str, number: str) -> str:
    if name in row.metrics:
        return _shown(row.metrics[name], number)
    return _plain(row.lists.get(name), number)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))


def _shown(interval: Interval, number: str) -> str:
    mean, lower, upper = map(number.format, (interval.mean, interval.lower, interval.upper))
    to = " to " if interval.lower < 0 else "-"  # a dash before a minus sign cannot be read
    return f"{mean} ({lower}{to}{upper})"


def _plain(value: float | None, number: str) -> str:
    return "" if value is None else number.format(value)
