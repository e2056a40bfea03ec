"""The front door: which commands there are, how it starts, how it shows errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

import huyula  # noqa: TID251 - the test of the front door
from features.errors import SchemaError

ROOT = Path(__file__).parent.parent
HEAVY = (
    "bentoml",
    "lightgbm",
    "mlflow",
    "narwhals",
    "numpy",
    "pandas",
    "polars",
    "scipy",
    "sklearn",
)


def python(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "start",
    [
        pytest.param("import huyula", id="import"),
        pytest.param(
            "import sys, huyula; sys.argv = ['huyula', '--help']\n"
            "try: huyula.main()\n"
            "except SystemExit as end: assert not end.code",
            id="help",
        ),
    ],
)
def test_starting_loads_nothing_heavy(start):
    done = python(
        f"{start}\nimport sys; print(*set(sys.modules) & {set(HEAVY)!r}, file=sys.stderr)"
    )
    assert (done.returncode, done.stderr.split()) == (0, [])


def test_help_lists_every_command_in_the_order_of_the_road():
    done = python("import sys, huyula; sys.argv = ['huyula', '--help']; huyula.main()")
    listed = [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  ")]
    names = [name for name in listed if name in huyula.MODULES]
    assert names == list(huyula.MODULES)


@pytest.mark.parametrize("name", huyula.MODULES)
def test_every_command_explains_itself(name):
    command = huyula.huyula.get_command(click.Context(huyula.huyula), name)
    assert command is not None
    assert command.help


def test_an_unknown_command_is_refused():
    assert huyula.huyula.get_command(click.Context(huyula.huyula), "fly") is None


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        pytest.param(["fly"], "No such command 'fly'", id="command"),
        pytest.param(["demo", "--people", "5"], "5 is not in the range", id="option"),
    ],
)
def test_words_that_no_command_knows_end_with_what_is_wrong(monkeypatch, capsys, words, shown):
    monkeypatch.setattr(sys, "argv", ["huyula", *words])
    with pytest.raises(SystemExit) as ended:
        huyula.main()
    assert ended.value.code == 2
    assert shown in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "shown"),
    [
        pytest.param(
            SchemaError("k", "must be positive", 0), 2, "k must be positive, got 0", id="ours"
        ),
        pytest.param(
            FileNotFoundError(2, "No such file", "a.csv"), 2, "No such file: a.csv", id="os"
        ),
        pytest.param(click.Abort(), 130, "interrupted; the workspace is as it was", id="interrupt"),
    ],
)
def test_errors_on_purpose_are_shown_without_a_traceback(monkeypatch, capsys, error, code, shown):
    @click.command()
    def fail() -> None:
        raise error

    monkeypatch.setattr(huyula.Road, "get_command", lambda *_: fail)
    monkeypatch.setattr(sys, "argv", ["huyula", "anything"])
    with pytest.raises(SystemExit) as ended:
        huyula.main()
    assert ended.value.code == code
    assert capsys.readouterr().err.startswith(f"error: {shown}")


def test_benchmarks_of_other_folders_stand_beside_those_of_features():
    context = huyula.huyula.make_context("huyula", ["bench", "--help"], resilient_parsing=True)
    group = huyula.huyula.get_command(context, "bench")
    assert isinstance(group, click.Group)
    assert {"profiles", "import", "recommend"} <= set(group.list_commands(context))
    assert group.get_command(context, "recommend") is not None
