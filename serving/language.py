# pyright: strict
"""Which of the two languages a caller prefers."""

from __future__ import annotations

from collections.abc import Mapping

from features.wording.languages import Language


def preferred_language(headers: Mapping[str, str]) -> Language:
    """Return the language of ``Accept-Language``; Indonesian unless English is preferred.

    >>> preferred_language({"accept-language": "en-GB,en;q=0.9,id;q=0.8"})
    'en'
    >>> preferred_language({"accept-language": "fr, id;q=0.9, en;q=0.5"})
    'id'
    """
    weights = {"id": 0.0, "en": 0.0}
    for choice in headers.get("accept-language", "").lower().split(","):
        tag, *parameters = (part.strip() for part in choice.split(";"))
        name = tag.partition("-")[0]
        if name in weights:
            weights[name] = max(weights[name], _weight(parameters))
    return "en" if weights["en"] > weights["id"] else "id"


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
