"""Golden cards: rewrite them with ``HUYULA_REWRITE_GOLDEN=1`` and read the difference."""

import os
from pathlib import Path

import pytest

from tests.training.cards.case import BARE, FACTS
from training.cards.pages import CARDS, render_cards

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", CARDS)
def test_cards_of_a_fixed_run_are_the_golden_ones(name, language):
    text = render_cards(FACTS, language)[f"{name}.md"]
    path = GOLDEN / f"{name}.{language}.md"
    if os.environ.get("HUYULA_REWRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("language", "words"), [
    ("id", ["belum dirilis", "Tidak ada yang pasti di luar batas", "tidak ada peluang"]),
    ("en", ["not released yet", "Nothing is surely outside", "no probability was judged"]),
])  # fmt: skip
def test_cards_say_what_is_missing(language, words):
    text = "".join(render_cards(BARE, language).values())
    assert [one for one in words if one not in text] == []
    assert "None" not in text
    assert "import report" in text or language == "id"


def test_every_number_of_the_run_can_change_the_cards():
    """Nothing is typed: another run's figures are another text."""
    before = "".join(render_cards(FACTS, "en").values())
    changed = FACTS | {"event": FACTS["event"] | {"capacity": 0.17}}
    assert before.count("0.050") == "".join(render_cards(changed, "en").values()).count("0.170")
    assert before.count("ab" * 32) == 3
    assert "1,234" in before
    assert "1.234" in "".join(render_cards(FACTS, "id").values())
