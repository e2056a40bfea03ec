"""`huyula benchmark nsw`."""

from __future__ import annotations

from pathlib import Path

import click

from features.console import progress_bar, say
from features.workspace import replace_text


@click.command()
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write the table to this file.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the folds."
)
def nsw(json_file: Path | None, seed: int) -> None:
    """Estimate what a job training brought, where an experiment knows: $1,794 (NSW, CPS).

    Checks the estimate of a course's benefit on real people: participants against a survey that
    earned some $8,500 more. The data come with the development package causaldata.
    """
    import json

    from experiments.benchmark_table import as_text
    from experiments.nsw import HEADINGS, PROTOCOLS, overlap_lines, run_nsw

    with progress_bar("Benchmark nsw", len(PROTOCOLS)) as advance:
        found = run_nsw(seed=seed, on_progress=advance)
    say(as_text(found, HEADINGS, "{:,.0f}"))
    say("")
    for line in overlap_lines(found):
        say(line)
    held = found.about["verdict"]
    say("")
    say(f"the answer is `{found.about['answer']}`: its interval "
        f"{'holds' if held['holds_experiment'] else 'MISSES'} the experiment's result, its placebo "
        f"{'holds' if held['placebo_holds_zero'] else 'EXCLUDES'} 0")  # fmt: skip
    if json_file is not None:
        replace_text(json_file, json.dumps(found.to_dict(), indent=1, allow_nan=False) + "\n")
        say(f"\nwritten to {json_file}")
