"""Settings from the environment (prefix ``HUYULA_``) or a ``.env`` file beside the command."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def config_folder() -> Path:
    """Return the per-user folder that holds keys, outside any repository."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "huyula"


class Settings(BaseSettings):
    """Every knob that is not an argument of a command."""

    model_config = SettingsConfigDict(env_prefix="HUYULA_", env_file=".env", extra="ignore")

    workspace: Path = Path("workspace")
    """Folder that holds everything the commands write."""
    key_folder: Path = Field(default_factory=config_folder)
    """Folder of the secret keys (identity, signing), mode 700; never inside a repository."""
    api_keys: str = ""
    """Comma-separated bearer keys that the service accepts; empty means that nobody may call it."""
    host: str = "127.0.0.1"
    """Address the service listens on."""
    port: int = Field(default=3000, ge=1, le=65535)
    """Port the service listens on."""
    workers: int = Field(default=1, ge=1, le=64)
    """Service worker processes."""
    datasets: Path = Path("../shared/datasets")
    """Folder of the public data sets that `huyula benchmark` and some tests read."""
    tracking_uri: str = ""
    """MLflow tracking server; empty means a SQLite file in the workspace."""
