"""A rule file as lines: every rule with where it comes from and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from features.standards.load import ABOUT, Standard


@dataclass(frozen=True)
class Line:
    """One rule.

    Attributes
    ----------
    key : str
        Dotted key in the file.
    value : number, text, date, bool or list
        The rule.
    source, certainty : str
        Of the rule itself, else of the nearest table around it.
    valid_from, valid_until : date or None
        First and last day in force.
    source_id : str
        The source in Indonesian.
    """

    key: str
    value: Any
    source: str
    certainty: str
    valid_from: date | None
    valid_until: date | None
    source_id: str = ""


def list_rules(standard: Standard) -> list[Line]:
    """Return the rules of a standard in the order of its file; what is overridden says by whom."""
    return list(_lines(standard, standard, "", {}))


def _lines(
    standard: Standard, table: Mapping[str, Any], above: str, about: Mapping[str, Any]
) -> Iterator[Line]:
    about = {**about, **{key: table[key] for key in ABOUT if key in table}}
    if "source" in table:
        about["source_id"] = table.get("source_id", table["source"])
    exceptions = about.pop("certainty_of", {})
    for key, value in table.items():
        dotted = f"{above}{key}"
        if key in ABOUT:
            continue
        if isinstance(value, dict):
            yield from _lines(standard, value, f"{dotted}.", about)
            continue
        by = standard.overridden.get(dotted)
        yield Line(
            dotted,
            value,
            by or about.get("source", ""),
            "employer" if by else exceptions.get(key, about.get("certainty", "")),
            about.get("valid_from"),
            about.get("valid_until"),
            by or about.get("source_id", ""),
        )
