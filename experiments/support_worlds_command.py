"""`huyula benchmark support`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.console import progress_bar, say
from features.workspace import replace_text

if TYPE_CHECKING:
    from experiments.support_worlds import SupportResult

GOAL = 0.85


@click.command()
@click.option(
    "--world",
    metavar="NAME|FILE",
    help="A shipped world, or a TOML file of what differs. Default: every shipped world.",
)
@click.option(
    "--people",
    type=click.IntRange(200, 100_000),
    default=3000,
    show_default=True,
    help="Employees of each employer.",
)
@click.option(
    "--seeds",
    "n_seeds",
    type=click.IntRange(1, 200),
    default=1,
    show_default=True,
    help="Employers of each world, with the seeds 1, 2, ...",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write the tables to this file.",
)
def support(world: str | None, people: int, n_seeds: int, json_file: Path | None) -> None:
    """Foresee who needs support at made-up employers, where the truth is known.

    Says how many of those flagged had an event, beside the rule, the lagged selves and an oracle,
    whether probabilities come true, and how often a flag is said to be for lack of motivation. No
    evidence that it works on people.
    """
    import json

    from experiments.benchmark_table import as_text
    from experiments.simulation.world_files import load_world, shipped_worlds
    from experiments.support_worlds import HEADINGS, as_benchmark, run_support_world

    worlds = {name: load_world(name) for name in ([world] if world else shipped_worlds())}
    seeds = range(1, n_seeds + 1)
    results = []
    with progress_bar("Benchmark support", len(worlds) * n_seeds) as advance:
        for name, one in worlds.items():
            results.append(
                run_support_world(
                    Path(name).stem, one, people=people, seeds=seeds, on_progress=advance
                )
            )
    for result, one in zip(results, worlds.values(), strict=True):
        say(as_text(as_benchmark(result, one.title), HEADINGS))
        _say_more(result)
    shares = {r.world: s for r in results if (s := r.share_of_oracle()) is not None}
    worst = min(shares, key=shares.__getitem__) if shares else None
    if worst is not None:
        met = "met" if shares[worst] >= GOAL else "not met"
        say(f"worst world: {shares[worst]:.2f} of the oracle's precision ({worst}); goal {met}")
    if json_file is not None:
        content = {
            "dataset": "support",
            "about": {"people": people, "seeds": list(seeds), "goal": GOAL},
            "oracle_share": shares.get(worst) if worst else None,
            "oracle_share_worst_world": worst,
            "rows": [{"world": r.world, **row.to_dict()} for r in results for row in r.rows],
            "worlds": {r.world: r.about for r in results},
        }
        replace_text(json_file, json.dumps(content, indent=1, allow_nan=False) + "\n")
        say(f"\nwritten to {json_file}")


def _say_more(result: SupportResult) -> None:
    about = result.about
    for released, sources in zip(about["released"], about["sources"], strict=True):
        said = ", ".join(f"{name} by {source}" for name, source in sources.items())
        say(f"released: {released} ({said})")
    for component, one in about["calibration"].items():
        say(
            f"  {component}: calibration {one['verdict']}, slope {one['slope']:.2f} "
            f"({one['slope_low']:.2f} to {one['slope_high']:.2f}), mean foretold by observed "
            f"{one['ratio']:.2f} ({one['ratio_low']:.2f} to {one['ratio_high']:.2f})"
        )
    if about["n_flagged"] == 0:
        say("  flags for lack of motivation: not told, for no component was released\n")
        return
    say(
        f"  flags: {about['n_flagged']} of {about['n_people']:,} people; about learning "
        f"{about['flags_about_learning']}, said to be for lack of motivation "
        f"{about['flags_for_lack_of_motivation']} "
        f"({about['share_flagged_for_lack_of_motivation']:.1%} of all people)"
    )
    say("")
