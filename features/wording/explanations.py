# pyright: strict
"""What the indices say: the English that they give as a reason or a next step, in Indonesian.

A sentence with ``{levels}`` or ``{n}`` stands for all that have codes of post levels, or a number,
in that place. A test reads the modules of the indices and holds this page to what they may say.
"""

from __future__ import annotations

import re

from features.wording.languages import Language, Words, in_language
from features.wording.terms import POST_LEVELS, term

IP_ASN: dict[str, str] = {
    "the education is not recorded": "pendidikan tidak tercatat",
    "the highest education is held": "pendidikan yang dimiliki bernilai penuh",
    "an education is held that gives part of the points": "pendidikan yang dimiliki memberi "
    "sebagian poin",
    "record the education": "catat pendidikan",
    "study for a higher degree": "tempuh pendidikan yang lebih tinggi",
    "the level of the post is not known": "jenjang jabatan tidak diketahui",
    "the profession counts as trained": "profesi ini dihitung sudah mengikuti pelatihan",
    "training for the present level of post is held": "pelatihan untuk jenjang jabatan ini sudah "
    "dimiliki",
    "training is held, but the catalogue does not say for which level of post": "pelatihan "
    "dimiliki, tetapi katalog tidak menyebut untuk jenjang jabatan mana",
    "no leadership or functional training is recorded for anybody": "pelatihan kepemimpinan atau "
    "fungsional tidak tercatat untuk siapa pun",
    "no training for the present level of post is recorded": "pelatihan untuk jenjang jabatan ini "
    "tidak tercatat",
    "complete the leadership or functional training of the present level of post": "selesaikan "
    "pelatihan kepemimpinan atau fungsional untuk jenjang jabatan ini",
    "enough JP of technical training are recorded": "JP pelatihan teknis sudah mencukupi",
    "technical training of unknown JP is recorded": "ada pelatihan teknis yang JP-nya tidak "
    "tercatat",
    "no technical training of these months is recorded for anybody": "pelatihan teknis pada masa "
    "ini tidak tercatat untuk siapa pun",
    "fewer JP of technical training than needed are recorded": "JP pelatihan teknis belum "
    "mencukupi",
    "no technical training is recorded": "pelatihan teknis tidak tercatat",
    "complete technical training up to the needed JP within a year": "selesaikan pelatihan teknis "
    "sampai JP yang diperlukan dalam setahun",
    "a seminar, workshop or the like is recorded": "seminar, lokakarya atau sejenisnya tercatat",
    "no seminar of these months is recorded for anybody": "seminar pada masa ini tidak tercatat "
    "untuk siapa pun",
    "no seminar, workshop or the like is recorded": "seminar, lokakarya atau sejenisnya tidak "
    "tercatat",
    "attend a seminar, workshop or the like": "ikuti seminar, lokakarya atau sejenisnya",
    "no appraisal recent enough is recorded": "penilaian kinerja yang cukup baru tidak tercatat",
    "the newest appraisal is a numeric score": "penilaian kinerja terakhir berupa nilai angka",
    "the newest appraisal is a predicate (own reading of BKN's numeric bands)": "penilaian kinerja "
    "terakhir berupa predikat (tafsiran sendiri atas rentang nilai BKN)",
    "record the appraisal": "catat penilaian kinerja",
    "agree with the superior what a higher appraisal needs": "sepakati dengan atasan apa yang "
    "diperlukan untuk penilaian yang lebih tinggi",
    "no sanction is recorded for anybody, so perhaps they are not exported": "hukuman disiplin "
    "tidak tercatat untuk siapa pun, mungkin tidak ikut diekspor",
    "no sanction in force is recorded": "tidak ada hukuman disiplin yang sedang berlaku",
    "a sanction is recorded whose end is not": "ada hukuman disiplin yang akhirnya tidak tercatat",
    "a sanction is in force": "ada hukuman disiplin yang sedang berlaku",
    "none: points return when the sanction ends": "tidak ada: poin kembali setelah hukuman "
    "berakhir",
}
NINE_BOX: dict[str, str] = {
    "the year before the newest appraisal has no predicate": "tahun sebelum penilaian terakhir "
    "tidak memiliki predikat",
    "no potential is recorded": "potensi tidak tercatat",
    "assessments are missing or too old: the potential may be in more than one class": "asesmen "
    "belum lengkap atau kedaluwarsa: potensi mungkin berada di lebih dari satu kelas",
    "assessments are missing, but none could change the class": "asesmen belum lengkap, tetapi "
    "tidak ada yang dapat mengubah kelasnya",
    "two years of appraisal and a full measure of potential": "dua tahun penilaian kinerja dan "
    "ukuran potensi yang lengkap",
}
PROMOTION: dict[str, str] = {
    "the education is high enough": "pendidikan mencukupi",
    "a higher education is required": "diperlukan pendidikan yang lebih tinggi",
    "the years in {levels} suffice": "masa kerja sebagai {levels} mencukupi",
    "more years in {levels} are required": "masa kerja sebagai {levels} belum mencukupi",
    "the records of posts do not reach back to the first appointment": "riwayat jabatan tidak "
    "sampai ke pengangkatan pertama",
    "every predicate of the last {n} years suffices": "setiap predikat {n} tahun terakhir "
    "mencukupi",
    "a predicate of the last {n} years is too low": "ada predikat dalam {n} tahun terakhir yang "
    "terlalu rendah",
    "not every predicate of the last {n} years is recorded": "predikat {n} tahun terakhir tidak "
    "tercatat lengkap",
    "every national competency is validly assessed at the required level": "setiap kompetensi "
    "nasional memiliki asesmen yang berlaku pada level yang disyaratkan",
    "a competency is assessed below the required level": "ada kompetensi yang diasesmen di bawah "
    "level yang disyaratkan",
    "not every national competency is validly assessed": "belum setiap kompetensi nasional "
    "memiliki asesmen yang berlaku",
    "no sanction in force is recorded; the record beyond that is for a person to judge": "tidak "
    "ada hukuman disiplin yang sedang berlaku; selebihnya dinilai oleh manusia",
    "no sanctions are recorded for anybody, or one without its end": "hukuman disiplin tidak "
    "tercatat untuk siapa pun, atau ada yang akhirnya tidak tercatat",
    "by the foreseen retirement the age is below the limit": "menurut batas usia pensiun, usia di "
    "bawah batas",
    "by the foreseen retirement the age is above the limit": "menurut batas usia pensiun, usia "
    "melewati batas",
    "the foreseen retirement is not recorded, or within a month of the limit": "tanggal pensiun "
    "tidak tercatat, atau dalam sebulan dari batas",
    "whether earlier posts are related to this one is for a person to judge": "apakah jabatan "
    "terdahulu terkait dengan jabatan ini dinilai oleh manusia",
    "health is not among the records": "kesehatan tidak ada dalam data",
}
INDONESIAN = {**IP_ASN, **NINE_BOX, **PROMOTION}

STEPS: dict[tuple[str, str], Words] = {
    ("education", "lacking"): (
        "tempuh pendidikan yang disyaratkan", "study for the degree that is required",
    ),
    ("education", "cannot be told"): ("catat pendidikan terakhir", "record the education"),
    ("experience", "lacking"): (
        "lengkapi masa kerja pada jenjang yang diminta", "serve the years that are lacking",
    ),
    ("experience", "cannot be told"): (
        "lengkapi riwayat jabatan", "complete the history of posts",
    ),
    ("predicates", "lacking"): (
        "raih predikat yang disyaratkan pada tahun berikutnya",
        "reach the required predicate in the coming years",
    ),
    ("predicates", "cannot be told"): (
        "catat penilaian kinerja yang belum ada", "record the appraisal that is missing",
    ),
    ("competencies", "lacking"): (
        "tutup kesenjangan melalui pengembangan kompetensi, lalu asesmen ulang",
        "close the gaps by development, then assess again",
    ),
    ("competencies", "cannot be told"): (
        "lakukan asesmen kompetensi terlebih dahulu", "assess the competencies first",
    ),
    ("clean_record", "lacking"): (
        "tidak ada: tunggu sampai hukuman berakhir", "none: wait until the sanction ends",
    ),
    ("clean_record", "cannot be told"): (
        "catat hukuman disiplin beserta akhirnya", "record sanctions with their end",
    ),
    ("age", "lacking"): (
        "tidak ada: batas ini ditetapkan peraturan", "none: the limit is set by law",
    ),
    ("age", "cannot be told"): (
        "catat tanggal pensiun (BUP)", "record the foreseen retirement (BUP)",
    ),
    ("related_experience", "cannot be told"): (
        "panitia seleksi menilai jabatan mana yang terkait",
        "the committee judges which posts are related",
    ),
    ("healthy", "cannot be told"): (
        "lampirkan surat keterangan sehat", "hand in a certificate of health",
    ),
}  # fmt: skip
"""What would bring a requirement of promotion closer, by requirement and status."""

_PLACES = {"{levels}": r"(?P<levels>\w+(?: or \w+)*)", "{n}": r"(?P<n>\d+)"}


def explain(reason: str, language: Language) -> str:
    """Return a reason or next step of an index in a language, codes of levels as names.

    Raises
    ------
    ValueError
        The catalogue does not hold it.

    >>> explain("more years in pengawas or ahli_muda are required", "en")
    'more years in Pengawas or Ahli Muda are required'
    >>> explain("a predicate of the last 2 years is too low", "id")
    'ada predikat dalam 2 tahun terakhir yang terlalu rendah'
    """
    if reason in INDONESIAN:
        return INDONESIAN[reason] if language == "id" else reason
    for english, indonesian in INDONESIAN.items():
        found = re.fullmatch(_pattern(english), reason)
        if found:
            named = found.groupdict()
            if "levels" in named:
                named["levels"] = _level_names(named["levels"], language)
            return (indonesian if language == "id" else english).format(**named)
    raise ValueError(f"reason must be in the catalogue of explanations, got {reason!r}")


def promotion_step(requirement: str, status: str, language: Language) -> str | None:
    """Return what would bring a requirement closer; None where it is met."""
    words = STEPS.get((requirement, status))
    return None if words is None else in_language(words, language)


def _pattern(template: str) -> str:
    pattern = re.escape(template)
    for place, group in _PLACES.items():
        pattern = pattern.replace(re.escape(place), group)
    return pattern


def _level_names(codes: str, language: Language) -> str:
    names = [
        term("post level", code, language) if code in POST_LEVELS else code
        for code in codes.split(" or ")
    ]
    return (" atau " if language == "id" else " or ").join(names)
