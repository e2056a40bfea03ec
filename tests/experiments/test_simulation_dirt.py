"""Dirt: what it changes, how much, and that it can be left out."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.simulation import dirt_kinds as kinds
from experiments.simulation.dirt import CONFLICT, IN_CELLS, REPEAT, soil
from experiments.simulation.simulate import simulate

REFERENCE = (
    "ref_unor", "ref_jabatan", "ref_kompetensi", "standar_kompetensi", "katalog_kursus",
    "kursus_kompetensi", "jadwal_kursus", "peraturan", "perubahan_standar",
)  # fmt: skip


@pytest.fixture(scope="module")
def clean():
    return simulate(120, 15, 2).files


def spoiled(files, rate, seed=0):
    return soil(files, rate, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("spoil", "value", "expected"),
    [
        (kinds.spreadsheet_number, "198012312005011001", "1.98E+17"),
        (kinds.iso_date, "05-03-2024", "2024-03-05"),
        (kinds.slash_date, "05-03-2024", "5/3/2024"),
        (kinds.future_date, "05-03-2024", "05-03-2124"),
        (kinds.negative_number, "2", "-2"),
        (kinds.negative_number, "0", "-1"),
        (kinds.decimal_comma, "2.5", "2,5"),
        (kinds.blank, "x", None),
        (kinds.spaced_number, "198012312005011001", "19801231 200501 1 001"),
        (kinds.quoted_number, "198012312005011001", "'198012312005011001"),
        (kinds.date_in_words, "05-03-2024", "5 Maret 2024"),
        (kinds.day_number, "05-03-2024", "45356"),
        (kinds.short_year, "05-03-2024", "05-03-24"),
    ],
)
def test_kind_spoils_a_value(spoil, value, expected):
    assert spoil(value, np.random.default_rng(0)) == expected


@given(st.integers(0, 50))
def test_impossible_date_is_the_31st_of_a_shorter_month(seed):
    day, month, year = kinds.impossible_date("05-03-2024", np.random.default_rng(seed)).split("-")
    assert (day, year) == ("31", "2024")
    assert month in {"02", "04", "06", "09", "11"}


@given(st.integers(0, 50))
def test_untidy_text_is_the_same_when_tidied(seed):
    untidy = kinds.untidy_text("Seminar Manajemen Waktu", np.random.default_rng(seed))
    assert untidy != "Seminar Manajemen Waktu"
    assert " ".join(untidy.split()).casefold() == "seminar manajemen waktu"


@given(st.integers(0, 50))
def test_lost_digit_misspelling_and_stranger_differ_in_one_way(seed):
    rng = np.random.default_rng(seed)
    number = "198012312005011001"
    short = kinds.short_number(number, rng)
    assert len(short) == 17
    assert any(number[:i] + number[i + 1 :] == short for i in range(18))
    title = "Pelatihan Dasar Kearsipan"
    misspelt = kinds.misspelt_text(title, rng)
    assert misspelt != title
    assert sorted(misspelt) == sorted(title)
    key = "0A1B2C3D-0000-4000-8000-00000000ABCD"
    stranger = kinds.unknown_person(key, rng)
    assert stranger[:24] == key[:24]
    assert len(stranger) == len(key)
    assert kinds.word_for_nothing("x", rng) in {"-", "NULL", "N/A", "#N/A"}
    assert kinds.number_with_unit("24", rng).startswith("24 ")


def test_there_are_at_least_fifteen_kinds():
    assert len({*IN_CELLS, REPEAT, CONFLICT}) >= 15


def test_no_dirt_changes_nothing(clean):
    result = spoiled(clean, 0.0)
    assert result.counts.height == 0
    assert all(result.files[name].equals(frame) for name, frame in clean.items())


def test_reference_files_stay_clean(clean):
    result = spoiled(clean, 0.5)
    assert all(result.files[name].equals(clean[name]) for name in REFERENCE)


def test_every_kind_occurs_and_is_counted(clean):
    counts = spoiled(clean, 0.8).counts
    assert set(counts["kind"]) == {*IN_CELLS, REPEAT, CONFLICT}
    assert set(counts["file"]) == set(clean) - set(REFERENCE)


@settings(max_examples=15)
@given(st.floats(0, 1), st.integers(0, 9))
def test_rows_spoiled_are_the_share_asked_for(clean, rate, seed):
    name = "presensi"
    result = spoiled({name: clean[name]}, rate, seed)
    n_rows = clean[name].height
    assert result.counts["n_rows"].sum() == pytest.approx(rate * n_rows, abs=1 + 0.01 * n_rows)
    added = result.counts.filter(pl.col("kind").is_in([REPEAT, CONFLICT]))["n_rows"].sum()
    assert result.files[name].height == n_rows + added


def test_copies_follow_the_row_they_copy(clean):
    name = "presensi"
    frame = spoiled({name: clean[name]}, 0.1).files[name].with_row_index()
    keys = frame.filter(pl.col("bulan").str.contains(r"^01-\d\d-20[12]\d$"))
    apart = keys.group_by("pns_id", "bulan").agg(pl.col("index").max() - pl.col("index").min())
    assert set(apart["index"]) == {0, 1}


def test_conflicting_copy_has_another_value(clean):
    name = "skp22"
    result = spoiled({name: clean[name]}, 0.3)
    n_conflicts = result.counts.filter(pl.col("kind") == CONFLICT)["n_rows"].item()
    frame = result.files[name].filter(
        pl.col("tahun").is_not_null(), pl.col("kuadranKinerja").is_not_null()
    )
    n_values = frame.group_by("idPns", "tahun").agg(pl.col("kuadranKinerja").n_unique())
    assert (n_values["kuadranKinerja"] == 2).sum() == n_conflicts > 0
