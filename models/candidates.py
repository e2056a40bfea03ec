"""Which courses the ranker looks at: the union of what the generators put first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.cases import Cases
from models.interactions import taken_matrix
from models.ranking import lowest


def allowed_or_untaken(X: Cases, course_ids: list[str], allowed: np.ndarray | None) -> np.ndarray:
    """Return ``allowed``, or every course that the person has not taken where it is None.

    Raises
    ------
    ValueError
        The shape is not (n_people, n_courses).
    """
    if allowed is None:
        return taken_matrix(X, course_ids).toarray() == 0
    expected = (len(X.people), len(course_ids))
    if np.shape(allowed) != expected:
        raise ValueError(f"allowed must be of shape {expected}, got {np.shape(allowed)}")
    return np.asarray(allowed, dtype=bool)


def ranks(scores: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Rank the allowed courses of each person by score.

    Returns
    -------
    ndarray of shape (n_people, n_courses)
        From 1, equal scores sharing the better rank, so that the order of the catalogue says
        nothing; NaN where the course is not allowed or the generator has nothing to say (a score
        of 0).
    """
    spoken = allowed & (scores != 0)
    if scores.size == 0:
        return np.full(scores.shape, np.nan)
    keys = np.where(spoken, -scores, np.inf)
    order = np.argsort(keys, axis=1)
    keys = np.take_along_axis(keys, order, axis=1)
    place = np.tile(np.arange(1.0, keys.shape[1] + 1), (len(keys), 1))
    place[:, 1:][keys[:, 1:] == keys[:, :-1]] = 1.0  # equal to the one before: its place holds
    np.maximum.accumulate(place, axis=1, out=place)
    ranked = np.empty(scores.shape)
    np.put_along_axis(ranked, order, place, axis=1)
    return np.where(spoken, ranked, np.nan)


def choose_candidates(
    ranked: Sequence[np.ndarray | None], allowed: np.ndarray, n_candidates: int
) -> np.ndarray:
    """Choose each person's candidates by the best rank any generator gives.

    Courses of equal best rank are ordered by their mean rank. Allowed courses of which no generator
    says anything fill what is left, so that a person without a history has candidates too.

    Parameters
    ----------
    ranked : sequence of ndarray of shape (n_people, n_courses)
        See `ranks`; one for each generator, None where it does not propose.
    allowed : ndarray of bool, shape (n_people, n_courses)
    n_candidates : int
        At most so many a person.

    Returns
    -------
    ndarray of bool, shape (n_people, n_courses)
    """
    n_courses = allowed.shape[1]
    spoken = [rank for rank in ranked if rank is not None]
    filled = [np.where(np.isnan(rank), n_courses + 1.0, rank) for rank in spoken]
    best = np.minimum.reduce(filled)
    mean = np.add.reduce(filled) / (len(filled) * (n_courses + 2))
    return lowest(np.where(allowed, best + mean, np.inf), n_candidates) & allowed
