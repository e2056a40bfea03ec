"""Commands from records to a released bundle: tune, train, evaluate, release."""

from __future__ import annotations

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


COMMANDS_BY_NAME = {"tune": tune, "train": train, "evaluate": evaluate, "release": release}
