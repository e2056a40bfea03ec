# pyright: strict
"""Civil-service terms: the codes of tables and rules, as people read them."""

from __future__ import annotations

from features.wording.languages import Language, Words, in_language

POST_LEVELS: dict[str, Words] = {
    "jpt_utama": ("JPT Utama", "JPT Utama"),
    "jpt_madya": ("JPT Madya", "JPT Madya"),
    "jpt_pratama": ("JPT Pratama", "JPT Pratama"),
    "administrator": ("Administrator", "Administrator"),
    "pengawas": ("Pengawas", "Pengawas"),
    "pelaksana": ("Pelaksana", "Pelaksana"),
    "ahli_utama": ("Ahli Utama", "Ahli Utama"),
    "ahli_madya": ("Ahli Madya", "Ahli Madya"),
    "ahli_muda": ("Ahli Muda", "Ahli Muda"),
    "ahli_pertama": ("Ahli Pertama", "Ahli Pertama"),
    "penyelia": ("Penyelia", "Penyelia"),
    "mahir": ("Mahir", "Mahir"),
    "terampil": ("Terampil", "Terampil"),
    "pemula": ("Pemula", "Pemula"),
    "other": ("jenjang lain", "another level"),
}
EDUCATIONS: dict[str, Words] = {
    "sd": ("SD", "primary school (SD)"),
    "smp": ("SMP", "junior secondary school (SMP)"),
    "sma": ("SMA/SMK", "senior secondary school (SMA/SMK)"),
    "d1": ("D-I", "D-I"),
    "d2": ("D-II", "D-II"),
    "d3": ("D-III", "D-III"),
    "d4": ("D-IV", "D-IV"),
    "s1": ("S-1", "S-1"),
    "profesi": ("profesi", "profession (profesi)"),
    "s2": ("S-2", "S-2"),
    "spesialis": ("spesialis", "specialist"),
    "subspesialis": ("subspesialis", "subspecialist"),
    "s3": ("S-3", "S-3"),
}
RATINGS: dict[str, Words] = {
    "above": ("di atas ekspektasi", "above expectation"),
    "as_expected": ("sesuai ekspektasi", "as expected"),
    "below": ("di bawah ekspektasi", "below expectation"),
}
RATING_OF = {3: "above", 2: "as_expected", 1: "below"}
"""What the ordinals of ``results_rating`` and ``behaviour_rating`` mean."""

POTENTIALS: dict[str, Words] = {
    "low": ("rendah", "low"),
    "medium": ("menengah", "medium"),
    "high": ("tinggi", "high"),
}
BANDS: dict[str, Words] = {
    "sangat_tinggi": ("sangat tinggi", "very high"),
    "tinggi": ("tinggi", "high"),
    "sedang": ("sedang", "moderate"),
    "rendah": ("rendah", "low"),
    "sangat_rendah": ("sangat rendah", "very low"),
    "optimal": ("optimal", "optimal"),
    "cukup_optimal": ("cukup optimal", "fairly optimal"),
    "kurang_optimal": ("kurang optimal", "less than optimal"),
}
"""Bands of IP ASN and of the job person match."""

ACTIONS: dict[str, str] = {
    "rotasi": "rotation",
    "promosi": "promotion",
    "penghargaan": "award",
    "dipertahankan": "retain in the post",
    "tugas belajar": "study assignment",
    "bimbingan kinerja": "performance guidance",
    "konseling kinerja": "performance counselling",
    "pengembangan kompetensi": "competency development",
    "penempatan yang sesuai": "a fitting placement",
    "rotasi atau pengayaan jabatan": "rotation or job enrichment",
    "rotasi atau perluasan jabatan": "rotation or job enlargement",
    "masuk kelompok rencana suksesi": "enter the succession pool",
    "diproses sesuai peraturan": "proceed as the regulations say",
}
"""Actions of the 9-box in English; an employer's own are shown as they are written."""

EVIDENCE: dict[str, Words] = {
    "valid": ("berlaku", "valid"),
    "expired": ("kedaluwarsa", "expired"),
    "none": ("belum diasesmen", "not assessed"),
}
REQUIRED_BY: dict[str, Words] = {
    "post": ("standar jabatan itu sendiri", "the post's own standard"),
    "standard": ("standar jenjang jabatan", "the standard of its level"),
}
PARTS: dict[str, Words] = {
    "education": ("pendidikan", "education"),
    "training": ("pelatihan kepemimpinan atau fungsional", "leadership or functional training"),
    "technical": ("pelatihan teknis", "technical training"),
    "seminar": ("seminar dan sejenisnya", "seminars and the like"),
    "appraisal": ("penilaian kinerja", "appraisal"),
    "sanctions": ("hukuman disiplin", "disciplinary sanctions"),
}
DIMENSIONS: dict[str, Words] = {
    "qualification": ("kualifikasi", "qualification"),
    "competence": ("kompetensi", "competence"),
    "performance": ("kinerja", "performance"),
    "discipline": ("disiplin", "discipline"),
}
REQUIREMENTS: dict[str, Words] = {
    "education": ("pendidikan", "education"),
    "experience": ("masa kerja pada jenjang yang diminta", "years in the levels asked for"),
    "predicates": ("predikat kinerja", "performance predicates"),
    "competencies": ("kompetensi sesuai standar", "competencies by the standard"),
    "clean_record": ("rekam jejak tanpa hukuman disiplin", "clean record"),
    "age": ("batas usia", "age limit"),
    "related_experience": ("pengalaman terkait", "related experience"),
    "healthy": ("kesehatan", "health"),
}
STATUSES: dict[str, Words] = {
    "met": ("terpenuhi", "met"),
    "lacking": ("belum terpenuhi", "not met"),
    "cannot be told": ("belum diketahui", "not known"),
}
CERTAINTIES: dict[str, Words] = {
    "verified": ("dibaca dari naskah resmi", "read in the legal text"),
    "secondary": ("sumber sekunder", "secondary source"),
    "memory": ("dari ingatan, belum dikonfirmasi", "from memory, not confirmed"),
    "inference": ("tafsiran sendiri", "own inference"),
    "employer": ("ditetapkan instansi", "set by the employer"),
}
ROLES: dict[str, Words] = {
    "planner": ("perencana kepegawaian", "planner"),
    "superior": ("atasan", "superior"),
    "employee": ("pegawai yang bersangkutan", "the employee"),
    "data_scientist": ("ilmuwan data", "data scientist"),
    "auditor": ("auditor", "auditor"),
}
TERMS: dict[str, dict[str, Words]] = {
    "post level": POST_LEVELS,
    "education": EDUCATIONS,
    "rating": RATINGS,
    "potential": POTENTIALS,
    "band": BANDS,
    "evidence": EVIDENCE,
    "required by": REQUIRED_BY,
    "part": PARTS,
    "dimension": DIMENSIONS,
    "requirement": REQUIREMENTS,
    "status": STATUSES,
    "certainty": CERTAINTIES,
    "role": ROLES,
}


def term(kind: str, code: str, language: Language) -> str:
    """Return what a code is called.

    >>> term("rating", "above", "id"), term("status", "cannot be told", "en")
    ('di atas ekspektasi', 'not known')
    """
    return in_language(TERMS[kind][code], language)


def action_name(action: str, language: Language) -> str:
    """Return an action of the 9-box.

    >>> action_name("rotasi", "en"), action_name("promosi", "id"), action_name("magang", "en")
    ('rotation', 'promosi', 'magang')
    """
    return action if language == "id" else ACTIONS.get(action, action)
