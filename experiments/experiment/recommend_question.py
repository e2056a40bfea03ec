"""The question which courses people take up: ranker or generator beside all default generators."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import numpy as np
import pandas as pd

from experiments.experiment.by_length import by_length
from experiments.experiment.calendar import Calendar
from experiments.experiment.model_choice import ModelChoice
from experiments.experiment.question import Judged, Params, Period, Question, Used, some_people
from experiments.experiment.specification import Specification
from experiments.experiment.workspace_support import SEGMENTS
from features.errors import HuyulaError
from features.profiles import FAMILIES
from features.records import Records
from models.cases import Cases, Catalogue
from models.generator import Generator
from models.generators import default_generators
from models.ranker import CourseRanker
from models.ranker_pairs import Snapshot
from models.situation import allowed_at, cases_at, catalogue_of
from training.fitting import TooLittleError, check_enough, tells_courses_apart
from training.judging import K, shuffled_courses
from training.metrics import hit_rate_at_k, ndcg_at_k, recall_at_k
from training.targets import course_targets
from training.tracking import RECOMMENDER

MEASURES = {"ndcg": ndcg_at_k, "recall": recall_at_k, "hit_rate": hit_rate_at_k}


class RecommendQuestion(Question):
    """Put to the records of a workspace.

    Parameters
    ----------
    specification : Specification
    records : Records
        Polars frames.
    used : Used
    calendar : Calendar
    choice : ModelChoice
    """

    def __init__(
        self,
        specification: Specification,
        records: Records,
        used: Used,
        calendar: Calendar,
        choice: ModelChoice,
    ) -> None:
        self.specification, self.used = specification, used
        self.records, self.calendar, self._choice = records, calendar, choice
        origins = calendar.origins(specification)
        self.periods = tuple(calendar.period("recommend", origin) for origin in origins)
        self.validation = calendar.period("recommend", calendar.before(origins[0]))
        self.final = calendar.period("recommend", calendar.final)
        self._catalogue = catalogue_of(records)
        self._moments: dict[date, Snapshot] = {}
        self._rivals: dict[date, dict[str, np.ndarray]] = {}

    @property
    def registered(self) -> str:
        """Return the registered model that `huyula release` reads."""
        return RECOMMENDER

    def judge(self, period: Period, params: Params, share: float = 1.0) -> Judged:
        """Fit on what was known, and compare with what people took in the period.

        The ranker learns from courses taken in the window before the period; generators learn what
        was known when it began, from everybody: only the ranker can learn from a share of people.

        Raises
        ------
        HuyulaError
            Nobody took a course that could have been recommended.
        """
        as_of = cast("date", period.start)
        moment = self._moment(as_of)
        model = self._choice.make(self._with_families(params), self.specification.seed)
        scores = self._scores(model, as_of, moment, share)
        relevant = _relevant(moment)
        judged = relevant.any(axis=1)
        if not judged.any():
            raise HuyulaError(
                f"nobody took a course that could have been recommended from {as_of} on"
            )
        own = _measured(scores[judged], relevant[judged], self.specification.seed)
        people = moment.cases.people[judged]
        segments = {f"segment.{n}": people[n].to_numpy() for n in SEGMENTS if n in people}
        rows = pd.DataFrame({"person": people["employee_id"].to_numpy(), **own, **segments})
        for name, rival in self._rivals_at(as_of, moment).items():
            if name != self._choice.name:
                found = _measured(rival[judged], relevant[judged], self.specification.seed)
                rows = rows.assign(**{f"{metric}.{name}": v for metric, v in found.items()})
        return Judged(rows, model)

    def _scores(
        self,
        model: Any,  # noqa: ANN401
        as_of: date,
        moment: Snapshot,
        share: float,
    ) -> np.ndarray:
        allowed = cast("np.ndarray", moment.allowed)
        if isinstance(model, CourseRanker):
            before = self._moment(self.calendar.before(as_of))
            learned = before.y[some_people(before.y["employee_id"], share)]
            try:
                check_enough(learned, self.calendar.before(as_of), self._horizon)
            except TooLittleError as error:
                raise HuyulaError(str(error)) from error
            model.fit(before.cases, learned, catalogue=self._catalogue, allowed=before.allowed)
            if not tells_courses_apart(model):
                raise HuyulaError(
                    "all that was learned is about people, nothing tells courses apart"
                )
            return model.fit_generators(moment.cases, self._catalogue).score(moment.cases, allowed)
        if share < 1:
            raise HuyulaError(f"share of people must be 1 of {self._choice.name}, got {share:g}")
        return _generator_scores(model, moment.cases, self._catalogue, allowed)

    def _rivals_at(self, as_of: date, moment: Snapshot) -> dict[str, np.ndarray]:
        if as_of not in self._rivals:
            allowed = cast("np.ndarray", moment.allowed)
            self._rivals[as_of] = {
                one.name: _generator_scores(one, moment.cases, self._catalogue, allowed)
                for one in default_generators()
            }
        return self._rivals[as_of]

    def _moment(self, as_of: date) -> Snapshot:
        if as_of not in self._moments:
            cases = cases_at(self.records, as_of)
            allowed = allowed_at(self.records, cases, self._catalogue, as_of)
            course_ids = self._catalogue.courses["course_id"].tolist()
            targets = course_targets(self.records, cases, course_ids, allowed, as_of, self._horizon)
            self._moments[as_of] = Snapshot(cases, targets, cases, self._catalogue, allowed)
        return self._moments[as_of]

    @property
    def _horizon(self) -> int:
        return self.calendar.horizon_months

    def _with_families(self, params: Params) -> dict[str, Any]:
        features = self.specification.features
        if features is None:
            return dict(params)
        columns = [name for family in features.families for name in FAMILIES[family]]
        seen = ("post_level", "employment_type", *columns)
        return {"person_features": seen, **params}


def _generator_scores(
    generator: Generator, cases: Cases, catalogue: Catalogue, allowed: np.ndarray
) -> np.ndarray:
    scores = generator.fit(cases, catalogue).score(cases)
    return np.where(allowed & (scores > 0), scores, -np.inf)


def _relevant(moment: Snapshot) -> np.ndarray:
    allowed = cast("np.ndarray", moment.allowed)
    relevant = np.zeros(allowed.shape, dtype=bool)
    course_ids = moment.catalogue.courses["course_id"]
    relevant[
        pd.Index(moment.cases.people["employee_id"]).get_indexer(pd.Index(moment.y["employee_id"])),
        pd.Index(course_ids).get_indexer(pd.Index(moment.y["course_id"])),
    ] = True
    return relevant


def _measured(scores: np.ndarray, relevant: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    dealt = shuffled_courses(scores, relevant, seed)
    at_ten = {f"{name}_at_{K}": measure(*dealt, K) for name, measure in MEASURES.items()}
    return at_ten | by_length(*dealt)
