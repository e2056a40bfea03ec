"""Made-up people for benchmarks of recommending: any number, in pieces, with something to learn.

A person has a post out of 400 (which requires twelve competencies), nine measured competencies and
one to seven courses out of `N_COURSES`; posts and courses belong to eight fields, and people take
courses of their own field and courses that close their gaps more often than others.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

from features.part_writer import PartWriter
from features.schema import FORMS, POST_LEVELS
from models.cases import Cases, Catalogue

AS_OF = date(2025, 7, 1)
N_COURSES, N_POSTS, N_FIELDS = 300, 400, 8
N_COMPETENCIES, N_REQUIRED, N_MEASURED, MOST_TAKEN = 39, 12, 9, 8
PIECE = 10_000
"""People made up at a time."""
COMPETENCIES = np.array([f"K.{i:02}" for i in range(N_COMPETENCIES)])
COURSES = np.array([f"C{i:04}" for i in range(N_COURSES)])
POSTS = np.array([f"P{i:04}" for i in range(N_POSTS)])


class MadeUp:
    """An employer without meaning; the same seed, the same posts, courses and people.

    Attributes
    ----------
    catalogue : Catalogue
        `N_COURSES` courses, each teaching two competencies.
    sessions : DataFrame
        One session a course, all ahead.
    """

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self._seed = seed
        self._course_field = rng.integers(0, N_FIELDS, N_COURSES)
        self._post_field = rng.integers(0, N_FIELDS, N_POSTS)
        self._post_level = rng.integers(0, len(POST_LEVELS), N_POSTS)
        self._required = np.argsort(rng.random((N_POSTS, N_COMPETENCIES)), axis=1)[:, :N_REQUIRED]
        self._required_level = rng.integers(2, 6, (N_POSTS, N_REQUIRED))
        self._appeal = rng.normal(0.0, 1.0, N_COURSES)
        taught = np.argsort(rng.random((N_COURSES, N_COMPETENCIES)), axis=1)[:, :2]
        self._taught = np.zeros((N_COURSES, N_COMPETENCIES))
        level = rng.integers(2, 6, (N_COURSES, 2)).astype(float)
        np.put_along_axis(self._taught, taught, level, axis=1)
        self.catalogue = self._catalogue(rng, taught, level)
        ahead = pd.Timestamp(AS_OF) + pd.to_timedelta(rng.integers(1, 300, N_COURSES), unit="D")
        self.sessions = pd.DataFrame({"course_id": COURSES, "starts_on": ahead})

    def people(self, start: int, stop: int) -> tuple[Cases, pd.DataFrame]:
        """Return the people of these numbers, and the one or two courses each took afterwards."""
        rng = np.random.default_rng((self._seed, start))
        n = stop - start
        ids = np.array([f"{number:012x}{number * 7919:020x}" for number in range(start, stop)])
        post = rng.integers(0, N_POSTS, n)
        level = rng.integers(2, 9, (n, N_MEASURED)) / 2
        gaps = np.maximum(self._required_level[post][:, :N_MEASURED] - level, 0)
        taken = self._taken(post, level, gaps, rng)
        n_taken = rng.integers(1, MOST_TAKEN, n)
        before = np.arange(taken.shape[1])[None] < n_taken[:, None]
        days = np.sort(rng.integers(1, 900, taken.shape), axis=1)[:, ::-1]
        history = _rows(ids, taken, before)
        began = pd.Timestamp(AS_OF) - pd.to_timedelta(days[before], unit="D")
        history["happened_on"] = began.astype("datetime64[ms]")
        place = np.arange(taken.shape[1])[None] - n_taken[:, None]
        later = _rows(ids, taken, (place >= 0) & (place < rng.integers(1, 3, n)[:, None]))
        people = self._described(ids, post, gaps, days, before, rng)
        return Cases(people, history, self._levels(ids, post, level, gaps, rng)), later

    def write(self, folder: Path, start: int, n_people: int) -> None:
        """Write `serving.stream.TABLES` of these people, some at a time."""
        frames = {
            "courses": self.catalogue.courses,
            "course_competencies": self.catalogue.teaches,
            "sessions": self.sessions,
        }
        for name, frame in frames.items():
            pl.from_pandas(frame).write_parquet(folder / f"{name}.parquet")
        writers: dict[str, PartWriter] = {}
        for first in range(start, start + n_people, PIECE):
            cases, _ = self.people(first, min(first + PIECE, start + n_people))
            parts = {"people": cases.people, "history": cases.history, "levels": cases.gaps}
            for name, part in parts.items():
                frame = pl.from_pandas(part)
                if name not in writers:
                    writers[name] = PartWriter(folder / f"{name}.parquet", frame.clear())
                writers[name].write(frame)
        for writer in writers.values():
            writer.close()

    def _taken(
        self, post: np.ndarray, level: np.ndarray, gaps: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Draw courses without repetition, in order (Gumbel noise: a softmax draw)."""
        lacking, levels = np.zeros((2, len(post), N_COMPETENCIES))
        measured = self._required[post][:, :N_MEASURED]
        np.put_along_axis(lacking, measured, gaps, axis=1)
        np.put_along_axis(levels, measured, level, axis=1)
        closes = (lacking > 0) @ (self._taught > 0).T.astype(float)
        own = self._post_field[post][:, None] == self._course_field[None]
        wish = 1.5 * own + 0.8 * closes + self._appeal + rng.gumbel(size=closes.shape)
        return np.argsort(-wish, axis=1)[:, : MOST_TAKEN + 2]

    def _described(
        self,
        ids: np.ndarray,
        post: np.ndarray,
        gaps: np.ndarray,
        days: np.ndarray,
        before: np.ndarray,
        rng: np.random.Generator,
    ) -> pd.DataFrame:
        n = len(ids)
        return pd.DataFrame(
            {
                "employee_id": ids,
                "unit_id": np.char.add("U", (post // 10).astype(str)),
                "post_id": POSTS[post],
                "post_level": np.array(POST_LEVELS)[self._post_level[post]],
                "employment_type": np.where(rng.random(n) < 0.3, "PPPK", "PNS"),
                "post_days": rng.integers(30, 4000, n).astype(float),
                "n_gaps": (gaps > 0).sum(axis=1).astype(float),
                "gap_levels": gaps.sum(axis=1),
                "jp_this_year": rng.integers(0, 20, n).astype(float),
                "n_courses_12_months": ((days < 365) & before).sum(axis=1).astype(float),
                "days_since_course": np.where(before, days, 9999).min(axis=1).astype(float),
            }
        )

    def _levels(
        self,
        ids: np.ndarray,
        post: np.ndarray,
        level: np.ndarray,
        gaps: np.ndarray,
        rng: np.random.Generator,
    ) -> pd.DataFrame:
        n, shape = len(ids), (len(ids), N_REQUIRED)
        known = np.arange(N_REQUIRED) < N_MEASURED
        nothing = np.full((n, N_REQUIRED - N_MEASURED), np.nan)
        return pd.DataFrame(
            {
                "employee_id": np.repeat(ids, N_REQUIRED),
                "competency_id": COMPETENCIES[self._required[post]].ravel(),
                "level": np.hstack([level, nothing]).ravel(),
                "required_level": self._required_level[post].ravel().astype(float),
                "gap": np.hstack([gaps, nothing]).ravel(),
                "days_since_assessment": np.where(
                    known, rng.integers(1, 700, shape), np.nan
                ).ravel(),
                "evidence": np.tile(np.where(known, "valid", "never"), n),
            }
        )

    def _catalogue(
        self, rng: np.random.Generator, taught: np.ndarray, level: np.ndarray
    ) -> Catalogue:
        limited = rng.random(N_COURSES)
        courses = pd.DataFrame(
            {
                "course_id": COURSES,
                "form": rng.choice(FORMS, N_COURSES),
                "jp": rng.integers(2, 24, N_COURSES).astype(float),
                "cost_rupiah": rng.integers(0, 50, N_COURSES) * 1e5,
                "mandatory": limited < 0.05,
                "post_levels": np.where(limited > 0.9, "|".join(POST_LEVELS[:4]), ""),
                "employment_types": np.where((limited > 0.85) & (limited <= 0.9), "PNS", ""),
            }
        )
        teaches = pd.DataFrame(
            {
                "course_id": np.repeat(COURSES, 2),
                "competency_id": COMPETENCIES[taught].ravel(),
                "level": level.ravel(),
            }
        )
        return Catalogue(courses, teaches)


def _rows(ids: np.ndarray, taken: np.ndarray, chosen: np.ndarray) -> pd.DataFrame:
    person, place = np.nonzero(chosen)
    return pd.DataFrame({"employee_id": ids[person], "course_id": COURSES[taken[person, place]]})
