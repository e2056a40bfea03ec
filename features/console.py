"""What all commands share on a terminal: the workspace option, progress bars, results."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from features.workspace import Workspace


def workspace_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--workspace`` to a command, which receives a `Workspace`."""
    return click.option(
        "--workspace",
        show_default="HUYULA_WORKSPACE, else workspace",
        metavar="FOLDER",
        callback=_open_workspace,
        help="Folder that holds everything the commands read and write.",
    )(command)


def _open_workspace(
    context: click.Context, _parameter: click.Parameter, value: str | None
) -> Workspace:
    """Return the workspace, whose employer's rules count until the command is done."""
    from features.settings import Settings
    from features.standards.load import in_force
    from features.standards.override import employer_standards

    settings = Settings()
    workspace = Workspace(settings.workspace if value is None else Path(value))
    context.with_resource(in_force(employer_standards(workspace.root, settings.standards)))
    return workspace


@contextmanager
def progress_bar(title: str, total: int | None) -> Iterator[Callable[[str], None]]:
    """Show a bar on the error stream; call what it yields with each finished part's name."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:<34}"),
        BarColumn(bar_width=28),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[part]}", style="dim"),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total, part="")

        def advance(part: str = "") -> None:
            progress.update(task, advance=1, part=part)

        yield advance
        progress.update(task, completed=total or 1, total=total or 1, part="")
    if not console.is_terminal:
        sys.stderr.write(f"{title}: done\n")


def say(text: str) -> None:
    """Print one line of a command's result."""
    click.echo(text)
