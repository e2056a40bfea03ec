"""Courses whose words are those of the courses taken and of the person's post."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.validation import check_is_fitted

from features.catalogue.stemming import stem
from models.cases import Cases, Catalogue
from models.generator import Generator
from models.interactions import course_ids_of, recency_matrix
from models.matrices import matrix_from_json, matrix_to_json
from models.parameters import check_fraction, check_not_negative

COURSE_TEXTS = ("title", "description")
POST_TEXTS = ("post_title", "post_description")
WORD = re.compile(r"[^\W\d_]{3,}")
"""Three letters or more: shorter words and figures say little of what a course is about."""


class TextMatch(Generator):
    r"""Cosine between course texts, weighted by TF-IDF of stemmed words.

    The text of a person is the mean of the texts of the courses taken, each weighing
    :math:`\mathrm{recency}^{\mathrm{age}}`, plus ``post_weight`` times the text of the post. It is
    known of a new course, and of a new person whose post is described.

    Parameters
    ----------
    recency : float, default=0.8
        Weight of each further step back in the person's own history.
    post_weight : float, default=0.5
    course_columns : sequence of str, default=("title", "description")
        Text columns of ``catalogue.courses``; those that do not exist are empty.
    person_columns : sequence of str, default=("post_title", "post_description")
        Text columns of ``people``, likewise.
    name : str
        See `Generator`.
    """

    kind: ClassVar[str] = "text"
    group: ClassVar[str] = "path"

    def __init__(
        self,
        *,
        recency: float = 0.8,
        post_weight: float = 0.5,
        course_columns: Sequence[str] = COURSE_TEXTS,
        person_columns: Sequence[str] = POST_TEXTS,
        name: str = "text",
    ) -> None:
        self.recency = recency
        self.post_weight = post_weight
        self.course_columns = course_columns
        self.person_columns = person_columns
        self.name = name

    def fit(self, X: Cases, catalogue: Catalogue) -> Self:
        """Weigh the words of all courses; nothing is learned from people."""
        check_fraction("recency", self.recency)
        check_not_negative("post_weight", self.post_weight)
        self.course_ids_ = course_ids_of(catalogue)
        texts = _joined(catalogue.courses, self.course_columns)
        self.words_ = sorted({word for text in texts for word in stemmed_words(text)})
        self.courses_ = sparse.csr_array((len(texts), len(self.words_)))
        self.weights_ = np.ones(len(self.words_))
        if self.words_:
            vectorizer = _vectorizer(self.words_).fit(texts)
            self.weights_ = np.asarray(vectorizer.idf_)
            self.courses_ = _sorted(vectorizer.transform(texts))
        return self

    def score(self, X: Cases) -> np.ndarray:
        """Return the cosine of each course to the person's text; shape (n_people, n_courses)."""
        check_is_fitted(self, "courses_")
        own = recency_matrix(X, self.course_ids_, self.recency) @ self.courses_
        own = sparse.csr_array(own + self.post_weight * self._posts(X.people))
        length = np.sqrt(np.asarray(own.multiply(own).sum(axis=1))).reshape(-1, 1)
        return (own @ self.courses_.T).toarray() / np.where(length > 0, length, 1.0)

    def _posts(self, people: pd.DataFrame) -> sparse.csr_array:
        texts = _joined(people, self.person_columns)
        if not self.words_ or not any(texts):
            return sparse.csr_array((len(people), len(self.words_)))
        vectorizer = _vectorizer(self.words_)
        vectorizer.idf_ = self.weights_
        return _sorted(vectorizer.transform(texts))

    def _state(self) -> dict[str, Any]:
        return {
            "words": self.words_,
            "weights": self.weights_.tolist(),
            "courses": matrix_to_json(self.courses_),
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self.words_ = list(state["words"])
        self.weights_ = np.asarray(state["weights"], dtype=np.float64)
        self.courses_ = _sorted(matrix_from_json(state["courses"]))


def stemmed_words(text: str) -> list[str]:
    """Return the words of an Indonesian or English text without affixes.

    Both stemmers see every word, for a course name mixes the languages. The English one takes
    plurals only (Harman, "How effective is suffixing?", 1991).

    >>> stemmed_words("Pengelolaan Arsip dan Excel: tables, policies & 5S")
    ['elola', 'arsip', 'dan', 'excel', 'table', 'policy']
    """
    return [_singular(stem(word)) for word in WORD.findall(text.lower())]


def _singular(word: str) -> str:
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


def _sorted(matrix: Any) -> sparse.csr_array:  # noqa: ANN401
    """Return the matrix with columns in order, so that sums do not depend on how it was made."""
    compressed = sparse.csr_array(matrix)
    compressed.sort_indices()
    return compressed


def _vectorizer(words: list[str]) -> TfidfVectorizer:
    # Its stubs know names of analyzers only.
    analyzer: Any = stemmed_words
    return TfidfVectorizer(analyzer=analyzer, vocabulary=words, sublinear_tf=True)


def _joined(frame: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Return the text columns that exist, joined row by row."""
    texts = [frame[column].astype("string").fillna("") for column in columns if column in frame]
    return [" ".join(parts).strip() for parts in zip(*texts, strict=True)] or [""] * len(frame)
