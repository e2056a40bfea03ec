"""The lists a workforce is made from: offices, posts, courses and names, as TOML."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any


def read_list(name: str) -> dict[str, Any]:
    """Read ``name``.toml beside this file."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))
