"""Where keys stand, found in bulk: sorted hashes in NumPy, a few bytes a key and no Python object.

A dictionary of a nation's numbers takes gigabytes and a hash join builds its table anew for every
batch; sorted 64-bit hashes take 16 bytes a key and stay.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

NOWHERE = -1
Same = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Of needles and of positions side by side: whether they are really the same, not by hash alone."""


class HashIndex:
    """Positions by 64-bit hash; several may share one.

    What is added lies in levels, each at least twice as large as the next, so that adding a little
    costs little.
    """

    def __init__(self) -> None:
        self._levels: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, hashes: np.ndarray, first: int) -> None:
        """Take the hashes (uint64) of the positions from `first` on."""
        if not len(hashes):
            return
        positions = np.arange(first, first + len(hashes), dtype=np.int32)
        while self._levels and len(self._levels[-1][0]) < 2 * len(hashes):
            smaller, others = self._levels.pop()
            hashes = np.concatenate([smaller, hashes])
            positions = np.concatenate([others, positions])
        order = np.argsort(hashes, kind="stable")
        self._levels.append((hashes[order], positions[order]))

    def find(self, hashes: np.ndarray, same: Same) -> np.ndarray:
        """Return the position (int64) of each needle, or `NOWHERE`."""
        found = np.full(len(hashes), NOWHERE)
        for keys, positions in self._levels:
            missing = np.flatnonzero(found == NOWHERE)
            missing = missing[np.argsort(hashes[missing])]  # neighbours are found in the cache
            at = np.searchsorted(keys, hashes[missing])
            while len(missing):
                inside = at < len(keys)
                missing, at = missing[inside], at[inside]
                equal = keys[at] == hashes[missing]
                missing, at = missing[equal], at[equal]
                really = same(missing, positions[at])
                found[missing[really]] = positions[at[really]]
                missing, at = missing[~really], at[~really] + 1
        return found


class TextIndex:
    """Texts without repeats, and where each stands.

    >>> index = TextIndex(pl.Series(["a", "b"]))
    >>> index.find(pl.Series(["b", None, "c"])).tolist()
    [1, -1, -1]
    """

    def __init__(self, texts: pl.Series | None = None) -> None:
        self.texts = pl.Series(dtype=pl.String)
        self._index = HashIndex()
        if texts is not None:
            self.add(texts)

    def __len__(self) -> int:
        return len(self.texts)

    def __contains__(self, text: str) -> bool:
        return self.find(pl.Series([text], dtype=pl.String))[0] != NOWHERE

    def add(self, texts: pl.Series) -> None:
        """Take texts that are not among those so far; they stand behind them."""
        self._index.add(_hashes(texts), len(self.texts))
        self.texts = pl.concat([self.texts, texts.rename("")], rechunk=True)

    def find(self, texts: pl.Series) -> np.ndarray:
        """Return the position of each text, or `NOWHERE`."""
        there = texts.is_not_null().to_numpy()
        found = np.full(len(texts), NOWHERE)
        needles = texts.drop_nulls()

        def same(which: np.ndarray, positions: np.ndarray) -> np.ndarray:
            return (needles.gather(which) == self.texts.gather(positions)).to_numpy()

        found[there] = self._index.find(_hashes(needles), same)
        return found


def _hashes(texts: pl.Series) -> np.ndarray:
    return texts.hash(seed=0).to_numpy()
