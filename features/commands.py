"""Commands from an export to profiles: import, profiles, resolve."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.console import progress_bar, say, workspace_option
from features.workspace import Workspace, replace_folder

if TYPE_CHECKING:
    from features.identity import TokenTable

DAY = click.DateTime(["%Y-%m-%d"])


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
    metavar="YYYY-MM-DD",
    help="Day of the export; dates after it are refused. Default: today.",
)
@workspace_option
def import_(path: Path, mapping: str, exported_on: datetime | None, workspace: Workspace) -> None:
    """Read an HR export (a folder of files, or one file).

    What breaks a rule lands in records/quarantine.csv with file, line, column and rule; the rest is
    kept. The records replace those of an earlier import. Names and numbers of people are kept
    apart, in the workspace's identity folder.
    """
    from features.import_report import summary_lines
    from features.importing import import_export, save_import
    from features.sources.mapping import load_mapping

    rules = load_mapping(mapping)
    today = exported_on.date() if exported_on else date.today()
    with workspace.lock():
        people = _open_people(workspace, create=True)
        with progress_bar("Importing", len(rules.table)) as advance:
            imported = import_export(path, rules, people, today=today, progress=advance)
        with (
            replace_folder(workspace.records) as records,
            # in place before the records, whose new people nobody could find again without it
            replace_folder(workspace.identity) as identity,
        ):
            people.save(identity)
            save_import(imported, records)
    for line in summary_lines(imported.report, imported.unused_files):
        say(line)
    say(f"every problem with its line: {workspace.records / 'quarantine.csv'}")
    say(f"records: {workspace.records}")


@click.command()
@click.option(
    "--as-of",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Date the profiles look back from. Default: newest record.",
)
@click.option(
    "--engine",
    type=click.Choice(["polars", "pandas", "duckdb", "pyspark"]),
    default="polars",
    show_default=True,
    help="What works the profiles out; duckdb for more people than fit into memory.",
)
@workspace_option
def profiles(as_of: datetime | None, engine: str, workspace: Workspace) -> None:
    """Build everybody's competency and performance profile at one date."""
    from features.engines import write_parquets
    from features.profiles import build_profiles
    from features.records import load_records, next_day

    records = load_records(workspace.require(workspace.records, "huyula import"), engine)
    day = as_of.date() if as_of else next_day(records)
    with workspace.lock(), progress_bar("Profiles", 1) as advance:
        built = build_profiles(records, day)
        with replace_folder(workspace.profiles) as folder:
            n_people, _ = write_parquets(
                {folder / f"{name}.parquet": frame for name, frame in vars(built).items()}
            )
        advance("")
    say(f"profiles of {n_people:,} people as of {day}: {workspace.profiles}")


@click.command()
@click.argument("employee_ids", nargs=-1, required=True, metavar="EMPLOYEE_ID...")
@click.option("--reason", required=True, help="Why you need the names; it goes into the log.")
@workspace_option
def resolve(employee_ids: tuple[str, ...], reason: str, workspace: Workspace) -> None:
    """Show the names behind employee ids; who looked whom up, and why, is logged."""
    from features.lookups import log_lookup

    people = _open_people(workspace, create=False)
    log = workspace.logs / "resolve.jsonl"
    log_lookup(log, employee_ids, reason)  # first: a name is never shown without a trace
    for employee_id in employee_ids:
        say(f"{employee_id}\t{people.names.get(employee_id, '(unknown)')}")
    say(f"This look-up was logged in {log}.")


def _open_people(workspace: Workspace, *, create: bool) -> TokenTable:
    from features.identity import TokenTable
    from features.keys import load_identity_key
    from features.settings import Settings

    if create and not workspace.identity.exists():
        return TokenTable(load_identity_key(Settings().key_folder, create=True))
    folder = workspace.require(workspace.identity, "huyula import")
    return TokenTable.load(folder, load_identity_key(Settings().key_folder, create=False))


COMMANDS_BY_NAME = {"import": import_, "profiles": profiles, "resolve": resolve}
