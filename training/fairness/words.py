# pyright: strict
"""What the fairness audit says, in Indonesian and English."""

from __future__ import annotations

from features.wording.languages import Language, Words, in_language

ATTRIBUTES: dict[str, Words] = {
    "sex": ("jenis kelamin", "sex"),
    "age_band": ("kelompok umur", "age band"),
    "unit": ("unit kerja", "unit"),
    "employment_type": ("jenis pegawai", "employment type"),
    "religion": ("agama", "religion"),
    "marital_status": ("status perkawinan", "marital status"),
}
GROUPS: dict[str, Words] = {
    "female": ("perempuan", "women"),
    "male": ("laki-laki", "men"),
    "unknown": ("tidak diketahui", "unknown"),
}
FINDINGS: dict[str, Words] = {
    "even": ("seimbang", "even"),
    "too few": ("terlalu sedikit", "too few"),
    "too many": ("terlalu banyak", "too many"),
    "perhaps too few": ("mungkin terlalu sedikit", "perhaps too few"),
    "perhaps too many": ("mungkin terlalu banyak", "perhaps too many"),
    "insufficient": ("data tidak cukup", "insufficient"),
    "withheld": ("dirahasiakan: terlalu sedikit orang", "withheld: too few people"),
    "by law": ("berbeda menurut ketentuan", "differs by law"),
    "holds": ("terjaga", "holds"),
    "fails": ("meleset", "fails"),
    "measured": ("terukur", "measured"),
}
TEXTS: dict[str, Words] = {
    "title": ("Audit keadilan", "Fairness audit"),
    "intro": (
        (
            "Semua pegawai aktif pada tanggal penilaian. Tanda kebutuhan dukungan adalah manfaat "
            "sekaligus cap: terlalu sedikit dan terlalu banyak sama-sama diperiksa. Atribut yang "
            "dilindungi hanya dibaca oleh audit ini, tidak pernah oleh model."
        ),
        (
            "Everybody in service at the evaluation date. A support flag is a benefit and a "
            "stigma: too few and too many are both looked for. Protected attributes are read by "
            "this audit alone, never by a model."
        ),
    ),
    "findings": ("Temuan yang pasti", "What is sure"),
    "nothing": (
        "Tidak ada perbedaan di luar batas yang pasti. Itu bukan bukti bahwa tidak ada perbedaan.",
        "No difference is surely outside of the limits. That is no proof that there is none.",
    ),
    "flags": ("Tanda kebutuhan dukungan", "Support flags"),
    "lists": ("Kursus yang direkomendasikan", "Recommended courses"),
    "proxies": (
        "Seberapa baik profil menebak atribut yang dilindungi",
        "How well profiles foresee protected attributes",
    ),
    "mitigation": (
        "Biaya penyeimbangan (tidak dipakai kecuali dinyatakan)",
        "What mitigation would cost (off unless declared)",
    ),
    "too_few_flags": (
        "Terlalu sedikit orang yang ditandai untuk dibandingkan.",
        "Too few people are flagged to compare groups.",
    ),
    "group": ("kelompok", "group"),
    "finding": ("temuan", "finding"),
    "people": ("orang", "people"),
    "flagged": ("ditandai", "flagged"),
    "rate": ("tingkat", "rate"),
    "ratio": ("dibanding yang lain (95%)", "by everybody else (95%)"),
    "p_value": ("p disesuaikan", "adjusted p"),
    "calibration": ("kalibrasi (prediksi / teramati)", "calibration (predicted / observed)"),
    "jp": ("JP per orang", "hours (JP) a person"),
    "exposure": ("jarak bentuk kursus (p)", "distance of forms seen (p)"),
    "attribute": ("atribut", "attribute"),
    "auc": ("AUC (95%)", "AUC (95%)"),
    "top": ("fitur yang paling memberi petunjuk", "features that give it away most"),
    "strength": ("kekuatan", "strength"),
    "ratios": ("rasio terendah dan tertinggi", "lowest and highest ratio"),
    "precision": ("presisi (perubahan, 95%)", "precision (change, 95%)"),
    "lift": ("lift (perubahan, 95%)", "lift (change, 95%)"),
}


def text(key: str, language: Language) -> str:
    """Return a passage of the page."""
    return in_language(TEXTS[key], language)


def attribute_name(name: str, language: Language) -> str:
    """Return what an attribute or intersection is called.

    >>> attribute_name("sex*age_band", "id")
    'jenis kelamin dan kelompok umur'
    """
    joint = " dan " if language == "id" else " and "
    return joint.join(in_language(ATTRIBUTES[part], language) for part in name.split("*"))


def group_name(group: str, language: Language) -> str:
    """Return what a group is called; a unit or type of employee keeps its name.

    >>> group_name("female, 50 and over", "id"), group_name("under 30", "en")
    ('perempuan, 50 ke atas', 'under 30')
    """
    parts = [in_language(GROUPS.get(part, (part, part)), language) for part in group.split(", ")]
    named = ", ".join(parts)
    if language == "en":
        return named
    return named.replace("under ", "di bawah ").replace(" and over", " ke atas")


def finding_words(finding: str, language: Language) -> str:
    """Return a finding in words."""
    return in_language(FINDINGS[finding], language)
