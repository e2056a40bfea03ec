"""What an import did, counted by file and by table, and the same in words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from features.schema import TABLES
from features.sources.delimited import SourceTable

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
    repaired: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    """Values read as other than what was written, by (file, table, column, rule)."""

    def repairs(self) -> list[dict[str, Any]]:
        """Return the repairs by file, table, column and rule, the most frequent first."""
        names = ("file", "table", "column", "rule")
        ordered = sorted(self.repaired.items(), key=lambda repair: (-repair[1], repair[0]))
        return [{"values": n, **dict(zip(names, where, strict=True))} for where, n in ordered]

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
    quarantine: pl.DataFrame,
    notes: list[str],
    n_unused_files: int,
) -> dict[str, Any]:
    """Return the report as JSON-able values.

    Returns
    -------
    dict
        ``mapping``; ``files`` and ``tables``: rows read, kept, (merged,) quarantined; ``problems``:
        rows by file, table, column, rule and action, the most frequent first; ``repairs``: values
        by file, table, column and rule; ``notes`` on guesses; ``unused_files``: how many (their
        names may be names of people). The command adds ``changes``, what `join_history` returns.
    """
    dropped = quarantine.filter(pl.col("action") == "row dropped")
    bad_lines = dict(dropped.group_by("file").agg(pl.col("line").n_unique()).iter_rows())
    kinds = quarantine.group_by("file", "table", "column", "rule", "action").len("rows")
    order = ["rows", "file", "table", "column", "rule"]
    return {
        "mapping": mapping,
        "files": {s.name: tally.of_file(s, bad_lines.get(s.name, 0)) for s in sources},
        "tables": {table.name: tally.of_table(table.name) for table in TABLES},
        "problems": kinds.sort(order, descending=[True, False, False, False, False]).to_dicts(),
        "repairs": tally.repairs(),
        "notes": notes,
        "unused_files": n_unused_files,
    }


def write_report(report: dict[str, Any], folder: Path) -> None:
    """Write the report as ``import_report.json``."""
    text = json.dumps(report, indent=1, ensure_ascii=False)
    (folder / "import_report.json").write_text(text, encoding="utf-8")


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
    lines += _repair_lines(report.get("repairs", [])) + _problem_lines(report["problems"])
    return lines + (change_lines(report["changes"]) if "changes" in report else [])


def change_lines(changes: dict[str, Any]) -> list[str]:
    """Return what the import changed in the records, table by table."""
    if changes["identical"]:
        return [
            f"nothing changed: the records are those of the import before ({changes['before']})"
        ]
    if changes["since"] is None:
        return ["first import: every row is new"]
    lines = [f"since the import of {changes['since']}:"]
    for name, counts in changes["tables"].items():
        told = [f"{n:,} {kind}" for kind, n in counts.items() if n and kind != "outdated"]
        lines.append(f"  {name:<22}{', '.join(told)}")
        if counts["outdated"]:
            lines.append(f"  {'':<22}{counts['outdated']:,} left out: a newer import has them")
    lines += [
        f"warning: this export holds no {name}: all {counts['withdrawn']:,} rows were withdrawn; "
        "if it holds only a part, `huyula import --undo` and import it with --partial"
        for name, counts in changes["tables"].items()
        if name in changes["emptied"]
    ]
    return lines


def _repair_lines(repairs: list[dict[str, Any]]) -> list[str]:
    if not repairs:
        return []
    shown = [
        f"  {repair['values']:>8,} values  {repair['file']}, column {repair['column']}: "
        f"{repair['rule']}"
        for repair in repairs[:SHOWN_PROBLEMS]
    ]
    more = len(repairs) - SHOWN_PROBLEMS
    return ["repaired:", *shown, *([f"  and {more} more kinds of repair"] if more > 0 else [])]


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
