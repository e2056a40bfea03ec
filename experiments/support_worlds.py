"""The benchmark of support needs in simulated worlds, where the truth is known.

Each employer is built, imported, learned from and judged on the road that serves; only the judge
reads the truth. People of all seeds of a world are pooled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.benchmark_table import Benchmark, Row
from experiments.simulated_employer import (
    HORIZON_MONTHS,
    START,
    SimulatedEmployer,
    build_employer,
)
from experiments.simulation.world import World
from experiments.support_truth import remote_units, true_chances
from features.labels import EVENT
from features.panel import build_panel
from features.profiles import build_profiles
from features.standards.load import load_standard
from models.capacity import flag
from models.disengagement import DisengagementModel, SupportRule
from models.opportunity import lacks_opportunity, opportunity_limits
from training.bootstrap import Interval
from training.calibration import calibration_report
from training.fitting import TooLittleError
from training.periods import Periods, plan_periods
from training.road import EVALUATION_SEED
from training.support_candidate import SupportCandidate
from training.support_fitting import fit_support
from training.support_judging import judge_on

Floats = NDArray[np.float64]
OURS, HAZARDS, LAGGED, RULE = "served", "hazards", "lagged_selves", "rule"
ORACLE, HINDSIGHT = "oracle", "oracle_in_hindsight"
HEADINGS = {
    "precision": "precision at capacity",
    "lift": "lift",
    "oracle_share": "of the oracle's",
    "hindsight_share": "of that in hindsight",
}
N_RESAMPLES = 500
COUNTING = ("learning_stopped", "absence_rise")


@dataclass
class _Pooled:
    """Of all employers of a world: one entry a labelled person."""

    outcome: list[Floats] = field(default_factory=list)
    flags: dict[str, list[Floats]] = field(default_factory=dict)
    foretold: dict[str, list[tuple[Floats, Floats]]] = field(default_factory=dict)
    sources: list[dict[str, str]] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    n_people: int = 0
    n_flagged: int = 0
    n_learning: int = 0
    n_motivation: int = 0


@dataclass(frozen=True)
class SupportResult:
    """What one world showed.

    Attributes
    ----------
    world : str
    rows : list of Row
        One a policy; see `HEADINGS`.
    about : dict
        JSON-able: what was released, calibration by component, the flags said to be for lack of
        motivation.
    """

    world: str
    rows: list[Row]
    about: dict[str, Any]

    def share_of_oracle(self) -> float | None:
        """Return the share of the oracle's precision that what is served reaches."""
        served = next((row for row in self.rows if row.model == OURS), None)
        return None if served is None else served.metrics["oracle_share"].mean


def run_support_world(
    name: str,
    world: World,
    *,
    people: int,
    seeds: Sequence[int],
    on_progress: Callable[[str], None] = lambda _: None,
) -> SupportResult:
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
    pooled = _Pooled()
    for seed in seeds:
        _add_employer(pooled, build_employer(world, people, seed), seed)
        on_progress(f"{name}, seed {seed}")
    return _result(name, pooled)


def as_benchmark(result: SupportResult, title: str) -> Benchmark:
    """Return the table of a world."""
    n, base = result.about["n_labelled"], result.about["base_rate"]
    heading = (
        f"{result.world}: {title}; {n:,} people whose outcome can be told, {base:.1%} with an "
        "event (95% bootstrap intervals over people)."
    )
    return Benchmark("support", heading, result.rows, about=result.about)


def _add_employer(pooled: _Pooled, employer: SimulatedEmployer, seed: int) -> None:
    periods = plan_periods(START, employer.as_of, HORIZON_MONTHS)
    try:
        candidate = fit_support(employer.records, periods, null_seed=None)
    except TooLittleError:
        candidate = None
    panel = build_panel(employer.records, [periods.evaluation], HORIZON_MONTHS)
    verdict = judge_on(panel, periods, candidate, EVALUATION_SEED).verdict
    served = _served(verdict.released, candidate, verdict.numbers.get("sources", {}))
    pooled.released.append(verdict.released)
    pooled.sources.append({c: verdict.numbers.get("sources", {}).get(c, "none") for c in COUNTING})
    scores: dict[str, Floats] = {RULE: SupportRule().score(panel)}
    for policy, hindsight in ((ORACLE, False), (HINDSIGHT, True)):
        truth = true_chances(
            employer, panel, periods.evaluation, HORIZON_MONTHS, seed, hindsight=hindsight
        )
        scores[policy] = np.where(panel[EVENT].notna(), truth["any"], np.nan)
    if served is not None:
        scores[OURS] = served.score(panel)
    if candidate is not None:
        for policy, source in ((HAZARDS, "hazard"), (LAGGED, "lagged")):
            all_of_it = candidate.released({c: source for c in candidate.hazards})
            scores[policy] = all_of_it.score(panel)
    known = panel[EVENT].notna().to_numpy()
    capacity = load_standard("disengagement")["capacity"]
    pooled.outcome.append(panel.loc[known, EVENT].to_numpy(dtype=np.float64))
    for policy in (OURS, HAZARDS, LAGGED, RULE, ORACLE, HINDSIGHT):
        score = scores.get(policy, np.full(len(panel), np.nan))
        flags = flag(panel, score, capacity)[known].astype(np.float64)
        pooled.flags.setdefault(policy, []).append(flags)
    pooled.n_people += len(panel)
    if isinstance(served, DisengagementModel):
        _add_probabilities(pooled, served, panel)
        _add_reasons(pooled, served, employer, panel, periods)


def _served(
    released: str, candidate: SupportCandidate | None, sources: dict[str, str]
) -> DisengagementModel | SupportRule | None:
    if released == DisengagementModel.kind and candidate is not None:
        return candidate.released(sources)
    return SupportRule() if released == SupportRule.kind else None


def _add_probabilities(pooled: _Pooled, served: DisengagementModel, panel: pd.DataFrame) -> None:
    for name, one in served.components.items():
        told = panel[name].notna().to_numpy()
        outcome = panel.loc[told, name].to_numpy(dtype=np.float64)
        pooled.foretold.setdefault(name, []).append((one.probability(panel)[told], outcome))


def _add_reasons(
    pooled: _Pooled,
    served: DisengagementModel,
    employer: SimulatedEmployer,
    panel: pd.DataFrame,
    periods: Periods,
) -> None:
    """Count the flags about learning, and those that no limit of opportunity explains."""
    flags = flag(panel, served.score(panel), load_standard("disengagement")["capacity"])
    flagged = panel[flags]
    details = build_profiles(employer.records, periods.evaluation).details.to_pandas()
    rules = dict(load_standard("opportunity"))
    rules["remote_post"] = rules["remote_post"] | {"unit_ids": remote_units(employer, panel)}
    limits = opportunity_limits(flagged.merge(details, on="employee_id", how="left"), rules)
    parts = served.contributions(flagged).to_dict("records")
    main = served.main_component(flagged)
    held = [[str(name) for name in limits if row[name]] for row in limits.to_dict("records")]
    for component, own, names in zip(main, parts, held, strict=True):
        if component != "learning_stopped":
            continue
        pooled.n_learning += 1
        contributions = {str(name): float(part) for name, part in own.items()}
        pooled.n_motivation += not lacks_opportunity(contributions, names, rules)
    pooled.n_flagged += int(flags.sum())


def _result(name: str, pooled: _Pooled) -> SupportResult:
    outcome = np.concatenate(pooled.outcome)
    flags = {policy: np.concatenate(parts) for policy, parts in pooled.flags.items()}
    rng = np.random.default_rng(0)
    n = len(outcome)
    times = np.vstack([np.ones(n), rng.multinomial(n, np.full(n, 1 / n), N_RESAMPLES)])
    precision = {
        policy: _share(times @ (own * outcome), times @ own)
        for policy, own in flags.items()
        if own.any()
    }
    base = (times @ outcome) / n
    rows = [
        Row(
            policy,
            {
                "precision": _interval(own),
                "lift": _interval(_share(own, base)),
                "oracle_share": _interval(_share(own, precision[ORACLE])),
                "hindsight_share": _interval(_share(own, precision[HINDSIGHT])),
            },
        )
        for policy, own in precision.items()
    ]
    calibration = {
        component: calibration_report(
            *(np.concatenate(one) for one in zip(*parts, strict=True)),
            n_groups=len(pooled.foretold),
        ).to_dict()
        for component, parts in pooled.foretold.items()
    }
    about = {
        "n_people": pooled.n_people,
        "n_labelled": n,
        "base_rate": float(outcome.mean()),
        "released": pooled.released,
        "sources": pooled.sources,
        "calibration": calibration,
        "n_flagged": pooled.n_flagged,
        "flags_about_learning": pooled.n_learning,
        "flags_for_lack_of_motivation": pooled.n_motivation,
        "share_flagged_for_lack_of_motivation": (
            pooled.n_motivation / pooled.n_people if pooled.n_flagged else None  # a rule has none
        ),
    }
    return SupportResult(name, rows, about)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _interval(values: Floats) -> Interval:
    lower, upper = np.quantile(values[1:], [0.025, 0.975])
    return Interval(float(values[0]), float(lower), float(upper))
