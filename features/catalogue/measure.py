"""How well names are merged and competencies proposed, on the labelled list, beside baselines.

Merging is judged by pairs of names: precision is the share of merged pairs that are one course,
recall the share of one course's pairs that are merged. Competencies are judged by a name's first
three: precision at 3 is the right ones among them over 3 (a course with one true competency cannot
exceed 1/3, so the highest possible mean is given too), recall at 3 the share of the true ones that
are found, hit at 3 the share of names with at least one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from features.catalogue.competencies import Competency, CompetencyMatcher, Match
from features.catalogue.details import propose_form, propose_hours, propose_level
from features.catalogue.fitting import read_all
from features.catalogue.grouping import group_names
from features.catalogue.labels import LabelledName, Labels
from features.catalogue.names import CourseName
from features.catalogue.vocabulary import read_words

K = 3
DRAWS = 1000
SEED = 20261124
THRESHOLDS = tuple(range(50, 101))


@dataclass(frozen=True)
class Interval:
    """A figure and its 95% bootstrap interval over courses."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f})"


@dataclass(frozen=True)
class PairCounts:
    """Pairs of names by whether they are merged and whether they are one course.

    Attributes
    ----------
    right, missed : Counter of str
        Merged and unmerged pairs of one course, by course.
    wrong : Counter of (str, str)
        Merged pairs of two courses, by the two courses.
    """

    right: Counter[str]
    missed: Counter[str]
    wrong: Counter[tuple[str, str]]

    def precision_recall(self, times: Counter[str] | None = None) -> tuple[float, float]:
        """Return both, each course counted so many `times` (default once); nothing merged: 1, 0."""

        def n(course: str) -> int:
            return 1 if times is None else times[course]

        right = sum(n(c) * count for c, count in self.right.items())
        missed = sum(n(c) * count for c, count in self.missed.items())
        wrong = sum(n(a) * n(b) * count for (a, b), count in self.wrong.items())
        precision = right / (right + wrong) if right + wrong else 1.0
        return precision, right / (right + missed) if right + missed else 0.0


def count_pairs(courses: Sequence[str], groups: Sequence[int]) -> PairCounts:
    """Count the pairs of names given each name's course and group.

    >>> count_pairs(["a", "a", "b"], [0, 0, 0]).precision_recall()
    (0.3333333333333333, 1.0)
    """
    counts = PairCounts(Counter(), Counter(), Counter())
    for i, j in combinations(range(len(courses)), 2):
        merged = groups[i] == groups[j]
        if courses[i] == courses[j]:
            (counts.right if merged else counts.missed)[courses[i]] += 1
        elif merged:
            counts.wrong[min(courses[i], courses[j]), max(courses[i], courses[j])] += 1
    return counts


def measure_merging(labels: Labels, part: str) -> dict[str, tuple[Interval, Interval]]:
    """Return precision and recall of each way of merging on one part of the list."""
    names = labels.part(part)
    courses = [name.course.course for name in names]
    threshold = baseline_threshold(labels)
    ways = {
        "huyula": group_names(read_all(names, labels.dictionary)[1]).label,
        "without the shipped abbreviations": group_names(
            read_all(names, labels.dictionary, use_vocabulary=False)[1]
        ).label,
        f"token-sort ratio >= {threshold}": baseline_groups([n.name for n in names], threshold),
    }
    return {
        way: _pair_intervals(count_pairs(courses, groups), sorted(set(courses)))
        for way, groups in ways.items()
    }


def baseline_groups(names: Sequence[str], threshold: int) -> list[int]:
    """Group names whose token-sort ratio reaches the threshold, and what hangs together by them."""
    from rapidfuzz import fuzz, process
    from scipy.sparse.csgraph import connected_components

    lower = [name.lower() for name in names]
    ratios = process.cdist(lower, lower, scorer=fuzz.token_sort_ratio)
    return connected_components(ratios >= threshold, directed=False)[1].tolist()


def baseline_threshold(labels: Labels) -> int:
    """Return the threshold with the best F1 on the development part.

    (No threshold under 100 reaches a precision of .95 there, and at 100 nothing is merged.)
    """
    names = labels.part("development")
    courses = [name.course.course for name in names]
    texts = [name.name for name in names]

    def f1(threshold: int) -> float:
        counts = count_pairs(courses, baseline_groups(texts, threshold))
        precision, recall = counts.precision_recall()
        return 2 * precision * recall / (precision + recall) if recall else 0.0

    return max(THRESHOLDS, key=f1)


def measure_competencies(labels: Labels, part: str) -> dict[str, dict[str, Interval]]:
    """Return precision, recall and hit at 3 of each way of proposing, on one part of the list."""
    names = labels.part(part)
    reader, read = read_all(names, labels.dictionary)
    settings = {
        "huyula": {},
        "without known programmes": {"use_programmes": False},
        "without fields' terms and programmes": {"use_concepts": False, "use_programmes": False},
    }
    ways: dict[str, list[list[str]]] = {
        way: _ranked(CompetencyMatcher(labels.dictionary, reader, **setting), read)
        for way, setting in settings.items()
    }
    ways["TF-IDF cosine of name and competency"] = baseline_ranking(labels, names)
    best = [list(name.course.competencies)[:K] for name in names]
    return {
        way: _at_3(names, ranked) for way, ranked in (ways | {"highest possible": best}).items()
    }


def measure_proposals(labels: Labels, part: str) -> dict[str, float]:
    """Return what the proposed rows are worth: competencies, level, form and hours."""
    names = labels.part(part)
    reader, read = read_all(names, labels.dictionary)
    matcher = CompetencyMatcher(labels.dictionary, reader)
    proposed = [
        (labelled, name, match)
        for labelled, name in zip(names, read, strict=True)
        for match in proposals(matcher, name)
    ]
    right = [row for row in proposed if row[2].competency_id in row[0].course.competencies]
    levels = [
        labelled.course.competencies[match.competency_id]
        == (match.level or int(propose_level(name).value))
        for labelled, name, match in right
    ]
    n_true = sum(len(name.course.competencies) for name in names)
    forms = [propose_form(n).value == one.course.form for n, one in zip(read, names, strict=True)]
    hours = [(one.jp, propose_hours(n, one.course.form, ()))
             for n, one in zip(read, names, strict=True)]  # fmt: skip
    stated = [jp for jp, _ in hours if jp is not None]
    found = [jp for jp, got in hours if jp is not None and got and float(got.value) == jp]
    return {
        "competencies proposed a name": len(proposed) / len(names),
        "precision of the proposed": len(right) / len(proposed) if proposed else 1.0,
        "recall of the proposed": len(right) / n_true,
        "level right, of the right ones": float(np.mean(levels)) if levels else 0.0,
        "form right": float(np.mean(forms)),
        "names that state hours or days": float(len(stated)),
        "of these, hours right": len(found) / len(stated) if stated else 1.0,
        "hours proposed where none are stated": float(
            sum(jp is None and got is not None for jp, got in hours)
        ),
    }


def proposals(matcher: CompetencyMatcher, name: CourseName) -> list[Match]:
    """Return the competencies that a person is asked about."""
    least = read_words("competency_model")["threshold"]
    return [match for match in matcher.match(name, K) if match.score >= least]


def baseline_ranking(labels: Labels, names: Sequence[LabelledName]) -> list[list[str]]:
    """Return the three competencies whose name and description are nearest by TF-IDF cosine."""
    return nearest_texts(labels.dictionary, [name.name for name in names])


def nearest_texts(dictionary: Sequence[Competency], names: Sequence[str]) -> list[list[str]]:
    """Return for each name the three entries with the highest TF-IDF cosine above zero."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [f"{c.name} {c.description}" for c in dictionary]
    vectorizer = TfidfVectorizer().fit(texts)
    scores = (vectorizer.transform(names) @ vectorizer.transform(texts).T).toarray()
    ids = [c.competency_id for c in dictionary]
    return [[ids[i] for i in np.argsort(-row, kind="stable")[:K] if row[i] > 0] for row in scores]


def _ranked(matcher: CompetencyMatcher, read: Sequence[CourseName]) -> list[list[str]]:
    return [[match.competency_id for match in matcher.match(name, K)] for name in read]


def _at_3(names: Sequence[LabelledName], ranked: Sequence[Sequence[str]]) -> dict[str, Interval]:
    figures: dict[str, list[tuple[str, float]]] = {"precision": [], "recall": [], "hit": []}
    for name, found in zip(names, ranked, strict=True):
        true = name.course.competencies
        right = sum(competency in true for competency in found[:K])
        for figure, value in (("precision", right / K), ("recall", right / len(true)),
                              ("hit", float(right > 0))):  # fmt: skip
            figures[figure].append((name.course.course, value))
    return {figure: _mean_interval(values) for figure, values in figures.items()}


def _mean_interval(values: Sequence[tuple[str, float]]) -> Interval:
    sums, sizes = Counter[str](), Counter[str]()
    for course, value in values:
        sums[course] += value  # type: ignore[assignment]
        sizes[course] += 1

    def mean(times: Counter[str]) -> float:
        return sum(sums[c] * t for c, t in times.items()) / sum(
            sizes[c] * t for c, t in times.items()
        )

    return _bootstrap(sorted(sizes), mean)


def _pair_intervals(counts: PairCounts, courses: Sequence[str]) -> tuple[Interval, Interval]:
    precision = _bootstrap(courses, lambda times: counts.precision_recall(times)[0])
    recall = _bootstrap(courses, lambda times: counts.precision_recall(times)[1])
    return precision, recall


def _bootstrap(courses: Sequence[str], figure: Callable[[Counter[str]], float]) -> Interval:
    """Return a figure and its interval when the courses are drawn anew with replacement."""
    rng = np.random.default_rng(SEED)
    size = len(courses)
    drawn: list[float] = []
    for _ in range(DRAWS):
        chosen: list[int] = rng.integers(0, size, size).tolist()
        drawn.append(figure(Counter(courses[i] for i in chosen)))
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Interval(figure(Counter(courses)), float(low), float(high))
