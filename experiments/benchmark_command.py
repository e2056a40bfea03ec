"""`huyula benchmark`."""

from __future__ import annotations

from pathlib import Path

import click

from experiments.nsw_command import nsw
from features.console import progress_bar, say
from features.workspace import replace_text


@click.group()
def benchmark() -> None:
    """Judge the models on public data, beside published results."""


benchmark.add_command(nsw)


@benchmark.command()
@click.option(
    "--data",
    "folder",
    type=click.Path(path_type=Path),
    show_default="the folder cnpc in HUYULA_DATASETS",
    metavar="FOLDER",
    help="Folder with train.json and, if there is one, test.json.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write the table to this file.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Seed of folds, training and intervals.",
)
def cnpc(folder: Path | None, json_file: Path | None, seed: int) -> None:
    """Recommend the next courses of 6,717 online learners (Canvas Network Person-Course).

    Without a test.json the last fifth of each person's courses is held out.
    """
    import json

    from experiments.benchmark_table import as_text
    from experiments.cnpc import HEADINGS, run_cnpc
    from features.settings import Settings

    with progress_bar("Benchmark cnpc", 100) as advance:
        done = 0

        def show(share: float, part: str) -> None:
            nonlocal done
            while done < int(100 * share):
                done += 1
                advance(part)

        found = run_cnpc(folder or Settings().datasets / "cnpc", seed=seed, on_progress=show)
    say(as_text(found, HEADINGS))
    if json_file is not None:
        replace_text(json_file, json.dumps(found.to_dict(), indent=1, allow_nan=False) + "\n")
        say(f"\nwritten to {json_file}")
