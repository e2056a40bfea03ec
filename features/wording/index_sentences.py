# pyright: strict
"""Sentences on IP ASN, the 9-box and the requirements of a higher post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from features.wording.explanations import explain, promotion_step
from features.wording.languages import (
    PREDICATES,
    Language,
    decimal,
    in_language,
    sentence,
    shortest,
    whole,
)
from features.wording.terms import PARTS, action_name, term
from features.wording.units import not_known
from features.wording.values import span_text

Row = Mapping[str, Any]
NO_USE = (
    "Hanya untuk pengembangan diri dan ditampilkan bersama buktinya; tidak memutuskan apa pun.",
    "For development and display beside its evidence only; it decides nothing.",
)


def ip_asn_sentence(index: Row, language: Language) -> str:
    """Say the total of IP ASN and its band, or the bounds that records leave it."""
    bounds = span_text(index["ip_asn_lower"], index["ip_asn_upper"], language)
    band = index["ip_asn_band"]
    named = "" if band is None else f" ({term('band', band, language)})"
    head = f"IP ASN {bounds}{named}"
    if not index["n_missing"]:
        return f"{head}."
    missing = whole(index["n_missing"])
    if language == "id":
        return f"{head}: {missing} bagian tidak dapat dipastikan dari data."
    return f"{head}: the records cannot tell {missing} of its parts."


def part_sentence(part: Row, evidence: str | None, language: Language) -> str:
    """Say the points of one part, what they rest on and what would raise them."""
    name = in_language(PARTS[part["part"]], language)
    points = span_text(part["points_lower"], part["points_upper"], language)
    most = shortest(part["maximum"], language)
    shown = "" if evidence is None else f" ({evidence})"
    of, word, step = ("dari", "poin", "Langkah") if language == "id" else ("of", "points", "Next")
    text = f"{name}: {points} {of} {most} {word}: {explain(part['reason'], language)}{shown}."
    if part["next_step"] is not None:
        text += f" {step}: {explain(part['next_step'], language)}."
    return sentence(text)


def part_evidence(part: Row, education: str | None, language: Language) -> str | None:
    """Say what is held of what is needed; None where a part rests on no number or name."""
    if part["part"] == "education":
        return None if education is None else term("education", education, language)
    value, needed = part["value"], part["needed"]
    if value is None:
        return None
    if part["part"] == "appraisal":
        numeric = "numeric score" in part["reason"]
        return shortest(value, language) if numeric else PREDICATES[round(value)]
    least = "diperlukan" if language == "id" else "needed"
    unit = " JP" if part["part"] == "technical" else ""
    return f"{shortest(value, language)}{unit}, {least} {shortest(needed, language)}"


def box_sentence(box: Row, language: Language) -> str:
    """Say which box the two axes give, or why none."""
    reason = explain(box["reason"], language)
    if box["box"] is None:
        return f"{'Kotak' if language == 'id' else 'Box'} {_unknown(language)}: {reason}."
    pool = box["succession_pool"] == 1
    actions = ", ".join(action_name(one, language) for one in box["actions"].split("; "))
    if language == "id":
        within = "termasuk" if pool else "tidak termasuk"
        return (
            f"Kotak {whole(box['box'])}, {within} kelompok rencana suksesi; dasar: {reason}. "
            f"Tindakan menurut aturan: {actions}."
        )
    within = "in" if pool else "not in"
    return (
        f"Box {whole(box['box'])}, {within} the succession pool; it rests on {reason}. Actions "
        f"that the rules name: {actions}."
    )


def axis_sentence(axis: str, box: Row, cut_offs: Mapping[str, Any], language: Language) -> str:
    """Say the value of an axis (``performance`` or ``potential``), its class and the cut-offs."""
    names = {"performance": ("Kinerja", "Performance"), "potential": ("Potensi", "Potential")}
    name = in_language(names[axis], language)
    if axis == "performance":
        lower = upper = box["performance_score"]
        words, kind = ("below", "as_expected", "above"), "rating"
    else:
        lower, upper = box["potential_lower"], box["potential_upper"]
        words, kind = ("low", "medium", "high"), "potential"
    if lower is None:
        return f"{name} {_unknown(language)}; {_cuts(cut_offs, words, kind, language)}."
    value = span_text(round(lower, 1), round(upper, 1), language)
    unsure = "lebih dari satu kelas" if language == "id" else "more than one class"
    placed = unsure if box[axis] is None else term(kind, box[axis], language)
    year = ""
    if axis == "performance":
        newest = int(box["newest_year"])
        year = f", {newest - 1}-{newest}"
    of = "dari" if language == "id" else "of"
    return f"{name} {value} {of} 100{year}: {placed}; {_cuts(cut_offs, words, kind, language)}."


def requirement_sentence(row: Row, needed: str, language: Language) -> str:
    """Say whether a requirement is met, why, and what would bring it closer."""
    name = term("requirement", row["requirement"], language)
    status = term("status", row["status"], language)
    step = promotion_step(row["requirement"], row["status"], language)
    text = f"{sentence(name)} ({needed}): {status}; {explain(row['reason'], language)}"
    held = _held(row, language)
    text += f" ({held})." if held else "."
    if step is not None:
        text += f" {'Langkah' if language == 'id' else 'Next'}: {step}."
    return text


def requirement_needed(requirement: str, rule: Mapping[str, Any], language: Language) -> str:
    """Say what the rule of a level of post asks (`features/standards/promotion.toml`)."""
    indonesian = language == "id"
    least = "paling rendah" if indonesian else "at least"
    if requirement == "education":
        return f"{least} {term('education', rule['minimum_education'], language)}"
    if requirement == "experience":
        names = [term("post level", one, language) for one in rule["experience_levels"]]
        levels = (" atau " if indonesian else " or ").join(names)
        return f"{rule['experience_years']} {'tahun' if indonesian else 'years'}, {levels}"
    if requirement == "predicates":
        n = rule["predicate_years"]
        years = f"{n} tahun terakhir" if indonesian else f"the last {n} years"
        return f"{least} {rule['minimum_predicate']}, {years}"
    if requirement == "age":
        return f"{'paling tinggi' if indonesian else 'at most'} {rule['maximum_age']}"
    if requirement == "related_experience":
        years = "tahun kumulatif" if indonesian else "years in all"
        return f"{rule['related_experience_years']} {years}"
    return "disyaratkan" if indonesian else "required"


def promotion_heading(level: str, rows: Sequence[Row], language: Language) -> str:
    """Say how many requirements of a level are met, not met and not known; it is no score."""
    counts = {
        status: sum(row["status"] == status for row in rows)
        for status in ("met", "lacking", "cannot be told")
    }
    said = ", ".join(f"{n} {term('status', status, language)}" for status, n in counts.items())
    head = "Syarat menuju" if language == "id" else "Requirements of"
    return f"{head} {term('post level', level, language)}: {said}."


def no_requirements_sentence(level: str | None, language: Language) -> str:
    """Say that no rule is known for the next level, or for that of the target post."""
    if level is None:
        return (
            "Tidak ada aturan syarat jabatan berikutnya untuk jenjang ini."
            if language == "id"
            else "No requirements of a following level are known for this level of post."
        )
    name = term("post level", level, language)
    if language == "id":
        return f"Tidak ada aturan syarat untuk {name}."
    return f"No requirements are known for {name}."


def withheld_sentence(what: str, roles: tuple[str, ...], language: Language) -> str:
    """Say that a part is not shown to this role, and who may see it."""
    named = ", ".join(term("role", role, language) for role in sorted(roles))
    if language == "id":
        return f"{sentence(what)}: tidak ditampilkan bagi peran ini; dapat dilihat oleh {named}."
    return f"{sentence(what)}: not shown to this role; may be seen by: {named}."


def _cuts(
    cut_offs: Mapping[str, Any], words: tuple[str, str, str], kind: str, language: Language
) -> str:
    low, medium, high = (term(kind, word, language) for word in words)
    begin, top = (shortest(float(cut_offs[name]), language) for name in ("medium", "high"))
    if language == "id":
        return f"batas: {medium} mulai {begin}, {high} mulai {top}, selebihnya {low}"
    return f"cut-offs: {medium} from {begin}, {high} from {top}, else {low}"


def _held(row: Row, language: Language) -> str:
    value = row["value"]
    if value is None:
        return ""
    if row["requirement"] == "predicates":
        lowest = "terendah" if language == "id" else "lowest"
        return f"{lowest}: {PREDICATES[round(value)]}"
    if row["requirement"] == "competencies":
        lowest = "level terendah" if language == "id" else "lowest level"
        return f"{lowest} {decimal(value, language, 1)}, {_of(row, language)}"
    years = "tahun" if language == "id" else "years"
    return f"{decimal(value, language, 1)} {years}"


def _of(row: Row, language: Language) -> str:
    needed = shortest(row["needed"], language)
    return f"disyaratkan {needed}" if language == "id" else f"required {needed}"


def _unknown(language: Language) -> str:
    return not_known("not held", language).split(":")[0]
