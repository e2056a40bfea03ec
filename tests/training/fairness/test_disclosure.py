import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.fairness.disclosure import shown_cells, shown_groups


def shown(n_people, n_marked=None):
    marked = None if n_marked is None else pd.Series(n_marked, index=list(n_people))
    series = pd.Series(n_people)
    mask = shown_groups(series, marked)
    return set(series.index[mask])


@pytest.mark.parametrize(
    ("people", "marked", "expected"),
    [
        pytest.param({"a": 100, "b": 100}, [6, 7], {"a", "b"}, id="large groups"),
        pytest.param({"a": 100, "b": 100}, [6, 0], {"a", "b"}, id="nobody flagged tells of nobody"),
        pytest.param({"a": 100, "b": 90, "c": 19}, [9, 8, 6], {"a"}, id="19 people and the next"),
        pytest.param({"a": 100, "b": 90, "c": 100}, [9, 3, 8], {"a"}, id="3 flags and the next"),
        pytest.param({"a": 100, "b": 8, "c": 9}, [9, 5, 5], set(), id="17 withheld are too few"),
        pytest.param({"a": 100, "b": 18, "c": 19}, [9, 6, 7], {"a"}, id="37 withheld are enough"),
        pytest.param({"a": 100, "b": 25}, [9, 22], set(), id="3 who were not flagged"),
    ],
)
def test_support_figures_need_twenty_people_and_no_few_flags(people, marked, expected):
    assert shown(people, marked) == expected


def test_other_figures_need_five_people():
    assert shown({"a": 100, "b": 5}) == {"a", "b"}
    assert shown({"a": 100, "b": 50, "c": 4}) == {"a"}


@given(
    st.lists(st.tuples(st.integers(1, 60), st.floats(0, 0.6)), min_size=1, max_size=7),
)
def test_what_is_withheld_is_never_few(groups):
    people = pd.Series([n for n, _ in groups])
    marked = pd.Series([int(n * share) for n, share in groups])
    mask = shown_groups(people, marked)
    assert (people[mask] >= 20).all()
    assert not marked[mask].between(1, 4).any()
    rest = people[~mask].sum()
    assert rest == 0 or rest >= 20 or not mask.any()
    assert (~mask).sum() != 1 or not mask.any()


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz")), min_size=5, max_size=150))
def test_no_row_or_column_of_a_table_betrays_a_cell(pairs):
    frame = pd.DataFrame(pairs, columns=["row", "column"])
    cells = shown_cells(frame["row"], frame["column"])
    sizes = frame.groupby(["row", "column"]).size()
    assert (sizes[cells] >= 5).all()
    for level in ("row", "column"):
        withheld = (~cells).groupby(level=level).sum()
        some = cells.groupby(level=level).any()
        assert not (withheld.eq(1) & some).any()


def test_a_cell_takes_its_neighbours_in_both_directions_along():
    frame = pd.DataFrame(
        [("m", "old")] * 3 + [("m", "young")] * 30 + [("f", "old")] * 30 + [("f", "young")] * 40
        + [("m", "middle")] * 50 + [("f", "middle")] * 60,
        columns=["row", "column"],
    )  # fmt: skip
    cells = shown_cells(frame["row"], frame["column"])
    assert set(cells.index[cells]) == {("m", "middle"), ("f", "middle")}
