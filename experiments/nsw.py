"""The NSW benchmark: the estimate of benefit where an experiment knows the answer.

Participants of a job training given by lot (National Supported Work, LaLonde 1986, in the selection
of Dehejia & Wahba 1999) are compared with people of a survey (CPS) who never could take part. The
experiment says what the training brought: earnings in 1978 rose by $1,794.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.benchmark_table import Benchmark, Row
from features.errors import SystemPartError
from models.effect import TreatmentEffect
from training.bootstrap import Interval

OUTCOME, PLACEBO, TREATED = "re78", "re75", "treat"
COVARIATES = ("age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75")
UNEMPLOYED = {"re74": "unemployed74", "re75": "unemployed75"}
HEADINGS = {"effect": "1978 earnings ($)", "placebo": "placebo: 1975 earnings ($)"}


@dataclass(frozen=True)
class Protocol:
    """One way to estimate; the first of `PROTOCOLS` was fixed as the answer beforehand.

    Attributes
    ----------
    model : str
        Name of the row.
    learner : str
    trim : float
        See `TreatmentEffect`.
    """

    model: str
    learner: str
    trim: float


PROTOCOLS = (
    Protocol("doubly robust", "stacked", 0.1),
    Protocol("linear, trim .1", "linear", 0.1),
    Protocol("lightgbm, trim .1", "lightgbm", 0.1),
    Protocol("stacked, trim .05", "stacked", 0.05),
    Protocol("linear, trim .05", "linear", 0.05),
    Protocol("stacked, trim .01", "stacked", 0.01),
    Protocol("linear, trim .01", "linear", 0.01),
    Protocol("linear, untrimmed", "linear", 0.0),
)
"""The answer, and all variants tried: they say how much hangs on the choice."""


def run_nsw(
    *,
    seed: int = 0,
    n_repeats: int = 5,
    protocols: tuple[Protocol, ...] = PROTOCOLS,
    on_progress: Callable[[str], None] = lambda _: None,
) -> Benchmark:
    """Estimate what the training brought its participants (ATT), with the survey as controls.

    Parameters
    ----------
    seed : int, default=0
        Of folds and LightGBM.
    n_repeats : int, default=5
        Splits into folds an estimate.
    protocols : tuple of Protocol
    on_progress : callable
        Called with the name of each protocol done.

    Raises
    ------
    SystemPartError
        The development package ``causaldata`` is not installed.
    """
    participants, by_lot, survey = load_nsw()
    people = pd.concat([participants, survey], ignore_index=True)
    experiment = _difference(participants[OUTCOME], by_lot[OUTCOME])
    rows = [
        Row("experiment", {"effect": experiment, "placebo": _of(participants, by_lot)}),
        Row("naive difference", {
            "effect": _difference(participants[OUTCOME], survey[OUTCOME]),
            "placebo": _of(participants, survey),
        }),
    ]  # fmt: skip
    overlaps: dict[str, Any] = {}
    for protocol in protocols:
        row, overlaps[protocol.model] = _estimated(protocol, people, seed, n_repeats)
        rows.append(row)
        on_progress(protocol.model)
    about = {
        "n_participants": len(participants),
        "n_survey": len(survey),
        "n_by_lot": len(by_lot),
        "n_repeats": n_repeats,
        "seed": seed,
        "answer": protocols[0].model,
        "overlap": overlaps,
        "verdict": verdict(rows, protocols[0].model),
    }
    title = (
        "NSW: what job training brought its participants, controls from the survey CPS "
        "(95% intervals); the placebo is earned before the training."
    )
    return Benchmark("nsw", title, rows, about=about)


def load_nsw() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return participants, people refused by lot, and the survey.

    Raises
    ------
    SystemPartError
        ``causaldata`` is not installed.
    """
    try:
        from causaldata import cps_mixtape, nsw_mixtape
    except ImportError as error:
        raise SystemPartError(
            "the data of this benchmark come with the development package causaldata, which is "
            "not installed: run `uv sync` without --no-dev, or `pip install causaldata`"
        ) from error
    tables = [pd.DataFrame(one.load_pandas().data) for one in (nsw_mixtape, cps_mixtape)]
    experiment, survey = (one.drop(columns="data_id").astype(np.float64) for one in tables)
    lot = experiment[TREATED] == 1
    return experiment[lot], experiment[~lot], survey


def covariates(people: pd.DataFrame, *without: str) -> pd.DataFrame:
    """Return what is known before the training; who earned nothing in a year is marked.

    Earnings of a year in `without` are left out together with their mark.
    """
    earned = [year for year in UNEMPLOYED if year not in without]
    columns = people[[name for name in COVARIATES if name not in without]]
    return columns.assign(**{UNEMPLOYED[year]: (people[year] == 0) * 1.0 for year in earned})


def verdict(rows: list[Row], answer: str) -> dict[str, bool]:
    """Return whether the answer's interval holds the experiment's result, and its placebo 0."""
    by_model = {row.model: row.metrics for row in rows}
    truth = by_model["experiment"]["effect"].mean
    own = by_model[answer]
    return {
        "holds_experiment": own["effect"].lower <= truth <= own["effect"].upper,
        "excludes_naive": own["effect"].lower > by_model["naive difference"]["effect"].mean,
        "placebo_holds_zero": own["placebo"].lower <= 0 <= own["placebo"].upper,
    }


def overlap_lines(found: Benchmark) -> list[str]:
    """Return in words how comparable participants and survey are, by protocol."""
    lines = ["overlap (rows kept by propensity, weighted others):"]
    for model, one in found.about["overlap"].items():
        lines.append(
            f"  {model:<18} {one['n_treated']} of "
            f"{one['n_treated'] + one['n_treated_trimmed']} participants, propensity "
            f"{one['propensity_low']:.3f} to {one['propensity_high']:.3f}; {one['n_others']:,} of "
            f"{one['n_others'] + one['n_others_trimmed']:,} others, worth "
            f"{one['effective_others']:.0f}, largest weight {one['largest_weight']:.1%}"
        )
    return lines


def _estimated(
    protocol: Protocol, people: pd.DataFrame, seed: int, n_repeats: int
) -> tuple[Row, dict[str, Any]]:
    took = people[TREATED].to_numpy()

    def estimate(outcome: str, *without: str) -> TreatmentEffect:
        model = TreatmentEffect(
            learner=protocol.learner, trim=protocol.trim, n_repeats=n_repeats, random_state=seed
        )
        return model.fit(covariates(people, *without), took, people[outcome].to_numpy())

    effect, placebo = estimate(OUTCOME), estimate(PLACEBO, PLACEBO)
    metrics = {
        name: Interval(one.effect_.mean, one.effect_.lower, one.effect_.upper)
        for name, one in (("effect", effect), ("placebo", placebo))
    }
    about = effect.overlap_.to_dict() | {"boosted_share": effect.boosted_share_}
    return Row(protocol.model, metrics), about


def _of(treated: pd.DataFrame, others: pd.DataFrame) -> Interval:
    return _difference(treated[PLACEBO], others[PLACEBO])


def _difference(treated: pd.Series, others: pd.Series) -> Interval:
    """Return the difference of means with the interval of unequal variances."""
    mean = float(treated.mean() - others.mean())
    error = float(np.sqrt(treated.var() / len(treated) + others.var() / len(others)))
    return Interval(mean, mean - 1.96 * error, mean + 1.96 * error)
