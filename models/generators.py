"""The generators by kind, and the set that the ranker uses by default."""

from __future__ import annotations

from typing import Any

from features.errors import ArtifactError
from models.course_order import CourseOrder
from models.ease import EASE
from models.gap import GapCoverage
from models.generator import Generator
from models.implicit_als import ImplicitALS
from models.item_knn import ItemKNN
from models.next_course import NextCourse
from models.popularity import Popularity
from models.provider_record import ProviderRecord
from models.required import RequiredCoverage
from models.text_match import TextMatch
from models.transitions import Transitions
from models.upcoming import UpcomingSession

KINDS: dict[str, type[Generator]] = {
    generator.kind: generator
    for generator in (
        Popularity,
        Transitions,
        ItemKNN,
        EASE,
        ImplicitALS,
        GapCoverage,
        RequiredCoverage,
        NextCourse,
        CourseOrder,
        TextMatch,
        UpcomingSession,
        ProviderRecord,
    )
}


def default_generators() -> list[Generator]:
    """Return unfitted generators that propose, for a workforce with posts, gaps, histories."""
    return [GapCoverage(), Popularity(), Transitions(), ItemKNN(), EASE()]


def generator_from_dict(content: dict[str, Any]) -> Generator:
    """Return the fitted generator that ``to_dict`` described, of whatever kind.

    Raises
    ------
    ArtifactError
        The kind is not known or a part is missing.
    """
    kind = content.get("kind")
    if kind not in KINDS:
        raise ArtifactError(f"generator kind must be one of {sorted(KINDS)}, got {kind}")
    try:
        return KINDS[kind].from_dict(content)
    except (LookupError, TypeError, ValueError) as error:
        raise ArtifactError(f"generator {kind} is damaged: {error}") from error
