"""The `huyula` command: mounts each folder's commands and imports nothing heavy at start."""

from __future__ import annotations

import importlib
import sys

import click

from features.errors import HuyulaError

MODULES = {
    "demo": "huyula",
    "simulate": "experiments.commands",
    "import": "features.commands",
    "catalogue": "features.catalogue.commands",
    "readiness": "features.readiness_commands",
    "profiles": "features.commands",
    "profile": "features.explained.commands",
    "panel": "features.panel_commands",
    "resolve": "features.commands",
    "identity": "features.commands",
    "schema": "features.commands",
    "retention": "features.retention_commands",
    "erase": "features.erasure_commands",
    "standards": "features.standards.commands",
    "tune": "training.commands",
    "train": "training.commands",
    "evaluate": "training.commands",
    "fairness": "training.audit_commands",
    "card": "training.audit_commands",
    "release": "training.commands",
    "monitor": "training.audit_commands",
    "recommend": "serving.commands",
    "challenge": "serving.commands",
    "support": "serving.commands",
    "report": "serving.commands",
    "serve": "serving.commands",
    "experiment": "experiments.commands",
    "benchmark": "experiments.commands",
    "bench": "features.bench",
}
EPILOG = """\
The road, in order: import, profiles, train, evaluate, release, recommend, support, report, serve.
`huyula demo` walks all of it on a simulated employer. `huyula COMMAND --help` explains a step.
"""


BENCHMARKS = {"recommend": "serving.bench_recommend"}
"""Benchmarks that `features.bench` may not import."""


class Road(click.Group):
    """Lists the commands in the order of the road and loads each from its folder."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which the steps are run."""
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the folder that holds the command."""
        if cmd_name not in MODULES:
            return None
        command = importlib.import_module(MODULES[cmd_name]).COMMANDS_BY_NAME[cmd_name]
        if cmd_name == "bench":
            command.modules |= BENCHMARKS
        return command


@click.group(cls=Road, epilog=EPILOG, context_settings={"max_content_width": 100})
@click.version_option(package_name="huyula")
def huyula() -> None:
    """Huyula helps a civil-service employer develop its people.

    HR records go in; competency and performance profiles, course recommendations with reasons,
    and a list of who may need support come out. A person decides: nothing here is for punishment,
    promotion or dismissal.
    """


@click.command()
@click.option("--people", default=4000, show_default=True, type=click.IntRange(60, 100_000))
@click.option("--months", default=36, show_default=True, type=click.IntRange(24, 120))
@click.option("--seed", default=1, show_default=True, help="Same seed, same employer.")
@click.option(
    "--workspace",
    envvar="HUYULA_WORKSPACE",
    default="workspace",
    show_default=True,
    metavar="FOLDER",
    help="Folder that holds everything the demo writes.",
)
@click.pass_context
def demo(ctx: click.Context, people: int, months: int, seed: int, workspace: str) -> None:
    """Walk the whole road on a simulated employer, from HR files to a report."""
    import secrets

    size = ["--people", str(people), "--months", str(months), "--seed", str(seed)]
    steps = (
        ["simulate", *size],
        ["import", f"{workspace}/source"],
        ["profiles"],
        ["train"],
        ["evaluate"],
        ["release"],
        ["recommend"],
        ["support"],
        ["report"],
    )
    for name, *arguments in steps:
        click.secho(f"\n== huyula {name}", bold=True)
        command = huyula.get_command(ctx, name)
        assert command is not None  # noqa: S101
        command.main([*arguments, "--workspace", workspace], standalone_mode=False)
    click.secho("\nThe demo is done.", bold=True)
    click.echo(f"  {workspace}/output/recommendations.csv   courses for everyone, with reasons")
    click.echo(f"  {workspace}/output/support_needs.csv     who may need support")
    click.echo(f"  {workspace}/output/report.html           the same with charts, for a browser")
    click.echo("Start the service with a fresh key of its own:")
    key = secrets.token_urlsafe(32)
    click.echo(f"  HUYULA_API_KEYS={key} make serve WORKSPACE={workspace}")


COMMANDS_BY_NAME = {"demo": demo}


def main() -> None:
    """Run the command line; errors made on purpose are shown without a traceback."""
    try:
        huyula.main(standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.Abort:
        _fail("interrupted; the workspace is as it was before this command", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except HuyulaError as error:
        _fail(str(error), 2)
    except OSError as error:
        _fail(f"{error.strerror or error}: {error.filename or ''}", 2)


def _fail(message: str, code: int) -> None:
    click.secho(f"error: {message}", err=True, fg="red")
    sys.exit(code)


if __name__ == "__main__":
    main()
