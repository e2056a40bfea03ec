"""Published shares beside simulated ones: what the default world is set on.

What is counted can be added up over employers, so a nation's table needs no nation in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from experiments.simulation.conditions import UWES_HIGHEST
from experiments.simulation.lists import read_list

SCHEMA = {"measure": pl.String, "n": pl.Float64, "total": pl.Float64, "squares": pl.Float64}
BACHELOR_CODES = ("35", "40", "45", "50")
CEILING_JP, FEW_YEARS, FEWEST_ANSWERS = 24, 5, 10


@dataclass(frozen=True)
class Compared:
    """One published figure beside the simulated one.

    Attributes
    ----------
    simulated : float
        nan where nothing was there to count.
    """

    label: str
    target: float
    simulated: float
    tolerance: float
    source: str

    @property
    def within(self) -> bool:
        """Whether the two differ by no more than the tolerance."""
        return abs(self.simulated - self.target) <= self.tolerance


def count_marginals(files: dict[str, pl.DataFrame], end: date) -> pl.DataFrame:
    """Count what the targets ask for in one employer's clean files.

    Returns
    -------
    DataFrame
        ``measure``, ``n``, ``total`` and ``squares`` (sums of values and of their squares).
    """
    people = files["pegawai"].filter(pl.col("kedudukan_hukum_nama") == "Aktif")
    contract = pl.col("jenis_pegawai_nama") == "PPPK"
    appointed = pl.col("tmt_cpns").str.to_date("%d-%m-%Y")
    shares = people.select(
        women=pl.col("jenis_kelamin") == "F",
        bachelor=pl.col("tingkat_pendidikan_id").is_in(BACHELOR_CODES),
        pppk=contract,
        structural=pl.col("jenis_jabatan_id") == "1",
        functional=pl.col("jenis_jabatan_id") == "2",
        clerical=pl.col("jenis_jabatan_id") == "4",
        service_to_5=appointed >= end.replace(year=end.year - FEW_YEARS),
    )
    rows = [_sums(name, shares[name].cast(pl.Float64)) for name in shares.columns]
    types = files["pegawai"].select("pns_id", contract=contract)
    rows += _predicates(files, types) + _engagement(files) + _hours(files, types)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def compare(marginals: Iterable[pl.DataFrame]) -> list[Compared]:
    """Add up what was counted and set it beside the targets."""
    sums = pl.concat(marginals).group_by("measure").sum()
    by_measure = {row[0]: row[1:] for row in sums.iter_rows()}
    return [
        Compared(
            label=target["label"],
            target=target["value"],
            simulated=_statistic(target, *by_measure.get(target["measure"], (0.0, 0.0, 0.0))),
            tolerance=target["tolerance"],
            source=target["source"],
        )
        for target in read_list("calibration")["target"]
    ]


def _statistic(target: dict[str, Any], n: float, total: float, squares: float) -> float:
    if n == 0:
        return float("nan")
    mean = total / n
    if target.get("statistic") == "spread":
        return float("nan") if n == 1 else (max(squares - n * mean**2, 0) / (n - 1)) ** 0.5
    return mean


def _predicates(files: dict[str, pl.DataFrame], types: pl.DataFrame) -> list[tuple]:
    reviews = files["skp22"].join(types, left_on="idPns", right_on="pns_id")
    rows = []
    for name, contract in (("pns", False), ("pppk", True)):
        predicate = reviews.filter(pl.col("contract") == contract)["kuadranKinerja"]
        best, good = predicate == "Sangat Baik", predicate == "Baik"
        for suffix, is_so in (
            ("sangat_baik", best), ("baik", good), ("below_baik", ~(best | good)),
        ):  # fmt: skip
            rows.append(_sums(f"{name}_{suffix}", is_so.cast(pl.Float64)))
    return rows


def _engagement(files: dict[str, pl.DataFrame]) -> list[tuple]:
    answers = (
        files["survei"]
        .join(files["pegawai"].select("pns_id", "unor_id"), on="pns_id")
        .select("unor_id", score=pl.col("skor").cast(pl.Float64) / UWES_HIGHEST)
        .drop_nulls()
    )
    units = answers.group_by("unor_id").agg(pl.col("score").mean(), pl.len())
    units = units.filter(pl.col("len") >= FEWEST_ANSWERS)
    return [_sums("engagement", answers["score"]), _sums("engagement_units", units["score"])]


def _hours(files: dict[str, pl.DataFrame], types: pl.DataFrame) -> list[tuple]:
    """Count the years in which contract staff begin courses of more hours than their ceiling."""
    people = types.filter("contract").select("pns_id")
    jp = pl.col("jumlahJam").cast(pl.Float64)
    yearly = (
        files["kursus"]
        .select("idPns", year=pl.col("tanggalKursus").str.slice(-4), jp=jp)
        .join(people, left_on="idPns", right_on="pns_id", how="semi")
        .group_by("idPns", "year")
        .agg(pl.col("jp").sum())
    )
    return [_sums("pppk_above_ceiling", (yearly["jp"] > CEILING_JP).cast(pl.Float64))]


def _sums(name: str, values: pl.Series) -> tuple[str, float, float, float]:
    return name, float(len(values)), float(values.sum()), float((values**2).sum())
