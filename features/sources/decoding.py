"""From a file's bytes to text, in whatever encoding the export was written, a block at a time."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
BLOCK_BYTES = 8 * 2**20
_EXCEL = "must be CSV; it is an Excel file or an archive: export it as CSV"
_WEB_PAGE = "must be CSV; it is a web page (HTML): export it as CSV"
_FOREIGN = {
    b"PK\x03\x04": _EXCEL,
    b"\xd0\xcf\x11\xe0": _EXCEL,
    b"\x1f\x8b": "must be CSV; it is a compressed file: unpack it",
    b"%PDF": "must be CSV; it is a PDF: export it as CSV",
}
_HTML = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta", b"<head", b"<style")
_MARK = "\ufeff"


class NotTextError(ValueError):
    """The bytes are no text; the message is a rule for the import report."""


@dataclass(frozen=True)
class TextForm:
    """How a file's bytes become text, and notes on what had to be guessed or repaired."""

    encoding: str
    notes: list[str] = field(default_factory=list)


def find_form(stream: BinaryIO) -> TextForm:
    r"""Read a file once, in bounded memory, and return how to decode it.

    Raises
    ------
    NotTextError
        The file is an archive (as Excel's own format is), a web page or a PDF.

    Examples
    --------
    >>> import io
    >>> find_form(io.BytesIO("Café".encode("cp1252"))).notes
    ['was not UTF-8 and was read as cp1252']
    >>> find_form(io.BytesIO(b"Baik\x00")).notes
    ['held NUL bytes, which were left out']
    """
    start = stream.read(512)
    _check_is_text(start)
    encoding = _utf_16(start)
    if encoding:
        return TextForm(encoding, [f"was read as {encoding}", *_oddities(stream, encoding)])
    for encoding in ENCODINGS:
        try:
            oddities = _oddities(stream, encoding)
        except UnicodeDecodeError:
            continue
        plain = encoding == ENCODINGS[0]
        guess = [] if plain else [f"was not UTF-8 and was read as {encoding}"]
        return TextForm(encoding, guess + oddities)
    raise AssertionError("latin-1 decodes any bytes")


def text_blocks(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    r"""Yield a file as UTF-8, each block but the last up to a line's end; marks and NUL left out.

    >>> import io
    >>> list(text_blocks(io.BytesIO(b"a;b\n1;2"), "utf-8-sig"))
    [b'a;b\n', b'1;2']
    """
    rest = b""
    for block in _utf_8(stream, encoding):
        rest += block.replace(b"\0", b"")
        end = _last_line_end(rest)
        if end:
            yield rest[:end]
            rest = rest[end:]
    if rest:
        yield rest


def _check_is_text(start: bytes) -> None:
    for sign, rule in _FOREIGN.items():
        if start.startswith(sign):
            raise NotTextError(rule)
    if start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_HTML):
        raise NotTextError(_WEB_PAGE)


def _utf_16(content: bytes) -> str | None:
    """Recognise UTF-16 by its mark, or by the NUL that every second byte of Latin text is."""
    if content[:2] == b"\xff\xfe" or content[1:4:2] == b"\0\0":
        return "utf-16-le"
    if content[:2] == b"\xfe\xff" or content[:3:2] == b"\0\0":
        return "utf-16-be"
    return None


def _oddities(stream: BinaryIO, encoding: str) -> list[str]:
    holds_nul = holds_lost = False
    for text in _texts(stream, encoding):
        holds_nul |= "\0" in text
        holds_lost |= "\ufffd" in text
    notes = ["held NUL bytes, which were left out"] if holds_nul else []
    if holds_lost:
        notes.append("held characters that could not be read; they stand as \ufffd")
    return notes


def _texts(stream: BinaryIO, encoding: str) -> Iterator[str]:
    errors = "replace" if encoding.startswith("utf-16") else "strict"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    stream.seek(0)
    first = True
    while block := stream.read(BLOCK_BYTES):
        text = decoder.decode(block)
        yield text.removeprefix(_MARK) if first else text
        first = False
    yield decoder.decode(b"", final=True)


def _utf_8(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    if encoding != "utf-8-sig":
        yield from (text.encode() for text in _texts(stream, encoding))
        return
    stream.seek(0)
    block = stream.read(BLOCK_BYTES).removeprefix(codecs.BOM_UTF8).removeprefix(codecs.BOM_UTF8)
    while block:
        yield block
        block = stream.read(BLOCK_BYTES)


def _last_line_end(text: bytes) -> int:
    """Return where the last whole line ends; a carriage return may be half of a line's end."""
    return text.rfind(b"\n") + 1 or text.rfind(b"\r", 0, -1) + 1
