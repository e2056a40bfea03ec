"""Reads worlds: those that ship by name, any other by its path, whole or as changes of the default.

A shipped world is frozen: comparisons name it, so a change of a strength needs a new name
(``tests/experiments/test_simulation_worlds.py`` holds a digest of each file).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from experiments.simulation.world import World
from features.errors import SchemaError

FOLDER = Path(__file__).parent / "worlds"
DEFAULT = "gorontalo"


def shipped_worlds() -> dict[str, str]:
    """Return the title of each world that comes with Huyula, the default one first."""
    names = sorted((path.stem for path in FOLDER.glob("*.toml")), key=lambda n: (n != DEFAULT, n))
    return {name: load_world(name).title for name in names}


def load_world(name_or_file: str | Path = DEFAULT) -> World:
    """Read a shipped world by name or any other by its path.

    A file may hold the changes against the default world alone; it must have a ``title``.

    Raises
    ------
    SchemaError
        No such world, broken TOML, an unknown key, a wrong type or an impossible value; all
        problems are named.
    """
    path = FOLDER / f"{name_or_file}.toml"
    if not path.is_file():
        path = Path(name_or_file)
    if not path.is_file():
        names = " or ".join(sorted(path.stem for path in FOLDER.glob("*.toml")))
        raise SchemaError("--world", f"must be {names} or a TOML file", str(name_or_file))
    changes = _read(path)
    if "title" not in changes:
        raise SchemaError(f"world {path}: title", "must say in one line what differs")
    try:
        return World.model_validate(_merge(_read(FOLDER / f"{DEFAULT}.toml"), changes))
    except ValidationError as error:
        raise SchemaError(f"world {path}", _problems(error)) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemaError(f"world {path}", f"must be TOML: {error}") from error


def _merge(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return `base` with `changes`, table by table."""
    merged = dict(base)
    for key, value in changes.items():
        old = base.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[key] = _merge(old, value)
        else:
            merged[key] = value
    return merged


def _problems(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        rule = {
            "extra_forbidden": "must be a key of worlds/gorontalo.toml",
            "missing": "must be given",
        }.get(problem["type"], problem["msg"].replace("Input should be", "must be"))
        lines.append(f"{key} {rule}, got {problem['input']!r}")
    return "has problems:\n  " + "\n  ".join(lines)
