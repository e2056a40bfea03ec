import os
import signal
import socket
import subprocess
import sys
import time

import httpx2
import pytest

from serving.shadow_log import read_shadow
from tests.serving.test_shadow import shadow_bundle

KEY = "a-key-for-tests-of-30-letters-"
NIP = "198501012010011001"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url, status, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended by itself"
        try:
            if httpx2.get(f"{url}/readyz").status_code == status:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"/readyz was never {status}")


@pytest.mark.slow
def test_a_shadow_counts_and_is_flushed_by_the_end(released_workspace, key_folder, tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "HUYULA_API_KEYS": KEY,
        "HUYULA_KEY_FOLDER": str(key_folder),
        "HUYULA_PORT": str(port),
        "HUYULA_SHADOW_BUNDLE": str(shadow_bundle(tmp_path / "shadow-bundle", key_folder)),
        "BENTOML_HOME": str(tmp_path / "bentoml"),
    }
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    command = [sys.executable, "-m", "huyula", "serve", "--workspace", released_workspace.root]
    log = tmp_path / "serve.log"
    with log.open("w") as stream:
        process = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    try:
        wait_for(url, 200, process)
        asked = {"people": [{"nip": NIP}, {"employee_id": "e2"}]}
        with httpx2.Client(base_url=url, headers={"authorization": f"Bearer {KEY}"}) as client:
            for path in ("/v1/recommendations", "/v1/support-needs"):
                assert client.post(path, json=asked).status_code == 200
            shown = client.get("/metrics").text
            assert "shadow_scored_total" in shown
            assert 'shadow_dropped_total{reason="full"} 0.0' in shown
            for _ in range(40):  # more than are scored before the end
                assert client.post("/v1/recommendations", json=asked).status_code == 200
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert process.returncode == 0, log.read_text()
    found = read_shadow(released_workspace.shadow)
    assert found["request"].nunique() == 42
    assert found["person"].nunique() == 2
    [path] = released_workspace.shadow.iterdir()
    assert NIP not in path.read_text() + log.read_text()


@pytest.mark.slow
def test_the_command_serves_and_stops(released_workspace, key_folder, tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    hidden = released_workspace.bundle.rename(tmp_path / "bundle-link")
    environment = {
        **os.environ,
        "HUYULA_API_KEYS": KEY,
        "HUYULA_KEY_FOLDER": str(key_folder),
        "HUYULA_PORT": str(port),
        "BENTOML_HOME": str(tmp_path / "bentoml"),
    }
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    command = [sys.executable, "-m", "huyula", "serve", "--workspace", released_workspace.root]
    log = tmp_path / "serve.log"
    with log.open("w") as stream:
        process = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    try:
        wait_for(url, 503, process)  # it starts without a release, and says so
        hidden.rename(released_workspace.bundle)
        wait_for(url, 200, process)  # and picks the release up
        asked = {"people": [{"nip": NIP, "reference": "r"}]}
        with httpx2.Client(base_url=url, headers={"authorization": f"Bearer {KEY}"}) as client:
            for path in ("/v1/recommendations", "/v1/support-needs", "/v1/profiles"):
                answer = client.post(path, json=asked)
                assert answer.status_code == 200, answer.text
                assert answer.json()["results"][0]["reference"] == "r"
            assert "bentoml_service_request_total" in client.get("/metrics").text
        assert httpx2.get(f"{url}/metrics").status_code == 401
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert process.returncode == 0
    shown = log.read_text()
    assert f"Huyula answers on {url}" in shown
    assert "/v1/recommendations 200" in shown
    assert NIP not in shown
    assert KEY not in shown
