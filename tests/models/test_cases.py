from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cases import Cases


def frames(cases: Cases) -> list[pd.DataFrame]:
    return [cases.people, cases.history, cases.gaps]


@given(st.integers(1, 6), st.randoms(use_true_random=False))
def test_parts_are_what_of_gives(n_people: int, random) -> None:
    ids = ["ani", "budi", "citra", "dewi", "eko"]
    rows = random.choices([*ids, "nobody"], k=12)
    several = pd.DataFrame({"employee_id": rows, "value": range(12)})
    cases = Cases(pd.DataFrame({"employee_id": ids}), several, several.iloc[::-1])
    parts = list(cases.parts(n_people))
    asked = [ids[start : start + n_people] for start in range(0, 5, n_people)]
    assert len(parts) == len(asked)
    for part, names in zip(parts, asked, strict=True):
        for got, expected in zip(frames(part), frames(cases.of(names)), strict=True):
            pd.testing.assert_frame_equal(got, expected)


def test_nobody_is_one_part() -> None:
    nothing = pd.DataFrame({"employee_id": pd.Series([], dtype="str")})
    (part,) = Cases(nothing, nothing, nothing).parts(3)
    assert [len(frame) for frame in frames(part)] == [0, 0, 0]


def test_a_person_in_two_rows_has_no_place() -> None:
    twice = pd.DataFrame({"employee_id": ["ani", "ani"]})
    with pytest.raises(pd.errors.InvalidIndexError):
        list(Cases(twice, twice, twice).parts(1))


def test_those_who_fit_into_one_part_stay_as_they_are() -> None:
    rows = pd.DataFrame({"employee_id": ["budi", "ani"]})
    people = pd.DataFrame({"employee_id": ["ani", "budi"]})
    whole = Cases(people, rows, rows)
    assert next(whole.parts(2)) is whole
    assert next(Cases(people.iloc[:1], rows, rows).parts(2)).history["employee_id"].item() == "ani"
