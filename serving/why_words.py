# pyright: strict
"""Says why a course does not stand on a list, in Indonesian or English."""

from __future__ import annotations

from collections.abc import Sequence

from features.wording.languages import Language

RULES: dict[Language, dict[str, str]] = {
    "id": {
        "left_catalogue": "tidak ada lagi di katalog",
        "not_scored": "baru di katalog sejak model dilatih, sehingga belum dinilai",
        "taken": "sudah diikuti pegawai ini",
        "mandatory": "ditetapkan oleh aturan atau peristiwa (Latsar, PKA), bukan dipilih",
        "post_level": "tidak terbuka bagi jenjang jabatan pegawai ini",
        "employment_type": "tidak terbuka bagi jenis kepegawaian pegawai ini",
        "prerequisite": "memerlukan kursus prasyarat yang belum diselesaikan",
        "no_session": "tidak mempunyai jadwal mendatang yang diumumkan",
        "no_seat": "tidak mempunyai tempat tersisa pada jadwal mendatang",
        "language": "diberikan dalam bahasa yang tidak dibaca pegawai ini",
        "place": "hanya diadakan di tempat di luar jangkauan pegawai ini",
        "no_gap": "tidak menjawab kesenjangan kompetensi yang terukur pada pegawai ini",
        "floor_reached": "tidak menjawab kesenjangan terukur, dan JP minimal tahun ini sudah "
        "tercapai oleh daftarnya",
        "jp_ceiling": "lebih panjang daripada sisa JP pegawai ini",
        "repeats": "tidak mengajarkan lebih daripada kursus di atasnya",
        "near_duplicate": "hampir sama dengan kursus di atasnya",
        "hours": "tidak muat dalam JP yang disisakan kursus di atasnya",
        "not_candidate": "tidak termasuk calon yang dinilai model bagi pegawai ini",
    },
    "en": {
        "left_catalogue": "has left the catalogue",
        "not_scored": "is new in the catalogue since the model was trained, and not scored yet",
        "taken": "has been taken by this person",
        "mandatory": "is assigned by a rule or an event (such as Latsar or PKA), not chosen",
        "post_level": "is not open to this person's post level",
        "employment_type": "is not open to this person's type of employment",
        "prerequisite": "needs a course first that this person has not completed",
        "no_session": "has no announced session ahead",
        "no_seat": "has no place left in any session ahead",
        "language": "is taught in a language that this person does not read",
        "place": "is held only in places out of this person's reach",
        "no_gap": "answers no measured gap of this person",
        "floor_reached": "answers no measured gap, and the list reaches this year's floor of hours "
        "without it",
        "jp_ceiling": "is longer than the hours this person has left",
        "repeats": "teaches no more than the courses above it",
        "near_duplicate": "is nearly the same as a course above it",
        "hours": "does not fit the hours that the courses above it leave",
        "not_candidate": "is not among the candidates that the model scores for this person",
    },
}
"""By code of `models.eligibility.why_not`, `models.course_set.why_not_useful` and
`serving.why_not`."""


TURNS: dict[Language, str] = {
    "id": " Undian menggilir kursus yang nilainya hampir sama.",
    "en": " A lot lets courses of like worth take turns.",
}


def why_not_sentence(
    title: str,
    rule: str | None,
    rank: int | None,
    k: int,
    above: Sequence[str],
    language: Language,
) -> str:
    """Say which rule keeps a course away, or its rank among all and which stand right above it.

    >>> why_not_sentence("Planning", "no_session", None, 5, [], "en")
    'Planning has no announced session ahead.'
    >>> why_not_sentence("Planning", None, 7, 5, ["Ethics", "Law"], "en")
    'Planning is number 7, and the list ends at 5; right above it: Ethics, Law.'
    """
    if rule is not None:
        return f"{title} {RULES[language][rule]}."
    names = ", ".join(above)
    if language == "id":
        place = f"{title} berada di urutan {rank}"
        limit = f", sedangkan daftar berakhir di {k}" if (rank or 0) > k else " pada daftar"
        return f"{place}{limit}; tepat di atasnya: {names}." if names else f"{place}{limit}."
    place = f"{title} is number {rank}"
    limit = f", and the list ends at {k}" if (rank or 0) > k else " on the list"
    return f"{place}{limit}; right above it: {names}." if names else f"{place}{limit}."
