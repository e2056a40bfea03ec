"""An employer's own rules: single keys replaced, every one checked and named in the result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from features.errors import SchemaError
from features.standards.checks import check_standard
from features.standards.load import (
    ABOUT,
    Standard,
    Standards,
    pick_version,
    read_versions,
    standard_names,
)

OPEN: dict[tuple[str, ...], dict[str, Any]] = {
    ("competency_dictionary", "competency"): {"name": "", "group": ""}
}
"""Tables that an employer may add entries to, and what such an entry looks like."""


def employer_standards(workspace: Path, configured: Path | None = None) -> Standards:
    """Return the rules of an employer, every file of its folder checked.

    Parameters
    ----------
    workspace : Path
        Root of the workspace; its folder ``standards`` counts if there is one.
    configured : Path, optional
        Folder that counts instead (``HUYULA_STANDARDS``); it must exist.

    Raises
    ------
    SchemaError
        The folder is missing, a file's name is no rule, or a file cannot be used.
    """
    folder = configured or workspace / "standards"
    if not folder.is_dir():
        if configured:
            raise SchemaError("HUYULA_STANDARDS", "must be a folder", configured)
        return Standards()
    for path in sorted(folder.glob("*.toml")):
        if path.stem not in standard_names():
            raise SchemaError(str(path), f"must be named after one of {_listed(standard_names())}")
        Standards(folder).load(path.stem)
    return Standards(folder)


def override_standard(shipped: Standard, path: Path, on: date | None) -> Standard:
    """Return `shipped`, which is changed, with the keys that a file sets in force on a day."""
    version = pick_version(read_versions(path), on)
    if version is None:
        return shipped
    source = version.get("source")
    if not isinstance(source, str) or not source.strip():
        raise SchemaError(f"{path}: source", "must say who decided this")
    changes = {key: value for key, value in version.items() if key not in ABOUT}
    overridden = dict.fromkeys(
        _merge(shipped, changes, path, (shipped.name,)), f"{path.name}: {source}"
    )
    result = Standard(shipped, shipped.name, overridden)
    check_standard(result, str(path))
    return result


def _merge(
    rules: dict[str, Any], changes: Mapping[str, Any], path: Path, above: tuple[str, ...]
) -> list[str]:
    """Replace keys in place; return the dotted names of those replaced."""
    replaced: list[str] = []
    for key, value in changes.items():
        here = (*above, key)
        dotted = ".".join(here[1:])
        if key not in rules and above in OPEN:
            rules[key] = {**OPEN[above]}
        if key not in rules or key in ABOUT:
            known = _listed([k for k in rules if k not in ABOUT])
            raise SchemaError(f"{path}: {dotted}", f"is not a rule of {above[0]}; known: {known}")
        kind = _kind(rules[key])
        if _kind(value) != kind:
            raise SchemaError(f"{path}: {dotted}", f"must be a {kind}", repr(value))
        if isinstance(value, dict):
            replaced += _merge(rules[key], value, path, here)
        else:
            rules[key] = value
            replaced.append(dotted)
    return replaced


def _kind(value: object) -> str:
    """Return what a TOML value is called; whole and broken numbers are one kind."""
    if isinstance(value, bool):
        return "true or false"
    names = ((int | float, "number"), (str, "text"), (date, "date"), (list, "list"))
    return next((name for kind, name in names if isinstance(value, kind)), "table")


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names)
