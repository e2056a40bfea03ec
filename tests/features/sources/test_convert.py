from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from features.schema import BY_NAME
from features.sources.convert import convert
from features.sources.delimited import LINE, SourceTable
from features.sources.mapping import ColumnRule, TableRule
from features.sources.parsing import Context, parse

POSTS = {"posts.title": {"analis": "P1", "kepala bidang": "P2"}, "posts.post_id": {"p 1": "P1"}}
CONTEXT = Context(["%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y"], lambda where: POSTS[where])


BASE = Path(__file__).parent.parent / "exports" / "base"


def parsed(rule: ColumnRule, kind: str, *texts: str | None) -> list:
    columns = {c.kind: c for table in BY_NAME.values() for c in table.all_columns}
    frame = pl.DataFrame({"x": texts}, schema={"x": pl.String})
    return frame.select(parse(pl.col("x"), rule, columns[kind], CONTEXT)).to_series().to_list()


def rule(**options) -> ColumnRule:
    return ColumnRule.model_validate({"from": "x", **options})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("29-02-2024", date(2024, 2, 29)),
        ("1-2-2024", date(2024, 2, 1)),
        ("2024-02-01", date(2024, 2, 1)),
        ("1/2/2024", date(2024, 2, 1)),
        ("01/02/2024", date(2024, 2, 1)),
        ("2024-02-01 00:00:00", date(2024, 2, 1)),
        ("2024-02-01T08:30:15.250Z", date(2024, 2, 1)),
        ("01-02-2024 7:05", date(2024, 2, 1)),
        ("31-02-2024", None),
        ("29-02-2023", None),
        ("13/13/2024", None),
        ("2/31/2024", None),
        ("01-02-24", None),
        ("01-02-1899", None),
        ("45323", None),
        ("1 Februari 2024", None),
        ("01-02-2024 lama", None),
        (None, None),
    ],
)
def test_dates_in_any_of_the_formats(text, day):
    assert parsed(rule(), "date", text) == [day]


def test_a_column_may_have_date_formats_of_its_own():
    assert parsed(rule(date_formats=["%m/%d/%Y"]), "date", "2/1/2024") == [date(2024, 2, 1)]


def test_a_constant_date_is_written_one_way():
    constant = ColumnRule(const="1900-01-01")
    assert parsed(constant, "date", "1900-01-01") == [date(1900, 1, 1)]


def test_a_foreign_value_may_mean_nothing(import_files):
    files = {path.name: path.read_text() for path in BASE.iterdir()}
    header, *rows = files["pegawai.csv"].splitlines()
    states = ("Aktif", "MENINGGAL DUNIA", "Pensiun")
    lines = [f"{row};{state}" for row, state in zip(rows, states, strict=True)]
    files["pegawai.csv"] = "\n".join([f"{header};kedudukan_hukum_nama", *lines])
    imported = import_files(files)
    assert imported.quarantine.is_empty()
    reasons = imported.tables["employees"]["left_reason"].to_list()
    assert sorted(reasons, key=str) == [None, "death", "retirement"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("20", 20.0),
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("-1", -1.0),
        ("1e3", 1000.0),
        ("1,234.5", None),
        ("nan", None),
        ("inf", None),
        ("dua", None),
        (None, None),
    ],
)
def test_numbers(text, number):
    assert parsed(rule(), "float", text) == [number]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.500.000", 1_500_000.0),
        ("750.000", 750_000.0),
        ("750.000,50", 750_000.5),
        ("-1.500", -1500.0),
        ("1500000", 1_500_000.0),
        ("12.5", 12.5),
        ("1.50.000", None),
    ],
)
def test_numbers_in_groups_of_thousands(text, number):
    assert parsed(rule(thousands="."), "float", text) == [number]


def test_numbers_are_multiplied():
    assert parsed(rule(multiply=5.0), "float", "3") == [15.0]


@pytest.mark.parametrize(
    ("text", "number"),
    [("22", 22), ("22.0", 22), ("22,0", 22), ("21.5", None), ("1e30", None), ("x", None)],
)
def test_whole_numbers(text, number):
    assert parsed(rule(), "int", text) == [number]


def test_texts_must_not_hold_a_personal_number():
    hexadecimal = "A1234567890123456789012345678901"
    texts = ("Dinas Satu", "198501012010012001", "NIK: 7571014101850001.", "12345", hexadecimal)
    assert parsed(rule(), "text", *texts) == ["Dinas Satu", None, None, "12345", hexadecimal]


def test_yes_and_no_in_both_languages():
    texts = ("Y", "ya", "TRUE", "1", "T", "tidak", "no", "0", "mungkin", None)
    assert parsed(rule(), "bool", *texts) == [True] * 4 + [False] * 4 + [None, None]


def test_values_are_translated_without_case_and_signs():
    words = rule(values={"Di Atas Ekspektasi": "above", "E-learning": "online"})
    texts = ("DI ATAS  EKSPEKTASI", "e learning", "e-Learning", "Seminar")
    assert parsed(words, "text", *texts) == ["above", "online", "online", None]


def test_lists_are_translated_part_by_part_and_whole_or_not_at_all():
    levels = rule(values={"Ahli Muda": "ahli_muda", "Mahir": "mahir"}, separator="|")
    texts = ("Ahli Muda|mahir", " Mahir ", "Mahir|Gaib", None)
    assert parsed(levels, "text", *texts) == ["ahli_muda|mahir", "mahir", None, None]


def test_years_become_their_last_day_and_dates_their_year():
    assert parsed(rule(year_end=True), "date", "2024", "2024.0", "24", "lalu") == [
        date(2024, 12, 31), date(2024, 12, 31), None, None,
    ]  # fmt: skip
    assert parsed(rule(year_of_date=True), "int", "01-02-1990", "1990") == [1990, None]


def test_slugs_are_the_words_of_a_text():
    texts = ("Pelatihan  Dasar (PKA)", "pelatihan dasar: pka", "???")
    assert parsed(rule(slug=True), "text", *texts) == ["pelatihan-dasar-pka"] * 2 + [None]


@pytest.fixture
def employments():
    columns = {
        "unit_id": "unor_id",
        "post_id": {"from": "nama", "key_from": "jabatan_id", "lookup": "posts.title"},
        "valid_from": "tmt",
    }
    return TableRule.model_validate({"into": "employments", "file": "x.csv", "columns": columns})


def source_of(columns: str, *rows: tuple[str | None, ...]) -> SourceTable:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns.split(), pl.String), orient="row")
    return SourceTable("x.csv", frame.with_columns(pl.int_range(2, len(rows) + 2).alias(LINE)))


def test_a_known_key_is_preferred_to_a_name(employments):
    source = source_of(
        "unor_id jabatan_id nama tmt",
        ("U1", "P-1", "Kepala Bidang", "01-01-2024"),  # the key is known
        ("U1", "P-9", "ANALIS", "01-01-2024"),  # it is not, the name is
        ("U1", None, "Gaib", "01-01-2024"),
    )
    converted = convert(source, employments, CONTEXT, private=False)
    assert converted.frame.select(LINE, "post_id").rows() == [(2, "P1"), (3, "P1")]
    assert [(p.line, p.column, p.rule) for p in converted.problems] == [
        (4, "nama", "must name one known posts.title")
    ]


def test_a_key_column_alone_will_do(employments):
    source = source_of("unor_id jabatan_id tmt", ("U1", "P-1", "01-01-2024"))
    converted = convert(source, employments, CONTEXT, private=False)
    assert converted.problems == []
    assert converted.frame["post_id"].to_list() == ["P1"]


def test_every_bad_cell_of_a_row_is_reported(employments):
    source = source_of("unor_id nama tmt", (None, "Gaib", "besok"))
    problems = convert(source, employments, CONTEXT, private=False).problems
    assert [(p.column, p.value, p.rule) for p in problems] == [
        ("unor_id", "", "must not be empty"),
        ("nama", "(4 characters)", "must name one known posts.title"),
        ("tmt", "(5 characters)", "must be a date"),
    ]


def test_a_text_without_words_makes_no_key():
    rule = TableRule.model_validate(
        {
            "into": "courses",
            "file": "x",
            "columns": {
                "course_id": {"from": "a", "slug": True},
                "title": "a",
                "form": {"const": "other"},
            },
        }
    )
    problems = convert(source_of("a", ("???",)), rule, CONTEXT, private=False).problems
    assert [(p.column, p.rule) for p in problems] == [("a", "must hold letters or digits")]


def test_columns_that_a_file_lacks_are_named(employments):
    source = source_of("nama", ("Analis",))
    problems = convert(source, employments, CONTEXT, private=False).problems
    assert [(p.column, p.action) for p in problems] == [
        ("unor_id", "table skipped"),
        ("tmt", "table skipped"),
    ]
    rule = TableRule.model_validate(
        {"into": "courses", "file": "x", "columns": {"course_id": "a", "title": "a", "jp": "jam",
                                                     "form": {"const": "other"}}}
    )  # fmt: skip
    converted = convert(source_of("a", ("X",)), rule, CONTEXT, private=False)
    assert (converted.absent, converted.problems) == (["jam"], [])


def test_cells_of_a_private_file_are_never_shown(employments):
    source = source_of("unor_id nama tmt", ("U1", "Analis", "31-02-1990"))
    shown = [
        convert(source, employments, CONTEXT, private=private).problems[0].value
        for private in (False, True)
    ]
    assert shown == ["31-02-1990", "(10 characters)"]
