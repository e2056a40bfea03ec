"""Charts as inline SVG: no script, no font file, no address; readable on a phone.

Every chart is as wide as a phone and grows with its place on the page. Texts stay texts, so they
take the page's font, can be searched, and weigh little.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from xml.etree import ElementTree

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

WIDTH = 380
"""Of every chart, in units of its own; text is 11 to 12 of them high."""
PRIMARY, ACCENT, QUIET = "#0b7285", "#c2570c", "#8a94a0"
INK, MUTED, LINE = "#1b2430", "#56616d", "#d9dee3"
STYLE = {
    "svg.fonttype": "none",
    "svg.image_inline": True,
    "text.parse_math": False,  # a course may be called "$\\frac"
    "font.size": 11.5,
    "font.family": "DejaVu Sans",
    "text.color": INK,
    "axes.edgecolor": LINE,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "path.simplify": True,
}
ROW, LABEL_CHARACTERS = 40, 58
CHARACTER = 7.9
"""Width of a bold one, at most on average."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart: its parts lie one after another, the text stands behind the last."""

    label: str
    parts: tuple[float, ...]
    text: str
    colours: tuple[str, ...] = (PRIMARY,)


def bars(
    name: str, alt: str, rows: Sequence[Bar], *, line: float | None = None, line_text: str = ""
) -> str:
    """Draw horizontal bars with each label above its bar.

    Parameters
    ----------
    name : str
        Of the chart; no other chart of the page may have it.
    alt : str
        What the chart shows, for those who do not see it.
    rows : sequence of Bar
        From the top.
    line, line_text
        A value to compare with, marked on every bar, and its name.
    """
    with _canvas(name, ROW * len(rows) + (26 if line_text else 6)) as (figure, axes):
        longest = max([sum(row.parts) for row in rows] + [line or 0.0]) or 1.0
        room = max(len(row.text) for row in rows) * CHARACTER + 8
        axes.set_xlim(0, longest * WIDTH / (WIDTH - room))
        axes.set_ylim(len(rows) - 0.42 if not line_text else len(rows) - 0.1, -0.72)
        for position, row in enumerate(rows):
            start = 0.0
            for part, colour in zip(row.parts, row.colours, strict=False):
                axes.barh(position, part, left=start, height=0.38, color=colour)
                start += part
            axes.text(0, position - 0.3, _label(row.label), va="bottom")
            if line is not None and start <= line < start + longest * room / WIDTH:
                start = line  # the text stands behind the mark, not under it
            gap = longest * 5 / WIDTH
            axes.text(start + gap, position, row.text, va="center", color=INK, weight="bold")
        if line is not None:
            ends = [
                edge for position in range(len(rows)) for edge in (position - 0.27, position + 0.27)
            ]
            axes.vlines([line] * len(rows), ends[::2], ends[1::2], color=ACCENT, linewidth=2.4)
            axes.text(line, len(rows) - 0.55, line_text, color=ACCENT, va="top", ha="center")
        axes.axis("off")
        return _svg(figure, name, alt)


def columns(name: str, alt: str, labels: Sequence[str], values: Sequence[float],
            colours: Sequence[str], axis: str, texts: Sequence[str]) -> str:  # fmt: skip
    """Draw upright bars with texts on top; ``axis`` says what the labels below are."""
    with _canvas(name, 210) as (figure, axes):
        axes.bar(range(len(values)), values, width=0.78, color=list(colours))
        for position, (value, text) in enumerate(zip(values, texts, strict=True)):
            axes.annotate(
                text, (position, value), (0, 3), textcoords="offset points",
                ha="center", va="bottom", color=INK, weight="bold",
            )  # fmt: skip
        axes.set_ylim(0, (max(values) or 1) * 1.12)
        axes.set_xlim(-0.6, len(values) - 0.4)
        axes.set_xticks(range(len(labels)), labels)
        axes.tick_params(length=0, pad=5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(axis, labelpad=6)
        axes.set_position((0.01, 0.22, 0.98, 0.77))
        return _svg(figure, name, alt)


def calibration(name: str, alt: str, predicted: Sequence[float], observed: Sequence[float]) -> str:
    """Draw the predicted against the observed share in groups of people."""
    with _canvas(name, 270) as (figure, axes):
        top = max(*predicted, *observed) * 1.08
        axes.plot([0, top], [0, top], color=QUIET, linewidth=1.2, linestyle=(0, (4, 3)))
        axes.plot(predicted, observed, color=PRIMARY, linewidth=1.6, marker="o", markersize=6)
        axes.set_xlim(0, top)
        axes.set_ylim(0, top)
        ticks = [value for value in axes.get_xticks() if 0 <= value <= top]
        axes.set_xticks(ticks, [f"{value:.0%}" for value in ticks])
        axes.set_yticks(ticks, [f"{value:.0%}" for value in ticks])
        axes.tick_params(length=0, pad=5)
        axes.grid(color=LINE, linewidth=0.7)
        axes.set_xlabel("predicted")
        axes.set_ylabel("observed")
        axes.set_position((0.15, 0.17, 0.82, 0.8))
        return _svg(figure, name, alt)


@contextmanager
def _canvas(name: str, height: float) -> Iterator[tuple[Figure, Axes]]:
    with mpl.rc_context(STYLE | {"svg.hashsalt": name}):  # pyright: ignore[reportArgumentType]
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
        figure.patch.set_visible(False)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.patch.set_visible(False)
        yield figure, axes


def _clean(text: str) -> str:
    r"""Keep what XML can hold.

    >>> _clean("Pelatihan\x0b  <script>")
    'Pelatihan <script>'
    """
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def _label(text: str) -> str:
    text = _clean(text)
    return text if len(text) <= LABEL_CHARACTERS else f"{text[: LABEL_CHARACTERS - 1].rstrip()}…"


def _svg(figure: Figure, name: str, alt: str) -> str:
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # the browser has its own fonts
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(stream, format="svg", metadata=nothing)
    root = ElementTree.fromstring(stream.getvalue())  # noqa: S314 - written a line above
    return _inline(root, name, alt)


def _inline(root: ElementTree.Element, name: str, alt: str) -> str:
    """Drop what only a file of its own needs, and keep names apart from those of other charts."""
    for parent in root.iter():
        for child in list(parent):
            if child.tag.endswith(("}metadata", "}style")):
                parent.remove(child)
    used = set(re.findall(r'(?:url\(#|href="#)([\w-]+)', ElementTree.tostring(root, "unicode")))
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {
            key.rpartition("}")[2]: _renamed(value, used, name)
            for key, value in element.attrib.items()
            if key != "id" or value in used
        }
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.attrib |= {"role": "img", "aria-label": _clean(alt)}
    return ElementTree.tostring(root, "unicode")


def _renamed(value: str, used: set[str], name: str) -> str:
    value = value.replace(" font-family: 'DejaVu Sans';", "")
    for one in used:
        value = re.sub(rf"(^|#){re.escape(one)}\b", rf"\g<1>{name}-{one}", value)
    return value
