# pyright: strict
"""Puts contributions into a sentence, in Indonesian or English.

A sentence names the two contributions that weigh most, whichever way they pull, and sums up all
the others, so that the numbers it shows add up to the score it shows. It says only what the numbers
say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from features.wording.languages import PREDICATES, Language, decimal, whole
from serving.wording import REASONS, feature_name

NAMED = 2


def recommendation_sentence(
    contributions: Mapping[str, float],
    closes: Sequence[tuple[str, float]],
    language: Language,
    asked: Sequence[str] = (),
    *,
    by_lot: bool = False,
) -> str:
    """Say why a course is recommended.

    Parameters
    ----------
    contributions : mapping of str to float
        `serving.snapshot.REASONS` to the part of the score.
    closes : sequence of (str, float)
        Competencies that the course teaches and the person lacks, and by how many levels it helps.
    language : {"id", "en"}
    asked : sequence of str
        Competencies that the course teaches, the post requires and nobody assessed.
    by_lot : bool
        Whether a lot put the course at its place (`models.exploration`).

    >>> recommendation_sentence({"gap": 1.1, "base": 0.3}, [("Planning", 1.5)], "en")
    'Score 1.40: +1.10 from competency gaps (Planning by 1.5 levels), +0.30 from all else.'
    """
    wording, more = dict(REASONS[language]), list[str]()
    if closes:
        lacks = ", ".join(_lack(name, levels, language) for name, levels in closes[:2])
        goal = "career" if not contributions.get("gap") else "gap"  # the gap to another post
        if goal in _largest(contributions, wording):
            wording[goal] += f" ({lacks})"
        else:  # the set was composed by the gap, whatever the score is made of
            said = "Menjawab kesenjangan" if language == "id" else "Answers the gap in"
            more.append(f"{said} {lacks}.")
    elif asked:
        wording["gap"], doubt = ASKED[language]
        more.append(doubt.format(", ".join(asked[:2])))
    if by_lot:
        more.append(BY_LOT[language])
    return " ".join([_score_sentence(contributions, wording, language), *more])


BY_LOT: dict[Language, str] = {
    "id": "Ditempatkan melalui undian di antara kursus yang memenuhi semua aturan, agar kursus "
    "yang jarang direkomendasikan dapat dinilai.",
    "en": "Put here by lot among courses that meet every rule, so that rarely recommended courses "
    "can be judged.",
}
ASKED: dict[Language, tuple[str, str]] = {
    "id": (
        "yang disyaratkan jabatan",
        "Disyaratkan jabatan, belum diukur: {}; berbicara atau asesmen dahulu bisa lebih berguna.",
    ),
    "en": (
        "what the post requires",
        "Required by the post, not assessed: {}; a talk or an assessment first may be worth more.",
    ),
}
"""Where no gap is measured: what stands for the post's requirements, and what is not known."""


def support_sentence(
    drivers: Mapping[str, float], rank_in_unit: int | None, kind: str, language: Language
) -> str:
    """Say why a person may need support; ``drivers`` are contributions by feature."""
    wording = {name: feature_name(name, kind, language) for name in drivers}
    score = _score_sentence(drivers, wording, language)
    place = "" if rank_in_unit is None else f"{rank_in_unit}"
    if language == "id":
        source = " menurut aturan sederhana" if kind == "rule" else ""
        rank = f", urutan {place} di unitnya" if place else ""
        head = f"Mungkin perlu dukungan{source}{rank}."
        return f"{head} {score} Ini ajakan untuk berbicara, bukan penilaian."
    source = " by a simple rule" if kind == "rule" else ""
    rank = f", number {place} in the unit" if place else ""
    head = f"May need support{source}{rank}."
    return f"{head} {score} This invites a conversation; it is no appraisal."


def no_support_sentence(
    status: str, kind: str, language: Language, reason: str | None = None
) -> str:
    """Say why there is no flag: nothing stands out, or why nothing is said."""
    sentences = NO_SUPPORT[language]
    if kind == "none":
        return sentences["no_skill"]
    return sentences.get(reason or status, sentences[status])


NO_SUPPORT: dict[Language, dict[str, str]] = {
    "id": {
        "none": "Saat ini tidak ditandai perlu dukungan.",
        "abstained": "Terlalu sedikit yang diketahui tentang pegawai ini, maka sistem tidak "
        "menjawab.",
        "unlike_training": "Profil pegawai ini tidak serupa dengan profil yang dipelajari model, "
        "maka sistem tidak menjawab.",
        "no_skill": "Belum ada model yang terbukti mampu, maka sistem tidak menjawab.",
    },
    "en": {
        "none": "Not flagged as needing support at present.",
        "abstained": "Too little is known of this person, so the system gives no answer.",
        "unlike_training": "This profile is unlike those the model learned from, so the system "
        "gives no answer.",
        "no_skill": "No model has shown skill yet, so the system gives no answer.",
    },
}


def no_courses_note(language: Language) -> str:
    """Say that nothing can be recommended."""
    if language == "id":
        return "Tidak ada kursus yang saat ini boleh diikuti pegawai ini."
    return "There is no course that this person may take at present."


def basis_note(basis: str, language: Language) -> str:
    """Say that a list answers no measured gap: ``assess_first`` or ``no_gap`` left."""
    return BASES[language][basis]


def assess_note(names: Sequence[str], language: Language) -> str:
    """Name the first of the competencies to assess before any course, and count the rest.

    >>> assess_note(["Ethics", "Law", "Planning", "Service"], "en")
    'Assess first: Ethics, Law, Planning and 1 more.'
    """
    more = len(names) - 3
    listed = ", ".join(names[:3])
    if language == "id":
        return f"Asesmen dahulu: {listed}{f' dan {more} lainnya' if more > 0 else ''}."
    return f"Assess first: {listed}{f' and {more} more' if more > 0 else ''}."


BASES: dict[Language, dict[str, str]] = {
    "id": {
        "assess_first": "Kompetensi pegawai ini belum terukur atau hasil ukurnya kedaluwarsa: "
        "lakukan asesmen dahulu. Kursus berikut terbuka dan sesuai dengan sisa JP.",
        "no_gap": "Tidak ada kesenjangan terukur yang tersisa. Kursus berikut terbuka dan sesuai "
        "dengan sisa JP.",
    },
    "en": {
        "assess_first": "No competency of this person has a valid measurement: assess first. "
        "These courses are open and fit the hours left.",
        "no_gap": "No measured gap is left. These courses are open and fit the hours left.",
    },
}


def profile_sentence(figures: Mapping[str, float | None], language: Language) -> str:
    """Sum up a profile in one sentence, saying of each thing that is not known that it is not."""
    parts = [
        _competencies(figures, language),
        _predicate(figures.get("predicate"), language),
        _training(figures.get("jp_this_year"), language),
    ]
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _score_sentence(
    contributions: Mapping[str, float], wording: Mapping[str, str], language: Language
) -> str:
    """Name the largest contributions and sum up the rest, in hundredths so that they add up."""
    total = round(100 * sum(contributions.values()))
    largest = _largest(contributions, wording)
    parts = [(wording[name], round(100 * contributions[name])) for name in largest]
    rest = total - sum(part for _, part in parts)
    if rest or not parts:
        parts.append(("hal lainnya" if language == "id" else "all else", rest))
    said = ", ".join(_effect(name, part, language) for name, part in parts)
    head = "Skor" if language == "id" else "Score"
    return f"{head} {decimal(total / 100, language)}: {said}."


def _largest(contributions: Mapping[str, float], wording: Mapping[str, str]) -> list[str]:
    """Return the contributions that are named: the largest that show in hundredths."""
    named = {name: round(100 * part) for name, part in contributions.items() if name in wording}
    named.pop("base", None)
    shown = sorted((name for name in named if named[name]), key=lambda name: -abs(named[name]))
    return shown[:NAMED]


def _effect(name: str, hundredths: int, language: Language) -> str:
    sign = "-" if hundredths < 0 else "+"
    amount = decimal(abs(hundredths) / 100, language)
    return f"{sign}{amount} {'dari' if language == 'id' else 'from'} {name}"


def _lack(name: str, levels: float, language: Language) -> str:
    amount = decimal(levels, language, 1)
    return f"{name} {amount} level" if language == "id" else f"{name} by {amount} levels"


def _competencies(figures: Mapping[str, Any], language: Language) -> str:
    required = figures.get("n_required") or 0
    assessed = figures.get("n_assessed") or 0
    n_gaps, levels = figures.get("n_gaps"), figures.get("gap_levels")
    if not required:
        return (
            "kompetensi yang disyaratkan jabatan belum diketahui"
            if language == "id"
            else "what the post requires is not known"
        )
    if not assessed or n_gaps is None:
        return (
            f"dari {whole(required)} kompetensi yang disyaratkan jabatan belum ada yang diukur"
            if language == "id"
            else f"none of the {whole(required)} competencies that the post requires is assessed"
        )
    total = decimal(levels or 0.0, language, 1)
    if language == "id":
        return (
            f"dari {whole(required)} kompetensi yang disyaratkan jabatan, {whole(assessed)} telah "
            f"diukur dan {whole(n_gaps)} di bawah syarat (seluruhnya {total} level)"
        )
    return (
        f"of {whole(required)} competencies that the post requires, {whole(assessed)} are assessed "
        f"and {whole(n_gaps)} lie below ({total} levels in all)"
    )


def _predicate(predicate: float | None, language: Language) -> str:
    if predicate is None:
        return "predikat SKP belum diketahui" if language == "id" else "no SKP predicate is known"
    name = PREDICATES.get(round(predicate), whole(predicate))
    return f"predikat SKP {name}" if language == "id" else f"the SKP predicate is {name}"


def _training(jp: float | None, language: Language) -> str:
    if jp is None:
        return (
            "JP tahun ini belum diketahui" if language == "id" else "this year's JP are not known"
        )
    amount = decimal(jp, language, 0)
    return f"{amount} JP tahun ini" if language == "id" else f"{amount} JP this year"
