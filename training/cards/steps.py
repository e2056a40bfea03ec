"""Writes the cards of the last run and keeps them with it."""

from __future__ import annotations

from features.settings import Settings
from features.wording.languages import LANGUAGES, Language
from features.workspace import Workspace, replace_text
from training import tracking
from training.cards.facts import card_facts
from training.cards.pages import render_cards


def write_cards(workspace: Workspace, language: Language) -> list[str]:
    """Write ``model_card.md``, ``datasheet.md`` and ``dpia.md`` to the output; return their paths.

    The run gets them in both languages, as ``cards/LANGUAGE/``.
    """
    facts = card_facts(workspace)
    tracking.connect(workspace.root, Settings().tracking_uri)
    with tracking.continue_run(facts["about"]["run_id"]):
        for one in LANGUAGES:
            for name, text in render_cards(facts, one).items():
                tracking.log_text(text, f"cards/{one}/{name}")
    paths = []
    for name, text in render_cards(facts, language).items():
        replace_text(workspace.output / name, text)
        paths.append(str(workspace.output / name))
    return paths
