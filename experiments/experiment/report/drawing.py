"""Charts of the page as PNG in base64: lines and bars."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.experiment.report.page import UNPRINTABLE, Chart

COLOURS = ("#0b7285", "#c2570c", "#56616d")
MARKS = ("-", "--", ":")
"""Lines are told apart without colour too."""
PLAIN = {"text.parse_math": False, "font.family": "DejaVu Sans"}
"""A period or a column may be called ``$\\frac``."""


@dataclass(frozen=True)
class Line:
    """One line of a chart, with the ends of intervals where they are known."""

    label: str
    x: Sequence[float] | Sequence[str]
    y: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


@mpl.rc_context(PLAIN)  # pyright: ignore[reportArgumentType]
def lines(
    title: str,
    axes: tuple[str, str],
    drawn: Sequence[Line],
    *,
    alt: str = "",
    marked: bool = True,
    diagonal: bool = False,
    line_at: tuple[float, str] | None = None,
) -> Chart:
    """Draw lines over one axis.

    Parameters
    ----------
    title : str
    axes : tuple of str
        What lies below and beside.
    drawn : sequence of Line
    alt : str
        Default: title and axes.
    marked : bool
        Mark each point.
    diagonal : bool
        Also draw where both are equal.
    line_at : tuple of float and str, optional
        Where an upright line stands, and its name.
    """
    figure, own = _canvas()
    for k, one in enumerate(drawn):
        own.plot(one.x, one.y, MARKS[k % 3], color=COLOURS[k % 3], label=_clean(one.label),
                 marker="o" if marked else None)  # fmt: skip
        if one.low is not None and one.high is not None:
            own.fill_between(one.x, one.low, one.high, color=COLOURS[k % 3], alpha=0.15)
    if diagonal:
        most = max(max([*map(float, one.x), *one.y]) for one in drawn)
        own.plot([0, most], [0, most], color="#8a94a0", linewidth=1)
    if line_at is not None:
        own.axvline(line_at[0], color="#1b2430", linewidth=1, label=_clean(line_at[1]))
    own.set_xlabel(axes[0])
    own.set_ylabel(axes[1])
    if len(drawn) > 1 or line_at is not None:
        own.legend(frameon=False)
    return _chart(figure, title, alt or f"{title}: {axes[1]} / {axes[0]}")


@mpl.rc_context(PLAIN)  # pyright: ignore[reportArgumentType]
def bars(title: str, axis: str, values: Sequence[tuple[str, float]]) -> Chart:
    """Draw a bar a value, the first on top."""
    figure, own = _canvas(1 + 0.3 * len(values))
    names = [_clean(name)[:48] for name, _ in values]
    own.barh(np.arange(len(values)), [value for _, value in values], color=COLOURS[0])
    own.set_yticks(np.arange(len(values)), names)
    own.invert_yaxis()
    own.set_xlabel(axis)
    return _chart(figure, title, f"{title}: {axis}")


def _canvas(height: float = 3.4) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.2, height), dpi=110, layout="constrained")
    own = figure.subplots()
    own.spines[["top", "right"]].set_visible(False)
    return figure, own


def _chart(figure: Figure, title: str, alt: str) -> Chart:
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        figure.savefig(stream, format="png", metadata={"Software": None})
    return Chart(title, base64.b64encode(stream.getvalue()).decode(), alt)


def _clean(text: str) -> str:
    return " ".join(UNPRINTABLE.sub(" ", text).split())
