from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from features.sources.decoding import NotTextError, decode


@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(content):
    try:
        text, notes = decode(content)
    except NotTextError:
        assert content.startswith(b"PK")
        return
    assert "\0" not in text
    assert not text.startswith("\ufeff")
    assert all(isinstance(note, str) for note in notes)


def test_a_cut_utf_16_file_says_that_a_character_was_lost():
    text, notes = decode("ab".encode("utf-16")[:-1])
    assert text == "a\ufffd"
    assert notes[1] == "held characters that could not be read; they stand as \ufffd"
