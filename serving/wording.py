# pyright: strict
"""The words that answers use, in Indonesian and English."""

from __future__ import annotations

from serving.errors import Language

REASONS: dict[Language, dict[str, str]] = {
    "id": {
        "gap": "kesenjangan kompetensi",
        "peers": "pilihan pegawai dengan jabatan serupa",
        "path": "riwayat kursus pegawai ini",
        "person": "hal lain dari profil pegawai ini",
        "course": "sifat kursus ini",
    },
    "en": {
        "gap": "competency gaps",
        "peers": "the choices of people in similar posts",
        "path": "the courses this person has taken",
        "person": "the rest of this person's profile",
        "course": "the nature of the course",
    },
}

FEATURES: dict[Language, dict[str, str]] = {
    "id": {
        "post_days": "lama di jabatan ini",
        "n_required": "banyaknya kompetensi yang disyaratkan",
        "n_assessed": "banyaknya kompetensi yang diukur",
        "n_gaps": "banyaknya kesenjangan kompetensi",
        "gap_levels": "besarnya kesenjangan kompetensi",
        "job_person_match": "kesesuaian dengan jabatan",
        "days_since_assessment": "lama sejak asesmen terakhir",
        "predicate": "predikat SKP",
        "predicate_change": "perubahan predikat SKP",
        "predicate_vs_unit": "predikat SKP dibanding unit",
        "feedback_score": "nilai umpan balik 360",
        "feedback_change": "perubahan umpan balik 360",
        "feedback_vs_unit": "umpan balik 360 dibanding unit",
        "feedback_superior": "umpan balik atasan",
        "feedback_peer": "umpan balik rekan",
        "jp_this_year": "JP tahun ini",
        "jp_12_months": "JP dalam 12 bulan",
        "n_courses": "banyaknya kursus yang diikuti",
        "n_courses_12_months": "banyaknya kursus dalam 12 bulan",
        "days_since_course": "lama sejak kursus terakhir",
        "n_offers_6_months": "penawaran kursus dalam 6 bulan",
        "n_enrolments_6_months": "pendaftaran kursus dalam 6 bulan",
        "n_offers_12_months": "penawaran kursus dalam 12 bulan",
        "n_enrolments_12_months": "pendaftaran kursus dalam 12 bulan",
        "n_declined_12_months": "penawaran yang ditolak dalam 12 bulan",
        "n_dropped_12_months": "kursus yang dihentikan dalam 12 bulan",
        "n_attendance_months": "banyaknya bulan presensi yang tercatat",
        "unexcused_days_3_months": "hari tanpa keterangan dalam 3 bulan",
        "unexcused_days_12_months": "hari tanpa keterangan dalam 12 bulan",
        "unexcused_rise": "kenaikan hari tanpa keterangan dibanding kebiasaan sendiri",
        "excused_days_12_months": "hari tidak hadir dengan keterangan",
        "post_level": "jenjang jabatan",
        "employment_type": "jenis kepegawaian",
    },
    "en": {
        "post_days": "time in this post",
        "n_required": "the number of competencies required",
        "n_assessed": "the number of competencies assessed",
        "n_gaps": "the number of competency gaps",
        "gap_levels": "the size of the competency gaps",
        "job_person_match": "the match with the post",
        "days_since_assessment": "time since the last assessment",
        "predicate": "the SKP predicate",
        "predicate_change": "the change of the SKP predicate",
        "predicate_vs_unit": "the SKP predicate against the unit",
        "feedback_score": "the 360 feedback",
        "feedback_change": "the change of the 360 feedback",
        "feedback_vs_unit": "the 360 feedback against the unit",
        "feedback_superior": "feedback by the superior",
        "feedback_peer": "feedback by peers",
        "jp_this_year": "training hours (JP) this year",
        "jp_12_months": "training hours (JP) in 12 months",
        "n_courses": "the number of courses taken",
        "n_courses_12_months": "the number of courses in 12 months",
        "days_since_course": "time since the last course",
        "n_offers_6_months": "course offers in 6 months",
        "n_enrolments_6_months": "enrolments in 6 months",
        "n_offers_12_months": "course offers in 12 months",
        "n_enrolments_12_months": "enrolments in 12 months",
        "n_declined_12_months": "offers declined in 12 months",
        "n_dropped_12_months": "courses dropped in 12 months",
        "n_attendance_months": "the number of months with attendance records",
        "unexcused_days_3_months": "unexcused days in 3 months",
        "unexcused_days_12_months": "unexcused days in 12 months",
        "unexcused_rise": "the rise of unexcused days against the person's own past",
        "excused_days_12_months": "excused days of absence",
        "post_level": "the level of the post",
        "employment_type": "the type of employment",
    },
}

RULE_FEATURES: dict[Language, dict[str, str]] = {
    "id": {"n_enrolments_6_months": "ditawari kursus dalam 6 bulan tetapi tidak mendaftar"},
    "en": {"n_enrolments_6_months": "courses offered in 6 months and none taken"},
}
"""What a feature stands for in the rule, where that is not the figure itself."""

PREDICATES = {
    5: "Sangat Baik", 4: "Baik", 3: "Butuh Perbaikan", 2: "Kurang", 1: "Sangat Kurang",
}  # fmt: skip


def feature_name(feature: str, kind: str, language: Language) -> str:
    """Return what a feature of a kind of model is called; one without a name is shown as it is."""
    wording = FEATURES[language] | (RULE_FEATURES[language] if kind == "rule" else {})
    return wording.get(feature, feature.replace("_", " "))


def decimal(value: float, language: Language, places: int = 2) -> str:
    """Write a number with the language's decimal sign, and 0 without a minus.

    >>> decimal(-0.001, "en"), decimal(1234.5, "id", 1)
    ('0.00', '1234,5')
    """
    text = f"{value:.{places}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace(".", ",") if language == "id" else text


def whole(value: float) -> str:
    """Write a number without decimals.

    >>> whole(12.0)
    '12'
    """
    return f"{value:.0f}"
