"""Reads the truth of a simulation: what courses would bring, and what support would change.

For evaluation only: nothing that learns or recommends may import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from experiments.simulation.gains import gain_share, level_after
from experiments.simulation.world import World
from features.errors import MissingStepError


@dataclass(frozen=True)
class Truth:
    """The truth folder of one simulation, read table by table when asked.

    Attributes
    ----------
    folder : Path
        ``truth`` of a workspace.
    """

    folder: Path

    def __post_init__(self) -> None:
        if not self.folder.is_dir():
            raise MissingStepError(f"{self.folder}", "huyula simulate")

    def scan(self, table: str) -> pl.LazyFrame:
        """Return one table, unread."""
        return pl.scan_parquet(self.folder / f"{table}.parquet")

    def world(self) -> World:
        """Return the world that was simulated."""
        strength = self.scan("world").filter(pl.col("strength") == "world")
        return World.model_validate_json(strength.select("text").collect().item())

    def course_gains(self, as_of: date, people: list[str] | None = None) -> pl.DataFrame:
        """Return what each course is expected to bring each person in each competency it teaches.

        Parameters
        ----------
        as_of : date
            Levels are those of the last snapshot before or on it (each 1 January, the start, the
            end).
        people : list of str, optional
            Values of ``pns_id``; everybody if not given.

        Returns
        -------
        DataFrame
            ``pns_id``, ``kursus_id``, ``kode_kompetensi``, ``level`` and ``gain`` (levels), one row
            a person, course and competency. Luck (`learning.gain_spread`) is left at its mean.
        """
        causes, levels = self.scan("people"), self._levels(as_of)
        if people is not None:
            causes = causes.filter(pl.col("pns_id").is_in(people))
        tastes = pl.selectors.starts_with("taste_")
        long_levels = levels.unpivot(
            index="pns_id", variable_name="kode_kompetensi", value_name="level"
        )
        long_tastes = causes.unpivot(
            tastes, index=["pns_id", "growth"], variable_name="topic", value_name="taste"
        ).with_columns(pl.col("topic").str.strip_prefix("taste_"))
        rows = (
            self.scan("courses")
            .join(long_tastes, on="topic")
            .join(long_levels, on=["pns_id", "kode_kompetensi"])
            .collect()
        )
        level, taught, form, taste, growth = (
            rows[name].to_numpy() for name in ("level", "taught", "form", "taste", "growth")
        )
        share = gain_share(self.world(), level, taught, form, taste, growth)
        gain = level_after(level, taught, share) - level
        return rows.select("pns_id", "kursus_id", "kode_kompetensi", "level").with_columns(
            pl.Series("gain", gain.astype(np.float32))
        )

    def support_effects(self, start: date, end: date) -> pl.DataFrame:
        """Return both outcomes of each person over the months in ``[start, end)``.

        Returns
        -------
        DataFrame
            ``pns_id``, ``n_months``, and pairs without and with ``_supported``: mean
            ``engagement``, days of unexcused absence expected (``unexcused_rate``) and as luck had
            it (``unexcused_days``), mean chance of accepting an offer (``accept_chance``), and the
            chance of leaving in that time (``exit_chance``).
        """
        pairs = ("engagement", "accept_chance"), ("unexcused_rate", "unexcused_days")
        mean, total = ([f"{n}{s}" for n in names for s in ("", "_supported")] for names in pairs)
        stays = [
            (1 - (1 - pl.col(name)).product()).alias(name)
            for name in ("exit_chance", "exit_chance_supported")
        ]
        return (
            self.scan("months")
            .filter(pl.col("month") >= start, pl.col("month") < end)
            .group_by("pns_id")
            .agg(
                pl.len().alias("n_months"),
                pl.col(mean).mean(),
                pl.col(total).cast(pl.Float64).sum(),
                *stays,
            )
            .sort("pns_id")
            .collect()
        )

    def _levels(self, as_of: date) -> pl.LazyFrame:
        levels = self.scan("levels").filter(pl.col("before") <= as_of)
        newest = levels.select(pl.col("before").max()).collect().item()
        return levels.filter(pl.col("before") == newest).drop("before")
