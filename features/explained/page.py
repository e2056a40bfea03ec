"""A shown profile as text for a terminal."""

from __future__ import annotations

from typing import Any

from features.wording.languages import Language
from features.wording.terms import term

WIDTH = 100
"""Columns of a page that is not for a terminal."""


def page_text(document: dict[str, Any], width: int = WIDTH, *, colour: bool = False) -> str:
    """Return a document of `features.explained.document.profile_document` as lines of text."""
    from rich.console import Console

    console = Console(
        width=width, force_terminal=colour, markup=False, highlight=False, emoji=False
    )
    with console.capture() as capture:
        for line in _head(document):
            console.print(line, style="bold")
        for section in document["sections"]:
            console.print()
            for part in _parts(section):
                console.print(part)
        if document["withheld"]:
            console.print()
        for said in document["withheld"]:
            console.print(said, style="dim")
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def _parts(section: dict[str, Any]) -> list[Any]:
    from rich.text import Text

    parts = [Text(section["title"], style="bold cyan"), *section["sentences"]]
    tables = {"figures": _figures, "rows": _rows}
    return [*parts, *(table(section[name]) for name, table in tables.items() if section[name])]


def _head(document: dict[str, Any]) -> list[str]:
    language: Language = document["language"]
    post = document["post"]
    role = term("role", document["role"], language)
    whom, day, known = document["employee_id"], document["as_of"], document["known_at"]
    if language == "id":
        later = "" if known == day else f", diketahui sebelum {known}"
        lines = [f"Profil {whom} per {day}{later}", f"Bagi: {role}"]
    else:
        later = "" if known == day else f", known before {known}"
        lines = [f"Profile {whom} as of {day}{later}", f"For: {role}"]
    if post is not None:
        held = (post["title"], post["level"], post["employment_type"], post["unit"])
        lines.append(" | ".join(part for part in held if part))
    return lines


def _figures(figures: list[dict[str, Any]]) -> Any:  # noqa: ANN401
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(max_width=56)
    table.add_column()
    for figure in figures:
        table.add_row(
            figure["label"], figure["text"], style="dim" if figure["value"] is None else None
        )
    return table


def _rows(rows: list[dict[str, Any]]) -> Any:  # noqa: ANN401
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    table.add_column(width=1)
    table.add_column()
    for row in rows:
        table.add_row("-", row["text"])
    return table
