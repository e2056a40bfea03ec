"""The command that prints the rules."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from features.console import say, workspace_option
from features.workspace import Workspace

if TYPE_CHECKING:
    from features.standards.load import Standard, Standards


@click.command()
@click.argument("name", required=False)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Rules in force on this day. Default: the newest.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@workspace_option
def standards(name: str | None, on: datetime | None, as_json: bool, workspace: Workspace) -> None:
    """Show the rules of the civil service that Huyula goes by, or those of one NAME.

    Each with its source and how sure it is. An employer replaces single rules by a file of the same
    name in the workspace's folder standards (or the one that HUYULA_STANDARDS names).
    """
    from features.standards.load import SHIPPED, standard_names

    rules = SHIPPED
    day = on.date() if on else None
    shown = [rules.load(name, day)] if name else _in_force(rules, standard_names(), day)
    if as_json:
        document = {standard.name: _document(standard) for standard in shown}
        say(json.dumps(document, ensure_ascii=False, indent=2, default=str))
        return
    for standard in shown:
        for line in _text(standard) if name else [_headline(standard)]:
            say(line)
    if not name:
        say("`huyula standards NAME` shows one with the source of every rule.")


def _in_force(rules: Standards, names: tuple[str, ...], day: date | None) -> list[Standard]:
    from features.errors import SchemaError

    shown = []
    for name in names:
        try:
            shown.append(rules.load(name, day))
        except SchemaError:
            if day is None:
                raise  # a damaged file; with a day, the rule was not in force yet
    return shown


def _headline(standard: Standard) -> str:
    changed = f", {len(standard.overridden)} overridden" if standard.overridden else ""
    about = f"since {standard.get('valid_from')}"
    if "valid_until" in standard:
        about += f" until {standard['valid_until']}"
    return f"{standard.name:<24} {standard.get('title', '')} ({about}{changed})"


def _text(standard: Standard) -> list[str]:
    from features.standards.checks import CERTAINTIES
    from features.standards.listing import list_rules

    lines = [_headline(standard)]
    source = None
    for rule in list_rules(standard):
        if rule.source != source:
            source = rule.source
            lines.append(f"  [{source}]")
        lines.append(f"    {rule.key} = {_shown(rule.value)}  ({rule.certainty})")
    used = {rule.certainty for rule in list_rules(standard)}
    lines += [f"{name}: {meaning}" for name, meaning in CERTAINTIES.items() if name in used]
    return lines


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    return "; ".join(map(_shown, value)) if isinstance(value, list) else str(value)


def _document(standard: Standard) -> dict[str, object]:
    from features.standards.listing import list_rules

    return {
        "title": standard.get("title", ""),
        "rules": [vars(rule) for rule in list_rules(standard)],
        "overridden": standard.overridden,
    }


COMMANDS_BY_NAME = {"standards": standards}
