"""`huyula benchmark off-policy`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from features.console import progress_bar, say
from features.workspace import replace_text


@click.command("off-policy")
@click.option("--world", default="gorontalo", show_default=True, metavar="NAME|FILE")
@click.option("--people", type=click.IntRange(200, 100_000), default=1000, show_default=True)
@click.option(
    "--rounds",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="How often lists are shown and challengers estimated anew.",
)
@click.option(
    "--occasions",
    type=click.IntRange(1, 120),
    default=12,
    show_default=True,
    help="Lists that everybody gets in each round, one after the other.",
)
@click.option(
    "--share",
    type=click.FloatRange(0, 0.9),
    show_default="as in recommending.toml",
    help="Of places filled by lot.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write the table to this file.",
)
def off_policy(
    world: str,
    people: int,
    rounds: int,
    occasions: int,
    share: float | None,
    json_file: Path | None,
) -> None:
    """Estimate models that were never shown from logged lists, where the truth is known.

    Everybody of a made-up employer gets lists by popularity, a share of the places by lot; three
    other models, and popularity without lots, are estimated from what came of them.
    """
    import json

    from experiments.off_policy import judge_from_logs, stage_of
    from experiments.simulated_employer import build_employer
    from experiments.simulated_lists import RIVALS
    from experiments.simulation.world_files import load_world
    from models.exploration import Exploration

    share = Exploration("").share if share is None else share
    with progress_bar("Benchmark off-policy", 1 + rounds * len(RIVALS)) as advance:
        stage = stage_of(build_employer(load_world(world), people, 1), 1)
        advance("employer")
        judged = {}
        for challenger in RIVALS:
            judged[challenger] = []
            for seed in range(rounds):
                judged[challenger].append(
                    judge_from_logs(
                        stage,
                        "popularity",
                        challenger,
                        seed=seed,
                        share=share,
                        occasions=occasions,
                    )
                )
                advance(challenger)
    rows = [_row(challenger, own) for challenger, own in judged.items()]
    _say_table(rows, people, occasions, share, rounds)
    if json_file is not None:
        about = {"people": people, "rounds": rounds, "occasions": occasions, "share": share}
        content = {"dataset": "off-policy", "world": world, "about": about, "rows": rows}
        replace_text(json_file, json.dumps(content, indent=1, allow_nan=False) + "\n")
        say(f"\nwritten to {json_file}")


def _say_table(
    rows: list[dict[str, Any]], people: int, occasions: int, share: float, rounds: int
) -> None:
    say(
        f"{people:,} people, {occasions} lists each by popularity, {share:.0%} of the places by "
        f"lot, {rounds} rounds; rewards a place\n"
    )
    say(
        f"{'challenger':<14}{'truth':>7}{'SNIPW':>7}{'(holds)':>9}{'robust':>8}{'(holds)':>9}"
        f"{'possible':>10}{'worth':>7}  verdicts"
    )
    for row in rows:
        verdicts = ", ".join(f"{name} {n}" for name, n in row["verdicts"].items())
        say(
            f"{row['challenger']:<14}{row['truth']:>7.3f}{row['snipw']:>7.3f}"
            f"{row['snipw_holds']:>9.2f}{row['doubly_robust']:>8.3f}"
            f"{row['doubly_robust_holds']:>9.2f}{row['possible']:>10.2f}{row['effective']:>7.0f}  "
            f"{verdicts}; wrong {row['wrong']}"
        )


def _row(challenger: str, judged: list[Any]) -> dict[str, Any]:
    import numpy as np

    def mean(values: list[float]) -> float:
        return float(np.mean(values))

    verdicts = [one.found.verdict for one in judged]
    return {
        "challenger": challenger,
        "truth": mean([one.truth for one in judged]),
        **{
            name: mean([getattr(one.found, name).value for one in judged])
            for name in ("snipw", "doubly_robust")
        },
        **{
            f"{name}_holds": mean([one.holds(name) for one in judged])
            for name in ("snipw", "doubly_robust")
        },
        "n": mean([one.found.n for one in judged]),
        "possible": mean([one.found.possible for one in judged]),
        "effective": mean([one.found.effective for one in judged]),
        "verdicts": {name: verdicts.count(name) for name in sorted(set(verdicts))},
        "wrong": sum(one.wrong for one in judged),
    }
