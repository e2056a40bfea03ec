# pyright: strict
"""The units of figures, and why a figure is not known, by their English in the data dictionary."""

from __future__ import annotations

from features.wording.languages import Language, Words, in_language

UNITS: dict[str, Words] = {
    "count": ("", ""),
    "days": ("hari", "days"),
    "JP": ("JP", "JP"),
    "days a month": ("hari per bulan", "days a month"),
    "days a month each month": ("hari per bulan, tiap bulan", "days a month, each month"),
    "level": ("level", "level"),
    "levels": ("level", "levels"),
    "percent": ("%", "%"),
    "share": ("%", "%"),
    "ordinal 1-5": ("", ""),
    "ordinal 1-3": ("", ""),
    "steps": ("tingkat", "steps"),
    "steps a year": ("tingkat per tahun", "steps a year"),
    "points": ("poin", "points"),
    "points a year": ("poin per tahun", "points a year"),
    "points 0-6": ("pada skala 0-6", "on a scale of 0-6"),
    "the survey's own": ("pada skala survei itu", "on the survey's own scale"),
    "year": ("", ""),
    "years": ("tahun", "years"),
    "people": ("orang", "people"),
}

SMALL_GROUP = "fewer than 5 people of the unit have one"

NOT_KNOWN: dict[str, str] = {
    "never": "tidak tercatat",
    "not recorded": "tidak tercatat",
    "not held": "tidak ada dalam data",
    "no grade known": "golongan tidak tercatat",
    "no promotion known": "belum ada kenaikan jenjang yang tercatat",
    "its level is on no ladder": "jenjang jabatan ini tidak ada pada jalur mana pun",
    "the post requires none": "jabatan tidak mensyaratkan kompetensi",
    "none is assessed and required": "belum ada kompetensi syarat yang diasesmen",
    "never assessed": "belum pernah diasesmen",
    "not required": "tidak disyaratkan",
    "not assessed or not required": "belum diasesmen atau tidak disyaratkan",
    "no review known": "belum ada penilaian kinerja yang tercatat",
    "one of the years is missing": "penilaian salah satu tahun tidak ada",
    "fewer than 3 years with a predicate": "predikat kurang dari 3 tahun",
    "fewer than 2 years with a predicate": "predikat kurang dari 2 tahun",
    "no numeric SKP known": "tidak ada nilai SKP angka yang tercatat",
    "fewer than 3 such years": "nilai angka kurang dari 3 tahun",
    "no feedback, or too few raters in every role": "tidak ada umpan balik, atau penilai terlalu "
    "sedikit pada setiap peran",
    "no score in one of both": "salah satu periode tidak memiliki nilai",
    "no such rating, or too few raters to hide each": "tidak ada nilai dari peran ini, atau "
    "penilainya terlalu sedikit untuk disamarkan",
    "no unit mean": "tidak ada rata-rata unit",
    "fewer than 5 people have a score": "kurang dari 5 orang memiliki nilai",
    "the employer has no courses on record": "instansi tidak memiliki catatan kursus",
    "no course known": "belum ada kursus yang tercatat",
    "no course ended": "belum ada kursus yang berakhir",
    "neither PNS nor PPPK, or a JPT utama or madya on contract": "bukan PNS atau PPPK, atau PPPK "
    "pada JPT utama atau madya",
    "either is unknown": "salah satunya tidak diketahui",
    "the employer has no offers on record": "instansi tidak memiliki catatan penawaran kursus",
    "no offer known": "belum ada penawaran yang tercatat",
    "no offer": "tidak ada penawaran",
    "no session known, or the post's level is not": "jadwal kursus atau jenjang jabatan tidak "
    "diketahui",
    "no attendance": "tidak ada catatan presensi",
    "one of both has no attendance": "salah satu periode tidak memiliki presensi",
    "fewer than 6 months": "presensi kurang dari 6 bulan",
    "never asked": "belum pernah disurvei",
    "no answer": "belum ada jawaban",
    "fewer than 2 answers": "jawaban kurang dari 2",
    "no answer, or fewer than 5 in the unit": "belum ada jawaban, atau kurang dari 5 jawaban di "
    "unit",
    "not asked in 12 months": "tidak disurvei dalam 12 bulan",
    "none measured": "tidak ada yang diukur",
    "none measured in one of both": "salah satu periode tidak memiliki hasil ukur",
    SMALL_GROUP: "kurang dari 5 orang di unit memilikinya",
}
"""Why a figure is not known: `features.profile_columns.ProfileColumn.null_when` in Indonesian."""


def unit_name(unit: str, language: Language) -> str:
    """Return what a unit of the data dictionary is called; empty where a number needs none."""
    return in_language(UNITS[unit], language)


def not_known(null_when: str, language: Language) -> str:
    """Return that something is not known and why.

    >>> not_known("never assessed", "en"), not_known("never assessed", "id")
    ('not known: never assessed', 'tidak diketahui: belum pernah diasesmen')
    """
    if language == "id":
        return f"tidak diketahui: {NOT_KNOWN[null_when]}"
    why = "not recorded" if null_when == "never" else null_when
    return f"not known: {why}"
