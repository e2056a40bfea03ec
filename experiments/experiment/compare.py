"""Compares finished runs on the same people: paired bootstrap, verdicts in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from experiments.benchmark_table import Benchmark, Gain, Row
from experiments.experiment.ledger import Ledger
from experiments.experiment.measures import gains, same_people
from experiments.experiment.specification import METRICS
from experiments.experiment.tracked import Finished, open_finished
from features.errors import HuyulaError
from features.workspace import Workspace
from training.bootstrap import Interval

HEADINGS = {
    "ndcg_at_10": "NDCG@10", "recall_at_10": "Recall@10", "hit_rate_at_10": "hit rate@10",
    "ap": "AP", "auc": "AUC", "brier": "Brier",
}  # fmt: skip
SEED = 20_250_701
MANY_LOOKS = 5
"""From so many looks on it is said that the best of many flatters itself."""


@dataclass(frozen=True)
class Comparison:
    """Runs side by side.

    Attributes
    ----------
    table : Benchmark
        The first run and each other, with what each other gains over the first.
    verdicts, notes : list of str
    """

    table: Benchmark
    verdicts: list[str]
    notes: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able dictionary."""
        return {**self.table.to_dict(), "verdicts": self.verdicts, "notes": self.notes}


def compare_runs(workspace: Workspace, references: list[str]) -> Comparison:
    """Compare each later run with the first, person by person.

    Raises
    ------
    HuyulaError
        The runs were judged on other periods or other people, hashed them with other keys, or one
        is named twice.
    """
    runs = [open_finished(reference, workspace) for reference in references]
    if len({one.run.run_id for one in runs}) < len(runs):
        raise HuyulaError(f"runs must differ, got {', '.join(one.label for one in runs)}")
    first, others = runs[0], runs[1:]
    for other in others:
        _check_comparable(first, other)
    task = first.about["task"]
    own, theirs, _ = gains(task, first.rows, {one.label: one.rows for one in others}, SEED)
    rows = [Row(first.label, own), *(Row(one.label, theirs[one.label]) for one in others)]
    gained, verdicts = [], []
    for other in others:
        _, _, over = gains(task, other.rows, {first.label: first.rows}, SEED)
        gained += [Gain(other.label, first.label, m, i) for m, i in over[first.label].items()]
        verdicts.append(_verdict(other, first, over[first.label], task))
    ledger = Ledger(workspace.experiments)
    ledger.compared(list(first.about["periods"].values()), [one.run.run_id for one in runs])
    title = (
        f"{first.about['data']}: {', '.join(first.about['periods'])} (95% intervals over people)"
    )
    table = Benchmark("experiment", title, rows, gains=gained)
    return Comparison(table, verdicts, [*_notes(runs), *looks_at(ledger, first)])


def looks_at(ledger: Ledger, run: Finished) -> list[str]:
    """Return how often the periods of a run were looked at, and by how many runs."""
    found, lines = ledger.looks(), []
    for name, key in run.about["periods"].items():
        looks = found.get(key)
        if not looks:
            continue
        n, n_runs = sum(looks.values()), len(looks)
        more = "; the best of many looks flatters itself" if n >= MANY_LOOKS else ""
        shown = "look" if n == 1 else "looks"
        lines.append(f"{name}: {n} {shown} by {n_runs} run{'' if n_runs == 1 else 's'}{more}")
    return lines


def _check_comparable(first: Finished, other: Finished) -> None:
    both = f"{first.label} and {other.label} cannot be compared"
    for name, what in (("task", "tasks"), ("people_key", "keys of pseudonyms")):
        mine, theirs = first.about[name], other.about[name]
        if mine != theirs:
            hint = ": share experiments.key of the key folder" if name == "people_key" else ""
            raise HuyulaError(f"{both}: they have other {what}, {mine} and {theirs}{hint}")
    reason = same_people(first.about["task"], first.rows, other.rows)
    if not reason and first.about["task"] == "recommend":
        mine, theirs = first.about["data_digest"], other.about["data_digest"]
        if mine != theirs:
            reason = f"they used other records, {mine[:12]} and {theirs[:12]}"
    if reason:
        raise HuyulaError(f"{both}: {reason}")


def _verdict(other: Finished, first: Finished, gained: dict[str, Interval], task: str) -> str:
    metric = METRICS[task][0]
    gain = gained[metric]
    shown = f"{metric} {gain.mean:+.4f} (95% interval {gain.lower:+.4f} to {gain.upper:+.4f})"
    if gain.lower > 0:
        said = f"{other.label} is surely better than {first.label}"
    elif gain.upper < 0:
        said = f"{other.label} is surely worse than {first.label}"
    else:
        said = f"{other.label} and {first.label} cannot be told apart"
    n_people = first.rows["person"].nunique()
    return f"{said}: {shown}, {n_people:,} people"


def _notes(runs: list[Finished]) -> list[str]:
    notes = []
    for name, what in (
        ("data_digest", "data"), ("code_digest", "code"), ("lock_digest", "lock file"),
    ):  # fmt: skip
        if len({one.about[name] for one in runs}) > 1:
            notes.append(f"the runs had other {what}")
    dirty = [one.label for one in runs if one.about["dirty"]]
    return notes + ([f"uncommitted changes: {', '.join(dirty)}"] if dirty else [])
