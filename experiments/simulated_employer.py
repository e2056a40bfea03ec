"""A simulated employer on the real road: export, import, training, release, lists for everybody."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

from experiments.simulation.evaluation import Truth
from experiments.simulation.plan import Plan
from experiments.simulation.world import World
from experiments.simulation.writing import TRUTH, usual_processes, write_plan
from features.horizon import Horizon, end_of_records
from features.identity import TokenTable
from features.importing import import_export, save_import
from features.known import known_records
from features.profiles import build_profiles
from features.records import Records, load_records
from features.sources.mapping import load_mapping
from features.workspace import Workspace, replace_folder
from models.cases import Cases, Catalogue
from models.recommender import Recommender
from models.situation import allowed_at, cases_at, catalogue_of
from training.fitting import TooLittleError, fit_ranker
from training.judging import judge_recommender
from training.periods import plan_periods
from training.releasing import released_recommender
from training.road import EVALUATION_SEED

MONTHS, HORIZON_MONTHS, START = 36, 6, date(2023, 1, 1)


@dataclass(frozen=True)
class SimulatedEmployer:
    """An employer whose records are imported; its lists are asked for the day after them.

    Attributes
    ----------
    world : World
    records : Records
        As imported.
    as_of : date
        The day after the newest record: nothing that was learned from lies after it.
    pns_ids : dict of str to str
        From ``employee_id`` to the ``pns_id`` of the truth.
    truth : Truth
        Only for the judge.
    """

    world: World
    records: Records
    as_of: date
    pns_ids: dict[str, str]
    truth: Truth

    @cached_property
    def cases(self) -> Cases:
        """Everybody in service at the held-out date."""
        return cases_at(self.records, self.as_of, build_profiles(self.records, self.as_of))

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue."""
        return catalogue_of(self.records)

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """Sessions announced before the held-out date."""
        return known_records(self.records, self.as_of).sessions.collect().to_pandas()

    @cached_property
    def allowed(self) -> np.ndarray:
        """What the law of each course allows whom (n_people, n_courses)."""
        return allowed_at(self.records, self.cases, self.catalogue, self.as_of)

    @cached_property
    def course_ids(self) -> list[str]:
        """Courses in the catalogue's order."""
        return self.catalogue.courses["course_id"].tolist()

    @cached_property
    def released(self) -> Recommender:
        """What `training.road` would release: trained, judged, fitted on all that is known.

        Tracking, signing and files are left out: they change no list.
        """
        first = min(
            frame["valid_from"].min()
            for frame in (self.records.offers, self.records.attendance)
            if len(frame)
        )
        periods = plan_periods(first, self.as_of, HORIZON_MONTHS)
        try:
            ranker = fit_ranker(self.records, periods, null_seed=None)
        except TooLittleError:
            ranker = None
        verdict = judge_recommender(self.records, periods, ranker, EVALUATION_SEED).verdict
        return released_recommender(
            verdict.released, ranker, self.records, Horizon(self.as_of, self.as_of)
        )


def build_employer(world: World, people: int, seed: int) -> SimulatedEmployer:
    """Simulate an employer of a world, write its export, and import it.

    Parameters
    ----------
    world : World
    people : int
        Everybody in service at any time of the 36 months.
    seed : int
    """
    workspace = Workspace(Path(tempfile.mkdtemp(prefix="huyula-benchmark-")))
    plan = Plan(people, MONTHS, seed, world, START, 0.0)
    write_plan(plan, workspace, usual_processes(), lambda _: None)
    tokens = TokenTable(seed.to_bytes(32, "big"))
    with (
        import_export(
            workspace.source,
            load_mapping("siasn"),
            tokens,
            today=plan.period.day_one(MONTHS).astype(object),
            progress=lambda _: None,
        ) as imported,
        replace_folder(workspace.records) as folder,
    ):
        save_import(imported, folder)
    records = _held(load_records(workspace.records))
    truth = Truth(workspace.root / TRUTH)
    # the truth is read table by table, so its folder goes together with it, or with the process
    weakref.finalize(truth, shutil.rmtree, workspace.root, ignore_errors=True)
    ids = truth.scan("people").select("pns_id").collect()["pns_id"].to_list()
    found = {tokens.find("pns_id", pns_id): pns_id for pns_id in ids}
    by_key = {key: pns_id for key, pns_id in found.items() if key is not None}
    return SimulatedEmployer(world, records, end_of_records(records), by_key, truth)


def _held(records: Records) -> Records:
    """Return the records read whole: their folder may go."""
    return records.map(
        lambda frame: frame.lazy().collect() if isinstance(frame, pl.LazyFrame) else frame
    )
