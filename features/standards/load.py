"""Read the rule files."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def load_standard(name: str) -> dict[str, Any]:
    """Return the rules of ``<name>.toml``; callers must not change them."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
