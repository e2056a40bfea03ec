from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue import grouping
from features.catalogue.grouping import Decided, group_names
from features.catalogue.names import NameReader
from features.catalogue.pairs import (
    Weights,
    candidate_pairs,
    may_be_same,
    pair_features,
    probability,
)

NAMES = [
    "Bimtek PBJ",
    "Bimbingan Teknis Pengadaan Barang/Jasa Angkatan II",
    "DIKLAT PENGADAN BARANG DAN JASA 2017",
    "Pelatihan PBJ Tingkat Dasar",
    "Sosialisasi PBJ",
    "Diklatpim III",
    "Diklatpim IV",
    "Diklat Kepemimpinan Tk. IV Angkatan III",
    "PKP Angkatan IV",
]


def read_all(names):
    reader = NameReader(names)
    return [reader.read(name) for name in names]


def test_variants_join_and_levels_kinds_and_programmes_stay_apart():
    assert group_names(read_all(NAMES)).members() == [[0, 1, 2], [3], [4], [5], [6, 7], [8]]


@pytest.mark.parametrize(
    ("a", "b", "allowed"),
    [
        pytest.param("Bimtek PBJ", "Diklat PBJ", True, id="training"),
        pytest.param("Bimtek PBJ", "PBJ", True, id="no-kind"),
        pytest.param("Bimtek PBJ", "Seminar PBJ", False, id="kinds"),
        pytest.param("Workshop/Bimtek PBJ", "Bimtek PBJ", True, id="one-kind-shared"),
        pytest.param("Bimtek PBJ Dasar", "Bimtek PBJ Lanjutan", False, id="levels"),
        pytest.param("Bimtek PBJ Dasar", "Bimtek PBJ", False, id="level-and-none"),
        pytest.param("Sosialisasi PP 94/2021", "Sosialisasi PP 53/2010", False, id="regulations"),
        pytest.param("Sosialisasi PP 94/2021", "Sosialisasi PP 94", True, id="year-missing"),
        pytest.param("Sosialisasi PP 94/2021", "Sosialisasi PP 94/2020", False, id="years"),
        pytest.param("Sosialisasi PP 94/2021", "Sosialisasi Disiplin", True, id="no-regulation"),
        pytest.param("PKN II", "Diklatpim II", False, id="programmes"),
    ],
)
def test_rules_forbid_pairs(a, b, allowed):
    names = read_all([a, b])
    assert may_be_same(*names) is allowed
    assert may_be_same(*reversed(names)) is allowed


def test_contrast_lowers_the_score():
    names = read_all(["Bimtek SAKIP", "Bimtek Evaluasi SAKIP", "Bimtek SAKIP Terpadu"])
    weights = Weights.of_names(names)
    contrast, plain = (pair_features(names[0], other, weights) for other in names[1:])
    assert (contrast[2], plain[2]) == (1.0, 0.0)
    assert probability(contrast) < probability(plain)


def test_decisions_outweigh_scores_and_rules():
    same = Decided(same=frozenset({(3, 0)}))
    assert group_names(read_all(NAMES), decided=same).members()[0] == [0, 1, 2, 3]
    different = Decided(different=frozenset({(0, 1)}))
    groups = group_names(read_all(NAMES), decided=different)
    assert groups.label[0] != groups.label[1]


def test_confidence_is_certain_for_the_same_words_only():
    groups = group_names(read_all([*NAMES, "Bimtek PBJ Elektronik"]))
    assert groups.confidence(0, 1) == 0.99
    assert groups.label[9] != groups.label[0] or 0 < groups.confidence(9, 0) < 0.99


def test_confidence_of_a_pair_not_compared_is_the_best_of_its_group():
    groups = grouping.Groups([0, 0, 0], [0, 1, 2], {(0, 1): 0.8, (1, 2): 0.9})
    assert groups.confidence(0, 2) == 0.8
    assert groups.confidence(2, 0) == 0.9


def test_large_components_are_cut_at_a_higher_score(monkeypatch):
    monkeypatch.setattr(grouping, "LARGEST", 2)
    groups = group_names(read_all(NAMES))
    assert groups.label[0] == groups.label[1] == groups.label[2]  # the same words: one node
    assert groups.label[5] != groups.label[6]


@pytest.mark.parametrize("names", [[], ["Bimtek PBJ"]])
def test_few_names_are_their_own_groups(names):
    assert group_names(read_all(names)).label == list(range(len(names)))


PIECES = st.sampled_from(["Bimtek", "Seminar", "PBJ", "SAKIP", "Dasar", "III", "Evaluasi", "2019"])


@given(st.lists(st.lists(PIECES, min_size=1, max_size=4).map(" ".join), min_size=2, max_size=12))
def test_no_group_breaks_a_rule(names):
    read = read_all(names)
    groups = group_names(read)
    for members in groups.members():
        for a in members:
            for b in members:
                assert may_be_same(read[a], read[b])
    keys = {}
    for name, label in zip(read, groups.label, strict=True):
        assert keys.setdefault(name.key, label) == label


@given(st.lists(PIECES, min_size=1, max_size=4), st.lists(PIECES, min_size=1, max_size=4))
def test_features_are_symmetric_and_bounded(left, right):
    a, b = read_all([" ".join(left), " ".join(right)])
    weights = Weights.of_names([a, b])
    features = pair_features(a, b, weights)
    assert features == pytest.approx(pair_features(b, a, weights))
    assert all(0 <= x <= 1 for x in features)


def test_candidates_share_rare_words_and_break_no_rule():
    read = read_all([*NAMES, "Pelatihan Pemandu Wisata"])
    pairs = candidate_pairs(read, Weights.of_names(read))
    assert {(0, 1), (0, 2), (1, 2), (6, 7)} <= set(pairs)
    assert all(may_be_same(read[a], read[b]) and 9 not in (a, b) for a, b in pairs)
