"""`huyula bench import`: how fast a clean export is imported, and how much memory that takes.

Beside it, in the same run, Polars reads the same files and writes Parquet without any check.
Each runs in a process of its own, whose greatest resident memory the kernel tells.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import polars as pl

ROOT = Path(__file__).parent.parent
FIRST_MONTH = date(1990, 1, 1)
_HEADER = "pns_id;bulan;hari_kerja;hadir;dengan_keterangan;tanpa_keterangan;cuti;gangguan\n"


@dataclass(frozen=True)
class Measured:
    """One way through the files: seconds, and the process's seconds of CPU and greatest memory."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


@dataclass(frozen=True)
class ImportBenchmark:
    """What the benchmark found, for one number of rows."""

    rows: int
    people: int
    file_mib: float
    rows_per_second: float
    ratio: float
    """Seconds of the import over seconds of the plain copy."""
    imported: Measured
    copied: Measured


@click.command("import")
@click.option("--rows", default=2_000_000, show_default=True, help="Rows of attendance.")
@click.option("--people", default=50_000, show_default=True, help="Rows of the people's file.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the files are written; they are removed. Default: a temporary folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench_import(rows: int, people: int, folder: Path | None, as_json: bool) -> None:
    """Import a clean CSV export of so many rows; rows/s and peak memory beside a plain copy."""
    found = run_benchmark(rows, people, folder)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=1))
        return
    click.echo(f"{found.rows:,} rows of {found.people:,} people, {found.file_mib:,.0f} MiB of CSV")
    click.echo(f"{'':<24}{'seconds':>10}{'CPU s':>10}{'rows/s':>12}{'peak MiB':>12}")
    for name, one in (("huyula import", found.imported), ("Polars, no check", found.copied)):
        speed = found.rows / one.seconds
        times = f"{one.seconds:>10.2f}{one.cpu_seconds:>10.2f}"
        click.echo(f"{name:<24}{times}{speed:>12,.0f}{one.peak_mib:>12,.0f}")
    click.echo(f"ratio {found.ratio:.1f}")


def run_benchmark(rows: int, people: int, folder: Path | None = None) -> ImportBenchmark:
    """Write an export, import and copy it, and compare.

    Raises
    ------
    ValueError
        There are not so many months since 1990, or no people.
    """
    if people < 1 or rows < people:
        raise ValueError(f"rows must be at least people, and people at least 1, got {rows} rows")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="huyula-bench-", dir=folder) as name:
        export = Path(name, "export")
        export.mkdir()
        n_rows = write_export(export, rows, people)
        imported = _measured("import", export, Path(name, "imported"))
        copied = _measured("copy", export, Path(name, "copied"))
        n_bytes = sum(file.stat().st_size for file in export.iterdir())
    return ImportBenchmark(
        rows=n_rows,
        people=people,
        file_mib=n_bytes / 2**20,
        rows_per_second=n_rows / imported.seconds,
        ratio=imported.seconds / copied.seconds,
        imported=imported,
        copied=copied,
    )


def write_export(folder: Path, rows: int, people: int) -> int:
    """Write ``pegawai.csv`` and ``presensi.csv`` in SIASN's shape; return the rows of both.

    Nothing in them is wrong. Attendance stands month by month, as an employer appends it.
    """
    import polars as pl

    index = pl.int_range(people, eager=True)
    days = pl.lit(7000 + index % 9000)
    born = pl.select(pl.lit(FIRST_MONTH) - pl.duration(days=days)).to_series()
    pns_id = pl.select(pl.format("A5EB03E241D4F6A0E0{}", pl.lit(index + 10**13))).to_series()
    persons = pl.DataFrame({"pns_id": pns_id, "tanggal_lahir": born.dt.strftime("%d-%m-%Y")})
    persons = persons.with_columns(
        nip_baru=pl.format(
            "{}201003{}{}",
            pl.lit(born.dt.strftime("%Y%m%d")),
            pl.lit(index % 2 + 1),
            pl.lit(index // 9000 % 999 + 1).cast(pl.String).str.zfill(3),
        ),
        nama=pl.format("Orang {}", pl.lit(index)),
        jenis_pegawai_nama=pl.lit("PNS"),
        tmt_cpns=pl.lit("01-03-2010"),
    )
    persons.write_csv(folder / "pegawai.csv", separator=";")
    n_months = -(-rows // people)
    with (folder / "presensi.csv").open("wb") as stream:
        stream.write(_HEADER.encode())
        for month in range(n_months):
            day = date(FIRST_MONTH.year + month // 12, month % 12 + 1, 1)
            if day > date.today() - timedelta(days=31):
                raise ValueError(f"rows must fit into months since 1990, got {n_months} months")
            size = min(people, rows - month * people)
            _month(pns_id[:size], index[:size] + month, day).write_csv(
                stream, separator=";", include_header=False
            )
    return rows + people


def _month(pns_id: pl.Series, index: pl.Series, day: date) -> pl.DataFrame:
    import polars as pl

    excused, unexcused = index % 3, index % 7 // 5
    return pl.DataFrame(
        {
            "pns_id": pns_id,
            "bulan": [day.strftime("%d-%m-%Y")] * len(pns_id),
            "hari_kerja": [20] * len(pns_id),
            "hadir": 20 - excused - unexcused,
            "dengan_keterangan": excused,
            "tanpa_keterangan": unexcused,
            "cuti": excused // 2,
            "gangguan": index % 11 // 10,
        }
    )


def _measured(way: str, export: Path, target: Path) -> Measured:
    target.mkdir()
    command = [sys.executable, "-m", "features.bench_import", way, str(export), str(target)]
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    return Measured(**json.loads(done.stdout))


def _import(export: Path, target: Path) -> None:
    from features.identity import TokenTable
    from features.importing import import_export, save_import
    from features.sources.mapping import load_mapping

    people = TokenTable(b"k" * 32)
    imported = import_export(
        export,
        load_mapping("siasn"),
        people,
        today=date.today(),
        progress=lambda _: None,
        scratch=target / ".import",
    )
    people.save(target)
    save_import(imported, target)


def _copy(export: Path, target: Path) -> None:
    import polars as pl

    for file in export.iterdir():
        pl.scan_csv(file, separator=";").sink_parquet(target / f"{file.stem}.parquet")


def _peak_mib() -> float:
    """Return the greatest resident memory of this process (``VmHWM``)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _child(way: str, export: Path, target: Path) -> None:
    start = time.perf_counter()
    {"import": _import, "copy": _copy}[way](export, target)
    measured = Measured(time.perf_counter() - start, time.process_time(), _peak_mib())
    click.echo(json.dumps(asdict(measured)))


if __name__ == "__main__":
    _child(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))


COMMANDS_BY_NAME = {"import": bench_import}
