"""Settings from the environment (prefix ``HUYULA_``) or a ``.env`` file beside the command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from features.errors import SchemaError


def config_folder() -> Path:
    """Return the per-user folder that holds keys, outside any repository."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "huyula"


Folder = Annotated[Path, AfterValidator(Path.expanduser)]


class Settings(BaseSettings):
    """Every knob that is not an argument of a command.

    Raises
    ------
    SchemaError
        A variable has an impossible value; it is named, its value is not shown.
    """

    model_config = SettingsConfigDict(env_prefix="HUYULA_", env_file=".env", extra="ignore")

    workspace: Folder = Path("workspace")
    """Folder that holds everything the commands write."""
    key_folder: Folder = Field(default_factory=config_folder)
    """Folder of the secret keys (identity, signing), mode 700; never inside a repository."""
    api_keys: str = ""
    """Comma-separated bearer keys that the service accepts; empty means that nobody may call it."""
    host: str = "127.0.0.1"
    """Address the service listens on."""
    port: int = Field(default=3000, ge=1, le=65535)
    """Port the service listens on."""
    workers: int = Field(default=1, ge=1, le=64)
    """Service worker processes."""
    shadow_bundle: Folder | None = None
    """Folder of a second signed bundle that scores live requests unseen; none: no shadow."""
    shadow_share: float = Field(default=1.0, gt=0, le=1)
    """Share of the live requests that the shadow scores."""
    shadow_keep_days: int = Field(default=400, ge=1, le=3650)
    """Days that the shadow's log is kept; it has to outlast the months in which outcomes count."""
    datasets: Folder = Path("../shared/datasets")
    """Folder of the public data sets that `huyula benchmark` and some tests read."""
    standards: Folder | None = None
    """Folder of the employer's own rules; default: the folder ``standards`` of the workspace."""
    tracking_uri: str = ""
    """MLflow tracking server; empty means a SQLite file in the workspace."""

    def __init__(self, **values: Any) -> None:  # noqa: ANN401
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            name = f"HUYULA_{first['loc'][0]}".upper()
            raise SchemaError(name, f"cannot be used: {first['msg']}") from None
