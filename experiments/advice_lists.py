"""The lists that advice judges: of a workspace's snapshot, or of a simulated employer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from experiments.advice import GAP_ONLY, RECOMMENDER, K
from experiments.simulated_employer import SimulatedEmployer
from experiments.simulated_lists import SERVED, all_lists, shelves_of
from experiments.simulated_truth import TrueGains, true_gains
from models.cases import Cases, Catalogue
from models.course_set import legal_and_useful
from models.gap import GapCoverage
from models.set_choice import choose_set
from serving.released import Released

Shelves = Mapping[str, Mapping[str, Sequence[str]]]
ERROR_LEVELS, SMALLEST_GAP, N_ADVISED = 0.5, 0.5, 3


def snapshot_lists(released: Released) -> Shelves:
    """Return what was recommended, and gap coverage alone under the same rules, by person."""
    snapshot, offer, ids = released.snapshot, released.offer, released.recommender.course_ids
    cases = Cases(snapshot["people"], snapshot["history"], snapshot["levels"])
    own = snapshot["courses"].set_index("course_id").reindex(ids).reset_index(names="course_id")
    gap = GapCoverage().fit(cases, Catalogue(own, snapshot["course_competencies"]))
    gap_only: dict[str, list[str]] = {}
    for part in cases.parts(500):
        needs = offer.needs(part)
        useful = legal_and_useful(offer.allowed(part), needs, offer.facts)
        scores = np.where(useful, gap.score(part), -np.inf)
        row, column, _ = choose_set(scores, needs, offer.facts, K, by_value=False)
        who = part.people["employee_id"].to_numpy()
        for person, course in zip(row, column, strict=True):
            gap_only.setdefault(str(who[person]), []).append(ids[course])
    first = snapshot["candidates"].sort_values(["employee_id", "rank"])
    listed = {str(who): own["course_id"].tolist() for who, own in first.groupby("employee_id")}
    return {RECOMMENDER: listed, GAP_ONLY: gap_only}


def simulated_lists(employer: SimulatedEmployer, seed: int) -> Shelves:
    """Return the lists of a simulated employer by person."""
    lists = all_lists(employer, true_gains(employer), seed)
    who = employer.cases.people["employee_id"].tolist()
    shelves = {name: shelves_of(lists[own], employer.course_ids) for name, own in NAMES.items()}
    return {name: dict(zip(who, own, strict=True)) for name, own in shelves.items()}


NAMES = {RECOMMENDER: SERVED, GAP_ONLY: "gap"}


def drawn_advice(employer: SimulatedEmployer, seed: int) -> pd.DataFrame:
    """Draw what assessors who see true gaps with an error advise today.

    Returns
    -------
    DataFrame
        See `experiments.advice.recent_advice`: up to `N_ADVISED` competencies a person whose gap
        seems at least `SMALLEST_GAP` levels, seen with a standard error of `ERROR_LEVELS`.
    """
    gains = true_gains(employer)
    rng = np.random.default_rng([seed, 4])
    lacking = np.where(gains.required > 0, gains.required - gains.level, -np.inf)
    seen = lacking + rng.normal(0.0, ERROR_LEVELS, lacking.shape)
    seen = np.where(gains.taught.any(axis=0), seen, -np.inf)
    most = np.argsort(-seen, axis=1)[:, :N_ADVISED]
    row, place = np.nonzero(np.take_along_axis(seen, most, axis=1) >= SMALLEST_GAP)
    names = _competencies(employer, gains)
    return pd.DataFrame(
        {
            "employee_id": employer.cases.people["employee_id"].to_numpy()[row],
            "competency_id": np.array(names, dtype=object)[most[row, place]],
            "course_id": None,
            "advised_on": pd.Timestamp(employer.as_of),
        }
    )


def _competencies(employer: SimulatedEmployer, gains: TrueGains) -> list[str]:
    """Return the competencies in the order of the truth's columns."""
    columns = employer.truth.scan("levels").collect_schema().names()
    names = [name for name in columns if name not in ("pns_id", "before")]
    if len(names) != gains.level.shape[1]:
        raise ValueError(f"levels must have {gains.level.shape[1]} competencies, got {len(names)}")
    return names
