"""The data dictionary as a page; `python -m features.dictionary` writes it into ``docs/``."""

from __future__ import annotations

from pathlib import Path

from features.profile_columns import (
    BEHAVIOUR_COLUMNS,
    LEVEL_COLUMNS,
    PROFILE_COLUMNS,
    ProfileColumn,
)
from features.profiles import DISPLAY, ELIGIBILITY, FAMILIES, RESTRICTED
from features.schema import TABLES, Column, Table

PAGE = Path(__file__).parent.parent / "docs" / "data-dictionary.md"

INTRODUCTION = """\
# Data dictionary

Made from `features/schema/` and `features/profile_columns.py` by `python -m features.dictionary`;
a test holds this page to them. Every canonical table also has `valid_from` (the date a row is
about),
`available_at` (the first date it could be known; where an export does not say, `valid_from` plus
the table's lag) and `superseded_at` (from when a corrected or withdrawn version no longer counted;
empty: it still counts). Rows of a standing table hold from 1900-01-01 where an export does not say
since when.

## Canonical tables
"""
PROFILES = """\
## Profiles

One row a person in service at `as_of`, from rows about an earlier date that were known before it.
Keys: `employee_id`, `unit_id`, `post_id`, `post_level`, `employment_type`. The figures in `people`
are those that models may learn from; the figures in `details` are shown to people, and no model
sees them.
"""
COMPETENCIES = "One row a person and competency that is assessed or required."
BEHAVIOURS = "One row a person and behaviour of 360 feedback with enough raters."
GROUPS = {
    "people": ("", FAMILIES),
    "details": ("Shown to people, seen by no model.", DISPLAY),
    "details, restricted": (
        "For the person and for research alone, as the survey answers they come from.",
        RESTRICTED,
    ),
    "details, eligibility": (
        "For rules of law alone: it tells a person's age.",
        {"career": ELIGIBILITY},
    ),
}


def dictionary_page() -> str:
    """Return the whole page as Markdown."""
    lines = [INTRODUCTION]
    for table in TABLES:
        lines += _table_section(table)
    lines.append(PROFILES)
    for group, (about, families) in GROUPS.items():
        for family, names in families.items():
            columns = {name: PROFILE_COLUMNS[name] for name in names}
            lines += _columns_section(f"{group}: {family}", about, columns)
    lines += _columns_section("competencies", COMPETENCIES, LEVEL_COLUMNS)
    return "\n".join([*lines, *_columns_section("behaviours", BEHAVIOURS, BEHAVIOUR_COLUMNS)])


def _columns_section(title: str, about: str, columns: dict[str, ProfileColumn]) -> list[str]:
    lines = [f"### {title}", "", *([about, ""] if about else [])]
    lines += ["| column | meaning | unit | range | null when |", "|---|---|---|---|---|"]
    lines += [
        f"| `{name}` | {c.meaning} | {c.unit} | {c.range} | {c.null_when} |"
        for name, c in columns.items()
    ]
    return [*lines, ""]


def _table_section(table: Table) -> list[str]:
    lag = {"month_end": "the end of the month", "next_february": "1 February of the next year"}.get(
        str(table.lag), f"{table.lag} days"
    )
    key = ", ".join(f"`{name}`" for name in table.key) or "none"
    standing = " Standing." if table.standing else ""
    kept = f"{table.keep_years} years" if table.keep_years else "as long as what it is about"
    seen_by = ", ".join(table.seen_by)
    lines = [
        f"### {table.name}",
        "",
        f"{table.meaning} Key: {key}. Lag: {lag}.{standing} Seen by: {seen_by}. Kept: {kept}.",
        "",
        "| column | type | meaning | rules |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{c.name}` | {c.kind} | {_meaning(c)} | {_rules(c)} |" for c in table.columns]
    return [*lines, ""]


def _meaning(column: Column) -> str:
    return f"{column.meaning} ({column.unit})" if column.unit else column.meaning


def _rules(column: Column) -> str:
    rules = ["may be empty"] if column.nullable else ["required"]
    if column.allowed:
        rules.append(f"one of {', '.join(column.allowed)}")
    if column.minimum is not None:
        rules.append(f"at least {column.minimum:g}")
    if column.maximum is not None:
        rules.append(f"at most {column.maximum:g}")
    if column.references:
        rules.append(f"known in {column.references}")
    return "; ".join(rules)


if __name__ == "__main__":
    PAGE.write_text(dictionary_page(), encoding="utf-8")
