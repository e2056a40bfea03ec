"""Sections on IP ASN, the 9-box and the requirements of a following post, with their rules."""

from __future__ import annotations

from typing import Any

from features.explained.person import PersonAt, Row
from features.explained.sections import Section, begin, detail
from features.ip_asn import DIMENSIONS
from features.ip_asn import SEEN_BY as IP_ASN_SEEN_BY
from features.ip_asn_parts import STRUCTURAL
from features.standards.listing import Line, list_rules
from features.standards.load import Standard, Standards
from features.visibility import IP_ASN_PARTS, REQUIREMENTS, may_see
from features.wording.index_sentences import (
    NO_USE,
    axis_sentence,
    box_sentence,
    ip_asn_sentence,
    no_requirements_sentence,
    part_evidence,
    part_sentence,
    promotion_heading,
    requirement_needed,
    requirement_sentence,
    withheld_sentence,
)
from features.wording.languages import Language, in_language
from features.wording.terms import PARTS, term
from features.wording.values import rule_source, rule_text

ASKS = {
    "education": "minimum_education", "experience": "experience_years",
    "predicates": "predicate_years", "competencies": "competencies_required",
    "clean_record": "clean_record", "age": "maximum_age",
    "related_experience": "related_experience_years", "healthy": "healthy",
}  # fmt: skip
"""The rule of `features/standards/promotion.toml` that each requirement comes from."""


def index_sections(
    person: PersonAt, role: str, standards: Standards, language: Language
) -> list[Section]:
    """Return the sections of the indices, each with the parts that a role may see."""
    sections = [_ip_asn(person, role, standards, language)]
    if may_see("nine_box", role):
        sections.append(_nine_box(person, standards, language))
    return [*sections, _promotion(person, role, standards, language)]


def _ip_asn(person: PersonAt, role: str, standards: Standards, language: Language) -> Section:
    rules = standards.load("ip_asn", person.as_of)
    lines = {line.key: line for line in list_rules(rules)}
    section = begin("ip_asn", language)
    if role in IP_ASN_SEEN_BY:
        section.sentences.append(ip_asn_sentence(person.ip_asn, language))
    else:
        total = "jumlah IP ASN" if language == "id" else "the total of IP ASN"
        section.sentences.append(withheld_sentence(total, IP_ASN_SEEN_BY, language))
    for part in sorted(person.ip_asn_parts, key=_place):
        roles = IP_ASN_PARTS[part["part"]]
        if role not in roles:
            name = term("part", part["part"], language)
            section.sentences.append(withheld_sentence(name, roles, language))
            continue
        evidence = part_evidence(part, person.education, language)
        rule = _rule_of(part, person, lines)
        text = f"{part_sentence(part, evidence, language)} {_cited(rule, language)}"
        section.rows.append(_with_rule(detail(part, text), rule, language))
    section.sentences.append(in_language(NO_USE, language))
    return section


def _place(part: Row) -> tuple[int, int]:
    return DIMENSIONS.index(part["dimension"]), tuple(PARTS).index(part["part"])


def _rule_of(part: Row, person: PersonAt, lines: dict[str, Line]) -> Line:
    """Return the rule that gave a part's points; where they are not sure, that of the maximum."""
    prefix = _rules_of(part, person)
    exact = {
        "education": f"{prefix}{person.education}",
        "training": f"{prefix}training",
        "technical": f"{prefix}technical",
        "seminar": f"{prefix}seminar",
    }.get(part["part"], "")
    if exact in lines:
        return lines[exact]
    possible = [line for key, line in lines.items() if key.startswith(prefix)]
    sure = part["points_lower"] == part["points_upper"]
    giving = (
        line
        for line in possible
        if sure and line.value == part["points_lower"] and not line.key.endswith(".maximum")
    )
    return next(giving, lines[f"{part['dimension']}.maximum"])


def _rules_of(part: Row, person: PersonAt) -> str:
    if part["dimension"] == "competence":
        level = person.post["post_level"]
        kinds = {**dict.fromkeys(STRUCTURAL, "structural"), "pelaksana": "pelaksana"}
        return f"competence.{kinds.get(level, 'functional')}."
    if part["part"] == "appraisal":
        numeric = "numeric score" in part["reason"]
        return f"performance.{'score_bands' if numeric else 'predicates'}."
    return f"{part['dimension']}."


def _nine_box(person: PersonAt, standards: Standards, language: Language) -> Section:
    rules = standards.load("nine_box", person.as_of)
    lines = {line.key: line for line in list_rules(rules)}
    box = person.nine_box
    said = [box_sentence(box, language)]
    rows: list[dict[str, Any]] = []
    for axis, key in (("performance", "performance.points"), ("potential", "potential.measure")):
        rule = next(line for name, line in lines.items() if name.startswith(key))
        text = axis_sentence(axis, box, rules["cut_offs"], language)
        row = {"axis": axis, "class": box[axis], **_axis(axis, box)}
        rows.append(_with_rule({**row, "text": f"{text} {_cited(rule, language)}"}, rule, language))
    cut = lines["cut_offs.medium"]
    said += [_cited(cut, language), in_language(NO_USE, language)]
    return begin("nine_box", language, sentences=said, rows=rows)


def _axis(axis: str, box: Row) -> dict[str, Any]:
    if axis == "performance":
        return {name: box[name] for name in ("performance_score", "newest_year", "box")}
    return {name: box[name] for name in ("potential_lower", "potential_upper")}


def _promotion(person: PersonAt, role: str, standards: Standards, language: Language) -> Section:
    rules = standards.load("promotion", person.as_of)
    lines = {line.key: line for line in list_rules(rules)}
    section = begin("promotion", language)
    if not person.promotion:
        level = None if person.target is None else person.target.post["post_level"]
        section.sentences.append(no_requirements_sentence(level, language))
    for level in dict.fromkeys(row["target_level"] for row in person.promotion):
        rows = [row for row in person.promotion if row["target_level"] == level]
        seen = [row for row in rows if role in REQUIREMENTS[row["requirement"]]]
        if not seen:
            continue
        section.sentences.append(promotion_heading(level, seen, language))
        section.sentences.extend(_withheld(rows, role, language))
        section.rows.extend(_requirement(row, rules, lines, language) for row in seen)
    section.sentences.append(in_language(NO_USE, language))
    return section


def _withheld(rows: list[Row], role: str, language: Language) -> list[str]:
    return [
        withheld_sentence(
            term("requirement", row["requirement"], language),
            REQUIREMENTS[row["requirement"]],
            language,
        )
        for row in rows
        if role not in REQUIREMENTS[row["requirement"]]
    ]


def _requirement(
    row: Row, rules: Standard, lines: dict[str, Line], language: Language
) -> dict[str, Any]:
    level, requirement = row["target_level"], row["requirement"]
    rule = lines[f"{level}.{ASKS[requirement]}"]
    needed = requirement_needed(requirement, rules[level], language)
    text = f"{requirement_sentence(row, needed, language)} {_cited(rule, language)}"
    return _with_rule(detail(row, text), rule, language)


def _with_rule(row: dict[str, Any], rule: Line, language: Language) -> dict[str, Any]:
    source = rule_source(rule, language)
    cited = {
        "key": rule.key, "value": rule.value, "source": source, "certainty": rule.certainty,
        "valid_from": rule.valid_from, "valid_until": rule.valid_until,
    }  # fmt: skip
    return {**row, "rule": cited}


def _cited(rule: Line, language: Language) -> str:
    value = rule.value if isinstance(rule.value, str | int | float) else ""
    shown = "" if isinstance(rule.value, bool | str) else f" = {value:g}"
    head = "Aturan" if language == "id" else "Rule"
    return f"{head} {rule.key}{shown}: {rule_text(rule, language)}."
