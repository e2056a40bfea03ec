from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.sources.decoding import NotTextError, find_form, text_blocks


def decode(content: bytes) -> tuple[str, list[str]]:
    form = find_form(io.BytesIO(content))
    return b"".join(text_blocks(io.BytesIO(content), form.encoding)).decode(), form.notes


@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(content):
    try:
        text, notes = decode(content)
    except NotTextError:
        assert content.startswith((b"PK", b"%PDF", b"\x1f\x8b", b"\xd0\xcf", b"<"))
        return
    assert "\0" not in text
    assert not text.startswith("\ufeff")
    assert all(isinstance(note, str) for note in notes)


@given(
    st.text(st.sampled_from(list("ab\n\ré€\ufffd")), max_size=30),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
    st.integers(8, 16),
)
def test_blocks_end_at_line_ends_and_lose_nothing(text, encoding, size):
    with pytest.MonkeyPatch.context() as patch:
        content = ("nama\n" + text).encode(encoding, errors="ignore")
        whole = decode(content)
        patch.setattr("features.sources.decoding.BLOCK_BYTES", size)
        assert decode(content) == whole
        blocks = list(text_blocks(io.BytesIO(content), find_form(io.BytesIO(content)).encoding))
    assert all(block.endswith((b"\n", b"\r")) for block in blocks[:-1])


def test_a_cut_utf_16_file_says_that_a_character_was_lost():
    text, notes = decode("ab".encode("utf-16")[:-1])
    assert text == "a\ufffd"
    assert notes[1] == "held characters that could not be read; they stand as \ufffd"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1", "an Excel file"),
        (b"\xef\xbb\xbf\n<HTML><table>", "a web page"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "a compressed file"),
    ],
)
def test_other_kinds_of_file_are_told(content, what):
    with pytest.raises(NotTextError, match=what):
        decode(content)
