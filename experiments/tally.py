"""Judges the lists of several models on the same people, one moment or many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from experiments.benchmark_table import Gain, Row, Segment
from experiments.list_quality import Shelf, diversity, exposure_of, novelty, whole_lists
from training.bootstrap import Interval
from training.metrics import hit_rate_at_k, ndcg_at_k, recall_at_k

K = 10
N_RESAMPLES = 2_000
HITS = {"recall_at_10": recall_at_k, "ndcg_at_10": ndcg_at_k, "hit_rate_at_10": hit_rate_at_k}


@dataclass(frozen=True)
class Moment:
    """What the lists of one moment are judged by.

    Attributes
    ----------
    person : ndarray of str, shape (n_people,)
        Who stands in each row; the same person may stand in several moments.
    relevant, allowed : ndarray of bool, shape (n_people, n_courses)
        What they took afterwards, and what could be recommended. Who took nothing is not judged.
    likeness : ndarray of shape (n_courses, n_courses)
        See `experiments.list_quality.diversity`.
    n_takers : ndarray of int, shape (n_courses,)
        People who took each course before.
    segments : mapping of str to (ndarray of bool or None, ndarray of bool or None)
        Which people, and the hits in which courses, are judged apart; None: all.
    """

    person: np.ndarray
    relevant: np.ndarray
    allowed: np.ndarray
    likeness: np.ndarray
    n_takers: np.ndarray
    n_known: int
    segments: Mapping[str, tuple[np.ndarray | None, np.ndarray | None]] = field(
        default_factory=dict
    )


@dataclass
class _Values:
    """One value a case, moment after moment, with the person of each case."""

    person: list[np.ndarray] = field(default_factory=list)
    by_metric: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def add(self, person: np.ndarray, values: Mapping[str, np.ndarray]) -> None:
        self.person.append(person)
        for name, own in values.items():
            self.by_metric.setdefault(name, []).append(own)

    def intervals(self, seed: int) -> dict[str, Interval]:
        values = {name: self.metric(name) for name in self.by_metric}
        return clustered_intervals(values, np.concatenate(self.person), seed)

    @property
    def n_cases(self) -> int:
        return sum(map(len, self.person))

    def metric(self, name: str) -> np.ndarray:
        return np.concatenate(self.by_metric[name])


class Tally:
    """Collects the lists of every model moment by moment and returns the rows of the table.

    Parameters
    ----------
    seed : int
        Of the bootstrap, and of the lot that orders courses of equal score: else a model that has
        nothing to say would be credited with the order of the catalogue.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._whole: dict[str, _Values] = {}
        self._exposure: dict[str, np.ndarray] = {}
        self._segments: dict[tuple[str, str], _Values] = {}

    def add(self, model: str, scores: np.ndarray, moment: Moment) -> None:
        """Judge the lists that come of these scores, shape (n_people, n_courses)."""
        judged = (moment.relevant & moment.allowed).any(axis=1)
        ordered = by_lot(np.where(moment.allowed, scores, -np.inf), self.seed)[judged]
        relevant = (moment.relevant & moment.allowed)[judged]
        person, shelf = moment.person[judged], Shelf.of(ordered, K)
        values = {name: metric(ordered, relevant, K) for name, metric in HITS.items()}
        values["novelty_at_10"] = novelty(shelf, moment.n_takers, moment.n_known)
        values["diversity_at_10"] = diversity(shelf, moment.likeness)
        self._whole.setdefault(model, _Values()).add(person, values)
        exposure = exposure_of(shelf)
        self._exposure[model] = self._exposure.get(model, np.zeros_like(exposure)) + exposure
        for segment, (people, courses) in moment.segments.items():
            own = relevant if courses is None else relevant & courses[None, :]
            kept = own.any(axis=1) if people is None else own.any(axis=1) & people[judged]
            hits = {name: metric(ordered[kept], own[kept], K) for name, metric in HITS.items()}
            self._segments.setdefault((model, segment), _Values()).add(person[kept], hits)

    @property
    def n_cases(self) -> int:
        """Lists judged of each model."""
        return len(self._person())

    @property
    def n_people(self) -> int:
        """People judged; the same person may stand in several moments."""
        return len(np.unique(self._person()))

    def rows(self) -> list[Row]:
        """Return one row a model, in the order in which they were first added."""
        return [
            Row(model, values.intervals(self.seed), whole_lists(self._exposure[model], K))
            for model, values in self._whole.items()
        ]

    def segments(self) -> list[Segment]:
        """Return one row a segment and model; segments of nobody are left out."""
        return [
            Segment(segment, model, values.n_cases, values.intervals(self.seed))
            for (model, segment), values in sorted(
                self._segments.items(), key=lambda item: item[0][1]
            )
            if values.n_cases
        ]

    def gains(self, model: str, metric: str = "ndcg_at_10") -> list[Gain]:
        """Return what a model gains over each other on the same cases."""
        own = self._whole[model].metric(metric)
        gained = {
            other: own - values.metric(metric)
            for other, values in self._whole.items()
            if other != model
        }
        intervals = clustered_intervals(gained, self._person(), self.seed)
        return [Gain(model, other, metric, interval) for other, interval in intervals.items()]

    def _person(self) -> np.ndarray:
        return np.concatenate(next(iter(self._whole.values())).person)


def by_lot(scores: np.ndarray, seed: int) -> np.ndarray:
    """Return scores in the same order without ties: equal ones are ordered by lot; -inf stays.

    The same seed deals the same to every model.
    """
    lot = np.random.default_rng(seed).random(scores.shape)
    order = np.lexsort((lot, -scores), axis=1)
    places = np.empty(scores.shape)
    n_courses = scores.shape[1]
    np.put_along_axis(places, order, np.arange(n_courses, 0, -1.0)[None, :], axis=1)
    return np.where(np.isneginf(scores), -np.inf, places)


def clustered_intervals(
    values: Mapping[str, np.ndarray], person: np.ndarray, seed: int
) -> dict[str, Interval]:
    """Return means over cases with 95% intervals; a person is drawn with all their cases.

    Cases without a value (NaN) are left out; where none is left, the interval is NaN. All values
    see the same resamples, and so does whoever asks for the same people with the same seed.
    """
    people, code = np.unique(person, return_inverse=True)
    table = np.stack(list(values.values()), axis=1)
    known = np.isfinite(table)
    total, n_cases = np.zeros((2, len(people), len(values)))
    np.add.at(total, code, np.where(known, table, 0.0))
    np.add.at(n_cases, code, known)
    rng, means = np.random.default_rng(seed), np.empty((N_RESAMPLES, len(values)))
    with np.errstate(invalid="ignore"):
        for draw in means:
            drawn = rng.integers(0, len(people), len(people))
            weight = np.bincount(drawn, minlength=len(people))
            draw[:] = (weight @ total) / (weight @ n_cases)
        mean = total.sum(axis=0) / n_cases.sum(axis=0)
    some = known.any(axis=0)
    bounds = np.full((2, len(values)), np.nan)
    if some.any():
        bounds[:, some] = np.nanquantile(means[:, some], [0.025, 0.975], axis=0)
    return {
        name: Interval(float(mean[place]), float(bounds[0, place]), float(bounds[1, place]))
        for place, name in enumerate(values)
    }
