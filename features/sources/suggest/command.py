"""Look at files and write the mapping that they seem to need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from features.errors import SchemaError
from features.quarantine import mask_file_name
from features.sources.export import open_places
from features.sources.place import Place
from features.sources.suggest.proposal import Proposal, propose
from features.sources.suggest.shapes import SourceFile, look_at
from features.sources.suggest.toml import write_toml
from features.sources.suggest.topics import find_topics


@dataclass(frozen=True)
class Suggested:
    """A proposed mapping, its text, and why files were not looked at."""

    proposal: Proposal
    text: str
    unread: list[str]

    def summary(self) -> list[str]:
        """Return what a planner wants to read of it."""
        blocks = self.proposal.blocks
        lines = [line for block in blocks for line in block.lines] + self.proposal.person
        whole = sorted({block.into for block in blocks if not block.lacking})
        partly = {b.into: b.lacking for b in blocks if b.lacking and b.into not in whole}
        said = [
            f"{sum(line.is_sure for line in lines)} of {len(lines)} lines are sure enough to stand",
            f"tables: {', '.join(whole) or 'none'}",
            *(f"{table} lacks {', '.join(names)}" for table, names in partly.items()),
            *(f"{file} is about nothing known" for file in self.proposal.unknown),
            *self.unread,
        ]
        if "employees" not in whole:
            said.append("not yet a mapping: it needs people with a number (NIP, NIK, employee no.)")
        return said


def suggest_mapping(paths: Sequence[str | Path], name: str = "proposed") -> Suggested:
    """Propose a mapping for files, folders or a database.

    Parameters
    ----------
    paths : sequence of str or Path
        Files, folders or database URLs that together are one export.
    name : str
        Name of the mapping.

    Raises
    ------
    SchemaError
        A path does not exist, or none of them holds a table with rows.
    """
    files: list[SourceFile] = []
    unread: list[str] = []
    for path in paths:
        with open_places(path) as places:
            for place in places:
                if place.hidden:
                    unread.append(f"{place.name} is hidden and was not looked at")
                    continue
                source = place.read()
                if source.frame.is_empty():
                    why = source.problems[0].rule if source.problems else "has no rows"
                    unread.append(f"{place.name} {why}")
                else:
                    files.append(look_at(place.name, _pattern(place), source.frame))
    if not files:
        reason = "; ".join(unread) or "nothing"
        raise SchemaError("FILES", "must hold at least one table with rows", reason)
    proposal = propose(files, find_topics(files))
    return Suggested(proposal, write_toml(proposal, name), unread)


def run(paths: Sequence[str], output: Path | None) -> None:
    """Propose a mapping and write it to a file, or to the screen; the summary goes beside it."""
    suggested = suggest_mapping(paths, output.stem if output else "proposed")
    if output is None:
        click.echo(suggested.text)
    else:
        write_mapping(suggested.text, output)
        click.echo(f"proposed mapping: {output}")
    for line in suggested.summary():
        click.echo(line, err=output is None)


def write_mapping(text: str, path: Path) -> None:
    """Write a mapping; a file that exists is not overwritten, for a person may have corrected it.

    Raises
    ------
    SchemaError
        The file exists.
    """
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise SchemaError("--output", "must be a file that does not exist yet", path) from None


def _pattern(place: Place) -> str:
    """Return what a mapping may call a place; months and numbers in its name may change."""
    own = place.names[1] if len(place.names) == 3 else place.names[0]  # a sheet with its workbook
    return re.sub(r"\d{4,}", "*", mask_file_name(own).replace("*", "?")).replace("[", "?")
