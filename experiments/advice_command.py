"""`huyula benchmark advice`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.console import say, workspace_option
from features.errors import HuyulaError
from features.workspace import Workspace, replace_text

if TYPE_CHECKING:
    from experiments.benchmark_table import Benchmark


@click.command()
@click.option(
    "--simulated",
    "people",
    type=click.IntRange(200, 100_000),
    metavar="PEOPLE",
    help="Instead of a workspace: a made-up employer whose assessors see true gaps with an error.",
)
@click.option("--seed", type=click.IntRange(min=1), default=1, show_default=True)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write the table to this file.",
)
@workspace_option
def advice(people: int | None, seed: int, json_file: Path | None, workspace: Workspace) -> None:
    """Compare recommended courses with what assessors advised (Saran Pengembangan).

    Recall@5 of the snapshot's lists, beside gap coverage alone under the same rules, on people whom
    the records hold advice for from the last 12 months.
    """
    from experiments.advice import HEADINGS
    from experiments.benchmark_table import as_text

    found = _of_workspace(workspace) if people is None else _of_simulation(people, seed)
    say(as_text(found, HEADINGS))
    if json_file is not None:
        content = {
            "dataset": "advice",
            "about": dict(found.about),
            "rows": [row.to_dict() for row in found.rows],
        }
        replace_text(json_file, json.dumps(content, indent=1, allow_nan=False) + "\n")
        say(f"written to {json_file}")


def _of_workspace(workspace: Workspace) -> Benchmark:
    from experiments.advice import judge_advice, open_items, recent_advice, taught_by
    from experiments.advice_lists import snapshot_lists
    from features.keys import load_verifying_key
    from features.records import load_records
    from features.settings import Settings
    from models.bundle import open_bundle
    from serving.released import Released
    from serving.snapshot import load_snapshot

    folder = workspace.require(workspace.bundle, "huyula release")
    bundle = open_bundle(folder, load_verifying_key(Settings().key_folder))
    snapshot = load_snapshot(workspace.require(workspace.snapshot, "huyula recommend"))
    records = load_records(workspace.require(workspace.records, "huyula import"))
    told = recent_advice(records, snapshot.known_at or snapshot.as_of)
    told = told[told["employee_id"].isin(snapshot["people"]["employee_id"])]
    teaches = taught_by(snapshot["course_competencies"])
    items = open_items(told, snapshot["history"], teaches)
    if not items:
        raise HuyulaError(
            "the records must hold advice of the last 12 months that nobody has acted on, got none "
            "(table advice: employee_id, competency_id or course_id)"
        )
    lists = snapshot_lists(Released(bundle, snapshot, None))
    return judge_advice(items, lists, teaches, f"records as of {snapshot.as_of}")


def _of_simulation(people: int, seed: int) -> Benchmark:
    from experiments.advice import judge_advice, open_items, taught_by
    from experiments.advice_lists import drawn_advice, simulated_lists
    from experiments.simulated_employer import build_employer
    from experiments.simulation.world_files import load_world

    employer = build_employer(load_world("gorontalo"), people, seed)
    teaches = taught_by(employer.catalogue.teaches)
    items = open_items(drawn_advice(employer, seed), employer.cases.history, teaches)
    lists = simulated_lists(employer, seed)
    return judge_advice(items, lists, teaches, f"a simulated employer of {people:,}, seed {seed}")
