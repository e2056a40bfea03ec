"""Write a proposed mapping as TOML for a person to correct."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from features.sources.mapping import PersonRule
from features.sources.suggest.proposal import SURE_ENOUGH, Block, Line, Proposal

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_toml(proposal: Proposal, name: str) -> str:
    """Return the text of a mapping file; lines that are not sure are comments."""
    parts = [
        _head(proposal),
        f"name = {_text(name)}",
        f"date_formats = {_value(list(proposal.date_formats))}",
        "",
        *_person(proposal.person),
        *(line for block in proposal.blocks for line in _block(block)),
        *_columns("Columns that nothing reads:", proposal.unused),
        *_columns("Files about nothing known, and their columns:", proposal.unknown),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _head(proposal: Proposal) -> str:
    n_sure = sum(line.is_sure for block in proposal.blocks for line in block.lines)
    n_lines = sum(len(block.lines) for block in proposal.blocks)
    return (
        "# Proposed by huyula import --suggest, for a person to correct. Each line says how sure\n"
        f"# it is, from 0 to 1, and why; lines below {SURE_ENOUGH} and tables that lack a column\n"
        f"# stand as comments. {n_sure} of {n_lines} lines stand. Above all look at dates, and at\n"
        "# what each word of a values table is taken for.\n"
    )


def _person(lines: Sequence[Line]) -> list[str]:
    if not any(line.name in PersonRule.model_fields for line in lines):
        lacks = "# lacks a column with a number of each person: NIP, NIK or employee number"
        return ["[person]", lacks, ""]
    return ["[person]", *(_line(line) for line in lines), ""]


def _block(block: Block) -> Iterable[str]:
    lacking = block.lacking
    yield f"# {block.sureness:.2f}: the file is about {block.about}"
    if lacking:
        yield f"# lacks {', '.join(lacking)}: without it the table cannot be filled"
    lines = [
        "[[table]]",
        f"into = {_text(block.into)}",
        f"file = {_text(block.file)}",
        *(f"{name} = true" for name in block.options),
        "[table.columns]",
        *(_line(line) for line in block.lines),
        *(f"# {name} = ?" for name in lacking if name not in {x.name for x in block.lines}),
    ]
    for line in lines:
        yield f"# {line.removeprefix('# ')}" if lacking else line
    yield ""


def _line(line: Line) -> str:
    keys = list(line.rule)
    value = _value(line.rule["from"]) if keys == ["from"] else _value(line.rule)
    text = f"{line.name} = {value}  # {line.sureness:.2f}: {line.why}"
    return text if line.is_sure else f"# {text}"


def _columns(title: str, columns: dict[str, list[str]]) -> list[str]:
    listed = [f"#   {file}: {', '.join(names)}" for file, names in columns.items() if names]
    return [f"# {title}", *listed, ""] if listed else []


def _value(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _key(name: str) -> str:
    known = ("from", "const", "values", "lookup", "slug", "multiply", "thousands", "first_word")
    return name if name in known or _BARE.fullmatch(name) and "_" in name else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
