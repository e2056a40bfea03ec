from __future__ import annotations

import pytest

from features.post_titles import find_post_level


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Analis Kepegawaian Ahli Muda", "ahli_muda"),
        ("Pengawas Sekolah Ahli Madya", "ahli_madya"),
        ("Arsiparis Terampil", "terampil"),
        ("Perawat Pelaksana Lanjutan", "mahir"),
        ("Kepala Dinas Kesehatan", "jpt_pratama"),
        ("Sekretaris Camat Limboto", "administrator"),
        ("Kepala Subbagian Umum", "pengawas"),
        ("Pengawas", "pengawas"),
        ("ADMINISTRATOR", "administrator"),
        ("Administrator Kesehatan", None),
        ("Kabag Umum (Eselon III.a)", "administrator"),
        ("Kasubbag Keuangan - Es. IV/b", "pengawas"),
        ("Ketua Tim, Eselon IIb", "jpt_pratama"),
        ("Pejabat eselon I.a", None),
        ("Pengadministrasi Umum", None),
        ("", None),
    ],
)
def test_titles_say_a_post_level(title, level):
    assert find_post_level(title) == level
