"""Sections on a person's work and development: figures, levels, strengths, areas to improve."""

from __future__ import annotations

from features.explained.person import PersonAt, Row
from features.explained.sections import Section, begin, detail, figures_of
from features.schema import PREDICATES
from features.standards.listing import list_rules
from features.standards.load import SHIPPED, Standards
from features.visibility import may_see, section_figures
from features.wording.languages import Language, Words, in_language
from features.wording.profile_sentences import (
    appraisal_sentence,
    behaviour_evidence,
    competency_evidence,
    competency_text,
    hours_sentence,
    match_sentence,
    strengths_sentence,
    target_sentence,
)
from features.wording.values import rule_text

RULE_TITLES: dict[str, Words] = {
    "job_person_match": ("Aturan kesesuaian jabatan", "Rule of the match"),
    "profile_evidence": ("Batas kekuatan", "What counts as a strength"),
    "skp_matrix": ("Matriks SKP", "SKP matrix"),
    "jp": ("Aturan JP", "Rule of the JP"),
}
NAMED = 5
"""At most so many strengths and areas to improve are named of each kind of evidence."""


def profile_sections(
    person: PersonAt, role: str, standards: Standards, language: Language
) -> list[Section]:
    """Return the sections of every profile family that a role may see, and of the target post."""
    figures = section_figures()
    told = {
        "competency": _competency,
        "performance": _performance,
        "development": _development,
    }
    sections = []
    for name in figures:
        if not may_see(name, role):
            continue
        section = begin(name, language, figures=figures_of(person, figures[name], language))
        if name in told:
            told[name](section, person, role, standards, language)
        sections.append(section)
    if person.target is not None and may_see("target", role):
        sections.append(_target(person, language))
    return sections


def _competency(
    section: Section, person: PersonAt, role: str, standards: Standards, language: Language
) -> None:
    section.sentences.append(match_sentence(person.match, language))
    section.sentences.append(_cited(standards, "job_person_match", "maximum_percent", language))
    section.rows.extend(
        detail(level, f"{_code(level)}: {competency_text(level, language)}")
        for level in person.competencies
    )


def _performance(
    section: Section, person: PersonAt, role: str, standards: Standards, language: Language
) -> None:
    matrix = standards.load("skp_matrix")
    for review in person.reviews:
        results, behaviour = review["results"], review["behaviour"]
        named = matrix["matrix"].get(results, {}).get(behaviour)
        fits = named is not None and review["year"] >= matrix["valid_from"].year
        expected = PREDICATES[str(named)] if fits else None
        text = appraisal_sentence(review, expected, language)
        section.rows.append(detail({**review, "expected_predicate": expected}, text))
    for kind in ("strength", "to_improve"):
        evidence = _by_behaviour(person, kind, language)
        if may_see("competency", role):
            evidence += _by_competency(person, kind, language)
        section.sentences.append(strengths_sentence(evidence, kind, language))
    for name, key in (
        ("profile_evidence", "strengths.points"),
        ("skp_matrix", "matrix.above.above"),
    ):
        section.sentences.append(_cited(standards, name, key, language))


def _development(
    section: Section, person: PersonAt, role: str, standards: Standards, language: Language
) -> None:
    kind = person.post["employment_type"]
    section.sentences.append(hours_sentence(person.figures, kind, person.as_of.year, language))
    key = {"PNS": "PNS.minimum_jp", "PPPK": "PPPK.maximum_jp"}.get(kind)
    if key is not None and person.figures["jp_entitlement"] is not None:
        section.sentences.append(_cited(SHIPPED, "jp", key, language))


def _target(person: PersonAt, language: Language) -> Section:
    target = person.target
    assert target is not None  # noqa: S101
    post = target.post
    said = target_sentence(post["title"], post["post_level"], target.match, language)
    rows = [
        detail(row, f"{_code(row)}: {competency_text(row, language)}", "target_post_id")
        for row in target.gaps
    ]
    return begin("target", language, sentences=[said], rows=rows)


def _by_behaviour(person: PersonAt, kind: str, language: Language) -> list[tuple[str, str]]:
    rows = [row for row in person.behaviours if row["standing"] == kind]
    rows.sort(key=lambda row: -abs(row["vs_unit"]))
    return [(row["behaviour"], behaviour_evidence(row, language)) for row in rows[:NAMED]]


def _by_competency(person: PersonAt, kind: str, language: Language) -> list[tuple[str, str]]:
    """Return what valid assessments show a whole level above, or any step below, what is asked."""
    apart = [
        (row["level"] - row["required_level"], row)
        for row in person.competencies
        if row["evidence"] == "valid" and row["required_level"] is not None
    ]
    chosen = [
        (difference, row)
        for difference, row in apart
        if (difference >= 1 if kind == "strength" else difference < 0)
    ]
    chosen.sort(key=lambda pair: (-abs(pair[0]), pair[1]["competency_id"]))
    return [(_code(row), competency_evidence(row, language)) for _, row in chosen[:NAMED]]


def _code(row: Row) -> str:
    return row["competency_id"] if row["name"] is None else f"{row['competency_id']} {row['name']}"


def _cited(standards: Standards, name: str, key: str, language: Language) -> str:
    """Say where a rule comes from, by its newest version, which is what profiles go by."""
    standard = standards.load(name)
    rule = next(line for line in list_rules(standard) if line.key == key)
    title = RULE_TITLES[name]
    return f"{in_language(title, language)}: {rule_text(rule, language)}."
