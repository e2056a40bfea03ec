"""The same export as CSV, TSV, Excel, Parquet and in databases gives the same tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import create_engine, make_url, text

from features.errors import SchemaError
from features.identity import TokenTable
from features.importing import Imported, import_export
from features.sources.export import Export, date_columns
from features.sources.mapping import load_mapping

BASE = Path(__file__).parent.parent / "exports" / "base"
Tables = dict[str, pl.DataFrame]
TYPED = {"jp": pl.Int64, "biaya": pl.Float64, "tahun": pl.Int32, "jumlahJam": pl.Decimal(6, 2)}


@pytest.fixture(scope="module")
def base() -> Tables:
    """Return the files of the base export, by name without ending, each column as text."""
    return {
        path.stem: pl.read_csv(path, separator=";", infer_schema=False)
        for path in sorted(BASE.iterdir())
    }


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Give dates, numbers and yes/no their types."""
    columns = []
    for name in frame.columns:
        column = pl.col(name)
        if frame[name].str.contains(r"^\d\d-\d\d-\d{4}$").any():
            column = column.str.to_date("%d-%m-%Y")
        elif name in TYPED or name.startswith(("hari", "hadir", "dengan", "tanpa")):
            column = column.cast(TYPED.get(name, pl.Int64))
        elif name == "wajib":
            column = column == "Y"
        columns.append(column)
    return frame.select(columns)


def as_text_files(tables: Tables, folder: Path, separator: str, ending: str) -> Path:
    folder.mkdir()
    for name, frame in tables.items():
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, delimiter=separator)
        writer.writerows([frame.columns, *frame.rows()])
        (folder / f"{name}{ending}").write_text(stream.getvalue())
    return folder


def as_parquet(tables: Tables, folder: Path) -> Path:
    folder.mkdir()
    for name, frame in tables.items():
        typed(frame).write_parquet(folder / f"{name}.parquet")
    return folder


def as_workbook(tables: Tables, folder: Path) -> Path:
    import xlsxwriter

    folder.mkdir()
    with xlsxwriter.Workbook(folder / "ekspor.xlsx") as workbook:
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for name, frame in tables.items():
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, [f"Tabel {name}"])
            for row, values in enumerate([frame.columns, *typed(frame).rows()], start=2):
                for column, value in enumerate(values):
                    if value is not None:
                        kind = [day] if isinstance(value, date) else []
                        sheet.write(row, column, value, *kind)
    return folder / "ekspor.xlsx"


def as_database(tables: Tables, uri: str) -> str:
    engine = create_engine(uri)
    for name, frame in tables.items():
        rows = typed(frame)
        if uri.startswith("sqlite"):  # it has no decimal numbers
            rows = rows.cast({pl.Decimal: pl.Float64})
        rows.write_database(name, engine, if_table_exists="replace")
    engine.dispose()
    return uri


def imported(path: Path | str) -> Imported:
    people = TokenTable(b"k" * 32)
    mapping = load_mapping("siasn")
    today = date(2025, 6, 30)
    return import_export(path, mapping, people, today=today, progress=lambda _: None)


def without_keys(result: Imported) -> Tables:
    """Name the people by their order of joining, for each import draws keys by lot."""
    people = result.tables["employees"].sort("joined_on")["employee_id"]
    order = {key: f"person {n}" for n, key in enumerate(people)}
    return {
        name: frame.with_columns(pl.col("employee_id").replace(order)).sort(pl.all())
        if "employee_id" in frame.columns
        else frame
        for name, frame in result.tables.items()
    }


@pytest.fixture(scope="module")
def expected(base) -> Tables:
    return without_keys(imported(BASE))


@pytest.fixture
def export_of(tmp_path, base, postgresql) -> Callable[[str], Path | str]:
    uri = make_url(postgresql[0]).set(drivername="postgresql+psycopg")
    makers = {
        "csv": lambda: as_text_files(base, tmp_path / "x", ",", ".csv"),
        "tsv": lambda: as_text_files(base, tmp_path / "x", "\t", ".tsv"),
        "parquet": lambda: as_parquet(base, tmp_path / "x"),
        "excel": lambda: as_workbook(base, tmp_path / "x"),
        "postgresql": lambda: as_database(base, uri.render_as_string(hide_password=False)),
        "sqlite": lambda: as_database(base, f"sqlite:///{tmp_path}/hr.db"),
    }
    return lambda kind: makers[kind]()


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet", "excel", "postgresql", "sqlite"])
def test_one_mapping_reads_the_same_export_of_any_kind(export_of, expected, kind):
    result = imported(export_of(kind))
    assert result.quarantine.is_empty()
    found = without_keys(result)
    assert found.keys() == expected.keys()
    for name, frame in expected.items():
        assert_frame_equal(found[name], frame.sort(pl.all()) if "employee_id" in frame else frame)


def test_a_folder_may_mix_kinds(base, tmp_path, expected):
    some = {name: base[name] for name in ("pegawai", "kursus")}
    folder = as_workbook(some, tmp_path / "x").parent
    for name in base.keys() - some.keys():
        typed(base[name]).write_parquet(folder / f"{name}.parquet")
    (folder / "~$ekspor.xlsx").write_bytes(b"lock file of an open workbook")
    found = without_keys(imported(folder))
    for name, frame in expected.items():
        assert_frame_equal(found[name], frame)


def test_an_ending_counts_where_a_file_bears_it(tmp_path):
    (tmp_path / "pegawai.csv").write_text("nip;nama\n1;a\n")
    pl.DataFrame({"nip": ["2"], "nama": ["b"]}).write_parquet(tmp_path / "pegawai.parquet")
    with Export(tmp_path, load_mapping("siasn")) as export:
        (source,) = export.matching(["pegawai*.csv"])
        assert source.name == "pegawai.csv"
        assert export.unused == ["pegawai.parquet"]
        assert [one.name for one in export.matching(["PEGAWAI.parquet"])] == ["pegawai.parquet"]


def test_tables_that_no_rule_names_are_not_read(base, tmp_path):
    url = as_database(base, f"sqlite:///{tmp_path}/hr.db")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("create view rahasia as select kolom from nowhere"))
    engine.dispose()
    with Export(url, load_mapping("siasn")) as export:
        assert export.unused == ["rahasia"]
        export.matching(["pegawai*.csv"])
        assert [source.name for source in export.sources()] == ["pegawai"]


def test_a_database_without_a_table_that_the_mapping_names_says_what_it_holds(tmp_path):
    url = as_database({"orang": pl.DataFrame({"a": ["1"]})}, f"sqlite:///{tmp_path}/hr.db")
    with pytest.raises(SchemaError, match=r"must hold files that the mapping siasn reads.*orang"):
        Export(url, load_mapping("siasn"))


def test_the_columns_read_as_dates_are_those_of_the_mapping():
    dates = date_columns(load_mapping("siasn"))
    assert {"tmtcpns", "tanggallahir", "tanggalkursus", "bulan"} <= dates
    assert not {"tahun", "nip", "jp"} & dates


def test_the_command_imports_a_database_twice_and_says_no_secret(base, tmp_path, workspace):
    from click.testing import CliRunner

    from features.commands import COMMANDS_BY_NAME

    url = as_database(base, f"sqlite:///{tmp_path}/hr.db")
    arguments = [url, "--exported-on", "2025-06-30", "--workspace", str(workspace.root)]
    for _ in range(2):
        result = CliRunner().invoke(COMMANDS_BY_NAME["import"], arguments)
        assert result.exit_code == 0
        assert result.stdout.splitlines()[1].split()[:2] == ["ref_unor", "3"]
    secret = "postgresql://budi:rahasia@127.0.0.1:1/hr"
    refused = CliRunner().invoke(
        COMMANDS_BY_NAME["import"], [secret, "--workspace", str(workspace.root)]
    )
    assert "rahasia" not in refused.output + repr(refused.exception)
    written = [path for path in workspace.root.rglob("*") if path.is_file()]
    assert all(b"rahasia" not in path.read_bytes() for path in written)
