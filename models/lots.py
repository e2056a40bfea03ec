# pyright: strict
"""Lots: numbers between 0 and 1 that nobody chose, yet anybody can draw again.

A lot follows from what it is drawn for and from whom, so neither the order of people, nor the
number of processes, nor an interruption changes it, and what was decided by lot can be replayed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

BYTES = 4
"""Of one lot: it is one of 2**32 equally likely numbers."""


def draw_lots(occasion: str, ids: Iterable[str], n: int) -> NDArray[np.float64]:
    """Draw `n` lots for each id.

    Parameters
    ----------
    occasion : str
        What is drawn for, such as the date and the digest of the models; another occasion draws
        anew. Keep out of it whatever those who profit from a lot could choose.
    ids : iterable of str
        Of people.
    n : int
        Lots each; the first of them are the same for any `n`.

    Returns
    -------
    ndarray of shape (n_ids, n)
        From 0 to below 1: BLAKE2b of the id under the key of the occasion (RFC 7693).
    """
    key = hashlib.blake2b(occasion.encode(), digest_size=hashlib.blake2b.MAX_KEY_SIZE).digest()
    width = hashlib.blake2b.MAX_DIGEST_SIZE // BYTES
    n_blocks = max(-(-n // width), 1)
    drawn = b"".join(
        hashlib.blake2b(f"{block}\n{one}".encode(), key=key).digest()
        for one in ids
        for block in range(n_blocks)
    )
    whole = np.frombuffer(drawn, dtype="<u4").reshape(-1, n_blocks * width)
    return whole[:, :n] / 2.0 ** (8 * BYTES)
