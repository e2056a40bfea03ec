"""Keyed hashes of personal numbers with their owners, as columns: a nation's take a gigabyte.

A token is ``kind:HMAC`` on disk; in memory its kind is a small number and its hash 32 bytes. Beside
it stands the number, sealed (`features.sealing`) or, of a token met since the table was read, as it
is: it is sealed when it is written.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from features.errors import ArtifactError
from features.hash_index import NOWHERE, HashIndex, TextIndex
from features.sealing import Seal

SCHEMA = {
    "token": pl.String, "employee_id": pl.String, "sealed": pl.Binary, "since": pl.Int64,
}  # fmt: skip
ROWS_AT_A_TIME = 250_000
_WORDS = 4
"""A hash of 32 bytes as so many whole numbers of 64 bits; the first is what it is found by."""


class Tokens:
    """Tokens in the order in which they were met, each once.

    Attributes
    ----------
    key : bytes
        Keys the hashes.
    people : TextIndex
        Every ``employee_id``; a person is meant by its position there.
    owners : ndarray of int32
        The person of each token.
    """

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._seal = Seal(key)
        self.people = TextIndex()
        self.owners = np.empty(0, np.int32)
        self._hashes = np.empty((0, _WORDS), np.uint64)
        self._kinds = np.empty(0, np.uint8)
        self._since = np.empty(0, np.int64)
        """Of the tokens read; those met since then are of the import at hand."""
        self._sealed = pl.Series(dtype=pl.Binary)
        self._fresh: list[pl.Series] = []
        self._names: list[str] = []
        self._index = HashIndex()

    def __len__(self) -> int:
        return len(self.owners)

    def hashes(self, kind: str, numbers: pl.Series) -> np.ndarray:
        """Return the hash of each number, as `spelled_cells` writes it: (n, 4) of uint64."""
        begun = hmac.new(self.key, f"{kind}:".encode(), hashlib.sha256)
        parts = [np.empty((0, _WORDS), np.uint64)]
        for start in range(0, len(numbers), ROWS_AT_A_TIME):
            found = []
            for number in numbers[start : start + ROWS_AT_A_TIME].to_list():
                one = begun.copy()
                one.update(number.encode())
                found.append(one.digest())
            parts.append(np.frombuffer(b"".join(found), np.uint64).reshape(-1, _WORDS))
        return np.concatenate(parts)

    def find(self, hashes: np.ndarray) -> np.ndarray:
        """Return the owner of each hash, or `NOWHERE`."""

        def same(which: np.ndarray, positions: np.ndarray) -> np.ndarray:
            return (hashes[which] == self._hashes[positions]).all(axis=1)

        positions = self._index.find(hashes[:, 0], same)
        return np.where(positions == NOWHERE, NOWHERE, at_positions(self.owners, positions))

    def add(self, kind: str, hashes: np.ndarray, owners: np.ndarray, numbers: pl.Series) -> None:
        """Take tokens that are not known, with their owners and the numbers themselves."""
        self._append(np.full(len(hashes), self._code(kind)), hashes, owners)
        self._fresh.append(numbers)

    def add_old(
        self, kinds: list[str], numbers: list[str], employee_ids: pl.Series, since: np.ndarray
    ) -> None:
        """Take numbers of a table as though they had been read; none of them is known yet."""
        rows = pl.DataFrame({"kind": kinds, "number": numbers}, schema=dict.fromkeys(
            ("kind", "number"), pl.String))  # fmt: skip
        hashes = np.zeros((len(rows), _WORDS), np.uint64)
        for kind in rows["kind"].unique(maintain_order=True):
            mine = (rows["kind"] == kind).to_numpy()
            hashes[mine] = self.hashes(kind, rows["number"].filter(mine))
        codes = np.array([self._code(kind) for kind in kinds])
        start = len(self)
        self._append(codes, hashes, self.owner_positions(employee_ids))
        self._since = np.concatenate([self._since, since])
        self._sealed = pl.concat([self._sealed, self._closed(start, numbers)])

    def kinds_of_people(self) -> np.ndarray:
        """Return, of each person, the sum of ``bit(kind)`` over the kinds of number it has."""
        held = np.zeros(len(self.people), np.int64)
        for code in range(len(self._names)):
            held[self.owners[self._kinds == code]] |= 1 << code
        return held

    def bit(self, kind: str) -> int:
        """Return the bit that stands for a kind in `kinds_of_people`."""
        return 1 << self._code(kind)

    def as_of_import(self, number: int) -> None:
        """Let nothing be of a later import than this."""
        self._since = self._since.clip(max=number)

    def read(self, path: Path, until: int | None) -> None:
        """Take the tokens of a file, but for those of imports after `until`.

        Raises
        ------
        ArtifactError
            An earlier version wrote it, without sealed numbers.
        """
        import pyarrow.parquet as pq

        with pq.ParquetFile(path) as file:
            if "since" not in file.schema_arrow.names:
                raise ArtifactError(
                    f"{path} was written by an earlier version, without sealed numbers; import "
                    "into an empty workspace"
                )
            sealed = [self._sealed]
            for batch in file.iter_batches(ROWS_AT_A_TIME):
                rows = pl.from_arrow(batch)
                assert isinstance(rows, pl.DataFrame)  # noqa: S101 - a batch has columns
                if until is not None:
                    rows = rows.filter(pl.col("since") <= until)
                self._take(rows)
                sealed.append(rows["sealed"].rename(""))
        self._sealed = pl.concat(sealed)

    def parts(self, since: int) -> Iterator[pl.DataFrame]:
        """Yield the table as it is kept (`SCHEMA`); new tokens are of the import `since`."""
        n_read = len(self._sealed)
        for start in range(0, n_read, ROWS_AT_A_TIME):
            stop = min(start + ROWS_AT_A_TIME, n_read)
            yield self._rows(start, self._sealed[start:stop], self._since[start:stop])
        at = n_read
        for series in self._fresh:
            for start in range(0, len(series), ROWS_AT_A_TIME):
                numbers = series[start : start + ROWS_AT_A_TIME]
                sealed = self._closed(at, numbers.to_list())
                yield self._rows(at, sealed, np.full(len(numbers), since))
                at += len(numbers)

    def number(self, token: str, sealed: bytes) -> tuple[str, str]:
        """Return the kind and the number of a row of the table.

        Raises
        ------
        ArtifactError
            A sealed number is not the one its hash was made of.
        """
        kind, _, shown = token.partition(":")
        number = self._seal.open(token, sealed)
        if self.hashes(kind, pl.Series([number])).tobytes().hex() != shown:
            raise ArtifactError("the token table is damaged: a number does not fit its hash")
        return kind, number

    def _take(self, rows: pl.DataFrame) -> None:
        owners = self.owner_positions(rows["employee_id"])
        kind = rows["token"].str.extract(r"^(\w+):")
        for name in kind.unique(maintain_order=True):
            self._code(name)
        codes = {name: code for code, name in enumerate(self._names)}
        shown = rows["token"].str.extract(r":(\w+)$").str.decode("hex")
        self._append(
            kind.replace_strict(codes, return_dtype=pl.UInt8).to_numpy(),
            np.frombuffer(b"".join(shown), np.uint64).reshape(-1, _WORDS),
            owners,
        )
        self._since = np.concatenate([self._since, rows["since"].to_numpy()])

    def owner_positions(self, employee_ids: pl.Series) -> np.ndarray:
        """Return where people stand in `people`; who is new there is added."""
        found = self.people.find(employee_ids)
        if (found == NOWHERE).any():
            new = employee_ids.filter(found == NOWHERE).unique(maintain_order=True)
            self.people.add(new)
            found = self.people.find(employee_ids)
        return found

    def make_people(self, n: int) -> np.ndarray:
        """Return the positions of so many new people, with random ids (UUID version 4, hex)."""
        raw = np.frombuffer(os.urandom(16 * n), np.uint8).reshape(-1, 16).copy()
        raw[:, 6] = raw[:, 6] & 0x0F | 0x40
        raw[:, 8] = raw[:, 8] & 0x3F | 0x80
        first = len(self.people)
        self.people.add(_hex(raw))
        return np.arange(first, first + n)

    def _append(self, kinds: np.ndarray, hashes: np.ndarray, owners: np.ndarray) -> None:
        self._index.add(hashes[:, 0], len(self))
        self._hashes = np.concatenate([self._hashes, hashes])
        self._kinds = np.concatenate([self._kinds, kinds.astype(np.uint8)])
        self.owners = np.concatenate([self.owners, owners.astype(np.int32)])

    def _code(self, kind: str) -> int:
        if kind not in self._names:
            self._names.append(kind)
        return self._names.index(kind)

    def _closed(self, start: int, numbers: list[str]) -> pl.Series:
        """Return the numbers of the tokens from `start` on, sealed."""
        texts = self._texts(start, start + len(numbers)).to_list()
        return pl.Series(self._seal.close_all(texts, numbers), dtype=pl.Binary)

    def _texts(self, start: int, stop: int) -> pl.Series:
        """Return tokens as they stand on disk."""
        kinds = pl.Series(self._names, dtype=pl.String).gather(self._kinds[start:stop])
        shown = _hex(self._hashes[start:stop].view(np.uint8))
        return pl.select(pl.concat_str(kinds, shown, separator=":")).to_series()

    def _rows(self, start: int, sealed: pl.Series, since: np.ndarray) -> pl.DataFrame:
        stop = start + len(sealed)
        columns: dict[str, Any] = {
            "token": self._texts(start, stop),
            "employee_id": self.people.texts.gather(self.owners[start:stop]),
            "sealed": sealed,
            "since": since,
        }
        return pl.DataFrame(columns, schema=SCHEMA)


def at_positions(values: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Return the values at these positions; those `NOWHERE` give any."""
    return values[np.maximum(positions, 0)] if len(values) else np.full(len(positions), NOWHERE)


def _hex(raw: np.ndarray) -> pl.Series:
    """Return each row of bytes (n, width) as text."""
    width = raw.shape[1]
    binary = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(width), len(raw), [None, pa.py_buffer(np.ascontiguousarray(raw))]
    )
    series = pl.Series("", binary.cast(pa.binary()), dtype=pl.Binary)
    return series.bin.encode("hex")
