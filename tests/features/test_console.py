from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from features.console import progress_bar, workspace_option


def test_a_bar_off_the_terminal_is_one_line_at_the_end(capsys):
    with progress_bar("Working", 3) as advance:
        for part in ("a", "b", "c"):
            advance(part)
    assert capsys.readouterr().err == "Working: done\n"


def test_a_bar_that_fails_does_not_say_done(capsys):
    with pytest.raises(KeyError), progress_bar("Working", None):
        raise KeyError
    assert "done" not in capsys.readouterr().err


@pytest.mark.parametrize(("given", "folder"), [(["--workspace", "here"], "here"), ([], "there")])
def test_a_commands_workspace_is_the_option_else_the_setting(monkeypatch, given, folder):
    @click.command()
    @workspace_option
    def show(workspace):
        click.echo(workspace.root)

    monkeypatch.setenv("HUYULA_WORKSPACE", "there")
    assert CliRunner().invoke(show, given).output == f"{folder}\n"
