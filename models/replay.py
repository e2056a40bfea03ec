"""What another model would have put at each place of lists that were shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.set_choice import GrowingSets

Lists = NDArray[np.int64]


def choices_beside(sets: GrowingSets, shown: Lists) -> Lists:
    """Return the model's own choice at each place, given what was shown above it.

    Parameters
    ----------
    sets : GrowingSets
        Empty lists under the model's scores.
    shown : ndarray of int, shape (n_people, k)
        Columns of the scores, -1 for none.

    Returns
    -------
    ndarray of int, shape (n_people, k)
        -1 where the model has nothing to show, or nothing was shown.
    """
    own, everybody = np.full(shown.shape, -1), np.arange(len(shown))
    for position, column in enumerate(shown.T):
        value = sets.value()
        best = value.argmax(axis=1)
        possible = np.isfinite(value[everybody, best]) & (column >= 0)
        own[:, position] = np.where(possible, best, -1)
        sets.take(column)
    return own
