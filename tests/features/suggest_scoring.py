"""How many lines of a proposed mapping are right, by a mapping that a person wrote.

Run as a module, it prints what ``docs/suggest.md`` publishes::

    python -m tests.features.suggest_scoring [FOLDER_OF_EMPLOYEE_EXPORT]
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from features.sources.mapping import ColumnRule, Mapping, load_mapping
from features.sources.spelling import fold_name, fold_text
from features.sources.suggest.command import Suggested, suggest_mapping
from features.sources.suggest.proposal import Line

EXPORTS = Path(__file__).parent / "suggest_exports"
TUNED_ON = ("english_hris", "mesin_absensi", "siasn_api", "simpeg_daerah")
KEPT_BACK = ("lms", "survei")
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True)
class Score:
    """Lines of the right mapping and of the proposed one.

    ``right`` of ``wanted`` lines are proposed as they should be; each of ``judged`` is a proposed
    line's sureness, and whether the right mapping has it.
    """

    wanted: int
    right: int
    missed: list[str]
    judged: list[tuple[float, bool]]
    strange: list[str]


def score(suggested: Suggested, expected: Mapping, files: Iterable[str]) -> Score:
    """Compare line by line; a line is right if it would read the same values in the same way."""
    names = list(files)
    wanted = dict(_expected_lines(expected, names))
    judged: list[tuple[float, bool]] = []
    found: set[tuple] = set()
    strange: list[str] = []
    for key, line in _proposed_lines(suggested, names):
        matching = [w for w in wanted if w[:3] == key and same(line.rule, wanted[w], key[2])]
        judged.append((line.sureness, bool(matching)))
        found.update([one for one in matching if one not in found][:1])
        if not matching:
            strange.append(f"{key} {line.rule} {line.sureness:.2f}")
    missed = [f"{w[:3]} {rule}" for w, rule in wanted.items() if w not in found]
    return Score(len(wanted), len(found), missed, judged, strange)


def same(proposed: dict[str, Any], wanted: ColumnRule, column: str) -> bool:
    """Return whether two rules read a column alike."""
    rule = ColumnRule.model_validate(proposed)
    if column == "instrument" and rule.const and wanted.const:  # a label of one's own choice
        return rule.const.split("_")[0] == wanted.const.split("_")[0]
    ways = ("const", "lookup", "slug", "year_end", "year_of_date", "first_word", "multiply")
    if any(getattr(rule, way) != getattr(wanted, way) for way in ways):
        return False
    if {*map(fold_name, rule.source)} != {*map(fold_name, wanted.source)}:
        return False
    if wanted.date_formats and rule.date_formats != wanted.date_formats:
        return False
    plain = all(key == value for key, value in wanted.values.items())
    if plain and not rule.values and not rule.first_word:
        return True
    return {fold_text(k): v for k, v in rule.values.items()} == {
        fold_text(k): v for k, v in wanted.values.items()
    }


def _expected_lines(expected: Mapping, files: list[str]) -> Iterable[tuple[tuple, ColumnRule]]:
    person = expected.person
    for kind in type(person).model_fields:
        if names := getattr(person, kind):
            yield ("", "person", kind, 0), ColumnRule.model_validate({"from": names})
    for position, rule in enumerate(expected.table):
        for name, column in rule.columns.items():
            if rule.table.standing and name == "valid_from":
                continue  # the mapping's own default
            yield (_file(rule.file, files), rule.into, name, position), column


def _proposed_lines(suggested: Suggested, files: list[str]) -> Iterable[tuple[tuple, Line]]:
    for line in suggested.proposal.person:
        yield ("", "person", line.name), line
    for block in suggested.proposal.blocks:
        for line in block.lines:
            yield (_file([block.file], files), block.into, line.name), line


def _file(patterns: list[str], files: list[str]) -> str:
    return next(f for f in files if any(fnmatchcase(f.lower(), p.lower()) for p in patterns))


@cache
def suggested_for(folder: Path) -> Suggested:
    """Return the proposal for the CSV files of a folder."""
    return suggest_mapping(sorted(folder.glob("*.csv")))


def score_folder(folder: Path, mapping: str) -> Score:
    """Score the proposal for the CSV files of a folder."""
    files = sorted(file.name for file in folder.glob("*.csv"))
    return score(suggested_for(folder), load_mapping(mapping), files)


def score_export(name: str) -> Score:
    """Score the proposal for one of the written exports."""
    return score_folder(EXPORTS / name, str(EXPORTS / name / "expected.toml"))


def reliability(scores: Iterable[Score]) -> list[tuple[float, float, int, int]]:
    """Return, by bin of sureness: its ends, how many lines it holds, how many are right."""
    judged = [one for score in scores for one in score.judged]
    rows = []
    for low, high in pairwise(BINS):
        held = [right for sureness, right in judged if low <= sureness < high]
        rows.append((low, high, len(held), sum(held)))
    return rows


def main(arguments: list[str]) -> None:
    names = [*TUNED_ON, *(KEPT_BACK if "--all" in arguments else ())]
    scores = {name: score_export(name) for name in names}
    for folder in (a for a in arguments if not a.startswith("--")):
        scores["employee_export"] = score_folder(Path(folder), "employee_export")
    for name, one in scores.items():
        n_right = sum(right for _, right in one.judged)
        print(f"{name}: {one.right} of {one.wanted} lines; {n_right} of {len(one.judged)} right")  # noqa: T201
        for text in one.missed:
            print("   missed", text)  # noqa: T201
        for text in one.strange:
            print("   strange", text)  # noqa: T201
    for group in (TUNED_ON + ("employee_export",), KEPT_BACK):
        held = [scores[name] for name in group if name in scores]
        for low, high, n, right in reliability(held) if held else []:
            print(f"{low:.2f}-{high:.2f}: {right} of {n}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
