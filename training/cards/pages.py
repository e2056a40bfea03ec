"""The three cards as Markdown, in Indonesian or English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from features.wording.languages import Language, decimal
from training.fairness.words import attribute_name, finding_words, group_name

TEMPLATES = Path(__file__).parent / "templates"
CARDS = ("model_card", "datasheet", "dpia")


def render_cards(facts: Mapping[str, Any], language: Language) -> dict[str, str]:
    """Return the text of each card by file name.

    Parameters
    ----------
    facts : mapping
        See `training.cards.facts.card_facts`; the same facts give the same bytes.
    language : str
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - Markdown, of files that the workspace's owner wrote
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "say": lambda indonesian, english: indonesian if language == "id" else english,
        "number": partial(_number, language=language),
        "attribute": partial(attribute_name, language=language),
        "group": partial(group_name, language=language),
        "finding": partial(finding_words, language=language),
        "cell": lambda value: str(value).replace("|", "\\|"),
    }
    texts = {
        f"{name}.md": environment.get_template(f"{name}.md.j2").render(**facts) for name in CARDS
    }
    return {name: re.sub(r"\n{3,}", "\n\n", text).strip() + "\n" for name, text in texts.items()}


def _number(value: float | None, language: Language) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".") if language == "id" else f"{value:,}"
    return decimal(value, language, 3)
