# pyright: strict
"""What is said of support needs: why a flag, what stood in the way, and what could be done.

A what-if is worded as a change of the score, never of what would happen. A flag that a lack of
opportunity explains is worded as that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from features.drivers import group_of
from features.standards.load import load_standard
from features.wording.languages import Language, decimal, in_language, sentence
from features.wording.support import ASKED, GROUPS, LIMITS, NO_ANSWER
from serving.sentences import NAMED, score_sentence
from serving.wording import feature_name

TALK = (
    "Ini ajakan untuk berbicara, bukan penilaian.",
    "This invites a conversation; it is no appraisal.",
)


def support_sentence(
    drivers: Mapping[str, float],
    rank_in_unit: int | None,
    kind: str,
    language: Language,
    limits: Collection[str] = (),
    *,
    lacks_opportunity: bool = False,
) -> str:
    """Say why a person may need support.

    Parameters
    ----------
    drivers : mapping of str to float
        Contributions by feature; the two largest are named, each with whose matter it is, unless
        a lack of opportunity explains them.
    rank_in_unit : int or None
    kind : str
        ``rule`` or the kind of a model.
    language : {"id", "en"}
    limits : collection of str
        Limits of opportunity that hold (`models.opportunity.LIMITS`).
    lacks_opportunity : bool
        Whether they explain the flag (`models.opportunity.lacks_opportunity`).
    """
    said_as = feature_name if lacks_opportunity else _driver_name  # whose matter it is, is told
    wording = {name: said_as(name, kind, language) for name in drivers}
    said = [
        _head(rank_in_unit, kind, language, lacks_opportunity=lacks_opportunity),
        score_sentence(drivers, wording, language),
        _limits_sentence(limits, language, explain=lacks_opportunity),
        in_language(TALK, language),
    ]
    return " ".join(part for part in said if part)


def no_support_sentence(code: str, language: Language) -> str:
    """Say why there is no flag: ``none``, or the reason of an abstention (`NO_ANSWER`)."""
    return in_language(NO_ANSWER[code], language)


def asked_sentence(language: Language) -> str:
    """Say that the person asked for support."""
    return in_language(ASKED, language)


def action_sentence(
    action: Mapping[str, Any],
    seen: Collection[str],
    kind: str,
    language: Language,
    course: str | None = None,
) -> str:
    """Say what a lever of the office would change in the score, and who decides on it.

    Parameters
    ----------
    action : mapping
        ``lever``, ``score_from``, ``score_to`` (`models.what_if.suggested_actions`).
    seen : collection of str
        Figures that the model sees; of those that the lever moves the first two are named.
    kind : str
        Of the model.
    language : {"id", "en"}
    course : str, optional
        Title of the course to begin with.
    """
    lever = load_standard("support_levers")[action["lever"]]
    figures = [feature_name(name, kind, language) for name in lever["moves"] if name in seen]
    name = f"{lever[f'name_{language}']}{f' ({course})' if course else ''}"
    before, after = (decimal(action[key], language) for key in ("score_from", "score_to"))
    condition = CONDITIONS[lever["kind"]][0 if language == "id" else 1]
    moved = (" dan " if language == "id" else " and ").join(figures[:NAMED])
    change = (
        f"skor akan berubah dari {before} menjadi {after}"
        if language == "id"
        else f"the score would change from {before} to {after}"
    )
    decides = "diputuskan oleh" if language == "id" else "decided by"
    said = f"{name}, {decides} {lever[f'decided_by_{language}']}: "
    return f"{sentence(said)}{condition.format(moved)}, {change}."


CONDITIONS = {
    "set": ("dengan perubahan pada {}", "with a change in {}"),
    "assumed": (
        "andai terjadi perubahan pada {} (asumsi, belum terukur)",
        "were there a change in {} (assumed, not measured)",
    ),
}
"""By what moves the figures: the office itself, or how the person would have to respond."""


def _head(rank: int | None, kind: str, language: Language, *, lacks_opportunity: bool) -> str:
    if language == "id":
        need = "Mungkin kurang kesempatan" if lacks_opportunity else "Mungkin perlu dukungan"
        source = " menurut aturan sederhana" if kind == "rule" else ""
        place = "" if rank is None else f", urutan {rank} di unitnya"
    else:
        need = "May lack opportunity" if lacks_opportunity else "May need support"
        source = " by a simple rule" if kind == "rule" else ""
        place = "" if rank is None else f", number {rank} in the unit"
    return f"{need}{source}{place}."


def _limits_sentence(limits: Collection[str], language: Language, *, explain: bool) -> str:
    if not limits:
        return ""
    listed = "; ".join(in_language(LIMITS[name], language) for name in limits)
    if language == "id":
        return f"{'Dijelaskan oleh' if explain else 'Juga tercatat'}: {listed}."
    return f"{'Explained by' if explain else 'Also noted'}: {listed}."


def _driver_name(feature: str, kind: str, language: Language) -> str:
    """Return what a driver is called, with whose matter it is."""
    name, group = feature_name(feature, kind, language), group_of(feature)
    return f"{name} ({in_language(GROUPS[group], language)})" if group in GROUPS else name
