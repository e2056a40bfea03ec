from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue.lexicon import count_words, find_corrections
from features.catalogue.stemming import stem

KNOWN = ["pengadaan", "pelayanan", "milik", "administrator", "perencanaan"]


@pytest.mark.parametrize(
    ("word", "counts", "right"),
    [
        pytest.param("pengadan", {}, "pengadaan", id="letter-lost"),
        pytest.param("pelaynaan", {}, "pelayanan", id="letters-swapped"),
        pytest.param("adminstrtor", {}, None, id="two-slips-in-eleven-letters"),
        pytest.param("adminstratoor", {}, "administrator", id="two-slips-in-thirteen"),
        pytest.param("bengadaan", {}, None, id="other-first-letter"),
        pytest.param("mlik", {"milik": 3}, "milik", id="four-letters-of-a-frequent-word"),
        pytest.param("mlik", {}, None, id="four-letters-of-a-rare-word"),
        pytest.param("pengad", {}, None, id="cut-short"),
        pytest.param("stuntin", {"stuntinn": 3}, None, id="affix-of-the-other"),
        pytest.param("stutning", {"stunting": 3}, "stunting", id="catalogue-teaches"),
        pytest.param("stutning", {"stunting": 2}, None, id="catalogue-unsure"),
    ],
)
def test_mistyped_words_go_to_their_neighbour(word, counts, right):
    assert find_corrections({word: 1} | counts, KNOWN).get(word) == right


def test_frequent_and_known_words_stay():
    assert find_corrections({"pengadan": 3, "milik": 1}, KNOWN) == {}


@given(st.dictionaries(st.text("abcde", min_size=3, max_size=8), st.integers(1, 5), max_size=8))
def test_only_rare_unknown_words_change_and_to_others(counts):
    found = find_corrections(counts, ["abcde", "abcdeabc"])
    assert all(counts[word] <= 2 and word not in {"abcde", "abcdeabc"} for word in found)
    assert all(word != right for word, right in found.items())


def test_words_count_once_a_name():
    assert count_words([["a", "a", "b"], ["b"]]) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    "words",
    [("analis", "analisnya"), ("pengelola", "pengelolaan"), ("pajak", "perpajakan"),
     ("arsip", "kearsipan"), ("bendahara", "perbendaharaan")],
)  # fmt: skip
def test_words_of_one_root_meet(words):
    assert len({stem(word) for word in words}) == 1


def test_short_words_keep_their_affixes():
    assert [stem(word) for word in ("desa", "dinas", "ikan")] == ["desa", "dinas", "ikan"]
