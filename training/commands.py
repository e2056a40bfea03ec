"""Commands from records to a released bundle: tune, train, evaluate, release."""

from __future__ import annotations

import sys

import click

from features.console import progress_bar, say, workspace_option
from features.workspace import Workspace


@click.command()
@click.option(
    "--null-test",
    "null_seed",
    type=int,
    metavar="SEED",
    help="Train on labels drawn by lot and show that the gates refuse the result.",
)
@click.option("--horizon-months", type=click.IntRange(1, 24), help="Outcome window. Default: 6.")
@workspace_option
def train(null_seed: int | None, horizon_months: int | None, workspace: Workspace) -> None:
    """Fit the course recommender and the disengagement model; every run is tracked in MLflow."""
    from training.road import judge_null, train_candidate

    with workspace.lock():
        if null_seed is None:
            lines = train_candidate(workspace, horizon_months, progress_bar)
        else:
            lines = judge_null(workspace, null_seed, horizon_months, progress_bar)
    for line in lines:
        say(line)


@click.command()
@click.option(
    "--trials",
    "n_trials",
    type=click.IntRange(2, 10_000),
    default=30,
    show_default=True,
    help="Finished trials in all, the defaults among them; one that was killed goes on.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--horizon-months", type=click.IntRange(1, 24), help="Outcome window. Default: 6.")
@workspace_option
def tune(n_trials: int, seed: int, horizon_months: int | None, workspace: Workspace) -> None:
    """Search the ranker's settings on earlier windows; the next `huyula train` uses the best.

    Settings that are not surely better than the defaults are not used. Delete tuning/ranker.json in
    the workspace to go back to the defaults.
    """
    from training.road import tune_ranker

    with workspace.lock():
        lines = tune_ranker(workspace, n_trials, seed, horizon_months, progress_bar)
    for line in lines:
        say(line)


@click.command()
@workspace_option
def evaluate(workspace: Workspace) -> None:
    """Judge the fitted models on a later period and say what may be released."""
    from training.road import judge_candidate

    with workspace.lock():
        lines = judge_candidate(workspace, progress_bar)
    for line in lines:
        say(line)


@click.command()
@workspace_option
def release(workspace: Workspace) -> None:
    """Write and sign the bundle of what the gates allow; the service reads nothing else."""
    from training.road import release_champions

    with workspace.lock():
        lines = release_champions(workspace, progress_bar)
    for line in lines:
        say(line)


@click.command()
@click.option(
    "--if-drift", is_flag=True, help="Only if `huyula monitor` finds that something moved."
)
@click.option("--horizon-months", type=click.IntRange(1, 24), help="Outcome window. Default: 6.")
@workspace_option
def retrain(if_drift: bool, horizon_months: int | None, workspace: Workspace) -> None:
    """Train, evaluate and release in one go, and only through the gates.

    A learned model that serves is never replaced by a rule or a generator because its successor was
    refused: then the bundle stays as it is. Afterwards run `huyula recommend`, so that the service
    answers from the new bundle.

    Exit code: 0 released, or nothing had moved; 3 kept, 2 an error.
    """
    from training.audit_commands import FOUND
    from training.monitoring.steps import monitor_live
    from training.retraining import retrain as retrain_workspace

    with workspace.lock():
        first = not workspace.bundle.exists()
        if if_drift and not first and not monitor_live(workspace)["warnings"]:
            say("nothing has moved: the bundle stays")
            return
        lines, released = retrain_workspace(workspace, horizon_months, progress_bar)
    for line in lines:
        say(line)
    if not released:
        sys.exit(FOUND)
    say("next: huyula recommend")


COMMANDS_BY_NAME = {
    "tune": tune, "train": train, "evaluate": evaluate, "release": release, "retrain": retrain,
}  # fmt: skip
