"""`huyula benchmark disengagement`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.console import progress_bar, say
from features.workspace import replace_text

if TYPE_CHECKING:
    from experiments.disengagement_task import Task

SETS = ("ibm_attrition", "jobathon", "kddcup")


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FILE|FOLDER",
    help="A panel: CSV, TSV, either with gzip, Excel or Parquet; with --set, its folder.",
)
@click.option("--set", "name", type=click.Choice(SETS), help="A public data set, by its protocol.")
@click.option("--label", metavar="COL", help="Column of the event: two values.")
@click.option("--id", "person", metavar="COL", help="Column that tells people apart.")
@click.option("--time", metavar="COL", help="Column with the row's date, or a number.")
@click.option("--cutoff", metavar="T", help="Judge rows from this time on; learn from earlier.")
@click.option("--drop", multiple=True, metavar="COL", help="Leave a column out; may be repeated.")
@click.option(
    "--embargo",
    type=click.FloatRange(min=0),
    metavar="DAYS",
    help="Learn nothing from so long before the cutoff.  [default: 90 days, if data allow]",
)
@click.option(
    "--leak-threshold",
    type=click.FloatRange(0.5, 1),
    default=0.95,
    show_default=True,
    help="AUC above which a score is reported as a suspected leak.",
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
def disengagement(
    data: Path | None,
    name: str | None,
    label: str | None,
    person: str | None,
    time: str | None,
    cutoff: str | None,
    drop: tuple[str, ...],
    embargo: float | None,
    leak_threshold: float,
    json_file: Path | None,
    seed: int,
) -> None:
    """Foresee an event on any panel, beside a logistic model, LightGBM and a rule.

    With --id a person's rows stay in one fold, with --time too each row knows that person's past.
    """
    import json

    from experiments.benchmark_table import as_text
    from experiments.disengagement import HEADINGS, gate_lines, run_disengagement
    from experiments.disengagement_panel import PanelOptions, load_panel

    if name is not None:
        task = _load_set(name, data, seed)
    elif data is None or label is None:
        raise click.UsageError("--data and --label are needed, or --set")
    else:
        options = PanelOptions(label, person, time, cutoff, drop, embargo, leak_threshold)
        task = load_panel(data, options, seed=seed)
    with progress_bar(f"Benchmark {task.name}", 100) as advance:
        done = 0

        def show(share: float, part: str) -> None:
            nonlocal done
            while done < int(100 * share):
                done += 1
                advance(part)

        found = run_disengagement(task, seed=seed, on_progress=show)
    say(as_text(found, HEADINGS))
    say("")
    for line in gate_lines(found):
        say(line)
    if json_file is not None:
        replace_text(json_file, json.dumps(found.to_dict(), indent=1, allow_nan=False) + "\n")
        say(f"\nwritten to {json_file}")


def _load_set(name: str, folder: Path | None, seed: int) -> Task:
    from features.settings import Settings

    folder = folder or Settings().datasets / name
    if name == "jobathon":
        from experiments.disengagement_jobathon import load_jobathon

        return load_jobathon(folder)
    if name == "kddcup":
        from experiments.disengagement_kddcup import load_kddcup

        return load_kddcup(folder, seed=seed)
    from experiments.disengagement_ibm import load_ibm_attrition

    return load_ibm_attrition(folder, seed=seed)
