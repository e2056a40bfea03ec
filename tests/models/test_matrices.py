from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.errors import ArtifactError
from models.matrices import matrix_from_json, matrix_to_json

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(arrays(np.float64, st.tuples(st.integers(0, 6), st.integers(0, 6)), elements=finite))
def test_reads_back_exactly(matrix):
    restored = matrix_from_json(json.loads(json.dumps(matrix_to_json(matrix))))
    np.testing.assert_array_equal(restored, matrix)


def test_zeros_are_not_written():
    content = matrix_to_json(np.array([[0.0, 0.1], [0.0, 0.0]]))
    assert content == {"shape": [2, 2], "starts": [0, 1, 1], "columns": [1], "values": [0.1]}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"columns": [2]}, id="column beyond the shape"),
        pytest.param({"columns": [-1]}, id="negative column"),
        pytest.param({"starts": [0, 1]}, id="too few rows"),
        pytest.param({"starts": [0, 2, 1]}, id="rows run backwards"),
        pytest.param({"starts": [0, 0, 0]}, id="values without a row"),
        pytest.param({"values": [float("nan")]}, id="not a number"),
        pytest.param({"values": [0.1, 0.2]}, id="too many values"),
    ],
)
def test_damage_is_refused(change):
    content = matrix_to_json(np.array([[0.0, 0.1], [0.0, 0.0]])) | change
    with pytest.raises(ArtifactError, match="matrix of shape 2 x 2 is damaged"):
        matrix_from_json(content)
