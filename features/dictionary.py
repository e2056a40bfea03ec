"""The data dictionary as a page; `python -m features.dictionary` writes it into ``docs/``."""

from __future__ import annotations

from pathlib import Path

from features.profiles import FAMILIES
from features.schema import TABLES, Column, Table

PAGE = Path(__file__).parent.parent / "docs" / "data-dictionary.md"

PROFILE_COLUMNS: dict[str, tuple[str, str, str]] = {
    "post_days": ("in the present post", "days", "never"),
    "n_required": ("competencies the present post requires", "count", "the post requires none"),
    "n_assessed": ("of the required ones, assessed", "count", "the post requires none"),
    "n_gaps": ("assessed below the requirement", "count", "none is assessed and required"),
    "gap_levels": ("levels lacking in all", "levels", "none is assessed and required"),
    "job_person_match": (
        "mean over assessed competencies of attained by required level, each at most 100",
        "percent",
        "none is assessed and required",
    ),
    "days_since_assessment": ("since the newest assessment", "days", "never assessed"),
    "predicate": ("SKP predicate of the newest known year", "ordinal 1-5", "no review known"),
    "predicate_change": ("against the year before", "steps", "one of the years is missing"),
    "predicate_vs_unit": (
        "against the mean of the present unit's people in that year",
        "steps",
        "no review known",
    ),
    "feedback_score": (
        "360 feedback of the last 12 months, roles weighted, without the person's own",
        "points 0-100",
        "no feedback",
    ),
    "feedback_change": ("against the 12 months before", "points", "no feedback in one of both"),
    "feedback_vs_unit": ("against the mean of the present unit", "points", "no feedback"),
    "feedback_superior": ("mean of superiors", "points 0-100", "no such rating"),
    "feedback_peer": ("mean of peers", "points 0-100", "no such rating"),
    "jp_this_year": ("completed courses of the calendar year", "JP", "never; 0 without courses"),
    "jp_12_months": ("completed courses of the last 12 months", "JP", "never; 0 without courses"),
    "days_since_course": ("since the newest course began", "days", "no course known"),
    "n_courses": ("completed courses", "count", "never; 0"),
    "n_courses_12_months": ("completed in the last 12 months", "count", "never; 0"),
    "n_enrolments_6_months": ("begun in the last 6 months", "count", "never; 0"),
    "n_enrolments_12_months": ("begun in the last 12 months", "count", "never; 0"),
    "n_dropped_12_months": ("dropped in the last 12 months", "count", "never; 0"),
    "n_offers_6_months": ("offers in the last 6 months", "count", "never; 0"),
    "n_offers_12_months": ("offers in the last 12 months", "count", "never; 0"),
    "n_declined_12_months": ("offers declined in the last 12 months", "count", "never; 0"),
    "n_attendance_months": ("months with attendance, of the last 12", "count", "no attendance"),
    "unexcused_days_3_months": ("absent without reason", "days a month", "no attendance"),
    "unexcused_days_12_months": ("absent without reason", "days a month", "no attendance"),
    "unexcused_rise": (
        "mean of the last 3 months minus the mean of the 9 before",
        "days a month",
        "one of both has no attendance",
    ),
    "excused_days_12_months": ("absent with leave or reason", "days a month", "no attendance"),
}
"""Meaning, unit, and when it is null, by profile column."""


INTRODUCTION = """\
# Data dictionary

Made from `features/schema.py` and `features/dictionary.py` by `python -m features.dictionary`; a
test holds this page to them. Every canonical table also has `valid_from` (the date a row is about),
`available_at` (the first date it could be known; where an export does not say, `valid_from` plus
the table's lag) and `superseded_at` (from when a corrected or withdrawn version no longer counted;
empty: it still counts). Rows of a standing table hold from 1900-01-01 where an export does not say
since when.

## Canonical tables
"""
PROFILES = """\
## Profiles

One row a person in service at `as_of`, from rows about an earlier date that were known before it.
Keys: `employee_id`, `unit_id`, `post_id`, `post_level`, `employment_type`.
"""
COMPETENCIES = """\
Beside it stands one row a person and competency that is assessed or required: `level`,
`required_level`, `gap` (levels lacking, at least 0; null where the level or the requirement is
unknown: missing evidence is not a gap), `days_since_assessment`.
"""


def dictionary_page() -> str:
    """Return the whole page as Markdown."""
    lines = [INTRODUCTION]
    for table in TABLES:
        lines += _table_section(table)
    lines.append(PROFILES)
    for family, names in FAMILIES.items():
        lines += [f"### {family}", "", "| column | meaning | unit | null when |"]
        lines.append("|---|---|---|---|")
        lines += [f"| `{n}` | {' | '.join(PROFILE_COLUMNS[n])} |" for n in names]
        lines.append("")
    return "\n".join([*lines, COMPETENCIES])


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
