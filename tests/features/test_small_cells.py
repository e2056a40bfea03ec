import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.small_cells import SMALLEST_GROUP, is_small, part_of, publishable, safe_spans


def shown(counts, unsafe=()):
    series = pd.Series(counts)
    mask = publishable(series, series.index.isin(unsafe) if unsafe else None)
    return series.index[mask].tolist()


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param({"a": 9, "b": 6, "c": 5}, ["a", "b", "c"], id="nothing small"),
        pytest.param({"a": 9, "b": 0, "c": 5}, ["a", "b", "c"], id="zero tells of nobody"),
        pytest.param({"a": 9, "b": 6, "c": 3}, ["a"], id="one small takes the next smallest along"),
        pytest.param({"a": 9, "b": 0, "c": 3}, ["b"], id="zero would hide nothing"),
        pytest.param({"a": 9, "b": 3, "c": 3}, ["a"], id="two small that blur each other"),
        pytest.param({"a": 9, "b": 2, "c": 2}, [], id="two small ones are too few together"),
        pytest.param({"a": 9, "b": 4, "c": 4}, [], id="a total at its most betrays all"),
        pytest.param({"a": 9, **dict.fromkeys("bcdef", 1)}, [], id="at its least as well"),
        pytest.param({"a": 4}, [], id="only a small group"),
        pytest.param({}, [], id="no group"),
    ],
)
def test_publishable_withholds_what_subtraction_would_tell(counts, expected):
    assert shown({key: int(n) for key, n in counts.items()}) == expected


def test_publishable_withholds_what_the_caller_calls_unsafe():
    assert shown({"a": 9, "b": 6, "c": 30}, unsafe=["c"]) == ["a"]


def test_publishable_leaves_its_arguments_alone():
    counts, unsafe = pd.Series({"a": 9, "b": 3}), pd.Series({"a": False, "b": True})
    publishable(counts, unsafe)
    assert unsafe.tolist() == [False, True]
    assert counts.tolist() == [9, 3]


@given(st.lists(st.integers(0, 12), max_size=8))
def test_publishable_never_leaves_a_small_remainder(counts):
    series = pd.Series(counts, dtype=int)
    mask = publishable(series)
    assert not series[mask].map(is_small).any()
    withheld = series[~mask]
    assert len(withheld) != 1 or mask.sum() == (series == 0).sum()
    assert not is_small(int(withheld.sum())) or not (series[mask] > 0).any()


@given(st.lists(st.integers(0, 12), max_size=9))
def test_safe_spans_cover_all_bands_or_none(counts):
    spans = safe_spans(counts)
    if is_small(sum(counts)):
        assert spans == []
        return
    assert [p for start, stop in spans for p in range(start, stop)] == list(range(len(counts)))
    assert not any(is_small(sum(counts[start:stop])) for start, stop in spans)


@given(st.integers(0, 40), st.integers(0, 40))
def test_part_of_shows_neither_few_nor_all_but_few(n, rest):
    part = part_of(n, n + rest)
    few = 0 < n < SMALLEST_GROUP or 0 < rest < SMALLEST_GROUP
    assert part == (None if few else n)
