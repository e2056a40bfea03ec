"""Every kind of sentence on a profile and its indices, agreed on in both languages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.promotion import STATUSES
from features.standards.listing import Line
from features.standards.load import load_standard
from features.wording.index_sentences import (
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
from features.wording.values import figure_text, rule_text, span_text

GOLDEN = Path(__file__).parent / "golden"
MATCH = {
    "n_required": 9, "n_valid": 9, "n_clamped": 2.0, "match": 88.88, "match_lower": 88.88,
    "match_upper": 88.88, "match_band": "cukup_optimal",
}  # fmt: skip
LEVEL = {
    "level": 2.5, "level_lower": 1.9, "level_upper": 3.1, "required_level": 3.0, "gap": 0.5,
    "gap_lower": 0.0, "gap_upper": 1.1, "days_since_assessment": 200.0, "evidence": "valid",
    "source": "Assessment Center", "required_by": "post",
}  # fmt: skip
UNASSESSED = LEVEL | {
    "level": None, "level_lower": 0.0, "level_upper": 5.0, "gap": None, "gap_upper": 3.0,
    "days_since_assessment": None, "evidence": "none", "source": None, "required_by": "standard",
}  # fmt: skip
REVIEW = {"year": 2024, "results": "below", "behaviour": "above", "predicate": 3}
HOURS = {"jp_this_year": 12.5, "jp_12_months": 30.0, "jp_entitlement": 20.0, "jp_remaining": 7.5}
GAPS = {"n_required": 9.0, "n_assessed": 7.0, "n_gaps": 3.0, "gap_levels": 4.0}
INDEX = {"ip_asn_lower": 85.0, "ip_asn_upper": 85.0, "ip_asn_band": "tinggi", "n_missing": 0.0}
PART = {
    "part": "technical", "points_lower": 0.0, "points_upper": 0.0, "maximum": 22.5, "value": 15.0,
    "needed": 20.0, "reason": "fewer JP of technical training than needed are recorded",
    "next_step": "complete technical training up to the needed JP within a year",
}  # fmt: skip
APPRAISAL = PART | {"part": "appraisal", "value": 4.0, "needed": None, "reason": "a predicate"}
BOX = {
    "box": 8.0, "succession_pool": 1.0, "actions": "dipertahankan; rotasi atau perluasan jabatan",
    "reason": "two years of appraisal and a full measure of potential",
    "performance_score": 75.0, "performance": "as_expected", "newest_year": 2024,
    "potential_lower": 83.3, "potential_upper": 83.3, "potential": "high",
}  # fmt: skip
NO_BOX = BOX | {
    "box": None, "reason": "no potential is recorded", "performance_score": None,
    "performance": None, "potential_lower": 50.0, "potential_upper": 90.0, "potential": None,
}  # fmt: skip
CUTS = {"medium": 60, "high": 80}
RULES = load_standard("promotion")


def asked(requirement, status, reason, level="jpt_pratama", value=None, needed=None):
    row = {
        "requirement": requirement, "status": status, "reason": reason, "value": value,
        "needed": needed,
    }  # fmt: skip
    return lambda language: requirement_sentence(
        row, requirement_needed(requirement, RULES[level], language), language
    )


SENTENCES = {
    "match, all assessed": lambda lang: match_sentence(MATCH, lang),
    "match, some assessed": lambda lang: match_sentence(
        MATCH | {"n_valid": 6, "n_clamped": 0.0, "match_lower": 60.0, "match_upper": 93.3,
                 "match_band": None},
        lang,
    ),
    "match, none assessed": lambda lang: match_sentence(
        MATCH | {"n_valid": 0, "n_clamped": 0.0, "match": None, "match_lower": 0.0,
                 "match_upper": 100.0, "match_band": None},
        lang,
    ),
    "match, nothing required": lambda lang: match_sentence(None, lang),
    "competency with a gap": lambda lang: competency_text(LEVEL, lang),
    "competency without a gap": lambda lang: competency_text(
        LEVEL | {"level": 4.8, "level_lower": 4.2, "level_upper": 5.0, "gap": 0.0, "gap_upper": 0.0,
                 "source": None},
        lang,
    ),
    "competency assessed long ago": lambda lang: competency_text(
        LEVEL | {"days_since_assessment": 1500.0, "evidence": "expired", "level_lower": 0.0,
                 "level_upper": 5.0, "gap_upper": 3.0},
        lang,
    ),
    "competency never assessed": lambda lang: competency_text(UNASSESSED, lang),
    "competency not required": lambda lang: competency_text(
        LEVEL | {"required_level": None, "gap": None, "gap_lower": None, "gap_upper": None,
                 "required_by": None},
        lang,
    ),
    "strengths": lambda lang: strengths_sentence(
        [
            ("Adaptif", behaviour_evidence(
                {"score": 90.0, "unit_mean": 82.0, "vs_unit": 8.0, "n_raters": 7}, lang)),
            ("M.01 Integritas", competency_evidence({"level": 4.0, "required_level": 3.0}, lang)),
        ],
        "strength", lang,
    ),
    "areas to improve": lambda lang: strengths_sentence(
        [("Kompeten", behaviour_evidence(
            {"score": 70.25, "unit_mean": 78.0, "vs_unit": -7.75, "n_raters": 4}, lang))],
        "to_improve", lang,
    ),
    "no strengths": lambda lang: strengths_sentence([], "strength", lang),
    "appraisal as the matrix": lambda lang: appraisal_sentence(REVIEW, 3, lang),
    "appraisal not as the matrix": lambda lang: appraisal_sentence(
        REVIEW | {"predicate": 4}, 3, lang
    ),
    "appraisal without predicate": lambda lang: appraisal_sentence(
        REVIEW | {"predicate": None}, 3, lang
    ),
    "appraisal unchecked": lambda lang: appraisal_sentence(REVIEW, None, lang),
    "hours of a PNS": lambda lang: hours_sentence(HOURS, "PNS", 2025, lang),
    "hours of a PPPK": lambda lang: hours_sentence(
        HOURS | {"jp_entitlement": 24.0, "jp_remaining": 11.5}, "PPPK", 2025, lang
    ),
    "hours without a rule": lambda lang: hours_sentence(
        HOURS | {"jp_entitlement": None, "jp_remaining": None}, "CPNS", 2025, lang
    ),
    "hours not recorded": lambda lang: hours_sentence(
        dict.fromkeys(HOURS, None), "PNS", 2025, lang
    ),
    "target": lambda lang: target_sentence("Kepala Dinas", "jpt_pratama", GAPS, lang),
    "target, nothing assessed": lambda lang: target_sentence(
        "Kepala Dinas", "jpt_pratama", GAPS | {"n_assessed": 0.0, "n_gaps": None,
                                               "gap_levels": None}, lang
    ),
    "target, nothing required": lambda lang: target_sentence("Juru", "other", None, lang),
    "IP ASN": lambda lang: ip_asn_sentence(INDEX, lang),
    "IP ASN within one band": lambda lang: ip_asn_sentence(
        INDEX | {"ip_asn_lower": 82.5, "n_missing": 1.0}, lang
    ),
    "IP ASN unknown": lambda lang: ip_asn_sentence(
        INDEX | {"ip_asn_lower": 5.0, "ip_asn_band": None, "n_missing": 5.0}, lang
    ),
    "part to raise": lambda lang: part_sentence(PART, part_evidence(PART, None, lang), lang),
    "part in full": lambda lang: part_sentence(
        PART | {"part": "education", "points_lower": 25.0, "points_upper": 25.0, "maximum": 25.0,
                "reason": "the highest education is held", "next_step": None},
        part_evidence({"part": "education"}, "s3", lang), lang,
    ),
    "part unknown": lambda lang: part_sentence(
        PART | {"part": "education", "points_lower": 1.0, "points_upper": 25.0, "maximum": 25.0,
                "reason": "the education is not recorded", "next_step": None},
        part_evidence({"part": "education"}, None, lang), lang,
    ),
    "evidence, predicate": lambda lang: str(part_evidence(APPRAISAL, None, lang)),
    "evidence, score": lambda lang: str(part_evidence(
        APPRAISAL | {"value": 90.5, "reason": "the newest appraisal is a numeric score"}, None, lang
    )),
    "box in the pool": lambda lang: box_sentence(BOX, lang),
    "box outside the pool": lambda lang: box_sentence(
        BOX | {"box": 2.0, "succession_pool": 0.0, "actions": "bimbingan kinerja; magang"}, lang
    ),
    "no box": lambda lang: box_sentence(NO_BOX, lang),
    "performance": lambda lang: axis_sentence("performance", BOX, CUTS, lang),
    "performance unknown": lambda lang: axis_sentence("performance", NO_BOX, CUTS, lang),
    "potential": lambda lang: axis_sentence("potential", BOX, CUTS, lang),
    "potential in two classes": lambda lang: axis_sentence("potential", NO_BOX, CUTS, lang),
    "requirement met": asked(
        "experience", "met", "the years in administrator or ahli_madya suffice", value=3.25
    ),
    "requirement lacking": asked(
        "predicates", "lacking", "a predicate of the last 2 years is too low", "administrator", 3.0
    ),
    "requirement of levels": asked(
        "competencies", "lacking", "a competency is assessed below the required level", value=2.5,
        needed=4.0,
    ),
    "requirement unknown": asked(
        "education", "cannot be told", "the education is not recorded", "pengawas"
    ),
    "requirement of age": asked(
        "age", "met", "by the foreseen retirement the age is below the limit"
    ),
    "requirement for a person to judge": asked(
        "related_experience", "cannot be told",
        "whether earlier posts are related to this one is for a person to judge",
    ),
    "heading of requirements": lambda lang: promotion_heading(
        "administrator", [{"status": status} for status in (*STATUSES, STATUSES[0])], lang
    ),
    "no following level": lambda lang: no_requirements_sentence(None, lang),
    "no requirements of a target": lambda lang: no_requirements_sentence("ahli_utama", lang),
    "withheld": lambda lang: withheld_sentence("IP ASN", ("employee", "auditor"), lang),
    "rule": lambda lang: rule_text(
        Line("a.b", 3, "PP 1/2020", "memory", date(2020, 2, 28), date(2024, 12, 31)), lang
    ),
    "rule without dates": lambda lang: rule_text(
        Line("a.b", 3, "PP 1/2020", "verified", None, None), lang
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
def test_sentences_are_those_agreed_on(language):
    written = "".join(f"{name}\n  {say(language)}\n" for name, say in SENTENCES.items())
    assert written == (GOLDEN / f"sentences.{language}.txt").read_text(encoding="utf-8")


FIGURES = [
    ("post_days", 200.0, "200 hari", "200 days"),
    ("service_days", 7364.0, "7364 hari (20,2 tahun)", "7364 days (20.2 years)"),
    ("predicate", 5.0, "Sangat Baik", "Sangat Baik"),
    ("results_rating", 1.0, "di bawah ekspektasi", "below expectation"),
    ("predicate_change", -1.0, "-1,00 tingkat", "-1.00 steps"),
    ("predicate_trend", 0.0, "0,00 tingkat per tahun", "0.00 steps a year"),
    ("jp_this_year", 12.0, "12 JP", "12 JP"),
    ("jp_share", 1.25, "125%", "125%"),
    ("job_person_match", 77.777, "77,8%", "77.8%"),
    ("unit_service_attainment_change", -0.05, "-0,05", "-0.05"),
    ("feedback_score", 84.925, "84,9 poin", "84.9 points"),
    ("numeric_score_year", 2021.0, "2021", "2021"),
    ("years_to_retirement", 14.83, "14,8 tahun", "14.8 years"),
    ("unexcused_rise", 1.0, "+1,00 hari per bulan", "+1.00 days a month"),
    ("jp_remaining", None, "tidak diketahui: salah satunya tidak diketahui",
     "not known: either is unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "indonesian", "english"), FIGURES)
def test_figures_are_written_with_their_unit(name, value, indonesian, english):
    assert (figure_text(name, value, "id"), figure_text(name, value, "en")) == (indonesian, english)


@given(lower=st.integers(0, 400), width=st.integers(0, 400))
def test_an_interval_shows_both_ends_and_a_point_one(lower, width):
    ends = span_text(lower / 10, (lower + width) / 10, "en").split(" to ")
    assert [float(end) for end in ends] == [lower / 10, (lower + width) / 10][: 1 + (width > 0)]
