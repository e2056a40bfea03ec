"""The measurements of the labelled list, as JSON and as lines of text."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from features.catalogue.labels import Labels
from features.catalogue.measure import (
    measure_competencies,
    measure_merging,
    measure_proposals,
)


def measure_all(labels: Labels, part: str) -> dict[str, Any]:
    """Measure everything on one part of the list; every figure is a number or an interval."""
    names = labels.part(part)
    return {
        "part": part,
        "names": len(names),
        "courses": len({name.course.course for name in names}),
        "merging": {
            way: {"precision": asdict(precision), "recall": asdict(recall)}
            for way, (precision, recall) in measure_merging(labels, part).items()
        },
        "competencies_at_3": {
            way: {figure: asdict(value) for figure, value in figures.items()}
            for way, figures in measure_competencies(labels, part).items()
        },
        "proposals": measure_proposals(labels, part),
    }


def report_lines(measured: dict[str, Any]) -> list[str]:
    """Return the measurements as a text that fits a terminal."""
    lines = [
        (
            f"{measured['names']} names of {measured['courses']} courses, part {measured['part']}; "
            "95% bootstrap intervals over courses"
        ),
        "",
        f"{'merging (pairs of names)':<40} {'precision':<21} recall",
    ]
    lines += [
        f"{way:<40} {_interval(figures['precision'])} {_interval(figures['recall'])}"
        for way, figures in measured["merging"].items()
    ]
    lines += ["", f"{'competencies, first three':<40} {'precision':<21} {'recall':<21} hit"]
    lines += [
        f"{way:<40} {' '.join(_interval(figures[f]) for f in ('precision', 'recall', 'hit'))}"
        for way, figures in measured["competencies_at_3"].items()
    ]
    lines += ["", "rows proposed to a person"]
    lines += [f"{name:<40} {value:.3f}" for name, value in measured["proposals"].items()]
    return [line.rstrip() for line in lines]


def _interval(figure: dict[str, float]) -> str:
    return f"{figure['value']:.3f} ({figure['low']:.3f}-{figure['high']:.3f})".ljust(21)
