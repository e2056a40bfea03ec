"""`huyula experiment`."""

from __future__ import annotations

from pathlib import Path

import click

from features.console import progress_bar, say, workspace_option
from features.workspace import Workspace


@click.group()
def experiment() -> None:
    """Specify, run, compare, promote and reproduce experiments, each tracked in MLflow."""


@experiment.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--task",
    type=click.Choice(["support", "recommend", "panel"]),
    default="support",
    show_default=True,
    help="panel: an event on a panel of your own, in a file.",
)
def new(file: Path, task: str) -> None:
    """Write a commented experiment to FILE, to be changed and run."""
    from experiments.experiment.specification import SHIPPED
    from features.errors import SchemaError
    from features.workspace import replace_text

    if file.exists():
        raise SchemaError("FILE", "must not exist yet", file)
    replace_text(file, (SHIPPED / f"{task}.toml").read_text(encoding="utf-8"))
    say(f"written: {file}; change it, then `huyula experiment run {file}`")


@experiment.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...",
                type=click.Path(path_type=Path))  # fmt: skip
@workspace_option
def run(files: tuple[Path, ...], workspace: Workspace) -> None:
    """Search, fit and judge what each FILE specifies; the first line names the run.

    A run whose search was killed goes on where it stopped when it is run again.
    """
    from experiments.experiment.open_question import Experiment
    from experiments.experiment.run import run_experiment

    experiments = [Experiment.read(file) for file in files]  # all are read before any is run
    for one in experiments:
        for line in run_experiment(one, workspace, progress_bar):
            say(line)


@experiment.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN RUN...")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write the comparison to this file.",
)
@workspace_option
def compare(runs: tuple[str, ...], json_file: Path | None, workspace: Workspace) -> None:
    """Compare each later RUN with the first on the same people, and say how sure the gain is.

    RUN is an id, its beginning, or a name. The ledger tells how often the periods were looked at.
    """
    import json

    from experiments.benchmark_table import as_text
    from experiments.experiment.compare import HEADINGS, compare_runs
    from features.workspace import replace_text

    if len(runs) < 2:
        raise click.UsageError("two runs or more are needed")
    found = compare_runs(workspace, list(runs))
    shown = {name: heading for name, heading in HEADINGS.items()
             if name in found.table.rows[0].metrics}  # fmt: skip
    say(as_text(found.table, shown))
    say("")
    for line in [*found.verdicts, *found.notes]:
        say(line)
    if json_file is not None:
        content = json.dumps(found.to_dict(), indent=1, allow_nan=False)
        replace_text(json_file, content + "\n")
        say(f"\nwritten to {json_file}")


@experiment.command()
@click.argument("run", metavar="RUN")
@click.option("--as", "alias", type=click.Choice(["champion", "challenger"]), required=True)
@click.option("--force", is_flag=True, help="Against the gates; needs --reason.")
@click.option(
    "--reason", default="", help="Of a forced promotion, or a second look at the final period."
)
@workspace_option
def promote(run: str, alias: str, force: bool, reason: str, workspace: Workspace) -> None:
    """Give the model of RUN an alias, if the gates let it; `huyula release` takes the champion.

    A champion is judged on the final period, which opens once per promotion; a challenger has to
    have passed the gates on the test periods of its run.
    """
    from experiments.experiment.promote import Promotion, promote_run

    asked = Promotion(alias, reason, force)
    with workspace.lock():
        lines = promote_run(run, asked, workspace, progress_bar)
    for line in lines:
        say(line)


@experiment.command()
@click.argument("run", metavar="RUN")
@click.option("--skip-search", is_flag=True, help="Take the parameters that its search chose.")
@workspace_option
def reproduce(run: str, skip_search: bool, workspace: Workspace) -> None:
    """Run again what RUN did and compare every metric; say what differs of data, code, lock file.

    Ends with exit code 1 where the metrics are not equal: to the last digit on the same machine, to
    1e-6 on another.
    """
    from experiments.experiment.reproduce import reproduce_run

    found = reproduce_run(run, workspace, progress_bar, with_search=not skip_search)
    for line in found.lines:
        say(line)
    if not found.succeeded:
        raise click.exceptions.Exit(1)


@experiment.command()
@click.argument("run", metavar="RUN")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Default: experiment_ID.html in the workspace's output/.")  # fmt: skip
@click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True)
@click.option(
    "--learning-curve",
    is_flag=True,
    help="First refit on five growing shares of the training people; kept with the run.",
)
@workspace_option
def report(
    run: str, output: Path | None, language: str, learning_curve: bool, workspace: Workspace
) -> None:
    """Write one HTML page on RUN: figures, gates, calibration, drivers, versions, looks."""
    from experiments.experiment.ledger import Ledger
    from experiments.experiment.report.build import build_report
    from experiments.experiment.report.learning_curve import draw_learning_curve
    from experiments.experiment.tracked import open_finished
    from features.wording.languages import LANGUAGES
    from features.workspace import replace_text

    found = open_finished(run, workspace)
    if learning_curve:
        draw_learning_curve(found, workspace, progress_bar)
    spoken = LANGUAGES[LANGUAGES.index(language)]
    path = output or workspace.output / f"experiment_{found.run.run_id[:8]}.html"
    replace_text(path, build_report(found, Ledger(workspace.experiments), spoken))
    say(f"written: {path}")


@experiment.command()
@workspace_option
def ledger(workspace: Workspace) -> None:
    """Show every look at a test period, every promotion and refusal, oldest first."""
    from experiments.experiment.ledger import Ledger

    entries = Ledger(workspace.experiments).entries()
    for one in entries:
        what = one.get("reason") or one.get("alias") or one.get("experiment", "")
        say(f"{one['at']}  {one['by']}  {one['action']}  {one['period']}  {one['run'][:8]}  {what}")
    say(f"{len(entries)} entries, each follows from the one before it")
