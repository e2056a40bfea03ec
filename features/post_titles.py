"""The level that the title of a post says, where an export carries none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from features.sources.spelling import fold_text
from features.standards.expressions import rules_of
from features.standards.load import load_standard

NO_LEVEL = "other"
"""The level of a post (`features.schema.POST_LEVELS`) of which none is known."""
_ECHELON = re.compile(r"\b(?:eselon|es) (i{1,3}|iv|v) ?[ab]?\b")


def find_post_level(title: str) -> str | None:
    """Return the level that a title says (``standards/post_titles.toml``), if any.

    >>> find_post_level("Analis Kepegawaian Ahli Muda"), find_post_level("Kepala Dinas Kesehatan")
    ('ahli_muda', 'jpt_pratama')
    >>> find_post_level("Kepala UPTD (Eselon IV.a)"), find_post_level("Pengadministrasi")
    ('pengawas', None)
    """
    rules, text = load_standard("post_titles"), fold_text(title)
    whole, echelons, starts, ends = (
        rules_of(rules[part]) for part in ("whole", "echelons", "starts", "ends")
    )
    if text in whole:
        return whole[text]
    named = _ECHELON.search(text)
    if named and named[1] in echelons:
        return echelons[named[1]]
    for start, level in starts.items():
        if f"{text} ".startswith(f"{start} ") or (start.endswith("sub") and text.startswith(start)):
            return level
    return next((level for end, level in ends.items() if f" {text}".endswith(f" {end}")), None)


def levels_said(titles: Iterable[str]) -> dict[str, str]:
    """Return the level of each title that says one.

    >>> levels_said(["Arsiparis Terampil", "Arsiparis"])
    {'Arsiparis Terampil': 'terampil'}
    """
    found = {title: find_post_level(title) for title in titles}
    return {title: level for title, level in found.items() if level}
