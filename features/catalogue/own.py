"""How well competencies would be proposed for courses whose competencies are already known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from features.catalogue.competencies import Competency, CompetencyMatcher, Match
from features.catalogue.cooccurrence import Hint, find_hints
from features.catalogue.measure import K, nearest_texts
from features.catalogue.names import CourseName, NameReader
from features.catalogue.suggest import combine
from features.records import Records


def measure_own(records: Records) -> dict[str, dict[str, float]]:
    """Return precision, recall and hit at 3 by way of proposing, over the records' own catalogue.

    The competencies of the courses are the truth and hidden from the proposals; posts, enrolments
    and assessments are not. Simulated records flatter the ways that use those.
    """
    true: dict[str, set[str]] = defaultdict(set)
    taught = records.course_competencies.select("course_id", "competency_id")
    for course_id, competency_id in taught.iter_rows():
        true[course_id].add(competency_id)
    rows = records.courses.select("course_id", "title").sort("course_id").iter_rows()
    courses = [(course_id, title) for course_id, title in rows if course_id in true]
    columns = ("competency_id", "name", "competency_group")
    dictionary = [Competency(*row) for row in records.competencies.select(columns).iter_rows()]
    ways = _ways(records, courses, dictionary)
    return {
        way: _at_3([true[course_id] for course_id, _ in courses], ranked)
        for way, ranked in ways.items()
    }


def _ways(
    records: Records, courses: Sequence[tuple[str, str]], dictionary: Sequence[Competency]
) -> dict[str, list[list[str]]]:
    titles = [title for _, title in courses]
    reader = NameReader(titles, known=[c.name for c in dictionary])
    read = [reader.read(title) for title in titles]
    matcher = CompetencyMatcher(dictionary, reader)
    plain = CompetencyMatcher(dictionary, reader, use_concepts=False, use_programmes=False)
    hints: dict[str, dict[str, Hint]] = defaultdict(dict)
    found = find_hints(records, {course_id: course_id for course_id, _ in courses})
    for (course_id, competency_id), hint in found.items():
        hints[course_id][competency_id] = hint
    known = {c.competency_id: c.name for c in dictionary}

    def ranked(way: Callable[[CourseName], list[Match]]) -> list[list[str]]:
        return [[match.competency_id for match in way(name)] for name in read]

    return {
        "words and records": [
            [m.competency_id for m in combine(matcher.match(name, len(known)), hints[c], known, 0)]
            for name, (c, _) in zip(read, courses, strict=True)
        ],
        "words": ranked(matcher.match),
        "words of the dictionary alone": ranked(plain.match),
        "TF-IDF cosine of name and competency": nearest_texts(dictionary, titles),
    }


def _at_3(true: Sequence[set[str]], ranked: Sequence[Sequence[str]]) -> dict[str, float]:
    right = [len(known & set(found[:K])) for known, found in zip(true, ranked, strict=True)]
    n = max(len(true), 1)
    return {
        "precision": sum(right) / K / n,
        "recall": sum(r / len(known) for r, known in zip(right, true, strict=True)) / n,
        "hit": sum(r > 0 for r in right) / n,
    }
