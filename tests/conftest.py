"""What all tests share: a generator, a tiny set of records, the public data sets."""

from __future__ import annotations

import os

# Waiting threads spin by default, and small fits take many times the processor time where others
# need the processors too. OpenMP and OpenBLAS read these when they are loaded; NumPy's OpenBLAS is
# loaded already, with pandas by pytest's filters of warnings: see `one_thread_for_matrices`.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from features.records import Records
from tests.tables import table_of
from tests.tiny import months, tiny

__all__ = ["months", "table_of"]
ROOT = Path(__file__).parent.parent

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Leave out what matters in a power cut alone: an import would wait 0.2 s for its files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def one_thread_for_matrices() -> Iterator[None]:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        yield


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20_250_101)


@pytest.fixture(scope="session")
def dataset() -> Callable[[str], Path]:
    """Find the folder of a public data set, or skip by its name."""

    def find(name: str) -> Path:
        folder = ROOT / os.environ.get("HUYULA_DATASETS", "../shared/datasets") / name
        if not folder.is_dir():
            pytest.skip(f"data set {name} is not in {folder.parent} (HUYULA_DATASETS)")
        return folder

    return find


@pytest.fixture
def tiny_records() -> Records:
    """Return the five people of `tests.tiny` (Polars)."""
    return tiny()
