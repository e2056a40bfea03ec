"""Whole imports: again, in another order, with random dirt, and without a trace of names."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from features.identity import TokenTable
from features.importing import Imported, import_export, save_import
from features.records import load_records
from features.schema import BY_NAME
from features.sources.mapping import load_mapping

BASE = Path(__file__).parent / "exports" / "base"
SECRETS = [  # of the three people of the base export: names and their parts, NIP, NIK, birth
    "Siti Rahmawati Hulopi", "Rahmawati", "Hulopi", "Ridwan Napu", "Ridwan", "Yulia Mantali",
    "Mantali", "Hasan Badu", "198501012010012001", "199002022019031002", "199203032021212003",
    "197001011995011001", "7571014101850001", "7571020202900002", "7571034303920003",
    "01-01-1985", "02-02-1990", "03-03-1992", "1990-02-02", "19900202",
]  # fmt: skip


@pytest.fixture
def base() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in BASE.iterdir()}


def assert_same_tables(left: Imported, right: Imported) -> None:
    assert left.tables.keys() == right.tables.keys()
    for name, frame in left.tables.items():
        assert_frame_equal(frame, right.tables[name])


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";"))


def file_of(rows: list[list[str]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=";").writerows(rows)
    return stream.getvalue().encode()


def test_the_same_export_again_gives_the_same_people_and_tables(import_files, base):
    people = TokenTable(b"k" * 32)
    first = import_files(base, people=people)
    known = dict(people.tokens)
    assert_same_tables(first, import_files(base, people=people))
    assert people.tokens == known


def test_people_stay_the_same_through_a_saved_token_table(import_files, base, tmp_path):
    people = TokenTable(b"k" * 32)
    first = import_files(base, people=people)
    (tmp_path / "identity").mkdir()
    people.save(tmp_path / "identity")
    again = TokenTable.load(tmp_path / "identity", b"k" * 32)
    assert_same_tables(first, import_files(base, people=again))


def test_another_workspace_gives_other_people(import_files, base):
    left = import_files(base, people=TokenTable(b"k" * 32)).tables["employees"]["employee_id"]
    right = import_files(base, people=TokenTable(b"k" * 32)).tables["employees"]["employee_id"]
    assert set(left).isdisjoint(right)
    assert all(len(person) == 32 for person in left)


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_rows_give_the_same_tables(import_files, base, seed):
    rng = random.Random(seed)  # noqa: S311
    dirty = dict(base)
    for name in ("pegawai.csv", "presensi.csv", "kursus.csv"):  # with repeats and conflicts
        header, *rows = rows_of(base[name])
        changed = [cell.replace("2019", "2020").replace("22", "21") for cell in rows[1]]
        dirty[name] = file_of([header, *rows, rows[0], changed])
    shuffled = {}
    for name, content in dirty.items():
        header, *rows = rows_of(content)
        rng.shuffle(rows)
        shuffled[name] = file_of([header, *rows])
    people = TokenTable(b"k" * 32)
    left, right = import_files(dirty, people=people), import_files(shuffled, people=people)
    assert_same_tables(left, right)
    assert left.report["tables"] == right.report["tables"]


CELLS = st.one_of(
    st.sampled_from(
        ["", "UNOR-1", "KRS-1", "PNS", "2024", "22", "-1", "9e9", "31-02-2024", "01-01-2025", "1,5",
         "NULL", "A5EB03E241D4F6A0E040640A04020001", "1.98E+17", "Baik", 'ku"tip', ";", "=1+1", "é"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8),
)  # fmt: skip
DIRT = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 9), st.integers(0, 14), CELLS), max_size=12
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(dirt=DIRT, n_copies=st.integers(1, 3))
@pytest.mark.slow
def test_random_dirt_loses_no_row_silently(import_files, base, dirt, n_copies):
    tables = {name: rows_of(content) for name, content in sorted(base.items())}
    tables = {name: [rows[0], *rows[1:] * n_copies] for name, rows in tables.items()}
    for file, row, column, cell in dirt:
        rows = list(tables.values())[file]
        if name_of_people(rows) and column == 0 and row < 3:
            continue  # somebody must stay known
        picked = rows[1 + row % (len(rows) - 1)]
        picked[column % len(picked)] = cell
    imported = import_files({name: file_of(rows) for name, rows in tables.items()})
    assert_every_row_is_accounted_for(imported, tables)


def name_of_people(rows: list[list[str]]) -> bool:
    return "nip_baru" in rows[0]


def assert_every_row_is_accounted_for(imported: Imported, tables: dict[str, list[list[str]]]):
    quarantine, report = imported.quarantine, imported.report
    dropped = quarantine.filter(pl.col("action") == "row dropped")
    skipped = set(quarantine.filter(pl.col("action") == "table skipped")["file"])
    for name, (_, *rows) in tables.items():
        filled = [row for row in rows if any(cell.strip() for cell in row)]
        counts = report["files"][name]
        assert counts["read"] == len(filled) == counts["kept"] + counts["quarantined"]
        if name not in skipped:
            lines = dropped.filter(pl.col("file") == name)["line"]
            assert counts["quarantined"] == lines.n_unique()
    for name, counts in report["tables"].items():
        assert counts["kept"] == len(imported.tables[name])
        unread = dropped.filter(pl.col("table") == "").height  # of a file, for all its tables
        lost = dropped.filter(pl.col("table") == name).select("file", "line").n_unique()
        assert lost <= counts["quarantined"] <= lost + 2 * unread or skipped
        assert counts["read"] == counts["kept"] + counts["merged"] + counts["quarantined"]


def test_references_lead_somewhere_and_dates_are_complete(import_files, base):
    tables = import_files(base).tables
    for name, frame in tables.items():
        assert frame["valid_from"].null_count() == frame["available_at"].null_count() == 0
        assert (frame["available_at"] >= frame["valid_from"]).all()
        for column in BY_NAME[name].columns:
            if column.references:
                key = tables[column.references][BY_NAME[column.references].key[0]]
                assert frame[column.name].drop_nulls().is_in(key.implode()).all()


def test_a_saved_import_reads_back_as_records(import_files, base, tmp_path):
    imported = import_files(base)
    save_import(imported, tmp_path)
    records = load_records(tmp_path)
    for name, frame in vars(records).items():
        assert_frame_equal(frame, imported.tables[name])
    report = json.loads((tmp_path / "import_report.json").read_text())
    assert report == imported.report
    assert pl.read_csv(tmp_path / "quarantine.csv").is_empty()


def everything_written(imported: Imported, folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    save_import(imported, folder)
    texts = [path.read_text() for path in folder.glob("*.[cj]s*")]
    texts += [frame.write_csv() for frame in imported.tables.values()]
    return "\n".join(texts)


def shift_right(row: list[str], position: int) -> list[str]:
    return [*row[:position], "", *row[position:]][: len(row)]


def shift_left(row: list[str], position: int) -> list[str]:
    return [*row[:position], *row[position + 1 :], ""]


@pytest.mark.parametrize("shift", [shift_right, shift_left])
@pytest.mark.parametrize("name", ["skp22.csv", "kursus.csv", "presensi.csv"])
def test_no_name_number_or_birth_date_shows_wherever_cells_slide(
    import_files, base, tmp_path, name, shift
):
    header, *rows = rows_of(base[name])
    slid = [shift(row, position) for position in range(len(header)) for row in rows[1:]]
    imported = import_files({**base, name: file_of([header, rows[0], *slid])})
    written = everything_written(imported, tmp_path / "written")
    assert [secret for secret in SECRETS if secret in written] == []


@pytest.mark.slow
@pytest.mark.parametrize("shift", [shift_right, shift_left])
def test_nobody_shows_wherever_cells_of_the_peoples_file_slide(import_files, base, tmp_path, shift):
    header, *rows = rows_of(base["pegawai.csv"])
    for position in range(len(header)):
        slid = [rows[0], *(shift(row, position) for row in rows[1:])]
        imported = import_files({**base, "pegawai.csv": file_of([header, *slid])})
        written = everything_written(imported, tmp_path / "written")
        assert [secret for secret in SECRETS if secret in written] == []


@pytest.mark.parametrize("column", range(15))
@pytest.mark.slow
def test_no_name_or_number_shows_in_whatever_column_it_stands(import_files, base, tmp_path, column):
    """Four more people, each with another person's name, NIP, NIK or birth in that column."""
    header, *rows = rows_of(base["pegawai.csv"])
    secrets = ("Ridwan Napu", "199002022019031002", "7571020202900002", "02-02-1990")
    for serial, secret in enumerate(secrets, start=4):
        one = [f"{cell[:-1]}{serial}" if i in (0, 1, 7) else cell for i, cell in enumerate(rows[2])]
        one[column] = secret
        rows.append(one)
    imported = import_files({**base, "pegawai.csv": file_of([header, *rows])})
    written = everything_written(imported, tmp_path / "written")
    assert [secret for secret in secrets if secret in written] == []
    assert len(imported.tables["employees"]) >= 3


def test_a_file_without_header_shows_nobody(import_files, base, tmp_path):
    for name in ("skp22.csv", "kursus.csv", "presensi.csv", "ref_unor.csv"):
        _, *rows = rows_of(base[name])
        imported = import_files({**base, name: file_of(rows)})
        written = everything_written(imported, tmp_path / "written")
        assert [secret for secret in SECRETS if secret in written] == []


def test_no_cell_of_the_quarantine_begins_a_formula(import_files, base, tmp_path):
    header, *rows = rows_of(base["presensi.csv"])
    for row, cell in zip(rows, ("=1+1", "@SUM(A1)", "-5"), strict=True):
        row[5] = cell
    files = {**base, "presensi.csv": file_of([header, *rows]), "kursus.csv": b"=cmd;+a\n1;2\n"}
    save_import(import_files(files), tmp_path)
    with (tmp_path / "quarantine.csv").open(newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert "'-5" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[float], Path]:
    """Write the export of a simulated employer of 200 people over 24 months, soiled or clean."""
    from experiments.simulation.simulate import simulate

    def write(dirt: float) -> Path:
        folder = tmp_path_factory.mktemp("simulated")
        for name, frame in simulate(200, 24, 3, dirt=dirt).files.items():
            frame.write_csv(folder / f"{name}.csv", separator=";")
        return folder

    return write


def run(folder: Path) -> Imported:
    return import_export(
        folder,
        load_mapping("siasn"),
        TokenTable(b"k" * 32),
        today=date(2025, 1, 10),
        progress=lambda _: None,
    )


@pytest.mark.slow
def test_a_clean_simulated_export_is_kept_whole(simulated):
    imported = run(simulated(0.0))
    assert imported.quarantine.is_empty()
    files = imported.report["files"]
    assert len(files) == 25
    assert all(counts["kept"] == counts["read"] > 0 for counts in files.values())
    assert len(imported.tables["employees"]) == 200


@pytest.mark.slow
def test_a_soiled_simulated_export_keeps_its_good_rows(simulated):
    folder = simulated(0.05)
    imported = run(folder)
    tables = {path.name: rows_of(path.read_bytes()) for path in folder.iterdir()}
    assert_every_row_is_accounted_for(imported, tables)
    n_rows = sum(len(rows) - 1 for rows in tables.values())
    kept = sum(counts["kept"] for counts in imported.report["files"].values())
    assert 0.93 * n_rows < kept < 0.99 * n_rows  # of the spoiled 5%, some can be read all the same
    names = {row[tables["pegawai.csv"][0].index("nama")] for row in tables["pegawai.csv"][1:]}
    values = set(imported.quarantine["value"])
    assert values.isdisjoint(names)
