from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from models.column_encoder import ColumnEncoder


def table(n=120):
    i = np.arange(n)
    return pd.DataFrame({
        "years": np.where(i % 10 == 0, np.nan, i % 7),
        "unit": np.array(["north", "south", "", "west"], dtype=object)[np.minimum(i % 8, 3)],
        "city": [f"city {one % 30}" for one in i],
        "wish": [f"wants {'rest and quiet' if one % 3 else 'a new task'} {one}" for one in i],
        "key": [f"k{one}" for one in i],
    })  # fmt: skip


OUTCOME = (np.arange(120) % 3 == 0).astype(float)


def test_each_kind_has_its_numbers():
    X = table()
    X.loc[0, "unit"] = "once"
    encoder = ColumnEncoder()
    matrix = encoder.fit_transform(X, OUTCOME)
    assert encoder.names_ == [
        "years", "unit=north", "unit=south", "unit=west", "unit=(rare)", "unit=(missing)",
        "city (log-odds)", "city (log-rows)", "wish (log-odds)", "wish (log-rows)",
    ]  # fmt: skip
    assert matrix.shape == (120, 10)
    assert matrix[0, 1:6].tolist() == [0, 0, 0, 1, 0]
    assert matrix[2, 1:6].tolist() == [0, 0, 0, 0, 1]
    assert np.isnan(matrix[10, 0])
    assert set(encoder.sources_) == {"years", "unit", "city", "wish"}


def test_log_odds_are_smoothed_rates_above_the_base():
    X = pd.DataFrame({"city": [f"c{i % 60}" for i in range(600)]})
    y = (np.arange(600) % 60 < 6).astype(float)  # c0 to c5: all of them; base 10%
    encoder = ColumnEncoder(smoothing=10, max_levels=5).fit(X, y)
    base = 60.5 / 601
    rate = (10 + 10 * base) / 20
    expected = np.log(rate / (1 - rate)) - np.log(base / (1 - base))
    assert encoder.transform(X)[0] == pytest.approx([expected, np.log(11)])
    assert encoder.transform(pd.DataFrame({"city": ["unheard"]})).tolist() == [[0, 0]]


def test_training_rows_never_see_their_own_groups_outcome():
    rng = np.random.default_rng(3)
    X = pd.DataFrame({"city": [f"c{i // 4}" for i in range(400)]})  # each person a city of its own
    people = np.arange(400) // 4
    y = rng.integers(0, 2, 100)[people].astype(float)
    own = ColumnEncoder(smoothing=1, max_levels=5).fit_transform(X, y, people)
    assert not own[:, 0].any()  # nobody else ever lived there


def test_reads_back_from_json_exactly():
    encoder = ColumnEncoder().fit(table(), OUTCOME)
    restored = ColumnEncoder.from_dict(json.loads(json.dumps(encoder.to_dict(), allow_nan=False)))
    np.testing.assert_array_equal(restored.transform(table()), encoder.transform(table()))
    assert restored.names_ == encoder.names_
    assert restored.sources_ == encoder.sources_


def test_a_missing_column_is_named():
    encoder = ColumnEncoder().fit(table(), OUTCOME)
    assert encoder.transform(table().drop(columns="key")).shape == (120, 10)
    with pytest.raises(ValueError, match=r"none named \['years'\]"):
        encoder.transform(table().drop(columns="years"))


def test_nothing_to_learn_from_is_one_number_that_says_nothing():
    X = pd.DataFrame({"key": [f"k{i}" for i in range(120)]})
    encoder = ColumnEncoder()
    assert not encoder.fit_transform(X, OUTCOME).any()
    assert encoder.transform(X).shape == (120, 1)
    assert (encoder.names_, encoder.sources_) == (["(nothing)"], ["key"])
    with pytest.raises(ValueError, match="X must have columns, got none"):
        encoder.fit(X[[]], OUTCOME)
