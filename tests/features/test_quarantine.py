from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.quarantine import Problem, mask_cell, mask_number, quarantine_frame, write_quarantine


@pytest.mark.parametrize(
    "value",
    ["31-02-2024", "2024/1/2", "1.2.24", "22", "-1", "1,5", "99999", "KRS-001", "M.01", "JAB-12"],
)
def test_dates_short_numbers_and_codes_are_shown(value):
    assert mask_cell(value, private=False) == value
    assert mask_cell(value, private=True) == f"({len(value)} characters)"


@pytest.mark.parametrize(
    "value",
    ["Siti Rahmawati", "SITI", "siti@contoh.id", "198501012010012001", "7571014101850001",
     "19850101", "0812-3456-7890", "19850101 201001 2 001", "1.98E+17", "SITI RAHMAWATI 1"],
)  # fmt: skip
def test_what_may_name_a_person_is_not_shown(value):
    assert mask_cell(value, private=False) == f"({len(value)} characters)"


@given(st.text(max_size=40))
def test_a_masked_number_shows_at_most_three_signs(value):
    shown = mask_number(value).lstrip("*")
    assert len(shown) <= 3
    assert not shown or value.endswith(shown)


def test_problems_stand_in_the_order_of_files_and_lines():
    problems = [Problem(file, line, "t", "c", "v", "r") for file, line in
                (("b", 1), ("a", 10), ("a", 9))]  # fmt: skip
    frame = quarantine_frame(problems)
    assert frame.select("file", "line").rows() == [("a", 9), ("a", 10), ("b", 1)]
    assert quarantine_frame([]).columns == frame.columns


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10))
def test_no_cell_begins_as_a_formula_does(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("q") / "quarantine.csv"
    frame = quarantine_frame([Problem(text, 1, text, text, text, text)])
    write_quarantine([frame], path)
    with path.open(newline="", encoding="utf-8") as stream:
        _, row = csv.reader(stream)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert all(cell in (text, f"'{text}") for cell in (*row[:1], *row[2:6]))
