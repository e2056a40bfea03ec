"""`huyula bench profiles`: each family and whole profiles, beside the same figures by hand."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from features.bench_runs import BY_HAND, WHOLE, Measured, Run, best_of
from features.console import progress_bar, say
from features.engines import suited_engine

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Result:
    """One subject worked out in one way."""

    subject: str
    way: str
    n_rows: int
    measured: Measured

    def line(self) -> str:
        """Return the result as a line of the table."""
        m = self.measured
        return (
            f"{self.subject:<16}{self.way:<17}{m.seconds:>9.2f}{m.cpu_seconds:>9.2f}"
            f"{self.n_rows / m.seconds:>15,.0f}{m.memory / 2**20:>10,.0f}"
        )


HEADER = f"{'family':<16}{'way':<17}{'seconds':>9}{'cpu s':>9}{'rows/s':>15}{'peak MiB':>10}"


@click.command()
@click.option("--people", default=10_000, show_default=True, type=click.IntRange(min=1))
@click.option("--months", default=24, show_default=True, type=click.IntRange(1, 120))
@click.option(
    "--engine",
    "engines",
    multiple=True,
    default=["auto"],
    show_default=True,
    type=click.Choice(["auto", "polars", "pandas", "duckdb", "pyspark"]),
    help="What our profiles run on; several to compare. The first makes the ratio; auto: what "
    "`huyula profiles` takes for so many rows.",
)
@click.option(
    "--by-hand",
    multiple=True,
    default=["sql", "polars"],
    show_default=True,
    type=click.Choice(["sql", "polars", "none"]),
    help="What stands beside ours; none for sizes at which only ours is of interest.",
)
@click.option(
    "--family", "families", multiple=True, help=f"Only these ({WHOLE} is one); default: all."
)
@click.option("--repeat", default=1, show_default=True, help="Take the fastest of so many runs.")
@click.option("--memory-limit", default="8GiB", show_default=True, help="Of DuckDB, both ways.")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(min=1))
@click.option("--records", type=click.Path(path_type=Path), help="Keep and reuse the rows here.")
@click.option(
    "--one-process", is_flag=True, help="Run all in this process: sooner, memory not told apart."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def profiles(
    people: int,
    months: int,
    families: tuple[str, ...],
    records: Path | None,
    **options: Any,  # noqa: ANN401
) -> None:
    """Measure profiles from Parquet to Parquet on made-up records, each run in a fresh process.

    Beside our families stand the same figures written by hand in DuckDB SQL and in Polars; every
    result is compared with ours. ratio: our seconds by those of the faster one by hand, for whole
    profiles.
    """
    from features.bench_by_hand.families import BY_HAND as FAMILIES

    with tempfile.TemporaryDirectory(prefix="huyula_bench_") as scratch:
        folder = records or Path(scratch) / "records"
        rows = _rows(folder, people, months)
        subjects = families or (*FAMILIES, WHOLE)
        engines = (_engine(name, folder) for name in options["engines"])
        ways = (*engines, *(way for way in BY_HAND if _named(way, options["by_hand"])))
        with progress_bar("Measuring", len(subjects) * len(ways)) as advance:
            results = [
                result
                for subject in subjects
                for result in _measure(subject, ways, folder, Path(scratch), rows, advance, options)
            ]
    ratios = {s: _ratio([r for r in results if r.subject == s]) for s in subjects}
    if options["as_json"]:
        say(json.dumps(_summary(results, ratios, people, months)))
        return
    say(f"{people:,} people, {sum(rows.values()):,} rows, {options['threads']} threads")
    for line in (HEADER, *(r.line() for r in results), "ours by the faster one by hand:"):
        say(line)
    for subject, ratio in ratios.items():
        say(f"{subject:<16}{'not measured' if ratio is None else f'{ratio:.2f}'}")


def _engine(name: str, folder: Path) -> str:
    return suited_engine(folder) if name == "auto" else name


def _named(way: str, chosen: tuple[str, ...]) -> bool:
    return "none" not in chosen and way.split()[0] in chosen


def _rows(folder: Path, people: int, months: int) -> dict[str, int]:
    """Return the number of rows of each table; make the records where there are none yet."""
    import pyarrow.parquet as pq

    from features.bench_records import CHUNK, write_bench_records

    if not (folder / "employees.parquet").exists():
        folder.mkdir(parents=True, exist_ok=True)
        with progress_bar("Making records", -(-people // CHUNK)) as advance:
            write_bench_records(folder, people, months, progress=advance)
    return {p.stem: pq.ParquetFile(p).metadata.num_rows for p in sorted(folder.glob("*.parquet"))}


def _measure(
    subject: str,
    ways: tuple[str, ...],
    folder: Path,
    scratch: Path,
    rows: dict[str, int],
    advance: Callable[[str], None],
    options: dict[str, Any],
) -> Iterator[Result]:
    """Yield a result a way; each must equal the first way's."""
    from features.bench_by_hand.families import tables_of
    from features.bench_equality import check_equal
    from features.bench_records import AS_OF

    n_rows = sum(rows[name] for name in tables_of(subject))
    outputs = [scratch / way / subject for way in ways]
    for way, output in zip(ways, outputs, strict=True):
        run = Run(
            way, subject, f"{folder}", f"{output}", f"{AS_OF}",
            options["memory_limit"], options["threads"],
        )  # fmt: skip
        measured = best_of(run, options["repeat"], apart=not options["one_process"])
        yield Result(subject, way, n_rows, measured)
        if output != outputs[0]:
            check_equal(outputs[0], output, TOLERANCE)
            shutil.rmtree(output)
        advance(f"{subject}, {way}")
    shutil.rmtree(outputs[0])


def _ratio(results: list[Result]) -> float | None:
    by_hand = [r.measured.seconds for r in results if r.way in BY_HAND]
    return results[0].measured.seconds / min(by_hand) if by_hand else None


def _summary(
    results: list[Result], ratios: dict[str, float | None], people: int, months: int
) -> dict[str, Any]:
    return {
        "people": people,
        "months": months,
        "ratio": ratios.get(WHOLE),
        "ratios": ratios,
        "results": [
            {"family": r.subject, "way": r.way, "rows": r.n_rows, **asdict(r.measured)}
            for r in results
        ],
    }


COMMANDS_BY_NAME = {"profiles": profiles}
