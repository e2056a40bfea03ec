from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from features.hash_index import NOWHERE, HashIndex, TextIndex

TEXTS = st.text("ab", max_size=4)


@given(st.lists(st.lists(TEXTS, max_size=12), max_size=5), st.lists(st.none() | TEXTS, max_size=20))
def test_texts_are_found_as_in_a_dictionary(parts, needles):
    index, known = TextIndex(), {}
    for part in parts:
        new = [text for text in dict.fromkeys(part) if text not in known]
        known |= {text: len(known) + at for at, text in enumerate(new)}
        index.add(pl.Series(new, dtype=pl.String))
    found = index.find(pl.Series(needles, dtype=pl.String)).tolist()
    assert found == [known.get(needle, NOWHERE) for needle in needles]
    assert len(index) == len(known)
    assert all(text in index for text in known)


def test_equal_hashes_are_told_apart_by_what_they_stand_for():
    index, stored = HashIndex(), np.array([7, 8, 9, 7])
    index.add(np.array([5, 5, 5, 6], np.uint64), 0)
    needles = np.array([9, 7, 4, 7])
    hashes = np.array([5, 5, 5, 6], np.uint64)
    found = index.find(hashes, lambda which, at: needles[which] == stored[at])
    assert found.tolist() == [2, 0, NOWHERE, 3]
