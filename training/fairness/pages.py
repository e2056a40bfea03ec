"""The fairness audit as a table for machines and a page for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from matplotlib.figure import Figure

from features.wording.figures import FIGURE_NAMES
from features.wording.languages import Language, decimal, in_language
from training.fairness.words import attribute_name, finding_words, group_name, text

TEMPLATES = Path(__file__).parent / "templates"
COLUMNS = (
    "part", "attribute", "group", "finding", "n_people", "n_flagged", "rate", "ratio", "ratio_low",
    "ratio_high", "p_value", "p_adjusted", "calibration", "predicted_by_observed",
    "predicted_by_observed_low", "predicted_by_observed_high", "slope", "slope_low", "slope_high",
    "jp", "n_courses", "exposure_distance", "exposure_p_adjusted", "auc", "auc_low", "auc_high",
)  # fmt: skip


def as_csv(audit: Mapping[str, Any]) -> str:
    """Return one line a group and part: ``flags``, ``lists`` or ``proxies``; see `COLUMNS`."""
    stream = io.StringIO()
    writer: csv.DictWriter[str] = csv.DictWriter(
        stream, COLUMNS, restval="", extrasaction="ignore", lineterminator="\n"
    )
    writer.writeheader()
    writer.writerows(_rows(audit))
    return stream.getvalue()


def as_page(audit: Mapping[str, Any], language: Language) -> str:
    """Return an HTML page that holds all it shows."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {
        "t": partial(text, language=language),
        "attribute": partial(attribute_name, language=language),
        "group": partial(group_name, language=language),
        "said": partial(finding_words, language=language),
        "number": partial(_number, language=language),
        "span": partial(_span, language=language),
        "feature": partial(_feature, language=language),
    }
    template = environment.get_template("fairness.html.j2")
    return template.render(audit=audit, language=language)


def ratio_figure(audit: Mapping[str, Any]) -> Figure:
    """Return each group's rate of flags by everybody else's, with interval and limits."""
    rows = [
        (f"{name}: {row['group']}", row)
        for name, group in audit["flags"].items()
        if "*" not in name
        for row in group
        if "ratio" in row
    ]
    figure = Figure(figsize=(7, 1 + 0.3 * max(len(rows), 1)), layout="constrained")
    axes = figure.subplots()
    limits = audit["rules"]["impact"]
    axes.axvspan(limits["lowest"], limits["highest"], color="lightgrey")
    for place, (_, row) in enumerate(reversed(rows)):
        axes.plot([row["ratio_low"], row["ratio_high"]], [place, place], color="black")
        axes.plot([row["ratio"]], [place], marker="o", color="black")
    axes.set_yticks(range(len(rows)), [name for name, _ in reversed(rows)])
    axes.set_xscale("log")
    axes.set_xlabel("rate of support flags by everybody else's (95% interval)")
    return figure


def _rows(audit: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, rows in audit["flags"].items():
        for row in rows:
            held = dict(row.get("calibration", {}))
            yield {"part": "flags", "attribute": name, "calibration": held.pop("finding", "")} | {
                **held, **row, "calibration": row.get("calibration", {}).get("finding", "")
            }  # fmt: skip
    for name, rows in audit["lists"].items():
        for row in rows:
            as_ratio = {key.removeprefix("jp_"): value for key, value in row.items()}
            yield {"part": "lists", "attribute": name} | as_ratio
    for name, row in audit["proxies"].items():
        yield {"part": "proxies", "attribute": name} | row


def _number(value: float | None, language: Language) -> str:
    if not isinstance(value, (int, float)) or value != value:  # noqa: PLR0124 - NaN
        return "–"
    return decimal(value, language, 3 if abs(value) < 1 else 2)


def _span(row: Mapping[str, Any], name: str, language: Language) -> str:
    shown = [_number(row.get(f"{name}{end}"), language) for end in ("", "_low", "_high")]
    return shown[0] if shown[1] == "–" else f"{shown[0]} ({shown[1]} – {shown[2]})"


def _feature(name: str, language: Language) -> str:
    return in_language(FIGURE_NAMES[name], language) if name in FIGURE_NAMES else name
