# pyright: strict
"""Sentences on a person's competencies, appraisals, feedback and training hours.

What is not known is said not to be known, with the reason; it is never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from features.wording.languages import (
    PREDICATES,
    Language,
    decimal,
    in_language,
    sentence,
    shortest,
    whole,
)
from features.wording.terms import term
from features.wording.units import not_known
from features.wording.values import days_text, span_text

Row = Mapping[str, Any]
NO_METHOD = ("metode tidak tercatat", "method not recorded")


def match_sentence(match: Row | None, language: Language) -> str:
    """Say how far valid assessments meet what the post requires (`features.job_person_match`)."""
    if match is None:
        why = not_known("the post requires none", language)
        return f"{'Kesesuaian dengan jabatan' if language == 'id' else 'Job person match'} {why}."
    n_valid, n_required = whole(match["n_valid"]), whole(match["n_required"])
    bounds = span_text(round(match["match_lower"], 1), round(match["match_upper"], 1), language)
    clamped = _clamped(match, language)
    if language == "id":
        others = _others(match, f"dengan yang lain dihitung nol atau penuh: {bounds}%")
        if match["match"] is None:
            return f"Belum ada asesmen yang berlaku dari {n_required} kompetensi syarat{others}."
        return (
            f"Kesesuaian dengan jabatan {_percent(match, 'id')}: {n_valid} dari {n_required} "
            f"kompetensi syarat memiliki asesmen yang berlaku{clamped}{others}."
        )
    others = _others(match, f"with the others at nothing or in full: {bounds}%")
    if match["match"] is None:
        return f"None of {n_required} required competencies is validly assessed{others}."
    return (
        f"Job person match {_percent(match, 'en')}: {n_valid} of {n_required} required "
        f"competencies are validly assessed{clamped}{others}."
    )


def competency_text(level: Row, language: Language) -> str:
    """Say what is known of one competency: level, interval, requirement, gap, evidence."""
    required = level["required_level"]
    bounds = span_text(round(level["level_lower"], 1), round(level["level_upper"], 1), language)
    if level["level"] is None:
        known = not_known("never assessed", language)
    else:
        age = days_text(level["days_since_assessment"], language)
        source = level["source"] or in_language(NO_METHOD, language)
        evidence = term("evidence", level["evidence"], language)
        ago = f"{age} lalu" if language == "id" else f"{age} ago"
        known = f"level {decimal(level['level'], language, 1)} ({source}, {ago}, {evidence})"
    asked = _asked(required, level, language)
    interval = "interval 90%" if language == "id" else "90% interval"
    return f"{sentence(known)}; {interval} {bounds}; {asked}."


def strengths_sentence(strengths: Sequence[tuple[str, str]], kind: str, language: Language) -> str:
    """List strengths (`kind` "strength") or areas to improve ("to_improve") with the evidence."""
    heads = {
        "strength": ("Kekuatan", "Strengths"),
        "to_improve": ("Perlu ditingkatkan", "Areas to improve"),
    }
    head = heads[kind][0 if language == "id" else 1]
    if not strengths:
        none = "tidak ada yang terlihat dari data" if language == "id" else "the records show none"
        return f"{head}: {none}."
    return f"{head}: {'; '.join(f'{name} ({why})' for name, why in strengths)}."


def behaviour_evidence(row: Row, language: Language) -> str:
    """Say how the raters' mean of a behaviour lies to the unit's, and how many raters there are."""
    apart = f"{row['vs_unit']:+.1f}"
    score, unit = (decimal(row[name], language, 1) for name in ("score", "unit_mean"))
    raters = whole(row["n_raters"])
    if language == "id":
        apart = apart.replace(".", ",")
        return f"umpan balik {score}, {apart} dari rata-rata unit {unit}, {raters} penilai"
    return f"feedback {score}, {apart} from the unit's mean {unit}, {raters} raters"


def competency_evidence(row: Row, language: Language) -> str:
    """Say how an assessed level lies to the required one."""
    level, required = decimal(row["level"], language, 1), shortest(row["required_level"], language)
    if language == "id":
        return f"level {level}, disyaratkan {required}"
    return f"level {level}, required {required}"


def appraisal_sentence(review: Row, expected: int | None, language: Language) -> str:
    """Say what a year's results and behaviour give by the SKP matrix, and what was given."""
    given = review["predicate"]
    missing = "tidak tercatat" if language == "id" else "not recorded"
    named = missing if given is None else PREDICATES[given]
    if expected is None:
        head = "predikat" if language == "id" else "predicate"
        return f"{review['year']}: {head} {named}."
    results, behaviour = (term("rating", review[n], language) for n in ("results", "behaviour"))
    if language == "id":
        agrees = (
            "sama dengan predikat yang tercatat"
            if given == expected
            else f"predikat yang tercatat: {named}; periksa catatannya"
        )
        return (
            f"{review['year']}: hasil kerja {results} dan perilaku kerja {behaviour} menghasilkan "
            f"{PREDICATES[expected]} menurut matriks SKP; {agrees}."
        )
    agrees = (
        "the recorded predicate is the same"
        if given == expected
        else f"the recorded predicate: {named}; check the record"
    )
    return (
        f"{review['year']}: results {results} and behaviour {behaviour} give "
        f"{PREDICATES[expected]} by the SKP matrix; {agrees}."
    )


def hours_sentence(
    figures: Mapping[str, float | None], employment_type: str, year: int, language: Language
) -> str:
    """Say this year's training hours against the floor of a PNS or the ceiling of a PPPK."""
    jp, entitlement = figures["jp_this_year"], figures["jp_entitlement"]
    recent = figures["jp_12_months"]
    if jp is None or recent is None:
        why = not_known("the employer has no courses on record", language)
        return f"JP {year} {why}."
    done, last = shortest(jp, language), shortest(recent, language)
    if language == "id":
        tail = f"dalam 12 bulan terakhir {last} JP"
        if entitlement is None:
            return f"{year}: {done} JP; tidak ada aturan JP untuk {employment_type} ini; {tail}."
        floor = employment_type != "PPPK"
        rule = "paling sedikit" if floor else "paling banyak"
        left = shortest(figures["jp_remaining"] or 0.0, "id")
        rest = f"{left} JP masih {'wajib' if floor else 'boleh'} ditempuh"
        return f"{year}: {done} JP dari {rule} {shortest(entitlement, 'id')} JP; {rest}; {tail}."
    tail = f"{last} JP in the last 12 months"
    if entitlement is None:
        return f"{year}: {done} JP; no rule sets JP for this {employment_type}; {tail}."
    floor = employment_type != "PPPK"
    left = shortest(figures["jp_remaining"] or 0.0, "en")
    rest = f"{left} JP {'are still owed' if floor else 'are still open'}"
    rule = "at least" if floor else "at most"
    return f"{year}: {done} JP of {rule} {shortest(entitlement, 'en')} JP; {rest}; {tail}."


def target_sentence(title: str, level: str, match: Row | None, language: Language) -> str:
    """Say what a target post asks beyond what is assessed (`match_with_targets`)."""
    post = f"{title} ({term('post level', level, language)})"
    if match is None:
        why = not_known("the post requires none", language)
        return f"{post}: {why}."
    n_required, lacking = whole(match["n_required"]), whole(match["n_gaps"] or 0.0)
    missing = whole(match["n_required"] - match["n_assessed"])
    levels = decimal(match["gap_levels"] or 0.0, language, 1)
    if not match["n_assessed"]:
        if language == "id":
            return f"{post}: dari {n_required} kompetensi syarat belum ada yang diasesmen."
        return f"{post}: none of {n_required} competencies required is assessed."
    if language == "id":
        return (
            f"{post}: dari {n_required} kompetensi syarat {lacking} di bawah syarat (seluruhnya "
            f"{levels} level), {missing} belum diasesmen."
        )
    return (
        f"{post}: of {n_required} competencies required {lacking} lie below ({levels} levels in "
        f"all), {missing} are not assessed."
    )


def _percent(match: Row, language: Language) -> str:
    band = match["match_band"]
    named = "" if band is None else f" ({term('band', band, language)})"
    return f"{decimal(match['match'], language, 1)}%{named}"


def _clamped(match: Row, language: Language) -> str:
    if not match["n_clamped"]:
        return ""
    n = whole(match["n_clamped"])
    if language == "id":
        return f" ({n} di atas syarat dihitung 100%)"
    return f" ({n} above the requirement count 100%)"


def _others(match: Row, words: str) -> str:
    return f"; {words}" if match["n_valid"] < match["n_required"] else ""


def _asked(required: float | None, level: Row, language: Language) -> str:
    if required is None:
        return (
            not_known("not required", "id").split(": ")[1] if language == "id" else "not required"
        )
    by = term("required by", level["required_by"], language)
    gap = span_text(round(level["gap_lower"], 1), round(level["gap_upper"], 1), language)
    if level["gap"] is not None and level["evidence"] == "valid":
        exact = shortest(level["gap"], language)
        gap = exact if gap == exact else f"{exact} ({gap})"
    if language == "id":
        return f"disyaratkan {shortest(required, 'id')} oleh {by}; kesenjangan {gap} level"
    return f"required {shortest(required, 'en')} by {by}; gap {gap} levels"
