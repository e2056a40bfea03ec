"""Commands from an export to profiles: import, profiles, resolve."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from features.console import progress_bar, say, workspace_option
from features.workspace import Workspace, replace_folder


def as_date(value: datetime | None) -> date | None:
    """Return the date of a command-line option, or None."""
    return value.date() if value else None


DAY = click.DateTime(["%Y-%m-%d"])
SHOWN_PROBLEMS = 12


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    default="siasn",
    show_default=True,
    metavar="NAME_OR_FILE",
    help="How the export becomes canonical tables: siasn, employee_export, or your own TOML file.",
)
@click.option(
    "--exported-on",
    type=DAY,
    help="Day of the export, YYYY-MM-DD; dates after it are refused. Default: today.",
)
@workspace_option
def import_(path: Path, mapping: str, exported_on: datetime | None, workspace: Workspace) -> None:
    """Read an HR export (a folder of files, or one file).

    Rows that break a rule land in records/quarantine.csv with file, line, column and rule; the rest
    is kept. Names and numbers of people are kept apart, in the workspace's identity folder.
    """
    from features.importing import import_export, save_import
    from features.sources.mapping import load_mapping

    rules = load_mapping(mapping)
    with workspace.lock():
        people = _open_people(workspace)
        with progress_bar("Importing", len(rules.table)) as advance:
            imported = import_export(
                path, rules, people, today=as_date(exported_on) or date.today(), progress=advance
            )
        # identities first: without them the records of new people could never be named again
        with replace_folder(workspace.identity) as folder:
            people.save(folder)
        with replace_folder(workspace.records) as folder:
            save_import(imported, folder)
    for line in summary_lines(imported.report):
        say(line)
    say(f"records: {workspace.records}")


@click.command()
@click.option("--as-of", type=DAY, help="Date the profiles look back from. Default: newest record.")
@workspace_option
def profiles(as_of: datetime | None, workspace: Workspace) -> None:
    """Build everybody's competency and performance profile at one date."""
    from features.profiles import build_profiles
    from features.records import load_records, next_day

    records = load_records(workspace.require(workspace.records, "huyula import"))
    day = as_date(as_of) or next_day(records)
    with workspace.lock(), progress_bar("Profiles", 1) as advance:
        built = build_profiles(records, day)
        with replace_folder(workspace.profiles) as folder:
            built.people.write_parquet(folder / "people.parquet")
            built.competencies.write_parquet(folder / "competencies.parquet")
        advance()
    say(f"profiles of {len(built.people):,} people as of {day}: {workspace.profiles}")


@click.command()
@click.argument("employee_ids", nargs=-1, required=True, metavar="EMPLOYEE_ID...")
@click.option("--reason", required=True, help="Why you need the names; it goes into the log.")
@workspace_option
def resolve(employee_ids: tuple[str, ...], reason: str, workspace: Workspace) -> None:
    """Show the names behind employee ids; who looked whom up, and why, is logged."""
    from features.lookups import log_lookup

    people = _open_people(workspace, create=False)
    log_lookup(workspace.logs / "resolve.jsonl", employee_ids, reason)
    for employee_id in employee_ids:
        say(f"{employee_id}\t{people.names.get(employee_id, '(unknown)')}")
    say(f"This look-up was logged in {workspace.logs / 'resolve.jsonl'}.")


def _open_people(workspace: Workspace, *, create: bool = True):  # noqa: ANN202
    from features.identity import TokenTable
    from features.keys import load_identity_key
    from features.settings import Settings

    known = workspace.identity.exists()
    key = load_identity_key(Settings().key_folder, create=create and not known)
    return TokenTable.load(workspace.identity, key) if known or not create else TokenTable(key)


def summary_lines(report: dict) -> list[str]:
    """Return what a person wants to read of an import report."""
    kept = {name: t for name, t in report["tables"].items() if t["read"]}
    lines = [f"{'table':<22}{'rows read':>12}{'kept':>12}"]
    lines += [f"{name:<22}{t['read']:>12,}{t['kept']:>12,}" for name, t in kept.items()]
    absent = [name for name, t in report["tables"].items() if not t["read"]]
    if absent:
        lines.append(f"not in this export: {', '.join(absent)}")
    problems = report["problems"]
    lines.append(f"quarantined: {sum(p['rows'] for p in problems):,} values or rows")
    lines += [
        f"  {p['rows']:>6,} x {p['file']} {p['column']} {p['rule']} ({p['action']})"
        for p in problems[:SHOWN_PROBLEMS]
    ]
    if len(problems) > SHOWN_PROBLEMS:
        lines.append("  ... the rest stands in records/quarantine.csv")
    return lines + [f"note: {note}" for note in report["notes"]]


COMMANDS_BY_NAME = {"import": import_, "profiles": profiles, "resolve": resolve}
