from __future__ import annotations

import pytest

from features.catalogue.competencies import FEATURES, Competency, CompetencyMatcher
from features.catalogue.names import NameReader

DICTIONARY = (
    Competency("A", "Integritas", "managerial", "Menolak korupsi"),
    Competency("B", "Pengadaan Barang/Jasa", "technical", "Memilih penyedia"),
    Competency("C", "Pengelolaan Arsip", "technical", "Memberkaskan dan menyusutkan arsip"),
    Competency("D", "Mengelola Perubahan"),
    Competency("E", "Pengambilan Keputusan"),
)


@pytest.fixture(scope="module")
def reader():
    return NameReader([])


def ids(matches):
    return [match.competency_id for match in matches]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("Bimtek PBJ", "B", id="name"),
        pytest.param("Pelatihan e-purchasing", "B", id="term-of-the-field"),
        pytest.param("Diklat Kearsipan", "C", id="root"),
        pytest.param("Bimtek Penyusutan dan Pemberkasan", "C", id="description"),
        pytest.param("Sosialisasi Gratifikasi", "A", id="term"),
    ],
)
def test_words_point_to_the_competency(reader, text, first):
    assert ids(CompetencyMatcher(DICTIONARY, reader).match(reader.read(text)))[0] == first


def test_what_no_word_points_to_is_never_proposed(reader):
    assert CompetencyMatcher(DICTIONARY, reader).match(reader.read("Pelatihan Menjahit")) == []


def test_evidence_names_the_words(reader):
    match = CompetencyMatcher(DICTIONARY, reader).match(reader.read("Bimtek PBJ"))[0]
    assert match.evidence == (
        "term of its field: pengadaan barang jasa",
        "in its name: pengadaan, barang, jasa",
    )


def test_programmes_come_before_words_with_their_level(reader):
    matches = CompetencyMatcher(DICTIONARY, reader).match(reader.read("Diklatpim Tk. III"))
    assert [(m.competency_id, m.level, m.score > 0.9) for m in matches] == [
        ("D", 3, True),
        ("E", 3, True),
    ]
    assert matches[0].evidence[0].startswith("programme Diklat Kepemimpinan Tingkat III (inferred")


def test_concepts_and_programmes_can_be_left_out(reader):
    plain = CompetencyMatcher(DICTIONARY, reader, use_concepts=False, use_programmes=False)
    assert plain.match(reader.read("Sosialisasi Gratifikasi")) == []
    assert plain.match(reader.read("Diklatpim Tk. III")) == []


def test_features_are_shares_of_the_name(reader):
    matcher = CompetencyMatcher(DICTIONARY, reader)
    found = matcher.features(reader.read("Bimtek PBJ"), "B")
    assert dict(zip(FEATURES, found, strict=True)) == pytest.approx(
        {"name_words": 1, "field_terms": 1, "description_words": 0}
    )


def test_at_most_k_are_returned(reader):
    everything = reader.read("Integritas Pengadaan Arsip Perubahan Keputusan")
    assert len(CompetencyMatcher(DICTIONARY, reader).match(everything, 3)) == 3
