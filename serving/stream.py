"""Recommendations of any number of people, from Parquet to Parquet, a part at a time.

A part is a range of the people in their order. It is written aside and put in place by one rename,
so that after a kill every part that is there is whole; the next run with the same settings makes
only those that are not. The finished parts take the place of the old output in one swap.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl

from features.errors import ArtifactError
from features.workspace import link_file, replace_folder, replace_text, write_frame
from models.cases import Cases
from models.exploration import Exploration
from models.ranking import WHY
from models.recommender import Recommender
from serving.batch import foresee_crowds, rank_offered
from serving.eligible import Offer
from serving.seats import demand_of, places_ahead, sample_of

PEOPLE_A_PART = 10_000
TABLES = {
    "people": ("employee_id",),
    "levels": ("employee_id", "competency_id", "level", "required_level", "gap"),
    "history": ("employee_id", "course_id", "happened_on"),
    "courses": ("course_id",),
    "course_competencies": ("course_id", "competency_id", "level"),
    "sessions": ("course_id", "starts_on"),
}
"""Parquet files of a job and the columns each must have; the first three sorted by employee_id."""
SCHEMA = {"employee_id": pl.String, "course_id": pl.String, "rank": pl.Int64, "score": pl.Float64}
SCHEMA |= dict.fromkeys(WHY, pl.Float64) | {"propensity": pl.Float64, "explored": pl.Boolean}
"""Columns of the output (`models.ranking.as_ranking`)."""
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Job:
    """Whom to recommend to, and with what.

    Attributes
    ----------
    tables : Path
        Folder of `TABLES`.
    files : dict of str to str
        The recommender (`models.recommender.Recommender.to_files`), verified.
    as_of : date
        Exclusive.
    k : int
        Courses a person.
    people_a_part : int
    n_threads : int
    occasion : str
        What lots are drawn for (`models.exploration.Exploration`); empty: none are drawn.
    """

    tables: Path
    files: dict[str, str]
    as_of: date
    k: int = 10
    people_a_part: int = PEOPLE_A_PART
    n_threads: int = 2
    occasion: str = ""

    @property
    def n_people(self) -> int:
        """Number of people in the job's table."""
        return _scan(self.tables, "people").select(pl.len()).collect().item()

    @property
    def n_parts(self) -> int:
        """Number of parts; nobody is one part."""
        return max(-(-self.n_people // self.people_a_part), 1)


class PartScorer:
    """Recommends to the parts of a job; what all parts share is read once."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._recommender = Recommender.from_files(job.files)
        courses, teaches, sessions = (
            _read(_scan(job.tables, name))
            for name in ("courses", "course_competencies", "sessions")
        )
        offer = Offer.of(
            self._recommender.course_ids,
            courses,
            sessions,
            job.as_of,
            teaches,
            _times_taken(job.tables),
        )
        self._places = places_ahead(sessions, job.as_of)
        self._offer = self._foreseen(offer, self._places)

    def part(self, number: int) -> pl.DataFrame:
        """Return the recommendations of one part, with the columns of `SCHEMA`."""
        job = self._job
        ranking = rank_offered(
            self._recommender,
            self._cases(number),
            self._offer,
            job.k,
            explore=Exploration(job.occasion) if job.occasion else None,
            n_threads=job.n_threads,
        )
        if ranking.empty:
            return pl.DataFrame(schema=SCHEMA)
        return pl.from_pandas(ranking).select(pl.col(n).cast(kind) for n, kind in SCHEMA.items())

    def demand(self, wanted: pd.Series) -> pd.DataFrame:
        """Return `serving.seats.demand_of` of how many people would have each course."""
        ids = self._recommender.course_ids
        return demand_of(wanted, ids, self._places, self._offer.crowded)

    def _foreseen(self, offer: Offer, places: dict[str, float]) -> Offer:
        """Let the offer know which courses are crowded, from the same people as in memory."""
        if not places:
            return offer
        job, n_people = self._job, self._job.n_people
        people = _scan(job.tables, "people").with_row_index("place")
        own = people.filter(pl.col("place").is_in(sample_of(n_people).tolist())).drop("place")
        ids = own.select("employee_id")
        history, levels = (
            _read(_scan(job.tables, name).join(ids, on="employee_id", how="semi"))
            for name in ("history", "levels")
        )
        sample = Cases(_read(own), history, levels)
        return foresee_crowds(self._recommender, sample, offer, places, n_people, job.n_threads)

    def _cases(self, number: int) -> Cases:
        job = self._job
        start = number * job.people_a_part
        people = _read(_scan(job.tables, "people").slice(start, job.people_a_part))
        of_part = pl.lit(value=False)
        if len(people):
            # a range, not a list: whole row groups of the sorted files are passed over
            first, last = people["employee_id"].iloc[0], people["employee_id"].iloc[-1]
            of_part = pl.col("employee_id").is_between(pl.lit(first), pl.lit(last))
        history, levels = (
            _read(_scan(job.tables, name).filter(of_part)) for name in ("history", "levels")
        )
        return Cases(people, history, levels)


def stream(
    job: Job,
    key: str,
    unfinished: Path,
    target: Path,
    on_part: Callable[[str], object] = lambda _: None,
) -> int:
    """Recommend to everybody; return the number of recommendations.

    Parameters
    ----------
    job : Job
    key : str
        Names what the result depends on besides the sizes of the job: another key starts anew.
    unfinished : Path
        Folder of finished parts, kept for the next run if this one is interrupted.
    target : Path
        Link to the folder of Parquet parts; leads to the old one until all parts are there.
    on_part : callable
        Called with the name of each part once it is there.

    Raises
    ------
    OSError
        The disk is full, or a folder cannot be written; finished parts are kept.
    """
    _open_unfinished(job, key, unfinished)
    names = [f"part-{number:05}.parquet" for number in range(job.n_parts)]
    missing = [n for n, name in enumerate(names) if not (unfinished / name).exists()]
    scorer = PartScorer(job) if missing else None
    for number, name in enumerate(names):
        if scorer is not None and number in missing:
            _write_whole(scorer.part(number), unfinished / name)
        on_part(name)
    with replace_folder(target) as fresh:
        for name in (*names, MANIFEST):
            link_file(unfinished / name, fresh / name)
    shutil.rmtree(unfinished)
    return pl.scan_parquet(target / "part-*.parquet").select(pl.len()).collect().item()


def _open_unfinished(job: Job, key: str, folder: Path) -> None:
    """Keep the parts of an interrupted run with the same settings, remove those of any other."""
    settings = {
        "key": key,
        "as_of": f"{job.as_of}",
        "k": job.k,
        "n_people": job.n_people,
        "people_a_part": job.people_a_part,
    }
    try:
        same = json.loads((folder / MANIFEST).read_text(encoding="utf-8")) == settings
    except (OSError, ValueError):
        same = False
    if not same:
        shutil.rmtree(folder, ignore_errors=True)
        replace_text(folder / MANIFEST, json.dumps(settings, indent=1))


def _write_whole(frame: pl.DataFrame, path: Path) -> None:
    aside = path.with_name(f".{path.name}")
    try:
        write_frame(frame, aside)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    aside.replace(path)


def _scan(folder: Path, name: str) -> pl.LazyFrame:
    path = folder / f"{name}.parquet"
    try:
        frame = pl.scan_parquet(path)
        columns = frame.collect_schema().names()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ArtifactError(f"{path} cannot be read: {error}") from error
    missing = [column for column in TABLES[name] if column not in columns]
    if missing:
        raise ArtifactError(f"{path} must have the columns {', '.join(missing)}")
    return frame


def _times_taken(folder: Path) -> dict[str, int]:
    people = _scan(folder, "people").select("employee_id")
    own = _scan(folder, "history").join(people, on="employee_id", how="semi")
    counts = own.group_by("course_id").len().collect()
    return dict(counts.iter_rows())


def _read(frame: pl.LazyFrame) -> pd.DataFrame:
    return frame.collect().to_pandas()
