"""What an import did, counted by file and by table, and the same in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from features.quarantine import count_problems, count_repairs
from features.schema import TABLES
from features.sources.table import SourceTable

SHOWN_PROBLEMS = 12


@dataclass
class Tally:
    """Rows by (file, table): those read, those kept, and those merged.

    A merged row names a thing that another row names too, in a file that is no list of such things.
    What was read and is neither kept nor merged is in the quarantine.
    """

    read: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    merged: Counter[tuple[str, str]] = field(default_factory=Counter)

    def of_table(self, table: str) -> dict[str, int]:
        """Return the counts of one table over all its files."""
        return self._sums([pair for pair in self.read if pair[1] == table])

    def of_file(self, source: SourceTable, bad_lines: int) -> dict[str, int]:
        """Return the counts of one file: a row is kept if no table refused it."""
        pairs = [pair for pair in self.read if pair[0] == source.name]
        used = any(self.kept[pair] + self.merged[pair] for pair in pairs)
        kept = source.n_rows - bad_lines if used else 0
        return {"read": source.n_rows, "kept": kept, "quarantined": source.n_rows - kept}

    def _sums(self, pairs: list[tuple[str, str]]) -> dict[str, int]:
        read, kept, merged = (
            sum(counts[pair] for pair in pairs) for counts in (self.read, self.kept, self.merged)
        )
        return {"read": read, "kept": kept, "merged": merged, "quarantined": read - kept - merged}


def build_report(
    mapping: str,
    sources: Iterable[SourceTable],
    tally: Tally,
    quarantine: Iterable[pl.DataFrame],
    notes: list[str],
    n_unused_files: int,
    repaired: Iterable[pl.DataFrame] = (),
) -> dict[str, Any]:
    """Return the report as JSON-able values.

    Returns
    -------
    dict
        ``mapping``; ``files`` and ``tables``: rows read, kept, (merged,) quarantined, and of files
        those ``repaired``; ``problems``: rows by file, table, column, rule and action, the most
        frequent first; ``repairs``: values by file, table, column and rule; ``notes`` on guesses;
        ``unused_files``: how many (their names may be names of people).
    """
    bad_lines, kinds = count_problems(quarantine)
    mended_lines, repairs = count_repairs(repaired)
    return {
        "mapping": mapping,
        "files": {
            s.name: tally.of_file(s, bad_lines.get(s.name, 0))
            | {"repaired": mended_lines.get(s.name, 0)}
            for s in sources
        },
        "tables": {table.name: tally.of_table(table.name) for table in TABLES},
        "problems": kinds.to_dicts(),
        "repairs": repairs.to_dicts(),
        "notes": notes,
        "unused_files": n_unused_files,
    }


def summary_lines(report: dict[str, Any], unused_files: list[str]) -> list[str]:
    """Return what a planner wants to read of a report, and the files that were not read."""
    lines = [f"{'file':<36}{'rows':>12}{'kept':>12}{'quarantined':>14}"]
    lines += [
        f"{name:<36}{n['read']:>12,}{n['kept']:>12,}{n['quarantined']:>14,}"
        for name, n in report["files"].items()
    ]
    tables = {name: n["kept"] for name, n in report["tables"].items() if n["kept"]}
    absent = [name for name in report["tables"] if name not in tables]
    lines.append("tables: " + ", ".join(f"{name} {n:,}" for name, n in tables.items()))
    if absent:
        lines.append(f"not in this export: {', '.join(absent)}")
    if unused_files:
        names = ", ".join(unused_files)
        lines.append(f"files that the mapping {report['mapping']} does not read: {names}")
    lines += [f"note: {note}" for note in report["notes"]]
    lines += [
        f"repaired: {one['rows']:,} in {one['file']}, column {one['column']}, that {one['rule']}"
        for one in report.get("repairs", ())
    ]
    return lines + _problem_lines(report["problems"])


def _problem_lines(problems: list[dict[str, Any]]) -> list[str]:
    if not problems:
        return ["nothing was quarantined"]
    lines = ["not used, and why:"]
    for problem in problems[:SHOWN_PROBLEMS]:
        thing = problem["action"].split()[0]
        count = f"{problem['rows']:,} {thing}{'s' if problem['rows'] > 1 else ''}"
        column = f", column {problem['column']}" if problem["column"] else ""
        lines.append(f"  {count:>14}  {problem['file']}{column}: {problem['rule']}")
    if len(problems) > SHOWN_PROBLEMS:
        lines.append(f"  and {len(problems) - SHOWN_PROBLEMS} more kinds of problem")
    return lines
