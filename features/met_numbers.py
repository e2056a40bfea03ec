"""Numbers that an import has met, in the clear and in memory alone."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.hash_index import NOWHERE, TextIndex
from features.sources.numbers import spelled_cells
from features.tokens import Tokens, at_positions


class MetNumbers:
    """Numbers of one kind that this import has met, as they are, with their owners.

    To hash a number takes longer than all else that is done with it, and a nation's export names
    everybody once a month.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._waiting: list[tuple[pl.Series, np.ndarray]] = []
        self._numbers = TextIndex()
        self._owners = np.empty(0, np.int32)

    def add(self, numbers: pl.Series, owners: np.ndarray) -> None:
        """Take numbers, as `spelled_cells` writes them; what is known already stays as it is."""
        self._waiting.append((numbers, owners))

    def owners(self, numbers: pl.Series, tokens: Tokens) -> np.ndarray:
        """Return the owner of each cell, however the number is written, or `NOWHERE`."""
        self._settle()
        owners = self._known(numbers)
        rest = numbers.filter((owners == NOWHERE) & numbers.is_not_null().to_numpy())
        if len(rest):
            owners[(owners == NOWHERE) & numbers.is_not_null().to_numpy()] = self._spelled(
                rest, tokens
            )
        return owners

    def _spelled(self, numbers: pl.Series, tokens: Tokens) -> np.ndarray:
        """Look cells up as they would be spelled and, last, by their hash."""
        cells = numbers.to_frame("n").select(spelled_cells(pl.col("n"))).to_series()
        owners = self._known(cells)
        strange = cells.filter(owners == NOWHERE).unique(maintain_order=True)
        if len(strange):
            by_hash = tokens.find(tokens.hashes(self.kind, strange))
            known = by_hash != NOWHERE
            self.add(strange.filter(known), by_hash[known])
            self._settle()
            owners = self._known(cells)
        return owners

    def _known(self, cells: pl.Series) -> np.ndarray:
        at = self._numbers.find(cells)
        return np.where(at == NOWHERE, NOWHERE, at_positions(self._owners, at))

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        for numbers, owners in waiting:
            new = self._numbers.find(numbers) == NOWHERE
            new &= numbers.is_first_distinct().to_numpy()
            self._numbers.add(numbers.filter(new))
            self._owners = np.concatenate([self._owners, owners[new].astype(np.int32)])
