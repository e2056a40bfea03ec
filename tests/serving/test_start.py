import socket

import pytest

from features.errors import HuyulaError, SchemaError
from features.settings import Settings
from features.workspace import Workspace
from serving.start import check_address, environment, start_service


def test_without_keys_it_says_how_to_make_one(tmp_path):
    with pytest.raises(HuyulaError, match=r"HUYULA_API_KEYS is empty.*secrets\.token_urlsafe"):
        start_service(Workspace(tmp_path), Settings(api_keys=""))


def test_short_keys_are_refused(tmp_path):
    with pytest.raises(SchemaError, match="at least 20 characters"):
        start_service(Workspace(tmp_path), Settings(api_keys="short"))


def test_a_port_in_use_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(HuyulaError, match=rf"cannot listen on 127.0.0.1:{port}.*HUYULA_PORT"):
            check_address("127.0.0.1", port)


def test_a_host_that_is_no_address_is_named():
    with pytest.raises(HuyulaError, match="cannot listen on 192.0.2.1:3000"):
        check_address("192.0.2.1", 3000)


def test_a_host_must_be_an_ip_address():
    with pytest.raises(SchemaError, match="HUYULA_HOST must be an IP address, got localhost"):
        check_address("localhost", 3000)


def test_the_command_becomes_the_server_and_says_where_it_answers(tmp_path, monkeypatch, capsys):
    became = []
    monkeypatch.setattr("os.execve", lambda *told: became.append(told))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(api_keys="k" * 20, host="127.0.0.1", port=port)
    start_service(Workspace(tmp_path), settings)
    [(program, command, told)] = became
    assert command == [
        program, "-m", "bentoml", "serve", "serving.service:Huyula", "--host", "127.0.0.1",
        "--port", str(port),
    ]  # fmt: skip
    assert told["HUYULA_WORKSPACE"] == str(tmp_path)
    shown = capsys.readouterr().out
    assert f"Huyula answers on http://127.0.0.1:{port} " in shown
    assert f"curl -s http://127.0.0.1:{port}/v1/recommendations" in shown
    assert "k" * 20 not in shown


def test_a_shadow_that_cannot_be_used_is_refused_before_the_start(tmp_path):
    (tmp_path / "bundle").mkdir()
    settings = Settings(api_keys="k" * 20, key_folder=tmp_path, shadow_bundle=tmp_path / "bundle")
    with pytest.raises(HuyulaError, match="HUYULA_SHADOW_BUNDLE cannot be used: public key"):
        start_service(Workspace(tmp_path), settings)
    told = environment(Workspace(tmp_path), settings)
    assert told["HUYULA_SHADOW_BUNDLE"] == str(tmp_path / "bundle")


def test_the_server_is_told_everything_absolutely(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BENTOML_DO_NOT_TRACK", "no")
    settings = Settings(api_keys="k" * 20, workers=2)
    told = environment(Workspace(tmp_path.relative_to(tmp_path) / "w"), settings)
    assert told["HUYULA_WORKSPACE"] == str(tmp_path / "w")
    assert told["BENTOML_DO_NOT_TRACK"] == "True"
    assert told["BENTOML_CONFIG_OVERRIDES"] == '{"services": {"huyula": {"workers": 2}}}'
    assert told["HUYULA_API_KEYS"] == "k" * 20
