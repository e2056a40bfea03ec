"""`huyula benchmark`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from experiments.advice_command import advice
from experiments.disengagement_command import disengagement
from experiments.nsw_command import nsw
from experiments.off_policy_command import off_policy
from experiments.simulated_command import simulated
from experiments.support_worlds_command import support
from features.console import progress_bar, say
from features.workspace import replace_text

if TYPE_CHECKING:
    from experiments.benchmark_table import Benchmark


@click.group()
def benchmark() -> None:
    """Judge the models on public data, beside published results."""


benchmark.add_command(advice)
benchmark.add_command(disengagement)
benchmark.add_command(nsw)
benchmark.add_command(off_policy)
benchmark.add_command(simulated)
benchmark.add_command(support)


def _options(dataset: str, files: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the options that every benchmark on a folder of public data has."""
    options = [
        click.option(
            "--data",
            "folder",
            type=click.Path(path_type=Path),
            show_default=f"the folder {dataset} in HUYULA_DATASETS",
            metavar="FOLDER",
            help=f"Folder with {files}.",
        ),
        click.option(
            "--json",
            "json_file",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Also write the table to this file.",
        ),
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            default=0,
            show_default=True,
            help="Seed of folds, training and intervals.",
        ),
    ]

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorated


@benchmark.command()
@_options("cnpc", "train.json and, if there is one, test.json")
def cnpc(folder: Path | None, json_file: Path | None, seed: int) -> None:
    """Recommend the next courses of 6,717 online learners (Canvas Network Person-Course).

    Without a test.json the last fifth of each person's courses is held out.
    """
    from experiments.cnpc import HEADINGS, run_cnpc

    _run("cnpc", run_cnpc, HEADINGS, folder, json_file, seed)


@benchmark.command()
@_options("mars", "implicit_ratings_en.csv, items_en.csv and users_en.csv")
def mars(folder: Path | None, json_file: Path | None, seed: int) -> None:
    """Foresee what the people of a corporate e-learning platform view, quarter after quarter."""
    from experiments.mars import HEADINGS, run_mars

    _run("mars", run_mars, HEADINGS, folder, json_file, seed)


def _run(
    dataset: str,
    run: Callable[..., Benchmark],
    headings: Mapping[str, str],
    folder: Path | None,
    json_file: Path | None,
    seed: int,
) -> None:
    """Run a benchmark behind a progress bar, print its tables and write them where wanted."""
    from experiments.benchmark_table import as_text
    from features.settings import Settings

    with progress_bar(f"Benchmark {dataset}", 100) as advance:
        done = 0

        def show(share: float, part: str) -> None:
            nonlocal done
            while done < int(100 * share):
                done += 1
                advance(part)

        found = run(folder or Settings().datasets / dataset, seed=seed, on_progress=show)
    say(as_text(found, headings))
    if json_file is not None:
        content: dict[str, Any] = found.to_dict()
        replace_text(json_file, json.dumps(content, indent=1, allow_nan=False) + "\n")
        say(f"\nwritten to {json_file}")
