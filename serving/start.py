"""Starts BentoML's server for the service, in the place of the command."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import sys

import click

from features.errors import HuyulaError, SchemaError
from features.settings import Settings
from features.workspace import Workspace
from serving.access import HOW_TO_MAKE_ONE, ApiKeys

EXAMPLE = """curl -s {url}/v1/recommendations \\
  -H 'Authorization: Bearer <key>' -H 'Content-Type: application/json' \\
  -d '{{"people": [{{"nip": "<18 digits>"}}], "k": 3}}'"""


def start_service(workspace: Workspace, settings: Settings) -> None:
    """Become the server; returns only by an error.

    Raises
    ------
    HuyulaError
        There are no keys, the address cannot be listened on, or the shadow bundle cannot shadow
        what is released.
    """
    if not ApiKeys(settings.api_keys):
        raise HuyulaError(
            "HUYULA_API_KEYS is empty, so nobody could call the service: make a key with "
            f"`{HOW_TO_MAKE_ONE}` and set HUYULA_API_KEYS to it (several are separated by commas)"
        )
    if settings.shadow_bundle is not None:
        from serving.challenger import check_shadow

        check_shadow(workspace, settings.shadow_bundle, settings.key_folder)
    check_address(settings.host, settings.port)
    url = (
        f"http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{settings.port}"
    )
    click.echo(
        f"Huyula answers on {url} (OpenAPI: {url}/docs.json); Ctrl+C ends it. For example:\n"
    )
    click.echo(EXAMPLE.format(url=url) + "\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "bentoml", "serve", "serving.service:Huyula"]
    address = ["--host", settings.host, "--port", str(settings.port)]
    os.execve(sys.executable, [*command, *address], environment(workspace, settings))  # noqa: S606


def check_address(host: str, port: int) -> None:
    """Raise unless the address can be listened on."""
    try:
        version = ipaddress.ip_address(host).version
    except ValueError as error:
        raise SchemaError("HUYULA_HOST", "must be an IP address", host) from error
    family = socket.AF_INET6 if version == 6 else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise HuyulaError(
                f"cannot listen on {host}:{port} ({error.strerror}): stop what uses it, or set "
                "HUYULA_HOST or HUYULA_PORT"
            ) from error


def environment(workspace: Workspace, settings: Settings) -> dict[str, str]:
    """Return the environment of the server and its workers."""
    root = workspace.root.absolute()
    config = {"services": {"huyula": {"workers": settings.workers}}}
    shadow = settings.shadow_bundle
    return {
        "BENTOML_HOME": str(root / ".bentoml"),
        "PROMETHEUS_MULTIPROC_DIR": str(root / ".bentoml" / "metrics"),
        **os.environ,
        "BENTOML_DO_NOT_TRACK": "True",
        "BENTOML_CONFIG_OVERRIDES": json.dumps(config),
        "HUYULA_WORKSPACE": str(root),
        "HUYULA_KEY_FOLDER": str(settings.key_folder.absolute()),
        "HUYULA_API_KEYS": settings.api_keys,
    } | ({} if shadow is None else {"HUYULA_SHADOW_BUNDLE": str(shadow.absolute())})
