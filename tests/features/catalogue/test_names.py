from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue.names import NameReader, number_of
from features.catalogue.vocabulary import load_vocabulary


@pytest.fixture(scope="module")
def reader():
    return NameReader([])


def said(name):
    return (
        " ".join(name.words), sorted(name.kinds), sorted(name.levels), sorted(name.regulations),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Bimtek SAKIP", "sistem akuntabilitas kinerja instansi pemerintah", id="short"
        ),
        pytest.param("DIKLAT PIM TK.IV ANGKATAN III", "kepemimpinan", id="batch"),
        pytest.param("Bimtek BMD Tahun 2017 Kab. Boalemo", "barang milik daerah", id="year-place"),
        pytest.param("Pelatihan Kearsipan 12-14 Maret 2019", "kearsipan", id="dates"),
        pytest.param("Diklat Kearsipan ANRI Bogor", "kearsipan", id="provider"),
        pytest.param("Bimtek Kurikulum 2013 Tahun 2014", "kurikulum_2013", id="figure-kept"),
        pytest.param("Kegiatan Pelatihan Arsip ke-3", "arsip", id="leading-noise"),
        pytest.param("Bimtek E-Purchasing", "e_purchasing", id="hyphen"),
        pytest.param("Workshop", "workshop", id="kind-alone"),
        pytest.param("Gorontalo 2019", "gorontalo", id="noise-alone"),
        pytest.param("", "", id="empty"),
    ],
)
def test_subject_is_what_is_left_without_noise(reader, text, expected):
    assert " ".join(reader.read(text).words) == expected


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        pytest.param("Diklatpim III", ["3"], id="bare-numeral"),
        pytest.param("Diklatpim Tk. III Angkatan IV", ["3"], id="batch-is-none"),
        pytest.param("Diklatpim 3", ["3"], id="figure"),
        pytest.param("Prajabatan Gol.II Gel. III", ["2"], id="golongan"),
        pytest.param("Pelatihan PPK Tipe C", ["c"], id="letter"),
        pytest.param("Pelatihan GIS Tingkat Lanjut", ["lanjutan"], id="grade"),
        pytest.param("Diklat Auditor Ahli Muda", ["muda"], id="rank-without-ahli"),
        pytest.param("Diklat Auditor Ahli", ["ahli"], id="ahli-alone"),
        pytest.param("Pelatihan Bantuan Hidup Dasar", [], id="dasar-of-a-phrase"),
        pytest.param("Bimtek RPJMD", [], id="menengah-of-a-phrase"),
        pytest.param("Bimtek Kearsipan Batch 2", [], id="batch"),
        pytest.param("Bimtek Kearsipan 45", [], id="large-number"),
    ],
)
def test_level_is_told_from_batches_and_phrases(reader, text, levels):
    assert sorted(reader.read(text).levels) == levels


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("Bimtek Arsip", ["training"], id="abbreviation"),
        pytest.param("Webinar Arsip", ["seminar"], id="webinar"),
        pytest.param("Workshop/Bimtek Arsip", ["training", "workshop"], id="two"),
        pytest.param("Pelatihan Coaching dan Mentoring", ["training"], id="coaching-as-subject"),
        pytest.param("Coaching Kinerja", ["coaching"], id="coaching"),
        pytest.param("ToT Arsip", ["trainers"], id="trainers"),
        pytest.param("Pengelolaan Arsip", [], id="none"),
        pytest.param("Bimtek Analisis Kebutuhan Diklat", ["training"], id="not-at-the-end"),
    ],
)
def test_kind_is_read_at_the_start(reader, text, kinds):
    assert sorted(reader.read(text).kinds) == kinds


@pytest.mark.parametrize(
    ("text", "regulations"),
    [
        pytest.param("Sosialisasi PP 94 Tahun 2021", ["94/2021"], id="number-and-year"),
        pytest.param("Sosialisasi PP No. 94/2021", ["94/2021"], id="slash"),
        pytest.param("Sosialisasi Peraturan Menteri PANRB Nomor 6", ["6"], id="number-alone"),
        pytest.param("Bimtek Arsip Angkatan 3 Tahun 2021", [], id="batch-and-year"),
    ],
)
def test_regulations_keep_number_and_year(reader, text, regulations):
    assert sorted(reader.read(text).regulations) == regulations


@pytest.mark.parametrize(
    ("text", "jp", "days"),
    [
        pytest.param("Diklat Arsip (40 JP)", 40, None, id="jp"),
        pytest.param("Diklat PPNS Pola 400 Jam Pelajaran", 400, None, id="words"),
        pytest.param("Seminar Sehari Arsip", None, 1, id="sehari"),
        pytest.param("Workshop Arsip 3 Hari", None, 3, id="days"),
        pytest.param("Diklat Arsip 2019", None, None, id="none"),
    ],
)
def test_stated_lengths_are_read_and_left_out(reader, text, jp, days):
    read = reader.read(text)
    assert (read.jp, read.days) == (jp, days)
    assert read.words in {("arsip",), ("penyidik", "pegawai", "negeri", "sipil")}
    assert not read.levels


def test_words_behind_bagi_are_set_aside(reader):
    assert reader.read("Pelatihan APN bagi Bidan").aside == {"bidan"}
    assert reader.read("Pelatihan Bidan").aside == set()


def test_catalogue_teaches_abbreviations_and_meanings():
    names = ["Bimtek Rencana Umum Kota (RUK)", "Bimtek RUK", "Bimtek IKM",
             "Pelatihan Industri Kecil Menengah"]  # fmt: skip
    reader = NameReader(names)
    assert reader.read("Bimtek RUK").words == ("rencana", "umum")  # kota is a mark of places
    assert reader.read("Bimtek IKM").words == ("industri", "kecil", "menengah")
    assert NameReader([]).read("Bimtek IKM").words == ("indeks", "kepuasan", "masyarakat")


def test_evidence_says_what_was_read_as_what(reader):
    read = NameReader(["Bimtek Pengadan Barang"]).read("Bimtek Pengadan Barang Angkatan II 2020")
    assert ("pengadan", "pengadaan") in read.spelled
    assert read.noise == ("angkatan ii", "2020")


@pytest.mark.parametrize(
    ("word", "value"),
    [("iv", 4), ("cxvii", 117), ("xl", 40), ("12", 12), ("iiii", None), ("x1", None), ("di", None)],
)
def test_numbers_are_roman_or_arabic(word, value):
    assert number_of(word) == value


@given(st.text(max_size=60))
def test_any_text_is_read_without_failing(text):
    read = NameReader([text]).read(text)
    assert read.text == text
    assert len(set(read.words)) == len(read.words)


@given(st.integers(1, 30), st.integers(2000, 2030), st.sampled_from(["Kab. Boalemo", "Makassar"]))
def test_batch_year_and_place_never_change_what_is_read(batch, year, place):
    reader = NameReader([])
    plain, full = reader.read("Bimtek PBJ"), reader.read(f"BIMTEK PBJ ANGK. {batch} {year} {place}")
    assert said(plain) == said(full)
    assert plain.key == full.key


def test_every_kind_has_a_form():
    vocabulary = load_vocabulary()
    assert set(vocabulary.kinds.values()) == vocabulary.forms.keys()
