"""Writes simulations of any size: employer by employer, so that memory holds a few of them at most.

Employers are simulated by several processes and written in their order. Each has random streams of
its own, so the bytes do not depend on how many processes there are.
"""

from __future__ import annotations

import errno
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any

import polars as pl

from experiments.simulation.calibration import Compared, compare
from experiments.simulation.plan import Plan
from experiments.simulation.simulate import Simulation, simulate_employer
from features.errors import HuyulaError
from features.workspace import Workspace, replace_folder, write_frame

TRUTH = "truth"
FORMS = ("csv", "parquet")
ADDED_UP = ("dirt", "marginals")
"""Tables of the truth that are small and added up over employers."""


@dataclass
class Written:
    """What was written.

    Attributes
    ----------
    rows : Counter
        Rows of each file.
    dirt : int
        Rows spoiled.
    calibration : list of Compared
        Published figures beside the simulated ones.
    """

    rows: Counter[str] = field(default_factory=Counter)
    dirt: int = 0
    calibration: list[Compared] = field(default_factory=list)


def write_export(simulation: Simulation, workspace: Workspace) -> Written:
    """Put an export into ``source`` and what only an evaluation may read into ``truth``."""
    return _write(iter([_packed(simulation)]), workspace)


def write_plan(
    plan: Plan,
    workspace: Workspace,
    processes: int,
    progress: Callable[[str], None],
    form: str = "csv",
) -> Written:
    """Simulate all employers of a plan into the workspace; an earlier export stays if it fails.

    Parameters
    ----------
    processes : int
        Employers simulated at the same time; it does not change what is written.
    progress : callable
        Called with each employer written, or each month played if there is one employer alone.
    form : str
        One of `FORMS`; Parquet holds the same rows, all as text, in a fraction of the space.
    """
    if plan.employers == 1:
        parts = (_packed(simulate_employer(plan, number, progress), form) for number in range(1))
        return _write(parts, workspace, form)
    parts = _simulated(plan, min(processes, plan.employers), progress, form)
    return _write(parts, workspace, form)


@dataclass(frozen=True)
class _Part:
    """One employer ready to be written: CSV text by file, with its header and its rows, or frames.

    Text is made where the employer is simulated: the process that writes has least time.
    """

    texts: dict[str, tuple[bytes, bytes, int]]
    frames: dict[str, pl.DataFrame]
    truth: dict[str, pl.DataFrame]


def _packed(simulation: Simulation, form: str = "csv") -> _Part:
    if form == "parquet":
        return _Part({}, simulation.files, simulation.truth)
    texts = {
        name: (
            (";".join(frame.columns) + "\n").encode(),
            frame.write_csv(separator=";", include_header=False).encode(),
            frame.height,
        )
        for name, frame in simulation.files.items()
    }
    return _Part(texts, {}, simulation.truth)


def _simulated(
    plan: Plan, processes: int, progress: Callable[[str], None], form: str
) -> Iterator[_Part]:
    """Yield the employers in their order; a few wait simulated, no more."""
    pool = ProcessPoolExecutor(processes, mp_context=_spawning(), initializer=_start_worker)
    waiting: deque[Future[_Part]] = deque()
    try:
        for number in range(plan.employers):
            waiting.append(pool.submit(_work, plan, number, form))
            if len(waiting) > processes:
                yield waiting.popleft().result()
                progress(f"{number + 1 - processes} of {plan.employers} employers")
        while waiting:
            yield waiting.popleft().result()
            progress(f"{plan.employers - len(waiting)} of {plan.employers} employers")
    except BrokenProcessPool as error:
        raise HuyulaError(
            "a simulating process was ended from outside, perhaps for want of memory; "
            "try --processes 1"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _work(plan: Plan, number: int, form: str) -> _Part:
    return _packed(simulate_employer(plan, number), form)


def _spawning() -> Any:  # noqa: ANN401
    """Return a way to start processes afresh: a fork would copy the threads' locks of Polars."""
    import multiprocessing

    return multiprocessing.get_context("spawn")


def _start_worker() -> None:
    """Leave an interruption to the main process."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _write(parts: Iterator[_Part], workspace: Workspace, form: str = "csv") -> Written:
    with (
        replace_folder(workspace.source) as source,
        replace_folder(workspace.root / TRUTH) as truth,
    ):
        written = Written()
        with ExitStack() as stack:
            files = (_TextFiles if form == "csv" else _TableFiles)(source, stack)
            tables = _TruthFiles(truth, stack)
            for part in parts:
                tables.add(part.truth, written.rows)
                files.add(part, written.rows)
        dirt, marginals = tables.finish()
        written.dirt = int(dirt["n_rows"].sum())
        written.calibration = compare(marginals)
    return written


class _TextFiles:
    """CSV files that grow; the first part that has a file writes its header."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.open: dict[str, FileIO] = {}

    def add(self, part: _Part, rows: Counter[str]) -> None:
        for name, (header, text, n_rows) in part.texts.items():
            path = self.folder / f"{name}.csv"
            try:
                if name not in self.open:
                    stream = path.open("wb", buffering=0)
                    self.open[name] = self.stack.enter_context(stream)
                    _write_whole(stream, header)
                _write_whole(self.open[name], text)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(path)) from error
            rows[name] += n_rows


def _write_whole(stream: FileIO, text: bytes) -> None:
    """Write without a buffer: what a full disk refused would be tried again on closing."""
    rest = memoryview(text)
    while rest:
        rest = rest[stream.write(rest) :]


class _Tables:
    """Parquet files that grow by a row group an employer."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.open: dict[str, Any] = {}

    def append(self, name: str, frame: pl.DataFrame) -> None:
        import pyarrow.parquet as pq

        path, table = self.folder / f"{name}.parquet", frame.to_arrow()
        try:
            if name not in self.open:
                writer = pq.ParquetWriter(path, table.schema, compression="zstd")
                self.open[name] = self.stack.enter_context(writer)
            self.open[name].write_table(table.cast(self.open[name].schema))
        except OSError as error:
            raise OSError(error.errno or errno.EIO, str(error), str(path)) from error


class _TableFiles(_Tables):
    """The export as Parquet files, all columns text as in the CSV."""

    def add(self, part: _Part, rows: Counter[str]) -> None:
        for name, frame in part.frames.items():
            self.append(name, frame)
            rows[name] += frame.height


class _TruthFiles(_Tables):
    """Tables of the truth; small ones are added up over the employers."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        super().__init__(folder, stack)
        self.added_up: dict[str, list[pl.DataFrame]] = {name: [] for name in ADDED_UP}

    def add(self, tables: dict[str, pl.DataFrame], rows: Counter[str]) -> None:
        """Append; a line of a file counts the rows already written of it."""
        for name, frame in tables.items():
            if name in ADDED_UP:
                self.added_up[name].append(frame)
                continue
            if name == "soiled":
                above = [rows[file] for file in frame["file"]]
                frame = frame.with_columns(pl.col("line") + pl.Series(above, dtype=pl.Int64))
            self.append(name, frame)

    def finish(self) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        """Write the tables that were added up; return the counts of dirt, and the marginals."""
        dirt = pl.concat(self.added_up["dirt"])
        dirt = dirt.group_by("file", "kind", maintain_order=True).agg(pl.col("n_rows").sum())
        marginals = pl.concat(self.added_up["marginals"])
        marginals = marginals.group_by("measure", maintain_order=True).sum()
        write_frame(dirt, self.folder / "dirt.parquet")
        write_frame(marginals, self.folder / "marginals.parquet")
        return dirt, [marginals]


def usual_processes() -> int:
    """Return how many processes to use where nobody says: one a processor."""
    return max(os.cpu_count() or 1, 1)
