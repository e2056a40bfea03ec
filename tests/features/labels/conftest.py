"""Records of a few people for one component at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from features.records import Records, empty_records
from tests.conftest import table_of

AS_OF = date(2025, 1, 1)


@pytest.fixture
def records_of(native) -> Callable[..., Records]:
    """Make records from rows by table: ``reviews=("employee_id year", (…), …)``."""

    def make(**tables: tuple[Any, ...]) -> Records:
        frames = {name: table_of(name, *content) for name, content in tables.items()}
        return native(Records(**{**vars(empty_records()), **frames}))

    return make
