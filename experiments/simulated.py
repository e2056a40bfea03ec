"""The benchmark of simulated worlds: are the five actionable, what do they bring, is it claimed.

Each world's employers are built, imported, trained on, released and recommended to on the road that
serves; only the judge reads the truth. People of all seeds are pooled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.benchmark_table import Benchmark, Row
from experiments.list_quality import coverage, diversity, exposure_of, gini, novelty
from experiments.simulated_actionable import RULES, actionable_shares, situations
from experiments.simulated_employer import SimulatedEmployer, build_employer
from experiments.simulated_lists import ORACLE, SERVED, all_lists, shelves_of
from experiments.simulated_measures import likeness_of, ratio_interval, segments, shelf_of
from experiments.simulated_truth import Bought, K, Lists, TrueGains, true_gains
from experiments.simulation.world import World
from features.known import months_before
from models.benefit import CourseBenefit
from models.benefit_rows import benefit_rows
from models.interactions import taken_matrix
from training.bootstrap import Interval, mean_interval

HEADINGS = {
    "actionable_at_5": "Actionable@5",
    "actionable_at_5_everybody": "of everybody",
    "length": "length",
    "closed": "levels closed",
    "closed_per_jp": "per JP",
    "policy_value_share": "of the oracle's",
    "closed_per_million_rupiah": "per Rp million",
}
STARTS_MONTHS_BEFORE, WINDOW_MONTHS = (24, 18), 9
"""Windows after which the benefit is looked for, in months before the held-out date."""


@dataclass
class _Pooled:
    """One policy over the employers of a world: one entry a person."""

    actionable: list[NDArray[np.float64]] = field(default_factory=list)
    length: list[NDArray[np.float64]] = field(default_factory=list)
    bought: list[Bought] = field(default_factory=list)
    novelty: list[NDArray[np.float64]] = field(default_factory=list)
    diversity: list[NDArray[np.float64]] = field(default_factory=list)
    broken: list[dict[str, float]] = field(default_factory=list)
    coverage: list[float] = field(default_factory=list)
    inequality: list[float] = field(default_factory=list)

    def column(self, name: str) -> NDArray[np.float64]:
        """Return one of what is bought, everybody in one array."""
        return np.concatenate([getattr(one, name) for one in self.bought])


@dataclass(frozen=True)
class WorldResult:
    """What one world showed.

    ``actionable_at_5`` is about people to whom something actionable is possible,
    ``actionable_at_5_everybody`` counts the others as 0.

    Attributes
    ----------
    world : str
    rows : list of Row
        One a policy; see `HEADINGS`, and ``novelty`` (bits), ``diversity``.
    about : dict
        JSON-able: counts, claims of benefit, rules broken, catalogue figures, segments.
    """

    world: str
    rows: list[Row]
    about: dict[str, Any]

    def metric(self, policy: str, name: str) -> Interval | None:
        """Return one number of one policy, None where it cannot be told."""
        return next(row for row in self.rows if row.model == policy).metrics.get(name)


def run_world(
    name: str,
    world: World,
    *,
    people: int,
    seeds: Sequence[int],
    on_progress: Callable[[str], None] = lambda _: None,
) -> WorldResult:
    """Judge every policy on the employers of one world.

    Parameters
    ----------
    name : str
    world : World
    people : int
        Of each employer.
    seeds : sequence of int
        One employer each.
    on_progress : callable
        Called after each employer.
    """
    pooled: dict[str, _Pooled] = {}
    inside: list[dict[str, NDArray[np.bool_]]] = []
    benefits: list[CourseBenefit] = []
    for seed in seeds:
        employer = build_employer(world, people, seed)
        gains = true_gains(employer)
        _add_employer(pooled, employer, gains, all_lists(employer, gains, seed))
        inside.append(segments(employer.cases))
        benefits.append(fitted_benefit(employer))
        on_progress(f"{name}, seed {seed}")
    parts = {one: np.concatenate([each[one] for each in inside]) for one in inside[0]}
    return _result(name, pooled, parts, benefits)


def fitted_benefit(employer: SimulatedEmployer) -> CourseBenefit:
    """Return what the records alone say courses change."""
    starts: list[date] = [months_before(employer.as_of, months) for months in STARTS_MONTHS_BEFORE]
    rows = benefit_rows(employer.records, starts, WINDOW_MONTHS)
    return CourseBenefit(learner="linear", n_repeats=1).fit(rows)


def as_benchmark(result: WorldResult, title: str) -> Benchmark:
    """Return the table of a world."""
    return Benchmark(
        "simulated",
        f"{result.world}: {title}; five courses for each of {result.about['n_people']:,} people "
        "(95% bootstrap intervals over people).",
        result.rows,
        about=result.about,
    )


def summary(results: Sequence[WorldResult]) -> dict[str, Any]:
    """Return the worst of the worlds, JSON-able.

    ``actionable_at_5`` and ``policy_value_share`` of what is served, each with the name of the
    world; ``above_rivals`` tells of each world with an effect whether what is served closes more an
    hour than every rival, and ``claims`` of every world how often a benefit was claimed.
    """
    served = {
        name: {r.world: r.metric(SERVED, name) for r in results}
        for name in ("actionable_at_5", "policy_value_share")
    }
    found: dict[str, Any] = {}
    for name, by_world in served.items():
        known = {world: one.mean for world, one in by_world.items() if one is not None}
        worst = min(known, key=known.__getitem__) if known else None
        found |= {name: known.get(worst) if worst else None, f"{name}_worst_world": worst}
    effective = [r for r in results if r.metric(SERVED, "policy_value_share") is not None]
    found["above_rivals"] = {r.world: r.about["above_rivals"] for r in effective}
    found["claims"] = {r.world: r.about["benefit_claimed_share"] for r in results}
    return found


def _add_employer(
    pooled: dict[str, _Pooled],
    employer: SimulatedEmployer,
    gains: TrueGains,
    lists: dict[str, Lists],
) -> None:
    people, courses = situations(employer)
    n_takers = taken_matrix(employer.cases, employer.course_ids).sum(axis=0)
    is_open = np.asarray(employer.allowed.any(axis=0), dtype=bool)
    for policy, own in lists.items():
        one = pooled.setdefault(policy, _Pooled())
        shares, broken = actionable_shares(people, courses, shelves_of(own, employer.course_ids), K)
        one.actionable.append(shares)
        one.broken.append(broken)
        one.length.append((own >= 0).sum(axis=1).astype(np.float64))
        one.bought.append(gains.of_lists(own))
        shelf = shelf_of(own, len(employer.course_ids))
        exposure = exposure_of(shelf)[is_open]
        one.novelty.append(novelty(shelf, n_takers, len(people)))
        one.diversity.append(diversity(shelf, likeness_of(gains.taught > 0)))
        one.coverage.append(coverage(exposure))
        one.inequality.append(gini(exposure))


def _result(
    name: str,
    pooled: dict[str, _Pooled],
    parts: dict[str, NDArray[np.bool_]],
    benefits: list[CourseBenefit],
) -> WorldResult:
    everybody = np.ones(len(next(iter(parts.values()))), dtype=bool)
    rows = [Row(policy, _metrics(own, pooled[ORACLE], everybody)) for policy, own in pooled.items()]
    served, best = pooled[SERVED], pooled[ORACLE]
    rivals = {row.model: row.metrics["closed_per_jp"].mean for row in rows if row.model != ORACLE}
    about: dict[str, Any] = {
        "n_people": int(everybody.sum()),
        "benefit_claimed_share": float(np.mean([one.claims_ for one in benefits])),
        "benefit": [one.sentence() for one in benefits],
        "above_rivals": all(
            rivals[SERVED] > value for model, value in rivals.items() if model != SERVED
        ),
        "segments": {
            segment: {"n_people": int(rows_.sum()), **_flat(_metrics(served, best, rows_))}
            for segment, rows_ in parts.items()
            if rows_.any()
        },
    }
    for policy, own in pooled.items():
        about[policy] = {
            "broken": {rule: float(np.mean([one[rule] for one in own.broken])) for rule in RULES},
            "coverage": float(np.mean(own.coverage)),
            "exposure_inequality": float(np.mean(own.inequality)),
        }
    return WorldResult(name, rows, about)


def _metrics(own: _Pooled, best: _Pooled, part: NDArray[np.bool_]) -> dict[str, Interval]:
    """Return what can be told of some people; without any effect there is no share of the best."""

    def rng() -> np.random.Generator:
        return np.random.default_rng(0)  # every policy and metric draws the same people

    found = {}
    for name in ("actionable", "length", "novelty", "diversity"):
        values = np.concatenate(getattr(own, name))[part]
        if np.isfinite(values).any():
            found[name] = mean_interval(values[np.isfinite(values)], rng=rng(), n_resamples=500)
    if "actionable" in found:
        found = {"actionable_at_5": found.pop("actionable"), **found}
        everybody = np.nan_to_num(np.concatenate(own.actionable)[part])
        found["actionable_at_5_everybody"] = mean_interval(everybody, rng=rng(), n_resamples=500)
    closed, jp = own.column("closed")[part], own.column("jp")[part]
    found["closed"] = mean_interval(closed, rng=rng(), n_resamples=500)
    found["gained"] = mean_interval(own.column("gained")[part], rng=rng(), n_resamples=500)
    found["closed_per_jp"] = ratio_interval([closed, jp], rng())
    rupiah = own.column("rupiah")[part] / 1e6
    if rupiah.any():
        found["closed_per_million_rupiah"] = ratio_interval([closed, rupiah], rng())
    best_closed, best_jp = best.column("closed")[part], best.column("jp")[part]
    if best_closed.any():
        found["policy_value_share"] = ratio_interval([closed, jp, best_closed, best_jp], rng())
    return found


def _flat(metrics: dict[str, Interval]) -> dict[str, float]:
    kept = ("actionable_at_5", "length", "closed", "closed_per_jp", "policy_value_share")
    return {name: metrics[name].mean for name in kept if name in metrics}
