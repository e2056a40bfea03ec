"""The released recommender: the ranker, or one generator where the ranker did not pass its gate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Self, cast

import numpy as np
import pandas as pd
from sklearn.base import clone

from features.errors import ArtifactError
from models.candidates import allowed_or_untaken
from models.cases import Cases, Catalogue
from models.generator import Generator
from models.generators import generator_from_dict
from models.pair_features import reason_of
from models.parameters import check_positive
from models.ranker import CourseRanker
from models.ranking import WHY, Choose, as_ranking, top_pairs

RANKER = "ranker"
KIND_FILE, GENERATOR_FILE = "recommender.json", "generator.json"


class Recommender:
    """One face for both kinds of fitted model.

    Parameters
    ----------
    kind : str
        ``ranker``, or the name of the generator.
    model : CourseRanker or Generator
        Fitted.
    """

    def __init__(self, kind: str, model: CourseRanker | Generator) -> None:
        if isinstance(model, Generator) and not model.proposes:
            raise ValueError(f"model must propose courses, got {model.name}")
        expected = RANKER if isinstance(model, CourseRanker) else model.name
        if kind != expected:
            raise ValueError(f"kind must be {expected} for this model, got {kind}")
        self.kind = kind
        self.model = model

    @property
    def course_ids(self) -> list[str]:
        """Columns of `score`, in catalogue order."""
        return self.model.course_ids_

    def fit_generators(self, evidence: Cases, catalogue: Catalogue) -> Self:
        """Learn today's records and catalogue; what the ranker learned of ordering stays."""
        if isinstance(self.model, CourseRanker):
            self.model.fit_generators(evidence, catalogue)
        else:
            self.model = cast("Generator", clone(self.model)).fit(evidence, catalogue)
        return self

    def score(self, X: Cases, allowed: np.ndarray | None = None) -> np.ndarray:
        """Return scores of shape (n_people, n_courses); -inf where a course may not be recommended.

        ``allowed`` is a bool array of the same shape; default: the courses that a person has not
        taken.
        """
        if isinstance(self.model, CourseRanker):
            return self.model.score(X, allowed)
        open_courses = allowed_or_untaken(X, self.course_ids, allowed)
        return np.where(open_courses, self.model.score(X), -np.inf)

    def recommend(
        self,
        X: Cases,
        *,
        k: int,
        allowed: np.ndarray | None = None,
        choose: Choose | None = None,
        n_threads: int | None = None,
    ) -> pd.DataFrame:
        """Return the best courses of each person; see `CourseRanker.recommend`.

        A generator returns only courses of which it has something good to say (a score above 0),
        and each part of a score stands under its reason.
        """
        if isinstance(self.model, CourseRanker):
            return self.model.recommend(X, k=k, allowed=allowed, choose=choose, n_threads=n_threads)
        check_positive("k", k)
        parts = self.model.parts(X)
        open_courses = allowed_or_untaken(X, self.course_ids, allowed)
        scores = np.where(open_courses, np.sum(list(parts.values()), axis=0), -np.inf)
        spoken = np.where(scores > 0, scores, -np.inf)
        pairs = top_pairs(spoken, k) if choose is None else choose(X, spoken)
        why = np.zeros((len(pairs[0]), len(WHY)))
        for group, part in parts.items():
            reason = reason_of(f"{group}_{self.model.kind}")
            why[:, WHY.index(f"why_{reason}")] = part[pairs[0], pairs[1]]
        return as_ranking(X.people, self.course_ids, pairs, scores, why)

    def to_files(self) -> dict[str, str]:
        """Return the recommender as text files by name."""
        files = {KIND_FILE: json.dumps({"kind": self.kind})}
        if isinstance(self.model, CourseRanker):
            return files | self.model.to_files()
        return files | {GENERATOR_FILE: json.dumps(self.model.to_dict(), allow_nan=False)}

    @classmethod
    def from_files(cls, files: Mapping[str, str]) -> Self:
        """Return the recommender that `to_files` wrote; it scores exactly alike.

        Raises
        ------
        ArtifactError
            A file is missing or damaged.
        """
        try:
            kind = json.loads(files[KIND_FILE])["kind"]
            if kind == RANKER:
                return cls(kind, CourseRanker.from_files(files))
            return cls(kind, generator_from_dict(json.loads(files[GENERATOR_FILE])))
        except (LookupError, TypeError, ValueError) as error:
            raise ArtifactError(f"recommender is damaged: {error}") from error
