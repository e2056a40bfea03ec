"""Matrices as JSON: sparse, and exact to the last bit."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from scipy import sparse

from features.errors import ArtifactError


def matrix_to_json(matrix: np.ndarray | sparse.sparray) -> dict[str, Any]:
    """Return the non-zero values of a matrix row by row (compressed sparse rows).

    Python writes a float as the shortest text that reads back as the same float, so nothing is
    rounded.
    """
    compressed = sparse.csr_array(matrix)
    compressed.sort_indices()
    n_rows, n_columns = cast("tuple[int, int]", compressed.shape)
    return {
        "shape": [n_rows, n_columns],
        "starts": compressed.indptr.tolist(),
        "columns": compressed.indices.tolist(),
        "values": compressed.data.astype(np.float64).tolist(),
    }


def matrix_from_json(content: dict[str, Any]) -> np.ndarray:
    """Return the dense float64 matrix that `matrix_to_json` wrote.

    Raises
    ------
    ArtifactError
        Lengths, positions or values contradict each other or are not finite.
    """
    n_rows, n_columns = content["shape"]
    starts = np.asarray(content["starts"], dtype=np.int64)
    columns = np.asarray(content["columns"], dtype=np.int64)
    values = np.asarray(content["values"], dtype=np.float64)
    consistent = (
        len(starts) == n_rows + 1
        and starts[0] == 0
        and starts[-1] == len(columns) == len(values)
        and bool((np.diff(starts) >= 0).all())
        and bool(((columns >= 0) & (columns < n_columns)).all())
        and bool(np.isfinite(values).all())
    )
    if not consistent:
        raise ArtifactError(f"matrix of shape {n_rows} x {n_columns} is damaged")
    dense = np.zeros((n_rows, n_columns))
    dense[np.repeat(np.arange(n_rows), np.diff(starts)), columns] = values
    return dense
