# pyright: strict
"""What support needs are told in: groups of drivers, limits of opportunity, and why no answer."""

from __future__ import annotations

from features.wording.languages import Words

GROUPS: dict[str, Words] = {
    "person": ("pegawai", "the person's"),
    "office": ("kantor", "the office's"),
    "system": ("sistem", "the system's"),
}
"""Whose matter a driver is (`features.drivers`)."""

LIMITS: dict[str, Words] = {
    "no_offer": (
        "tidak ada kursus yang ditawarkan dalam 6 bulan", "no course was offered in 6 months",
    ),
    "no_seats": (
        "tidak ada jadwal kursus yang terbuka bagi jabatan ini dalam 12 bulan",
        "no session open to this post was announced in 12 months",
    ),
    "remote_post": (
        "tempat tugas jauh dari tempat kursus", "the post lies far from where courses are held",
    ),
    "pppk_ceiling": (
        "JP tahun perjanjian kerja sudah habis", "the hours (JP) of the contract year are used up",
    ),
    "leave": ("cuti panjang telah diberikan", "long leave was granted"),
    "near_retirement": ("pensiun sudah dekat", "the foreseen retirement is near"),
}  # fmt: skip
"""Why a person could not take part (`models.opportunity`)."""

NO_ANSWER: dict[str, Words] = {
    "none": (
        "Saat ini tidak ditandai perlu dukungan.", "Not flagged as needing support at present.",
    ),
    "thin_evidence": (
        "Terlalu sedikit yang diketahui tentang pegawai ini, maka sistem tidak menjawab.",
        "Too little is known of this person, so the system gives no answer.",
    ),
    "unlike_training": (
        "Profil ini tidak serupa dengan yang dipelajari model, maka sistem tidak menjawab.",
        "This profile is unlike those the model learned from, so the system gives no answer.",
    ),
    "no_skill": (
        "Belum ada model yang terbukti mampu, maka sistem tidak menjawab.",
        "No model has shown skill yet, so the system gives no answer.",
    ),
}  # fmt: skip
"""Nothing stands out, or why the system abstains."""

ASKED: Words = (
    "Pegawai ini meminta dukungan. Ini ajakan untuk berbicara, bukan penilaian.",
    "Asked by the person. This invites a conversation; it is no appraisal.",
)
