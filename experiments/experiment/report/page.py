"""A page of sections: words, tables, charts and code; whole in one file, without scripts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from features.wording.languages import Language

TEMPLATES = Path(__file__).parent / "templates"
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Said:
    """A passage; what was logged in English says so."""

    text: str
    is_english: bool = False
    kind: ClassVar[str] = "said"


@dataclass(frozen=True)
class Table:
    """Rows whose first cell names them."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Chart:
    """A picture: PNG in base64, and what it shows for those who do not see it."""

    title: str
    png: str
    alt: str
    kind: ClassVar[str] = "chart"


@dataclass(frozen=True)
class Code:
    """Text as it was written."""

    text: str
    kind: ClassVar[str] = "code"


Part = Said | Table | Chart | Code


@dataclass(frozen=True)
class Section:
    """A heading (``name`` is its anchor) and what stands below."""

    name: str
    title: str
    parts: Sequence[Part]


def render(
    title: str, about: Sequence[str], contents: str, sections: Sequence[Section], language: Language
) -> str:
    """Return the page; all texts are escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    page = environment.get_template("report.html.j2").render(
        title=title, about=about, contents=contents, sections=sections, language=language
    )
    return UNPRINTABLE.sub(" ", page)
