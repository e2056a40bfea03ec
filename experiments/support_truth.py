"""The true chance of each component of disengagement of simulated people: for the judge alone.

In hindsight it is the chance given how engagement and offers went, with all further luck drawn
anew: days of absence, answers, looking for courses. Nobody could know so much at the snapshot. What
could have been known then at best is the same with each person's engagement, rate of absence and
chance of accepting an offer as they truly were in the month before, and the offers that came. Left
out of both are long leave and full sessions.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from experiments.simulated_employer import SimulatedEmployer
from experiments.simulation.chances import own_choice_rate
from features.known import months_before
from features.standards.load import load_standard

Floats = NDArray[np.float64]
N_DRAWS = 300


def true_chances(
    employer: SimulatedEmployer,
    panel: pd.DataFrame,
    as_of: date,
    horizon_months: int,
    seed: int,
    *,
    hindsight: bool = True,
) -> pd.DataFrame:
    """Return the true chance of each modelled component of each person of a snapshot.

    Parameters
    ----------
    panel : DataFrame of shape (n, m)
        `features.panel.build_panel` at ``as_of``; a component that is null there has no chance.

    Returns
    -------
    DataFrame of shape (n, 3)
        ``learning_stopped``, ``absence_rise``, and ``any`` of both; 0 where it could not be seen.
    """
    if hindsight:
        months = _months(employer, panel, as_of, months_before(as_of, -horizon_months))
    else:
        last = _months(employer, panel, months_before(as_of, 1), as_of)
        months = {name: np.repeat(one, horizon_months, axis=1) for name, one in last.items()}
    accepts = None if hindsight else months["accept_chance"][:, 0]
    chances = {
        "learning_stopped": _stops(employer, panel, months, as_of, horizon_months, accepts),
        "absence_rise": _rises(employer, panel, months, as_of, np.random.default_rng(seed)),
    }
    seen = {name: np.where(panel[name].notna(), one, 0.0) for name, one in chances.items()}
    none = np.prod([1 - one for one in seen.values()], axis=0)
    return pd.DataFrame(seen | {"any": 1 - none}, index=panel.index)


def remote_units(employer: SimulatedEmployer, panel: pd.DataFrame) -> list[str]:
    """Return the units that the employer knows to be remote."""
    remote = employer.truth.scan("people").select("pns_id", "remote").collect().to_pandas()
    by_person = panel["employee_id"].map(employer.pns_ids).map(remote.set_index("pns_id")["remote"])
    units = panel.loc[by_person.fillna(False).astype(bool).to_numpy(), "unit_id"]
    return sorted(units.dropna().unique())


def _months(
    employer: SimulatedEmployer, panel: pd.DataFrame, start: date, end: date
) -> dict[str, Floats]:
    """Return what the truth's months hold, as arrays of shape (n, n_months)."""
    ids = panel["employee_id"].map(employer.pns_ids)
    names = ("engagement", "unexcused_rate", "accept_chance")
    rows = (
        employer.truth.scan("months")
        .filter(pl.col("month") >= start, pl.col("month") < end)
        .select("pns_id", "month", *names)
        .collect()
        .to_pandas()
    )
    found = {}
    for name in names:
        wide = rows.pivot_table(index="pns_id", columns="month", values=name)
        found[name] = wide.reindex(ids).to_numpy(dtype=np.float64)
    return found


def _stops(
    employer: SimulatedEmployer,
    panel: pd.DataFrame,
    months: dict[str, Floats],
    as_of: date,
    horizon_months: int,
    accepts: Floats | None,
) -> Floats:
    """Return the chance to take no course; ``accepts`` stands for each offer's own chance."""
    ids = panel["employee_id"].map(employer.pns_ids)
    end = months_before(as_of, -horizon_months)

    def within(table: str, day: str) -> pl.LazyFrame:
        return employer.truth.scan(table).filter(pl.col(day) >= as_of, pl.col(day) < end)

    offers = within("offers", "tanggal_penawaran").group_by("pns_id")
    refused = offers.agg(none=(1 - pl.col("chance_accepted")).product(), n=pl.len()).collect()
    refused = refused.to_pandas().set_index("pns_id")
    assigned = within("enrolments", "tanggal_mulai").filter(pl.col("origin") == "assigned")
    has_to = set(assigned.select("pns_id").collect()["pns_id"])
    people = employer.truth.scan("people").select("pns_id", "remote").collect().to_pandas()
    remote = ids.map(people.set_index("pns_id")["remote"]).fillna(False).to_numpy(dtype=np.float64)
    looks = own_choice_rate(employer.world, months["engagement"], remote[:, None])
    not_by_oneself = np.nanprod(1 - looks, axis=1)
    no_offer_taken = ids.map(refused["none"]).fillna(1.0).to_numpy(np.float64)
    if accepts is not None:
        n_offers = ids.map(refused["n"]).fillna(0).to_numpy(np.float64)
        no_offer_taken = np.nan_to_num(1 - accepts, nan=1.0) ** n_offers
    free = ~ids.isin(has_to).to_numpy()
    return free * no_offer_taken * not_by_oneself


def _rises(
    employer: SimulatedEmployer,
    panel: pd.DataFrame,
    months: dict[str, Floats],
    as_of: date,
    rng: np.random.Generator,
) -> Floats:
    rule: dict[str, Any] = load_standard("disengagement")["absence_rise"]
    past = _past_mean(employer, panel, as_of, rule["past_months"])
    strength, rate = employer.world.attendance, months["unexcused_rate"]
    out = np.zeros(len(panel))
    for _ in range(N_DRAWS):
        mishap = rng.random(rate.shape) < strength.mishap_monthly
        fault = rng.random(rate.shape) < strength.fault_monthly
        days = (
            rng.poisson(np.nan_to_num(rate))
            + rng.poisson(strength.mishap_days * mishap)
            + rng.poisson(strength.fault_days * (1 - strength.fault_recognised) * fault)
        )
        days = np.where(np.isnan(rate), np.nan, days)
        line = (past + rule["rise_days"])[:, None]
        high = np.nansum(days >= line, axis=1) >= rule["min_high_months"]
        n = np.maximum((~np.isnan(days)).sum(axis=1), 1)
        out += high & (np.nansum(days, axis=1) / n >= line[:, 0])
    return out / N_DRAWS


def _past_mean(
    employer: SimulatedEmployer, panel: pd.DataFrame, as_of: date, past_months: int
) -> Floats:
    attendance = employer.records.attendance.filter(
        pl.col("valid_from") < as_of,
        pl.col("valid_from") >= months_before(as_of, past_months),
    )
    means = attendance.group_by("employee_id").agg(pl.col("unexcused_days").mean()).to_pandas()
    by_person = means.set_index("employee_id")["unexcused_days"]
    return panel["employee_id"].map(by_person).to_numpy(dtype=np.float64)
