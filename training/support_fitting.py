"""Fit the components of the support model: hazards on past snapshots, calibrated on a later one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from features.labels import COMPONENTS, EVENT
from features.panel import build_panel
from features.profiles import FEATURES
from features.records import Records
from features.standards.load import load_standard
from models.hazard import HazardModel
from models.hazard_choice import HazardGrid
from models.lagged_self import LaggedSelf
from models.likeness import Likeness
from training.fitting import TooLittleError
from training.periods import Periods
from training.support_candidate import SupportCandidate
from training.unsupported import unsupported_weights

MIN_EVENTS, MIN_EVENTS_LATER = 50, 20
"""Person-dates with the event in the training period, people with it in the calibration period."""


def fit_support(
    records: Records,
    periods: Periods,
    *,
    null_seed: int | None,
    lots: pd.DataFrame | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> SupportCandidate:
    """Fit every component on the training snapshots and calibrate on the later one.

    Months after the first window are learned from the snapshots whose second window ends by the
    calibration date, so that nothing is learned from the period that calibrates.

    Parameters
    ----------
    null_seed : int or None
        Learn from outcomes dealt by lot instead, to show that the gates refuse them.
    lots : DataFrame, optional
        Lists of support needs that were given (`training.unsupported.read_lots`): whoever was
        supported says nothing of what happens without support. Default: nobody was.

    Raises
    ------
    TooLittleError
        No training snapshot, or too few events of every component.
    """
    if not periods.training:
        raise TooLittleError(
            f"the records begin too late to learn from a window of {periods.horizon_months} months "
            f"before {periods.calibration}"
        )
    learned = _panel(records, periods, list(periods.training), progress)
    later = _panel(records, periods, [periods.calibration], progress)
    if null_seed is not None:
        learned, later = _permuted(learned, null_seed), _permuted(later, null_seed + 1)
    weight = None
    if lots is not None and len(lots):
        weight = unsupported_weights(later, lots, periods.horizon_months)
    return fit_components(learned, later, periods.horizon_months, weight)


def fit_components(
    learned: pd.DataFrame,
    later: pd.DataFrame,
    horizon_months: int,
    weight: np.ndarray | None = None,
    grid: HazardGrid | None = None,
    features: tuple[str, ...] = FEATURES,
) -> SupportCandidate:
    """Fit hazards and lagged selves of all components that have events enough.

    Parameters
    ----------
    learned, later : DataFrame
        `features.panel.build_panel` of the training snapshots and of the later one.
    horizon_months : int
    weight : ndarray of shape (n_later,), optional
        Of the later people; see `training.unsupported`.
    grid : HazardGrid, optional
        Candidates; default: those for each component's number of events.
    features : tuple of str
        Profile columns that hazards may see.

    Raises
    ------
    TooLittleError
        No component has events enough.
    """
    missing = {
        name: lack for name in COMPONENTS if (lack := _lack(name, learned, later)) is not None
    }
    wanted = [name for name in COMPONENTS if name not in missing]
    if not wanted:
        raise TooLittleError("; ".join(f"{name}: {lack}" for name, lack in missing.items()))

    def fitted(name: str) -> HazardModel:
        hazard = HazardModel(
            component=name, features=features, horizon_months=horizon_months, grid=grid
        )
        return hazard.fit(learned).calibrate(later, weight)

    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        hazards = dict(zip(wanted, pool.map(fitted, wanted), strict=True))
    lagged = {
        name: LaggedSelf(component=name, horizon_months=horizon_months).fit(
            later, hazards[name].baseline_, weight
        )
        for name in wanted
    }
    quantile = load_standard("support")["likeness"]["quantile"]
    return SupportCandidate(hazards, lagged, missing, Likeness(quantile=quantile).fit(learned))


def _lack(component: str, learned: pd.DataFrame, later: pd.DataFrame) -> str | None:
    """Return what a component lacks to be learned, None where it lacks nothing."""
    for name, panel, least in (
        ("training", learned, MIN_EVENTS), ("calibration", later, MIN_EVENTS_LATER),
    ):  # fmt: skip
        told = panel[component].dropna()
        n_events = int(told.sum())
        if n_events < least or n_events == len(told):
            return (
                f"the {name} period holds {n_events} events among {len(told)} labelled "
                f"person-dates; at least {least} are needed, and some without"
            )
    return None


def _panel(
    records: Records, periods: Periods, dates: list[date], progress: Callable[[str], None]
) -> pd.DataFrame:
    return build_panel(
        records, dates, periods.horizon_months, progress=lambda day: progress(f"{day}")
    )


def _permuted(panel: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Deal each date's outcomes to its people by lot."""
    outcomes = [EVENT, *COMPONENTS, *(f"{name}_month" for name in COMPONENTS)]
    rng = np.random.default_rng(seed)
    order = np.arange(len(panel))
    for rows in panel.groupby("as_of").indices.values():
        order[rows] = rng.permutation(rows)
    dealt = panel[outcomes].iloc[order].reset_index(drop=True)
    return panel.assign(**{name: dealt[name] for name in outcomes})
