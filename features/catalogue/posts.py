"""Which competencies a post requires, by its title, its level and the dictionary."""

from __future__ import annotations

from dataclasses import dataclass

from features.catalogue.competencies import CompetencyMatcher
from features.catalogue.details import Proposal
from features.catalogue.names import NameReader
from features.catalogue.vocabulary import read_words
from features.post_titles import find_post_level
from features.standards.expressions import rules_of
from features.standards.load import load_standard

NATIONAL = {
    "integritas", "kerjasama", "kerja sama", "komunikasi", "orientasi pada hasil",
    "pelayanan publik", "pengembangan diri dan orang lain", "mengelola perubahan",
    "pengambilan keputusan", "perekat bangsa",
}  # fmt: skip
"""Names of the nine national competencies, which every post requires (PermenPANRB 38/2017)."""
LOWEST_LEVEL = "pelaksana"


@dataclass(frozen=True)
class Requirement:
    """A competency that a post may require.

    Attributes
    ----------
    competency_id : str
        Its code.
    level : Proposal
        The required level, how sure it is and why.
    """

    competency_id: str
    level: Proposal


def propose_requirements(
    title: str, post_level: str, matcher: CompetencyMatcher, reader: NameReader
) -> list[Requirement]:
    """Return what a post may require: the national competencies, and technical ones by its title.

    Parameters
    ----------
    post_level : str
        As in the records (`features.schema.POST_LEVELS`); ``other``: the title is asked.
    """
    level, why, sure = _level(title, post_level)
    found = [
        Requirement(c.competency_id, Proposal(level, sure, f"required of every post; {why}"))
        for c in matcher.dictionary
        if c.name.casefold() in NATIONAL
    ]
    national = {one.competency_id for one in found}
    least = read_words("competency_model")["threshold"]
    for match in matcher.match(reader.read(title)):
        if match.score >= least and match.competency_id not in national:
            evidence = f"{'; '.join(match.evidence)}; {why}"
            confidence = round(match.score * sure, 2)
            found.append(Requirement(match.competency_id, Proposal(level, confidence, evidence)))
    return found


def _level(title: str, post_level: str) -> tuple[str, str, float]:
    levels = rules_of(load_standard("required_levels")["levels"])
    if post_level in levels:
        return str(levels[post_level]), f"level {levels[post_level]} of a post {post_level}", 0.8
    said = find_post_level(title)
    if said:
        return str(levels[said]), f"level {levels[said]}: the title says {said}", 0.7
    why = f"level {levels[LOWEST_LEVEL]}: the title says no level, taken for {LOWEST_LEVEL}"
    return str(levels[LOWEST_LEVEL]), why, 0.4
