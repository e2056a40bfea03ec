"""Lines of a text that is read in blocks: forth, back a little, and whole blocks at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from features.sources.decoding import NotTextError

RULES = {
    "unexpected end of data": "must close the quotation mark that it opens",
    "expected after": "must have quotation marks only around whole cells",
    "field larger": "must have cells of at most 131,072 characters",
}
LONGEST_CELL = csv.field_size_limit()


class Lines:
    """The lines of a text; `position` (lines passed) may be set back to read some of them again.

    No more than two blocks are held, unless one row is longer: `csv` gives up on a quotation mark
    that is not closed after 131,072 characters.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.position = 0
        self._blocks = blocks
        self._lines: list[str] = []
        self._at = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._at == len(self._lines) and not self._load(next(self._blocks, None)):
            raise StopIteration
        self._at += 1
        self.position += 1
        return self._lines[self._at - 1]

    @property
    def at_block_end(self) -> bool:
        """Whether all lines loaded so far have been passed."""
        return self._at == len(self._lines)

    def go_to(self, position: int) -> None:
        """Set the position, to lines passed since the last `forget` or to ones not read yet."""
        self._at += position - self.position
        self.position = position

    def first(self, n_lines: int) -> list[str]:
        """Return the lines from here on, at most so many, without passing them."""
        here = self.position
        found = [line for line, _ in zip(self, range(n_lines), strict=False)]
        self.go_to(here)
        return found

    def take_block(self) -> bytes | None:
        """Return what is loaded and not passed, else the next block; `position` stays before it."""
        if self.at_block_end:
            return next(self._blocks, None)
        rest = "".join(self._lines[self._at :]).encode()
        self._lines, self._at = [], 0
        return rest

    def put_back(self, block: bytes) -> None:
        """Load a block that was taken, to read it line by line."""
        self._lines, self._at = [], 0
        self._load(block)

    def _load(self, block: bytes | None) -> bool:
        if block is None:
            return False
        self._lines += split_lines(block.decode())
        return True


def split_lines(text: str) -> list[str]:
    """Return the lines with their ends, of whichever of the three kinds those are."""
    return list(io.StringIO(text, newline=""))


def rows_of(lines: Iterator[str] | list[str], separator: str) -> Iterator[list[str]]:
    """Return the rows that these lines hold."""
    return csv.reader(lines, delimiter=separator, strict=True)


def rule_of(error: csv.Error) -> str:
    """Return what a row must be for `csv` to read it."""
    return next(
        (rule for sign, rule in RULES.items() if sign in str(error)), f"must be CSV: {error}"
    )


def stripped(row: list[str]) -> list[str]:
    """Return the cells without outer spaces."""
    return [cell.strip() for cell in row]


def read_header(lines: Lines, separator: str) -> list[str]:
    """Return the first row that holds something.

    Raises
    ------
    NotTextError
        There is none, or it is broken.
    """
    try:
        header = next((row for row in rows_of(lines, separator) if any(stripped(row))), None)
    except csv.Error as error:
        raise NotTextError(f"must have a header: it {rule_of(error)}") from error
    if header is None:
        raise NotTextError("is empty")
    return stripped(header)
