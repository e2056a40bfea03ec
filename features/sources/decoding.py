"""From a file's bytes to text, in whatever encoding the export was written."""

from __future__ import annotations

ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_ARCHIVE = b"PK\x03\x04"


class NotTextError(ValueError):
    """The bytes are no text; the message is a rule for the import report."""


def decode(content: bytes) -> tuple[str, list[str]]:
    r"""Return the text and notes on what had to be guessed or repaired.

    Raises
    ------
    NotTextError
        The file is an archive, as Excel's own format is.

    Examples
    --------
    >>> decode("Café".encode("cp1252"))
    ('Café', ['was not UTF-8 and was read as cp1252'])
    >>> decode(b"Baik\x00")
    ('Baik', ['held NUL bytes, which were left out'])
    """
    if content.startswith(_ARCHIVE):
        raise NotTextError("must be CSV; it is an Excel file or an archive: export it as CSV")
    encoding = _utf_16(content)
    if encoding:
        text, notes = content.decode(encoding, errors="replace"), [f"was read as {encoding}"]
    else:
        text, notes = _decode_bytes(content)
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        text = text.replace("\0", "")
        notes.append("held NUL bytes, which were left out")
    if "\ufffd" in text:
        notes.append("held characters that could not be read; they stand as \ufffd")
    return text, notes


def _utf_16(content: bytes) -> str | None:
    """Recognise UTF-16 by its mark, or by the NUL that every second byte of Latin text is."""
    if content[:2] == b"\xff\xfe" or content[1:4:2] == b"\0\0":
        return "utf-16-le"
    if content[:2] == b"\xfe\xff" or content[:3:2] == b"\0\0":
        return "utf-16-be"
    return None


def _decode_bytes(content: bytes) -> tuple[str, list[str]]:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        plain = encoding == ENCODINGS[0]
        return text, [] if plain else [f"was not UTF-8 and was read as {encoding}"]
    raise AssertionError("latin-1 decodes any bytes")
