"""What a repair makes of a text, and what it leaves alone."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.sources.convert import convert
from features.sources.mapping import TableRule
from features.sources.numbers import number_problem, spelled, spelled_cells, surely_good
from features.sources.parsing import Context
from features.sources.table import LINE, SourceTable
from features.sources.tidying import tidy, ungarbled

CONTEXT = Context(["%d-%m-%Y"], lambda _: {})
COLUMNS = {
    "attendance": {"workdays": "n", "unexcused_days": "n", "valid_from": "d"},
    "courses": {"course_id": "k", "title": "k", "form": {"const": "other"}, "cost_rupiah": "n",
                "jp": "j"},
    "sessions": {"session_id": "k", "course_id": "k", "starts_on": "d", "valid_from": "d"},
}  # fmt: skip


def value_of(table: str, column: str, header: str, text: str) -> object:
    """Return what becomes of one cell; None if nothing does."""
    cells = {"k": "K", "n": "1", "d": "01-01-2025", "j": "1"} | {header: text}
    rule = TableRule.model_validate({"into": table, "file": "x", "columns": COLUMNS[table]})
    source = SourceTable("x.csv", pl.DataFrame(cells).with_columns(pl.lit(2).alias(LINE)))
    rows = convert(source, rule, CONTEXT, private=False).frame
    return rows[column][0] if len(rows) else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45292", date(2024, 1, 1)),
        ("45292,75", date(2024, 1, 1)),
        ("2 Februari 2024", date(2024, 2, 2)),
        ("02-Peb-2024", date(2024, 2, 2)),
        ("Senin, 5 Agt. 2024", date(2024, 8, 5)),
        ("3 nopember 2024", date(2024, 11, 3)),
        ("30 Februari 2024", None),
        ("1 Foo 2024", None),
        ("19999", None),
        ("60001", None),
        ("20240101", None),
        ("Januari 2024", None),  # a session begins on a day
    ],
)
def test_dates(text, expected):
    assert value_of("sessions", "starts_on", "d", text) == expected


@pytest.mark.parametrize("text", ["Maret 2024", "mar 2024", "2024-03", "3/2024", "03.2024"])
def test_months_where_rows_are_of_months(text):
    assert value_of("attendance", "valid_from", "d", text) == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rp 1.000.000,-", 1e6),
        ("rp1.000,50", 1000.5),
        ("IDR 250000", 250_000),
        ("Rp 1.00", None),
        ("Rp", None),
        ("1.500.000", 1.5e6),
        ("1.500,5", 1500.5),
        ("1,500.5", 1500.5),
        ("1,500,000", 1.5e6),
        ("1 500 000", 1.5e6),
        ("1.500", 1.5),  # it is a number as it stands
        ("1.50.000", None),
        ("12 rupiah", 12),
        ("12 hari", None),
        ("nihil", 0),
    ],
)
def test_numbers(text, expected):
    assert value_of("courses", "cost_rupiah", "n", text) == expected


def test_an_hour_of_the_clock_is_no_training_hour():
    assert value_of("courses", "jp", "j", "20 JP") == 20
    assert value_of("courses", "jp", "j", "20 jam") is None


@given(st.integers(10**6, 10**12), st.sampled_from([".", ",", " "]), st.sampled_from(["", "-"]))
def test_numbers_in_groups_mean_what_they_meant(number, sign, minus):
    text = f"{minus}{number:,}".replace(",", sign)
    assert value_of("courses", "cost_rupiah", "n", text) == float(f"{minus}{number}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u200bb\ufeff", "ab"),
        ('="123"', "123"),
        ("'0123", "0123"),
        ("'tis", "'tis"),
        ("“x”", "x"),
        ("Kursus “Dasar”", "Kursus “Dasar”"),
        ("RenÃ©", "René"),
        ("Ã", "Ã"),
        ("=1+1", "=1+1"),
        ("plain", "plain"),
    ],
)
def test_signs_around_a_text(text, expected):
    rows, mended = tidy(pl.DataFrame({LINE: [7], "c": [text]}))
    assert rows.rows() == [(7, expected)]
    assert [row[:2] for row in mended.rows()] == ([(7, "c")] if text != expected else [])


@given(st.text(st.sampled_from(list("éÃ€”“–aô")), max_size=8))
def test_what_was_garbled_is_turned_back(text):
    garbled = b"".join(text.encode()[i : i + 1] for i in range(len(text.encode())))
    as_1252 = "".join(_sign(byte) for byte in garbled)
    assert ungarbled(as_1252) == text


def _sign(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


@given(
    st.sampled_from(["nip", "nik", "pns_id", "employee_no"]),
    st.one_of(
        st.from_regex(r"(19|20)[0-9]{16}|[0-9]{16}|[0-9A-Za-z' E.+-]{1,20}", fullmatch=True),
        st.from_regex(
            r"19[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9]20[0-9]{2}(0[1-9]|1[0-2])[12][0-9]{3}",
            fullmatch=True,
        ),
    ),
    st.booleans(),
    st.sampled_from([None, date(1990, 1, 15)]),
)
def test_what_is_surely_good_breaks_no_rule(kind, number, contract, birth):
    frame = pl.DataFrame({kind: [number], "birth": [birth]}, schema_overrides={"birth": pl.Date})
    frame = frame.with_columns(spelled_cells(pl.col(kind)))
    assert frame[kind][0] == spelled(number)
    if frame.select(surely_good(kind)).item():
        assert number_problem(kind, frame[kind][0], contract=contract, birth=birth) is None
