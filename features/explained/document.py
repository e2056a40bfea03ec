"""A person's whole profile for one role, as a document that machines and pages read."""

from __future__ import annotations

from typing import Any

from features.explained.index_sections import index_sections
from features.explained.person import PersonAt
from features.explained.profile_sections import profile_sections
from features.explained.sections import TITLES
from features.schema import ROLES
from features.standards.load import SHIPPED, Standards
from features.visibility import SECTIONS, may_see
from features.wording.index_sentences import withheld_sentence
from features.wording.languages import Language, in_language
from features.wording.terms import term


def profile_document(
    person: PersonAt, role: str, language: Language, standards: Standards = SHIPPED
) -> dict[str, Any]:
    """Return everything that a role may see of a person.

    Parameters
    ----------
    person : PersonAt
        `features.explained.person.describe_person`.
    role : str
        One of `features.schema.ROLES`.
    language : {"id", "en"}
    standards : Standards
        The rules of the employer, for their sources.

    Returns
    -------
    dict
        ``employee_id``, ``as_of``, ``known_at``, ``role``, ``language``, ``post`` (null where the
        role may not see careers), ``sections`` (`features.explained.sections.Section`),
        ``withheld`` (a sentence for each section that is not shown). No name and no number of the
        person.

    Raises
    ------
    ValueError
        `role` is not known.
    """
    if role not in ROLES:
        raise ValueError(f"role must be one of {', '.join(ROLES)}, got {role}")
    sections = [
        *profile_sections(person, role, standards, language),
        *index_sections(person, role, standards, language),
    ]
    return {
        "employee_id": person.employee_id,
        "as_of": person.as_of.isoformat(),
        "known_at": person.known_at.isoformat(),
        "role": role,
        "language": language,
        "post": _post(person, language) if may_see("career", role) else None,
        "sections": [section.as_json() for section in sections],
        "withheld": [
            withheld_sentence(in_language(TITLES[name], language), roles, language)
            for name, roles in SECTIONS.items()
            if role not in roles and (name != "target" or person.target is not None)
        ],
    }


def _post(person: PersonAt, language: Language) -> dict[str, Any]:
    level = person.post["post_level"]
    return {**person.post, "level": None if level is None else term("post level", level, language)}
