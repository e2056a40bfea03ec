"""What every candidate generator is: something that scores all courses for a person by one idea."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator

from models.cases import Cases, Catalogue


class Generator(BaseEstimator, ABC):
    """Base of the generators.

    A generator knows nothing of eligibility or of what a person has already taken: callers mask.

    Attributes
    ----------
    kind : str
        Which class this is, in files.
    group : {"gap", "peers", "path", "course"}
        Which reason a score stands for: what the person lacks, what peers took, what follows
        from the person's own courses, what is known of the course.
    proposes : bool
        Whether a high score recommends a course. Otherwise the score is only a statistic that the
        ranker may use.
    name : str
        Tells several generators of one kind apart (constructor parameter, defaults to the kind).
    course_ids_ : list of str
        Columns of the scores, in catalogue order.
    """

    kind: ClassVar[str]
    group: ClassVar[str]
    proposes: ClassVar[bool] = True
    name: str
    course_ids_: list[str]

    @abstractmethod
    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Learn from people, histories and gaps; nothing to learn from is not an error."""

    @abstractmethod
    def score(self, X: Cases) -> np.ndarray:
        """Score every course for every person.

        Returns
        -------
        ndarray of shape (n_people, n_courses)
            Rows in the order of ``X.people``, columns ``course_ids_``; 0 means nothing to say,
            never NaN.
        """

    def parts(self, X: Cases) -> dict[str, np.ndarray]:
        """Return the score by the reason it stands for (`group` of a generator); they add up."""
        return {self.group: self.score(X)}

    @abstractmethod
    def _state(self) -> dict[str, Any]:
        """Return what ``fit`` learned, ready for JSON."""

    @abstractmethod
    def _restore(self, state: dict[str, Any]) -> None:
        """Take back what `_state` returned."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fitted generator, ready for JSON."""
        return {
            "kind": self.kind,
            "params": self.get_params(deep=False),
            "course_ids": self.course_ids_,
            "state": self._state(),
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Return the generator that `to_dict` described; it scores exactly alike."""
        # JSON knows no tuples.
        params = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in content["params"].items()
        }
        generator = cls(**params)
        generator.course_ids_ = list(content["course_ids"])
        generator._restore(content["state"])
        return generator
