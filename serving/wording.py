# pyright: strict
"""The words that answers use, in Indonesian and English."""

from __future__ import annotations

from features.wording.figures import FIGURE_NAMES
from features.wording.languages import LANGUAGES, Language, in_language

REASONS: dict[Language, dict[str, str]] = {
    "id": {
        "gap": "kesenjangan kompetensi",
        "career": "jenjang dan tujuan karier",
        "peers": "jalur pegawai dengan jabatan serupa",
        "policy": "ketentuan (bentuk, JP, biaya, jadwal)",
        "interest": "minat menurut riwayat kursus pegawai ini",
    },
    "en": {
        "gap": "competency gaps",
        "career": "career stage and goal",
        "peers": "the paths of people in similar posts",
        "policy": "policy (form, hours, cost, dates)",
        "interest": "interests shown by the courses taken",
    },
}

FEATURES: dict[Language, dict[str, str]] = {
    language: {name: in_language(words, language) for name, words in FIGURE_NAMES.items()}
    for language in LANGUAGES
}

RULE_FEATURES: dict[Language, dict[str, str]] = {
    "id": {"n_enrolments_6_months": "ditawari kursus dalam 6 bulan tetapi tidak mendaftar"},
    "en": {"n_enrolments_6_months": "courses offered in 6 months and none taken"},
}
"""What a feature stands for in the rule, where that is not the figure itself."""


LAGGED_FEATURES: dict[Language, dict[str, str]] = {
    "id": {
        "learning_stopped_before": "enam bulan terakhir: berhenti belajar meskipun ditawari",
        "absence_rise_before": "enam bulan terakhir: ketidakhadiran tanpa alasan meningkat",
        "performance_fall_before": "enam bulan terakhir: kinerja menurun terhadap unit",
        "voluntary_exit_before": "enam bulan terakhir: mengundurkan diri",
        "survey_low_before": "enam bulan terakhir: survei di bawah batas",
    },
    "en": {
        "learning_stopped_before": "the last six months: learning stopped although offered",
        "absence_rise_before": "the last six months: absence without reason rose",
        "performance_fall_before": "the last six months: performance fell against the unit",
        "voluntary_exit_before": "the last six months: resignation",
        "survey_low_before": "the last six months: a survey below its cut-off",
    },
}
"""The window before, where it is all that a component's figure rests on."""


def feature_name(feature: str, kind: str, language: Language) -> str:
    """Return what a feature of a kind of model is called; one without a name is shown as it is."""
    wording = FEATURES[language] | LAGGED_FEATURES[language]
    wording |= RULE_FEATURES[language] if kind == "rule" else {}
    return wording.get(feature, feature.replace("_", " "))
