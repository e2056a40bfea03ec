# pyright: strict
"""What every figure of a profile is called (`features.profile_columns` says what it means)."""

from __future__ import annotations

from features.wording.languages import Language, Words, in_language

CAREER: dict[str, Words] = {
    "post_days": ("lama di jabatan ini", "time in this post"),
    "unit_days": ("lama di unit ini tanpa jeda", "time in this unit without a break"),
    "level_days": (
        "lama pada jenjang jabatan ini (penyetaraan bukan jeda)",
        "time at this level of post (penyetaraan is no break)",
    ),
    "grade_days": ("lama pada golongan terakhir", "time in the newest grade (golongan)"),
    "service_days": (
        "lama sejak jabatan pertama yang tercatat", "time since the first known post",
    ),
    "n_moves": (
        "banyaknya perpindahan unit atau jabatan, tanpa penyetaraan",
        "changes of unit or post, without penyetaraan",
    ),
    "n_promotions": ("banyaknya kenaikan jenjang jabatan", "promotions"),
    "n_demotions": ("banyaknya penurunan jenjang jabatan", "demotions"),
    "n_penyetaraan": (
        "banyaknya penyetaraan jabatan",
        "structural posts turned into functional ones (penyetaraan)",
    ),
    "days_since_promotion": (
        "lama sejak kenaikan jenjang jabatan terakhir", "time since the newest promotion",
    ),
    "levels_above": (
        "banyaknya jenjang di atas jabatan ini pada jalurnya",
        "levels above this post on its ladder",
    ),
    "years_to_retirement": (
        "sisa masa kerja sampai batas usia pensiun (BUP)", "time to the foreseen retirement (BUP)",
    ),
    "post_level": ("jenjang jabatan", "the level of the post"),
    "employment_type": ("jenis kepegawaian", "the type of employment"),
}  # fmt: skip

COMPETENCY: dict[str, Words] = {
    "n_required": (
        "banyaknya kompetensi yang disyaratkan", "the number of competencies required",
    ),
    "n_assessed": ("banyaknya kompetensi yang diukur", "the number of competencies assessed"),
    "n_gaps": ("banyaknya kesenjangan kompetensi", "the number of competency gaps"),
    "gap_levels": ("besarnya kesenjangan kompetensi", "the size of the competency gaps"),
    "gap_levels_lower": (
        "besarnya kesenjangan kompetensi, paling sedikit (ujung interval)",
        "the size of the competency gaps, at least (ends of the intervals)",
    ),
    "gap_levels_upper": (
        "besarnya kesenjangan kompetensi, paling banyak (ujung interval)",
        "the size of the competency gaps, at most (ends of the intervals)",
    ),
    "job_person_match": ("kesesuaian dengan jabatan", "the match with the post"),
    "job_person_match_lower": (
        "kesesuaian dengan jabatan, paling rendah (ujung interval)",
        "the match with the post, at least (ends of the intervals)",
    ),
    "job_person_match_upper": (
        "kesesuaian dengan jabatan, paling tinggi (ujung interval)",
        "the match with the post, at most (ends of the intervals)",
    ),
    "days_since_assessment": ("lama sejak asesmen terakhir", "time since the last assessment"),
    "n_expired": (
        "banyaknya kompetensi syarat dengan asesmen kedaluwarsa",
        "required competencies assessed too long ago to count",
    ),
}  # fmt: skip

PERFORMANCE: dict[str, Words] = {
    "predicate": ("predikat SKP", "the SKP predicate"),
    "predicate_change": ("perubahan predikat SKP", "the change of the SKP predicate"),
    "predicate_vs_unit": ("predikat SKP dibanding unit", "the SKP predicate against the unit"),
    "predicate_trend": (
        "kecenderungan predikat SKP dalam 5 tahun", "the trend of the SKP predicate over 5 years",
    ),
    "predicate_spread": (
        "sebaran predikat SKP dalam 5 tahun (simpangan baku)",
        "the spread of the SKP predicate over 5 years (standard deviation)",
    ),
    "predicate_position": (
        "bagian pegawai unit ini yang predikatnya lebih rendah (yang sama dihitung separuh)",
        "the share of the unit's people with a lower predicate (ties count half)",
    ),
    "predicate_position_pattern": (
        "bagian pegawai berpredikat lebih rendah di semua unit berpredikat sama",
        "the share of people with a lower predicate in all units of the same result",
    ),
    "unit_predicate": ("predikat kinerja unit pada tahun itu", "the unit's own result of the year"),
    "results_rating": ("hasil kerja", "the results (hasil kerja)"),
    "behaviour_rating": ("perilaku kerja", "the behaviour (perilaku kerja)"),
    "numeric_score": (
        "nilai SKP angka terakhir (2014-2021)", "the newest numeric SKP (2014-2021)",
    ),
    "numeric_score_year": ("tahun nilai SKP angka itu", "the year of that numeric SKP"),
    "numeric_score_trend": ("kecenderungan nilai SKP angka", "the trend of the numeric SKP"),
    "feedback_score": ("nilai umpan balik 360", "the 360 feedback"),
    "feedback_change": ("perubahan umpan balik 360", "the change of the 360 feedback"),
    "feedback_vs_unit": (
        "umpan balik 360 dibanding unit", "the 360 feedback against the unit",
    ),
    "feedback_superior": ("umpan balik atasan", "feedback by the superior"),
    "feedback_peer": ("umpan balik rekan", "feedback by peers"),
    "feedback_subordinate": ("umpan balik bawahan", "feedback by subordinates"),
}  # fmt: skip

DEVELOPMENT: dict[str, Words] = {
    "jp_this_year": ("JP tahun ini", "training hours (JP) this year"),
    "jp_12_months": ("JP dalam 12 bulan", "training hours (JP) in 12 months"),
    "jp_entitlement": (
        "JP setahun menurut aturan (PNS: batas bawah, PPPK: batas atas)",
        "JP a year by rule (PNS: a floor, PPPK: a ceiling)",
    ),
    "jp_remaining": (
        "sisa JP tahun ini (PNS: masih wajib, PPPK: masih boleh)",
        "JP left this year (PNS: still owed, PPPK: still open)",
    ),
    "jp_share": (
        "JP tahun ini dibagi JP menurut aturan", "JP this year as a share of the JP by rule",
    ),
    "days_since_course": ("lama sejak kursus terakhir", "time since the last course"),
    "n_courses": ("banyaknya kursus yang diikuti", "the number of courses taken"),
    "n_courses_12_months": (
        "banyaknya kursus dalam 12 bulan", "the number of courses in 12 months",
    ),
    "n_enrolments_6_months": ("pendaftaran kursus dalam 6 bulan", "enrolments in 6 months"),
    "n_enrolments_12_months": ("pendaftaran kursus dalam 12 bulan", "enrolments in 12 months"),
    "n_dropped_12_months": (
        "kursus yang dihentikan dalam 12 bulan", "courses dropped in 12 months",
    ),
    "n_mandatory_12_months": (
        "kursus wajib yang selesai dalam 12 bulan",
        "courses assigned by rule, completed in 12 months",
    ),
    "n_triggered_12_months": (
        "kursus karena pengangkatan atau kenaikan, selesai dalam 12 bulan",
        "courses assigned by an event, completed in 12 months",
    ),
    "n_chosen_12_months": (
        "kursus pilihan yang selesai dalam 12 bulan", "courses of choice, completed in 12 months",
    ),
    "jp_mandatory_12_months": (
        "JP kursus wajib dalam 12 bulan", "JP of courses assigned by rule, 12 months",
    ),
    "jp_structural_12_months": (
        "JP pelatihan struktural dalam 12 bulan", "JP of structural training, 12 months",
    ),
    "jp_technical_12_months": (
        "JP pelatihan teknis dalam 12 bulan", "JP of technical training, 12 months",
    ),
    "jp_functional_12_months": (
        "JP pelatihan fungsional dalam 12 bulan", "JP of functional training, 12 months",
    ),
    "jp_seminar_12_months": ("JP seminar dalam 12 bulan", "JP of seminars, 12 months"),
    "jp_workshop_12_months": ("JP lokakarya dalam 12 bulan", "JP of workshops, 12 months"),
    "jp_e_learning_12_months": ("JP e-learning dalam 12 bulan", "JP of e-learning, 12 months"),
    "jp_coaching_12_months": ("JP coaching dalam 12 bulan", "JP of coaching, 12 months"),
    "jp_other_12_months": (
        "JP bentuk lain dalam 12 bulan", "JP of other forms of learning, 12 months",
    ),
    "completed_share": (
        "bagian kursus yang diselesaikan", "the share of ended courses that were completed",
    ),
    "dropped_share": (
        "bagian kursus yang dihentikan", "the share of ended courses that were dropped",
    ),
    "n_offers_6_months": ("penawaran kursus dalam 6 bulan", "course offers in 6 months"),
    "n_offers_12_months": ("penawaran kursus dalam 12 bulan", "course offers in 12 months"),
    "n_declined_12_months": (
        "penawaran yang ditolak dalam 12 bulan", "offers declined in 12 months",
    ),
    "days_since_offer": ("lama sejak penawaran terakhir", "time since the newest offer"),
    "offers_accepted_share_6_months": (
        "bagian penawaran yang diterima dalam 6 bulan", "the share of offers accepted, 6 months",
    ),
    "offers_accepted_share_12_months": (
        "bagian penawaran yang diterima dalam 12 bulan", "the share of offers accepted, 12 months",
    ),
    "offers_unanswered_share_6_months": (
        "bagian penawaran tanpa jawaban dalam 6 bulan",
        "the share of offers without answer, 6 months",
    ),
    "offers_unanswered_share_12_months": (
        "bagian penawaran tanpa jawaban dalam 12 bulan",
        "the share of offers without answer, 12 months",
    ),
    "n_sessions_open_12_months": (
        "jadwal kursus yang terbuka bagi jenjang dan jenis kepegawaian ini dalam 12 bulan",
        "sessions open to this level of post and type of employment, 12 months",
    ),
}  # fmt: skip

ATTENDANCE: dict[str, Words] = {
    "n_attendance_months": (
        "banyaknya bulan presensi yang tercatat", "the number of months with attendance records",
    ),
    "unexcused_days_3_months": (
        "hari tanpa keterangan dalam 3 bulan", "unexcused days in 3 months",
    ),
    "unexcused_days_12_months": (
        "hari tanpa keterangan dalam 12 bulan", "unexcused days in 12 months",
    ),
    "unexcused_rise": (
        "kenaikan hari tanpa keterangan dibanding kebiasaan sendiri",
        "the rise of unexcused days against the person's own past",
    ),
    "unexcused_trend": (
        "kecenderungan hari tanpa keterangan dalam 12 bulan",
        "the trend of unexcused days over 12 months",
    ),
    "unexcused_vs_last_year": (
        "hari tanpa keterangan dalam 3 bulan dibanding bulan yang sama tahun lalu",
        "unexcused days in 3 months against the same months a year before",
    ),
    "unexcused_vs_unit_3_months": (
        "hari tanpa keterangan dibanding unit dalam 3 bulan",
        "unexcused days against the unit, 3 months",
    ),
    "unexcused_vs_unit_12_months": (
        "hari tanpa keterangan dibanding unit dalam 12 bulan",
        "unexcused days against the unit, 12 months",
    ),
    "unexcused_free_share": (
        "bagian bulan tanpa hari tanpa keterangan", "the share of months without unexcused days",
    ),
    "unexcused_share_12_months": (
        "hari tanpa keterangan dibagi hari kerja yang dapat dicatat",
        "unexcused days as a share of working days that could be recorded",
    ),
    "excused_days_12_months": (
        "hari tidak hadir dengan keterangan", "excused days of absence",
    ),
    "leave_days_12_months": (
        "di antaranya hari cuti yang disetujui sebelumnya",
        "of these, days of leave granted beforehand",
    ),
    "outage_days_12_months": (
        "hari tidak tercatat karena gangguan jaringan atau alat",
        "days not recorded for a fault of network or device",
    ),
}  # fmt: skip

ENGAGEMENT: dict[str, Words] = {
    "uwes9": ("keterikatan kerja (UWES-9) terakhir", "the newest work engagement (UWES-9)"),
    "uwes9_change": ("perubahan UWES-9", "the change of UWES-9"),
    "uwes9_vs_unit": ("UWES-9 dibanding unit", "UWES-9 against the unit"),
    "pulse": ("survei singkat terakhir", "the newest pulse survey"),
    "pulse_change": ("perubahan survei singkat", "the change of the pulse survey"),
    "pulse_vs_unit": ("survei singkat dibanding unit", "the pulse survey against the unit"),
    "n_surveys_asked_12_months": (
        "banyaknya survei yang dikirim dalam 12 bulan", "surveys asked in 12 months",
    ),
    "surveys_answered_share_12_months": (
        "bagian survei yang dijawab dalam 12 bulan", "the share of surveys answered, 12 months",
    ),
    "days_since_survey": ("lama sejak jawaban survei terakhir", "time since the newest answer"),
}  # fmt: skip

SERVICE_RESULTS: dict[str, Words] = {
    "unit_service_attainment": (
        "capaian target layanan unit", "the unit's service results against target",
    ),
    "unit_service_met_share": (
        "bagian target layanan unit yang tercapai", "the share of the unit's service targets met",
    ),
    "unit_service_attainment_change": (
        "perubahan capaian layanan unit dibanding 12 bulan sebelumnya",
        "the change of the unit's service results against the 12 months before",
    ),
    "unit_service_n_targets": (
        "banyaknya target layanan unit yang diukur",
        "service targets of the unit that were measured",
    ),
    "post_service_attainment": (
        "capaian target layanan jabatan ini", "the post's service results against target",
    ),
    "post_service_met_share": (
        "bagian target layanan jabatan yang tercapai",
        "the share of the post's service targets met",
    ),
    "post_service_attainment_change": (
        "perubahan capaian layanan jabatan dibanding 12 bulan sebelumnya",
        "the change of the post's service results against the 12 months before",
    ),
    "post_service_n_targets": (
        "banyaknya target layanan jabatan yang diukur",
        "service targets of the post that were measured",
    ),
}  # fmt: skip

FIGURE_NAMES = {
    **CAREER, **COMPETENCY, **PERFORMANCE, **DEVELOPMENT, **ATTENDANCE, **ENGAGEMENT,
    **SERVICE_RESULTS,
}  # fmt: skip


def figure_name(name: str, language: Language) -> str:
    """Return what a figure is called; one without a name is shown as it is.

    >>> figure_name("post_days", "en"), figure_name("new_figure", "id")
    ('time in this post', 'new figure')
    """
    words = FIGURE_NAMES.get(name)
    return name.replace("_", " ") if words is None else in_language(words, language)
