"""The `huyula` command: mounts each folder's commands and imports nothing heavy at start."""

from __future__ import annotations

import importlib
import sys

import click

from features.errors import HuyulaError

COMMANDS = {
    "simulate": "experiments.commands",
    "import": "features.commands",
    "profiles": "features.commands",
    "resolve": "features.commands",
    "train": "training.commands",
    "evaluate": "training.commands",
    "release": "training.commands",
    "recommend": "serving.commands",
    "support": "serving.commands",
    "report": "serving.commands",
    "serve": "serving.commands",
    "benchmark": "experiments.commands",
    "demo": "huyula",
}


class Road(click.Group):
    """Lists the commands in the order of the road and loads each from its folder."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order in which the steps are run."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the folder that holds the command; each names its own in `COMMANDS`."""
        if cmd_name not in COMMANDS:
            return None
        return importlib.import_module(COMMANDS[cmd_name]).COMMANDS_BY_NAME[cmd_name]
