"""Read the rule files: the version in force on a date, with what an employer sets otherwise.

A file holds one version of a rule, or several under ``[[version]]``. Each has ``valid_from``
(perhaps ``valid_until``, its last day), ``source`` and ``certainty``; a table inside may have its
own, ``source_id`` says the source in Indonesian where ``source`` holds more than names of
regulations, and ``certainty_of`` names single keys that are less or more sure than their table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from features.errors import SchemaError

FOLDER = Path(__file__).parent
ABOUT = (
    "title", "valid_from", "valid_until", "source", "source_id", "certainty", "certainty_of",
)  # fmt: skip
"""Keys that say where a table comes from; everything else is a rule."""


class Standard(dict[str, Any]):
    """The rules of one version, as in its file; callers must not change them.

    Attributes
    ----------
    name : str
        Name of the rule file.
    overridden : dict
        By dotted key that the employer sets otherwise: who says so (file and source).
    """

    def __init__(
        self, rules: dict[str, Any], name: str, overridden: dict[str, str] | None = None
    ) -> None:
        super().__init__(rules)
        self.name = name
        self.overridden = overridden or {}


@dataclass(frozen=True)
class Standards:
    """The rules of one employer: those shipped, unless a file in its folder says otherwise."""

    folder: Path | None = field(default=None)

    def load(self, name: str, on: date | None = None) -> Standard:
        """Return `load_standard` with this employer's overrides."""
        return load_standard(name, on, self.folder)


SHIPPED = Standards()
_IN_FORCE: list[Path | None] = [None]
"""Folder of the employer whose rules count where none is named; the last one, of several."""


@contextmanager
def in_force(standards: Standards) -> Iterator[None]:
    """Let an employer's rules count wherever rules are read without naming one.

    The command line does so for every command with a workspace, and the service for as long as it
    runs: one process answers for one employer.
    """
    _IN_FORCE.append(standards.folder)
    try:
        yield
    finally:
        _IN_FORCE.pop()


def standard_names() -> tuple[str, ...]:
    """Return the names of all rule files."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_standard(name: str, on: date | None = None, overrides: Path | None = None) -> Standard:
    """Return a rule as it stands on a date.

    Parameters
    ----------
    name : str
        One of `standard_names`.
    on : date, optional
        Day the rule must be in force; none: its newest version.
    overrides : Path, optional
        Folder of an employer; default: that of the rules `in_force`. A file of the same name there
        replaces single keys (a list as a whole), for as long as its own ``valid_from`` and
        ``valid_until`` say; it must name its ``source``.

    Raises
    ------
    SchemaError
        No such rule, no version on that day, or an override with an unknown key, a wrong type or an
        impossible value.
    """
    shipped = _shipped(name, on)
    folder = overrides or _IN_FORCE[-1]
    path = folder / f"{name}.toml" if folder else None
    if path is None or not path.exists():
        return shipped
    return _overridden(name, on, path, path.stat().st_mtime_ns)


@lru_cache(1024)
def _overridden(name: str, on: date | None, path: Path, _changed_ns: int) -> Standard:
    from features.standards.override import override_standard

    rules = deepcopy(dict(_shipped(name, on)))
    return override_standard(Standard(rules, name), path, on)


@cache
def _shipped(name: str, on: date | None) -> Standard:
    if name not in standard_names():
        raise SchemaError("standard", f"must be one of {', '.join(standard_names())}", name)
    path = FOLDER / f"{name}.toml"
    version = pick_version(read_versions(path), on)
    if version is None:
        raise SchemaError(path.name, "must have a version in force on the day asked for", on)
    return Standard(version, name)


def read_versions(path: Path) -> list[dict[str, Any]]:
    """Return a rule file's versions, oldest first; each holds the file's title.

    Raises
    ------
    SchemaError
        The file is not TOML.
    """
    try:
        whole = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemaError(str(path), f"must be a TOML file in UTF-8: {error}") from error
    versions = whole.pop("version", None)
    if versions is None:
        return [whole]
    return sorted(({**whole, **version} for version in versions), key=_begins)


def pick_version(versions: list[dict[str, Any]], on: date | None) -> dict[str, Any] | None:
    """Return the newest version in force on a day (none: the newest at all)."""
    if on is None:
        return versions[-1]
    valid = [v for v in versions if _begins(v) <= on <= v.get("valid_until", date.max)]
    return valid[-1] if valid else None


def _begins(version: dict[str, Any]) -> date:
    return version.get("valid_from", date.min)
