"""Names of people by their random id, as columns, with the few that are set one by one beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Self

import polars as pl

SCHEMA = {"employee_id": pl.String, "name": pl.String}


class Names(MutableMapping[str, str]):
    """``employee_id`` to name; `add` takes many at once."""

    def __init__(self, frame: pl.DataFrame | None = None) -> None:
        self._frame = pl.DataFrame(schema=SCHEMA) if frame is None else frame.select(SCHEMA.keys())
        self._set: dict[str, str] = {}

    def __getitem__(self, employee_id: str) -> str:
        if employee_id in self._set:
            return self._set[employee_id]
        found = self._frame.filter(pl.col("employee_id") == employee_id)["name"]
        if found.is_empty():
            raise KeyError(employee_id)
        return found[0]

    def __setitem__(self, employee_id: str, name: str) -> None:
        self._set[employee_id] = name

    def __delitem__(self, employee_id: str) -> None:
        self[employee_id]
        self._frame = self.frame().filter(pl.col("employee_id") != employee_id)

    def __iter__(self) -> Iterator[str]:
        return iter(self.frame()["employee_id"])

    def __len__(self) -> int:
        return len(self.frame())

    def __ior__(self, other: Mapping[str, str]) -> Self:
        self.update(other)
        return self

    def __repr__(self) -> str:
        return "Names()"

    def add(self, frame: pl.DataFrame) -> None:
        """Take names by ``employee_id``; of several of one person the last counts."""
        both = pl.concat([self.frame(), frame.select(SCHEMA.keys())])
        self._frame = both.unique("employee_id", keep="last", maintain_order=True)

    def clear(self) -> None:
        """Forget all names."""
        self._frame, self._set = self._frame.clear(), {}

    def frame(self) -> pl.DataFrame:
        """Return ``employee_id`` and ``name``, a row a person."""
        if self._set:
            set_, self._set = self._set, {}
            columns = {"employee_id": list(set_), "name": list(set_.values())}
            self.add(pl.DataFrame(columns, schema=SCHEMA))
        return self._frame
