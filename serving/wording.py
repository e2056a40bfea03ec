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


def feature_name(feature: str, kind: str, language: Language) -> str:
    """Return what a feature of a kind of model is called; one without a name is shown as it is."""
    wording = FEATURES[language] | (RULE_FEATURES[language] if kind == "rule" else {})
    return wording.get(feature, feature.replace("_", " "))
