from __future__ import annotations

from pathlib import Path

import pytest

from features.errors import SchemaError
from features.settings import Settings, config_folder


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("HUYULA_WORKSPACE", "~/somewhere")
    monkeypatch.setenv("HUYULA_PORT", "8080")
    settings = Settings()
    assert (settings.workspace, settings.port) == (Path.home() / "somewhere", 8080)


def test_settings_come_from_a_file_beside_the_command(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("HUYULA_PORT=8081\nOTHER=1\n")
    monkeypatch.chdir(tmp_path)
    assert Settings().port == 8081


def test_an_impossible_value_is_named_and_not_shown(monkeypatch):
    monkeypatch.setenv("HUYULA_PORT", "secret")
    with pytest.raises(SchemaError, match="^HUYULA_PORT cannot be used: ") as raised:
        Settings()
    assert "secret" not in str(raised.value)


def test_keys_lie_in_the_users_configuration_by_default(monkeypatch, tmp_path):
    monkeypatch.delenv("HUYULA_KEY_FOLDER")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert Settings().key_folder == config_folder() == tmp_path / "huyula"
