"""`huyula benchmark simulated`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.console import progress_bar, say
from features.workspace import replace_text

if TYPE_CHECKING:
    from experiments.simulated import WorldResult


@click.command()
@click.option(
    "--world",
    metavar="NAME|FILE",
    help="A shipped world, or a TOML file of what differs. Default: every shipped world.",
)
@click.option(
    "--people",
    type=click.IntRange(200, 100_000),
    default=1000,
    show_default=True,
    help="Employees of each employer.",
)
@click.option(
    "--seeds",
    "n_seeds",
    type=click.IntRange(1, 200),
    default=3,
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
def simulated(world: str | None, people: int, n_seeds: int, json_file: Path | None) -> None:
    """Recommend five courses to everybody of made-up employers, where the truth is known.

    Says whether the five are actionable, what they truly bring an hour and a rupiah beside rivals
    and an oracle, and whether a benefit of courses is claimed. No evidence that it works on people.
    """
    import json

    from experiments.benchmark_table import as_text
    from experiments.simulated import HEADINGS, as_benchmark, run_world, summary
    from experiments.simulation.world_files import load_world, shipped_worlds

    worlds = {name: load_world(name) for name in ([world] if world else shipped_worlds())}
    seeds = range(1, n_seeds + 1)
    results = []
    with progress_bar("Benchmark simulated", len(worlds) * n_seeds) as advance:
        for name, one in worlds.items():
            results.append(
                run_world(Path(name).stem, one, people=people, seeds=seeds, on_progress=advance)
            )
    for result, one in zip(results, worlds.values(), strict=True):
        say(as_text(as_benchmark(result, one.title), HEADINGS))
        _say_more(result)
    found = summary(results)
    _say_summary(found)
    if json_file is not None:
        content = {
            "dataset": "simulated",
            "about": {"people": people, "seeds": list(seeds)},
            **found,
            "rows": [{"world": r.world, **row.to_dict()} for r in results for row in r.rows],
            "worlds": {r.world: r.about for r in results},
        }
        replace_text(json_file, json.dumps(content, indent=1, allow_nan=False) + "\n")
        say(f"\nwritten to {json_file}")


def _say_more(result: WorldResult) -> None:
    from experiments.simulated_lists import SERVED

    own = result.about[SERVED]
    novelty, diversity = (_mean(result, name) for name in ("novelty", "diversity"))
    say(
        f"served: coverage {own['coverage']:.2f}, exposure inequality "
        f"{own['exposure_inequality']:.2f} (Gini), novelty {novelty:.1f} bits, diversity "
        f"{diversity:.2f}"
    )
    broken = {rule: share for rule, share in own["broken"].items() if share}
    said = ", ".join(f"{rule} {share:.1%}" for rule, share in broken.items()) or "none"
    say(f"rules broken by what is served: {said}")
    for segment, one in result.about["segments"].items():
        figures = ", ".join(
            f"{name} {value:.3f}" for name, value in one.items() if name != "n_people"
        )
        say(f"  {segment} ({one['n_people']:,}): {figures}")
    say(f"benefit claimed in {result.about['benefit_claimed_share']:.0%} of the employers; "
        f"the first: {result.about['benefit'][0]}")  # fmt: skip
    say("")


def _mean(result: WorldResult, name: str) -> float:
    from experiments.simulated_lists import SERVED

    interval = result.metric(SERVED, name)
    return float("nan") if interval is None else interval.mean


def _say_summary(found: dict) -> None:
    for name, label in (
        ("actionable_at_5", "Actionable@5"),
        ("policy_value_share", "levels closed an hour, of the oracle's"),
    ):
        value = found[name]
        shown = "cannot be told" if value is None else f"{value:.3f}"
        say(f"worst world, {label}: {shown} ({found[f'{name}_worst_world']})")
    below = [world for world, above in found["above_rivals"].items() if not above]
    said = f"no: {', '.join(below)}" if below else "yes"
    say(f"above every rival in every world with an effect: {said}")
