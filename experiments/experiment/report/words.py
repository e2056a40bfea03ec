# pyright: strict
"""What the page of an experiment says, in Indonesian and English."""

from __future__ import annotations

from features.wording.languages import Language, Words, decimal, in_language

TEXTS: dict[str, Words] = {
    "contents": ("Daftar isi", "Contents"),
    "purpose": (
        (
            "Hasil percobaan pada periode uji; bukan dasar untuk keputusan tentang seseorang. "
            "Tidak ada angka tentang kelompok yang terlalu kecil."
        ),
        (
            "What an experiment found on its test periods; no ground for a decision about "
            "anybody. No figure tells of a group that is too small."
        ),
    ),
    "verdict": ("Gerbang", "Gates"),
    "gate": ("gerbang", "gate"),
    "verdict_of": ("putusan", "verdict"),
    "sentence": ("catatan", "record"),
    "passed": ("lulus", "passed"),
    "REFUSED": ("DITOLAK", "REFUSED"),
    "insufficient": ("data tidak cukup", "insufficient"),
    "promotion": ("Promosi", "Promotion"),
    "not_promoted": ("Belum dipromosikan.", "Not promoted."),
    "metrics": ("Angka per periode", "Figures by period"),
    "interval": ("interval 95% atas orang", "95% intervals over people"),
    "period": ("periode", "period"),
    "pooled": ("gabungan", "pooled"),
    "who": ("cara", "method"),
    "model": ("model", "model"),
    "rule": ("aturan pembanding", "rule"),
    "people": ("orang", "people"),
    "events": ("kejadian", "events"),
    "withheld": ("dirahasiakan: terlalu sedikit orang", "withheld: too few people"),
    "curves": ("Kurva", "Curves"),
    "roc": ("ROC", "ROC"),
    "precision_recall": ("Presisi dan recall", "Precision and recall"),
    "false_alarms": (
        "bagian tanpa kejadian yang ditandai",
        "share of those without event that is flagged",
    ),
    "recall": ("recall", "recall"),
    "precision": ("presisi", "precision"),
    "too_few": (
        (
            "Terlalu sedikit orang atau kejadian: angka tidak ditampilkan (paling sedikit 20 "
            "orang, 5 kejadian dan 5 tanpa kejadian)."
        ),
        (
            "Too few people or events, so nothing is shown (20 people, 5 events and 5 without "
            "are needed)."
        ),
    ),
    "calibration": ("Kalibrasi", "Calibration"),
    "predicted": ("peluang yang diprediksi", "predicted"),
    "observed": ("bagian yang terjadi", "observed"),
    "slope": ("kemiringan (terbaik 1)", "slope (best 1)"),
    "ratio": ("prediksi / teramati (terbaik 1)", "predicted / observed (best 1)"),
    "rows": ("baris", "rows"),
    "band": ("kelompok skor", "band of scores"),
    "reliability": ("Prediksi dan kenyataan", "Predicted and observed"),
    "by_period": ("Kalibrasi per periode", "Calibration by period"),
    "lift": ("Manfaat menurut bagian yang ditandai", "Gain and lift by the share flagged"),
    "lift_of": ("lift", "lift"),
    "share": ("bagian yang ditandai", "share flagged"),
    "capacity": ("kapasitas", "capacity"),
    "no_flags": (
        "Tidak ada yang ditandai: unit terlalu kecil untuk kapasitas.",
        "Nobody is flagged: the units are too small for the capacity.",
    ),
    "at_capacity": ("Pada kapasitas yang dinyatakan", "At the declared capacity"),
    "by_k": ("Menurut panjang daftar", "By length of the list"),
    "k": ("k", "k"),
    "no_k": (
        "Percobaan ini hanya mencatat k = 10; jalankan lagi untuk kurvanya.",
        "This run kept k = 10 alone; run it again for the curves.",
    ),
    "back_test": ("Uji mundur", "Back-test"),
    "one_origin": (
        "Hanya satu periode; `periods.rolling` memberi uji mundur.",
        "One period only; `periods.rolling` gives a back-test.",
    ),
    "rivals": ("Semua cara, gabungan", "All methods, pooled"),
    "drivers": ("Yang paling menentukan", "Drivers"),
    "importance": ("bagian", "share of importance"),
    "no_drivers": (
        (
            "Model ini tidak menunjukkan apa yang dipakainya, atau percobaan dijalankan sebelum"
            " hal itu dicatat."
        ),
        "This model does not tell what it goes by, or the run was made before that was kept.",
    ),
    "drivers_note": (
        (
            "Bagian dari perolehan pohon atau bobot dalam model periode terakhir; menjelaskan "
            "model, bukan sebab."
        ),
        (
            "Shares of the trees' gain or of weights in the last period's model; they explain "
            "the model, not causes."
        ),
    ),
    "group": ("kelompok", "group"),
    "feature": ("kolom", "column"),
    "person": ("orangnya", "the person's"),
    "office": ("kantor", "the office's"),
    "system": ("sistem", "the system's"),
    "other": ("lain-lain", "other"),
    "fairness": ("Keadilan", "Fairness"),
    "no_fairness": (
        (
            "Percobaan ini tidak memuat audit keadilan. `huyula train`, `huyula evaluate`, lalu"
            " `huyula fairness` membuatnya untuk kandidat."
        ),
        (
            "This run holds no fairness audit. `huyula train`, `huyula evaluate`, then `huyula "
            "fairness` make one of a candidate."
        ),
    ),
    "no_findings": (
        (
            "Tidak ada perbedaan di luar batas yang pasti. Itu bukan bukti bahwa tidak ada "
            "perbedaan."
        ),
        "No difference is surely outside of the limits. That is no proof that there is none.",
    ),
    "finding": ("temuan", "finding"),
    "attribute": ("atribut", "attribute"),
    "flags": ("Tanda kebutuhan dukungan", "Support flags"),
    "by_others": ("dibanding yang lain (95%)", "by everybody else (95%)"),
    "segments": ("Segmen", "Segments"),
    "employment_type": ("jenis pegawai", "employment type"),
    "post_level": ("jenjang jabatan", "post level"),
    "no_segments": (
        (
            "Percobaan ini tidak mencatat segmen (data dari berkas, atau dijalankan sebelum hal"
            " itu dicatat)."
        ),
        "This run kept no segments (data of a file, or it was made before they were kept).",
    ),
    "unknown": ("tidak diketahui", "unknown"),
    "learning": ("Kurva belajar", "Learning curve"),
    "people_learned": ("bagian orang yang dipelajari", "share of training people"),
    "no_learning": (
        "Belum dihitung; `huyula experiment report RUN --learning-curve` menghitungnya.",
        "Not worked out yet; `huyula experiment report RUN --learning-curve` does.",
    ),
    "other_code": (
        "Kode berubah sejak percobaan dijalankan.",
        "The code has changed since the run.",
    ),
    "failed": ("tidak dapat dipelajari", "could not be learned"),
    "search": ("Pencarian parameter", "Searched parameters"),
    "no_search": (
        "Tidak ada pencarian; parameter seperti yang dinyatakan.",
        "Nothing was searched; the parameters are as declared.",
    ),
    "trial": ("percobaan", "trial"),
    "parameters": ("parameter", "parameters"),
    "chosen": ("Parameter yang dipakai", "Parameters used"),
    "default": ("bawaan", "defaults"),
    "status": ("status", "status"),
    "looks": ("Berapa kali periode ini dilihat", "Looks at these periods"),
    "n_looks": ("dilihat", "looks"),
    "n_runs": ("oleh percobaan", "by runs"),
    "no_looks": (
        "Buku besar ruang kerja ini tidak memuatnya.",
        "The ledger of this workspace holds none.",
    ),
    "many_looks": (
        "Yang terbaik dari banyak kali melihat tampak lebih baik daripada sebenarnya.",
        "The best of many looks flatters itself.",
    ),
    "made_with": ("Dibuat dengan", "Made with"),
    "what": ("apa", "what"),
    "value": ("nilai", "value"),
    "data": ("data", "data"),
    "data_digest": ("sidik data (SHA-256)", "digest of the data (SHA-256)"),
    "code_digest": ("sidik kode", "digest of the code"),
    "lock_digest": ("sidik berkas kunci", "digest of the lock file"),
    "model_digest": ("sidik model sendiri", "digest of one's own model"),
    "commit": ("komit git", "git commit"),
    "dirty": ("ada berkas yang berubah", "files differ from it"),
    "seed": ("benih", "seed"),
    "yes": ("ya", "yes"),
    "no": ("tidak", "no"),
    "none": ("tidak ada", "none"),
    "specification": ("Spesifikasi", "Specification"),
}


def text(key: str, language: Language) -> str:
    """Return a passage of the page."""
    return in_language(TEXTS[key], language)


def number(value: float | None, language: Language) -> str:
    """Write a figure with three decimals; a dash where there is none.

    >>> number(0.12345, "id"), number(None, "en")
    ('0,123', '–')
    """
    return "–" if value is None or value != value else decimal(value, language, 3)  # noqa: PLR0124 - NaN


def span(value: float | None, low: float | None, high: float | None, language: Language) -> str:
    """Write a figure with its interval.

    >>> span(0.5, 0.4, 0.6, "en"), span(0.5, None, None, "en")
    ('0.500 (0.400 – 0.600)', '0.500')
    """
    shown = number(value, language)
    if low is None or high is None:
        return shown
    return f"{shown} ({number(low, language)} – {number(high, language)})"
