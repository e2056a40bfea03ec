"""What the ranker sees of a person and a course, named after where each feature comes from.

The prefix of a name is its source: ``gap_``, ``peers_``, ``path_``, ``person_``, ``course_``.
`REASON_OF` says for which reason it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from models.case_arrays import order_of, places_in
from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import taken_matrix

PERSON_FEATURES = (
    "post_level", "employment_type", "post_days", "n_gaps", "gap_levels", "jp_this_year",
    "n_courses_12_months", "days_since_course",
)  # fmt: skip
"""Columns of people that the ranker uses where they exist."""
COURSE_FEATURES = ("form", "jp", "cost_rupiah")
"""Columns of courses, likewise."""
REASONS = ("gap", "career", "peers", "policy", "interest")
"""What a part of a score stands for; a constant comes on top."""
REASON_OF = {
    "gap_": "gap", "person_n_gaps": "gap", "person_gap_levels": "gap",
    "person_post_level": "career", "person_post_days": "career",
    "peers_": "peers", "path_transitions": "peers", "path_next_course": "peers",
    "path_course_order": "peers",
    "course_": "policy", "person_employment_type": "policy", "person_jp_this_year": "policy",
    "path_": "interest", "person_": "interest",
}  # fmt: skip
"""The reason of each feature by the beginning of its name; the longest that fits counts.

Peers' paths are what others took, also what they took after the courses of this person; interest is
what this person's own courses are like, and how many and how recent they are; policy is what the
employer sets: form, hours, cost and dates of a course, type of employment and hours used."""


def reason_of(feature: str) -> str:
    """Return what a feature stands for, one of `REASONS`.

    >>> reason_of("path_transitions_rank"), reason_of("path_ease"), reason_of("person_gap_levels")
    ('peers', 'interest', 'gap')
    """
    return REASON_OF[max((name for name in REASON_OF if feature.startswith(name)), key=len)]


class Coding:
    """Columns of a frame as numbers: numeric as they are, others as places in a sorted list.

    Attributes
    ----------
    known : dict of str to list of str or None
        For each column its known values, or None where it is numeric. A value that is not known is
        NaN, as is a missing one.
    """

    def __init__(self, known: dict[str, list[str] | None]) -> None:
        self.known = known

    @classmethod
    def of(cls, frame: pd.DataFrame, columns: Sequence[str]) -> Self:
        """Learn the values of these columns."""
        return cls({column: _known_values(frame[column]) for column in columns})

    def numbers(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the columns as an ndarray of shape (n_rows, n_columns), NaN where not known."""
        missing = [column for column in self.known if column not in frame]
        if missing:
            raise ValueError(f"columns must include {list(self.known)}, missing {missing}")
        coded = np.full((len(frame), len(self.known)), np.nan)
        for position, (column, values) in enumerate(self.known.items()):
            if values is None:
                numeric = pd.to_numeric(frame[column])
                coded[:, position] = numeric.to_numpy(dtype=np.float64, na_value=np.nan)
            else:
                code = places_in(order_of(values), frame[column])
                coded[:, position] = np.where(code >= 0, code, np.nan)
        return coded


def _known_values(values: pd.Series) -> list[str] | None:
    if pd.api.types.is_numeric_dtype(values) or values.isna().all():
        return None
    return sorted({str(value) for value in values.dropna()})


class PairFeatures:
    """Builds the ranker's features for candidate pairs.

    Parameters
    ----------
    names : sequence of (str, str, bool)
        Reason and name of each generator, and whether its scores are also compared within the
        person (share of the highest, rank), in the order of the scores.
    person, course : Coding
        Profile and catalogue columns to use.
    """

    def __init__(
        self, names: Sequence[tuple[str, str, bool]], person: Coding, course: Coding
    ) -> None:
        self.generator_names = list(names)
        self.person, self.course = person, course

    @classmethod
    def of(
        cls,
        generators: Sequence[Generator],
        people: pd.DataFrame,
        catalogue: Catalogue,
        *,
        person_columns: Sequence[str],
        course_columns: Sequence[str],
        compare: bool,
    ) -> Self:
        """Learn which values the columns take; ``compare`` what proposes within each person."""
        return cls(
            [(each.group, each.name, compare and each.proposes) for each in generators],
            Coding.of(people, person_columns),
            Coding.of(catalogue.courses, course_columns),
        )

    @property
    def names(self) -> list[str]:
        """Names of the features, in the order of the matrix."""
        generated = [
            f"{reason}_{name}{suffix}"
            for reason, name, compared in self.generator_names
            for suffix in (("", "_share", "_rank") if compared else ("",))
        ]
        return [
            *generated,
            *[f"path_like_{column}" for column in self.course.known],
            *[f"course_{column}" for column in self.course.known],
            "person_n_taken",
            *[f"person_{column}" for column in self.person.known],
        ]

    @property
    def monotone(self) -> list[int]:
        """Which way each feature may move the score, as in `models.booster.train_lambdarank`.

        A larger gap covered never lowers a score, all else equal: not as a level, not as a share
        of the person's largest, and not as a rank, which is better the smaller it is.
        """
        return [
            (-1 if name.endswith("_rank") else 1) if name.startswith("gap_") else 0
            for name in self.names
        ]

    def build(
        self,
        X: Cases,
        courses: pd.DataFrame,
        scores: Sequence[np.ndarray],
        ranked: Sequence[np.ndarray | None],
        chosen: np.ndarray,
    ) -> np.ndarray:
        """Return float32 features of the chosen pairs, person by person in catalogue order.

        Parameters
        ----------
        X : Cases
        courses : DataFrame
            ``catalogue.courses``.
        scores, ranked : sequence of ndarray of shape (n_people, n_courses)
            See `Generator.score` and `models.candidates.ranks`; one for each generator. ``ranked``
            is None for one that does not propose.
        chosen : ndarray of bool, shape (n_people, n_courses)
            The pairs to describe.

        Returns
        -------
        ndarray of float32, shape (n_chosen, n_features)
        """
        row, column = np.nonzero(chosen)
        described = self._described(courses)
        taken = taken_matrix(X, described.course_ids)
        n_taken = np.diff(taken.indptr).astype(np.float64)
        blocks = [
            *(
                _compared(score, rank, row, column)
                if compared and rank is not None
                else score[row, column][:, None]
                for score, rank, (_, _, compared) in zip(
                    scores, ranked, self.generator_names, strict=True
                )
            ),
            *(_likeness(taken, n_taken, own, row, column)[:, None] for own in described.columns),
            described.numbers[column],
            n_taken[row][:, None],
            self.person.numbers(X.people)[row],
        ]
        return np.concatenate(blocks, axis=1, dtype=np.float32)

    def _described(self, courses: pd.DataFrame) -> _Described:
        """Return the courses as numbers; of the frame asked for last they are kept."""
        made_for, described = getattr(self, "_last", (None, None))
        if described is None or made_for is not courses:
            described = _Described.of(self.course, courses)
            self._last = (courses, described)
        return described

    def to_dict(self) -> dict[str, Any]:
        """Return what was learned, ready for JSON."""
        return {
            "generators": [list(pair) for pair in self.generator_names],
            "person": self.person.known,
            "course": self.course.known,
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Return what `to_dict` described."""
        names = [(reason, name, compared) for reason, name, compared in content["generators"]]
        return cls(names, Coding(content["person"]), Coding(content["course"]))


def _compared(
    score: np.ndarray, rank: np.ndarray, row: np.ndarray, column: np.ndarray
) -> np.ndarray:
    """Return score, share of the person's highest score, and rank of each pair."""
    top = np.where(np.isnan(rank), 0.0, score).max(axis=1, initial=0.0)[row]
    values = score[row, column]
    share = np.divide(values, top, out=np.zeros(len(row)), where=top > 0)
    return np.stack([values, share, rank[row, column]], axis=1).astype(np.float32)


@dataclass(frozen=True)
class _Column:
    """A column of the courses.

    Attributes
    ----------
    value : ndarray of shape (n_courses,)
        NaN where not known.
    member : ndarray of shape (n_courses, n_values) or None
        1 at the value of each course; None where the column is numeric.
    """

    value: np.ndarray
    member: np.ndarray | None


@dataclass(frozen=True)
class _Described:
    """Courses as the features read them."""

    course_ids: list[str]
    numbers: np.ndarray
    columns: list[_Column]

    @classmethod
    def of(cls, coding: Coding, courses: pd.DataFrame) -> Self:
        numbers, columns = coding.numbers(courses), []
        for values, names in zip(numbers.T, coding.known.values(), strict=True):
            places = None if names is None else np.arange(max(len(names), 1))
            member = None if places is None else (values[:, None] == places).astype(float)
            columns.append(_Column(values, member))
        return cls([str(one) for one in courses["course_id"]], numbers, columns)


def _likeness(
    taken: Any,  # noqa: ANN401
    n_taken: np.ndarray,
    own: _Column,
    row: np.ndarray,
    column: np.ndarray,
) -> np.ndarray:
    """Compare each pair's course with those that the person took, by one column of the catalogue.

    Returns
    -------
    ndarray of shape (n_pairs,)
        Share of the courses taken with the same value; for a numeric column the difference from
        their mean. NaN for a person who took none.
    """
    value, known = own.value[column], ~np.isnan(own.value)
    with np.errstate(invalid="ignore", divide="ignore"):
        if own.member is not None:
            place = np.nan_to_num(value).astype(np.int64)
            same = np.where(known[column], (taken @ own.member)[row, place], 0.0)
            return same / n_taken[row]
        mean = taken @ np.nan_to_num(own.value) / (taken @ known.astype(float))
        return value - mean[row]


def ranker_features(
    generators: Sequence[Generator],
    people: pd.DataFrame,
    catalogue: Catalogue,
    *,
    person_features: Sequence[str] | None,
    course_features: Sequence[str] | None,
    compare: bool,
) -> PairFeatures:
    """Return the features of a ranker over these generators.

    Parameters
    ----------
    person_features, course_features : sequence of str or None
        Columns, all of which must exist; None: those of `PERSON_FEATURES` and `COURSE_FEATURES`
        that do.
    generators, people, catalogue, compare
        See `PairFeatures.of`.

    Raises
    ------
    ValueError
        Names of generators are not unique, none proposes, or a column is missing.
    """
    names = [generator.name for generator in generators]
    if len(set(names)) < len(names):
        raise ValueError(f"generators must have names that differ, got {names}")
    if not any(generator.proposes for generator in generators):
        raise ValueError(f"generators must include one that proposes, got {names}")
    return PairFeatures.of(
        generators,
        people,
        catalogue,
        person_columns=_chosen_or_present(person_features, PERSON_FEATURES, people),
        course_columns=_chosen_or_present(course_features, COURSE_FEATURES, catalogue.courses),
        compare=compare,
    )


def _chosen_or_present(
    chosen: Sequence[str] | None, default: Sequence[str], frame: pd.DataFrame
) -> list[str]:
    """Return the chosen columns, all of which must exist, or the default ones that do."""
    if chosen is None:
        return [column for column in default if column in frame]
    missing = [column for column in chosen if column not in frame]
    if missing:
        raise ValueError(f"person_features and course_features must be columns, missing {missing}")
    return list(chosen)
