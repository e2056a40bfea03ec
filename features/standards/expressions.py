"""Rules as Narwhals expressions that run on every engine: look up a table, find a band."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw

from features.schema import PREDICATES
from features.standards.load import ABOUT


def rules_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table's rules without what is said about them."""
    return {key: value for key, value in table.items() if key not in ABOUT}


def first_of(cases: Iterable[tuple[nw.Expr, Any]], otherwise: Any = None) -> nw.Expr:  # noqa: ANN401
    """Return the value of the first case that holds; none: null or `otherwise`."""
    chain = None if otherwise is None else _literal(otherwise)
    for condition, value in reversed(list(cases)):
        case = nw.when(condition).then(_literal(value))
        chain = case if chain is None else case.otherwise(chain)
    if chain is None:
        raise ValueError("cases must hold at least one case, got none")
    return chain


def look_up(column: nw.Expr, table: Mapping[Any, Any]) -> nw.Expr:
    """Return the table's value of a column's value; null where the table has none."""
    return first_of((column == key, value) for key, value in rules_of(table).items())


def band(column: nw.Expr, bands: Mapping[str, float]) -> nw.Expr:
    """Return the first name whose lower limit a number reaches; null stays null."""
    return first_of((column >= limit, name) for name, limit in rules_of(bands).items())


def by_predicate(table: Mapping[str, Any]) -> dict[int, Any]:
    """Return a table of predicates by their ordinal, as reviews hold them."""
    return {PREDICATES[name]: value for name, value in rules_of(table).items()}


def _literal(value: Any) -> Any:  # noqa: ANN401
    return value if isinstance(value, nw.Expr) else nw.lit(value)
