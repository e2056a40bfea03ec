"""`huyula bench`: what the parts cost, measured on the machine at hand."""

from __future__ import annotations

import importlib

import click


class Bench(click.Group):
    """Loads each benchmark from its module when it is called.

    Attributes
    ----------
    modules : dict of str to str
        Name of a benchmark → module whose ``COMMANDS_BY_NAME`` holds it. Folders that may not be
        imported from here are added by the front door, as
        ``bench.modules["serve"] = "serving.bench"``.
    """

    modules: dict[str, str]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all benchmarks."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module that holds a benchmark."""
        if cmd_name not in self.modules:
            return None
        return importlib.import_module(self.modules[cmd_name]).COMMANDS_BY_NAME[cmd_name]


@click.group(cls=Bench, context_settings={"max_content_width": 100})
def bench() -> None:
    """Measure what the parts cost, beside the same work done by hand."""


bench.modules = {"profiles": "features.bench_profiles", "import": "features.bench_import"}
COMMANDS_BY_NAME = {"bench": bench}
