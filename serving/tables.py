"""The files that planners open: recommendations and support needs as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from features.workspace import replace_text
from serving.curve_words import curves_sentence
from serving.lacks import asked_by, closed_by
from serving.released import Released
from serving.sentences import recommendation_sentence, support_sentence
from serving.snapshot import REASONS

RECOMMENDATION_COLUMNS = (
    "employee_id", "course_id", "course_title", "rank", "score", "jp", "cost_rupiah",
    "next_session_starts_on", "by_lot", "reason_id", "reason_en",
)  # fmt: skip
SUPPORT_COLUMNS = (
    "employee_id", "unit_id", "unit_name", "rank_in_unit", "by_lot", "component", "drivers_id",
    "drivers_en", "curves_id", "curves_en", "model_kind",
)  # fmt: skip
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_recommendations(
    path: Path, released: Released, k: int, on_person: Callable[[], object] = lambda: None
) -> int:
    """Write the best ``k`` courses of everybody; return the number of rows."""
    return _write(path, RECOMMENDATION_COLUMNS, _recommended(released, k, on_person))


def write_support_needs(path: Path, released: Released) -> int:
    """Write the people who are flagged, and only them; return the number of rows."""
    return _write(path, SUPPORT_COLUMNS, _flagged(released))


def _recommended(
    released: Released, k: int, on_person: Callable[[], object]
) -> Iterator[tuple[Any, ...]]:
    of_person = released.of_person
    for employee_id in of_person["people"].spans:
        levels = of_person["levels"].of(employee_id)
        for row in of_person["candidates"].of(employee_id, k):
            course = released.courses.get(row["course_id"], {})
            session = released.next_sessions.get(row["course_id"], {})
            parts = {reason: row[f"why_{reason}"] for reason in REASONS}
            lacks = closed_by(released, row["course_id"], levels)
            closes = [(lack.name, lack.gap) for lack in lacks]
            asked = asked_by(released, row["course_id"], levels)
            yield (
                employee_id,
                row["course_id"],
                course.get("title"),
                row["rank"],
                f"{row['score']:.6f}",
                course.get("jp"),
                course.get("cost_rupiah"),
                session.get("starts_on"),
                "yes" if row["explored"] else "no",
                recommendation_sentence(parts, closes, "id", asked, by_lot=row["explored"]),
                recommendation_sentence(parts, closes, "en", asked, by_lot=row["explored"]),
            )
        on_person()


def _flagged(released: Released) -> Iterator[tuple[Any, ...]]:
    kind = released.kind("support")
    support = released.snapshot["support"]
    flagged = support[support["status"] == "support_need"].sort_values(["unit_id", "rank_in_unit"])
    for row in flagged.itertuples():
        rank = int(row.rank_in_unit)  # pyright: ignore[reportArgumentType]
        drivers = released.of_person["drivers"].of(str(row.employee_id))
        parts = {driver["feature"]: driver["contribution"] for driver in drivers}
        curves = released.of_person["curves"].of(str(row.employee_id))
        yield (
            row.employee_id,
            row.unit_id,
            released.units.get(str(row.unit_id)),
            rank,
            "yes" if row.by_lot else "no",
            row.component or None,
            support_sentence(parts, rank, kind, "id"),
            support_sentence(parts, rank, kind, "en"),
            curves_sentence(curves, "id"),
            curves_sentence(curves, "en"),
            kind,
        )


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> int:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    n_rows = 0
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        n_rows += 1
    replace_text(path, stream.getvalue())
    return n_rows


def _cell(value: Any) -> Any:  # noqa: ANN401
    """Keep a spreadsheet from taking a text for a formula; a negative number is none.

    >>> _cell("=1+1"), _cell("Pelatihan"), _cell("-0.5"), _cell(None)
    ("'=1+1", 'Pelatihan', '-0.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
