"""The files that planners open: recommendations and support needs as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from features.drivers import BASE, GROUPS, OTHER
from features.wording.languages import Language
from features.workspace import replace_text
from serving.course_filter import CourseFilter
from serving.curve_words import curves_sentence
from serving.eligible import basis_of
from serving.flags import Flag, flag_of, say_action
from serving.hours import missing_hours
from serving.lacks import asked_by, closed_by
from serving.places import crowd_at, places_left
from serving.ranking import fresh_ranking, stored_ranking
from serving.released import Released
from serving.sentences import recommendation_sentence
from serving.snapshot import REASONS
from serving.support_sentences import asked_sentence

RECOMMENDATION_COLUMNS = (
    "employee_id", "course_id", "course_title", "rank", "score", "jp", "cost_rupiah",
    "next_session_starts_on", "by_lot", "jp_missing", "places_left", "chance_of_place",
    "reason_id", "reason_en",
)  # fmt: skip
SUPPORT_COLUMNS = (
    "employee_id", "unit_id", "unit_name", "status", "asked_since", "rank_in_unit", "by_lot",
    "component", "drivers_id", "drivers_en", "curves_id", "curves_en",
    "part_person", "part_office", "part_system", "part_rest", "limits",
    "lacks_opportunity", "actions_id", "actions_en", "model_kind",
)  # fmt: skip
PEOPLE_AT_A_TIME = 500
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def write_recommendations(
    path: Path,
    released: Released,
    k: int,
    on_person: Callable[[], object] = lambda: None,
    condition: CourseFilter | None = None,
) -> int:
    """Write the best ``k`` courses of everybody; return the number of rows.

    With a ``condition`` the lists are chosen anew among the courses that surely meet it, as the
    service does when asked with a filter.
    """
    return _write(path, RECOMMENDATION_COLUMNS, _recommended(released, k, on_person, condition))


def write_support_needs(path: Path, released: Released) -> tuple[int, int]:
    """Write the people who are flagged or ask for support, and only them.

    Whoever asks without being flagged stands after the flags, without a score.

    Returns
    -------
    n_flagged, n_asking : int
        Those who ask and are flagged count in both.
    """
    flagged, asking = list(_flagged(released)), list(_asking(released))
    _write(path, SUPPORT_COLUMNS, [*flagged, *asking])
    both = {row[0] for row in flagged} & released.asked.keys()
    return len(flagged), len(asking) + len(both)


def _recommended(
    released: Released, k: int, on_person: Callable[[], object], condition: CourseFilter | None
) -> Iterator[tuple[Any, ...]]:
    of_person = released.of_person
    for employee_id, rows in _lists(released, k, condition):
        levels = of_person["levels"].of(employee_id)
        who = of_person["people"].one(employee_id) or {}
        missing, has_gap = missing_hours(who), basis_of(levels) == "gap"
        for row in rows:
            course = released.courses.get(row["course_id"], {})
            session = released.coming.next(row["course_id"], who.get("reach")) or {}
            parts = {reason: row[f"why_{reason}"] for reason in REASONS}
            lacks = closed_by(released, row["course_id"], levels)
            closes = [(lack.name, lack.gap) for lack in lacks]
            asked = asked_by(released, row["course_id"], levels)
            why = {"by_lot": row["explored"], "fills": has_gap and not closes and missing > 0}
            crowd = crowd_at(released, row["course_id"])
            places, chance = places_left(released, row["course_id"])
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
                missing,
                places,
                None if chance is None else f"{chance:.2f}",
                recommendation_sentence(parts, closes, "id", asked, crowd=crowd, **why),
                recommendation_sentence(parts, closes, "en", asked, crowd=crowd, **why),
            )
        on_person()


def _lists(
    released: Released, k: int, condition: CourseFilter | None
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield everybody's list: as stored, or chosen anew among what a condition keeps."""
    everybody = iter(released.of_person["people"].spans)
    while ids := list(islice(everybody, PEOPLE_AT_A_TIME)):
        if condition is None:
            ranking = stored_ranking(released, ids, k)
        else:
            ranking = fresh_ranking(released, ids, None, k, condition)
        yield from ranking.courses.items()


def _flagged(released: Released) -> Iterator[tuple[Any, ...]]:
    support = released.snapshot["support"]
    flagged = support[support["status"] == "support_need"].sort_values(["unit_id", "rank_in_unit"])
    for employee_id in flagged["employee_id"].astype(str):
        row = released.of_person["support"].of(employee_id)[0]
        flag = flag_of(released, row)
        groups, curves = flag.groups, released.of_person["curves"].of(employee_id)
        yield (
            employee_id,
            row["unit_id"],
            released.units.get(str(row["unit_id"])),
            "support_need",
            released.asked.get(employee_id),
            flag.rank,
            "yes" if row["by_lot"] else "no",
            row["component"] or None,
            flag.sentence("id"),
            flag.sentence("en"),
            curves_sentence(curves, "id"),
            curves_sentence(curves, "en"),
            *(f"{groups[name]:.6f}" for name in GROUPS),
            f"{groups[OTHER] + groups[BASE]:.6f}",
            "|".join(flag.limits),
            "yes" if flag.lacks_opportunity else "no",
            _actions(released, flag, "id"),
            _actions(released, flag, "en"),
            flag.kind,
        )


def _actions(released: Released, flag: Flag, language: Language) -> str:
    return " ".join(say_action(released, flag, action, language) for action in flag.actions)


def _asking(released: Released) -> Iterator[tuple[Any, ...]]:
    support = released.snapshot["support"]
    asks = support["employee_id"].isin(list(released.asked)) & (support["status"] != "support_need")
    for row in support[asks].sort_values(["unit_id", "employee_id"]).itertuples():
        yield (
            row.employee_id,
            row.unit_id,
            released.units.get(str(row.unit_id)),
            "asked",
            released.asked[str(row.employee_id)],
            *(None, "no", None),
            asked_sentence("id"),
            asked_sentence("en"),
            *(None, None),
            *(None,) * (len(GROUPS) + 1),
            *(None, "no", None, None, None),
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
