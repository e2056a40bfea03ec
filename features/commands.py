"""Commands from an export to profiles: import, profiles, resolve, schema."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.console import progress_bar, say, workspace_option
from features.identity_commands import identity
from features.workspace import Workspace, replace_folder

if TYPE_CHECKING:
    from features.horizon import Horizon
    from features.importing import Imported
    from features.records import Records
    from features.sources.mapping import Mapping

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("import")
@click.argument("paths", nargs=-1, metavar="PATH...")
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
@click.option(
    "--partial",
    is_flag=True,
    help="The export holds only a part, such as the newest months: nothing is withdrawn.",
)
@click.option("--undo", is_flag=True, help="Put back the records from before the last import.")
@click.option(
    "--suggest",
    is_flag=True,
    help="Import nothing: propose a mapping for files never seen before.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="With --suggest: write the proposed mapping there, not to the screen.",
)
@workspace_option
def import_(
    paths: tuple[str, ...],
    mapping: str,
    exported_on: datetime | None,
    partial: bool,
    undo: bool,
    suggest: bool,
    output: Path | None,
    workspace: Workspace,
) -> None:
    """Read an HR export: a folder, a file, or a database's URL.

    Files may be CSV, Excel (.xlsx) or Parquet. A database is read without being changed, in one
    snapshot: postgresql://user@host/database, mysql://user@host/database or sqlite:///file.db.

    What breaks a rule lands in records/quarantine.csv with file, line, column and rule; the rest
    joins the records of earlier imports: what a full export corrects or no longer holds stays as
    history. Names and numbers of people are kept apart, in the workspace's identity folder.
    """
    path = next(iter(paths), None)
    if undo == (path is not None):
        raise click.UsageError("give either PATH or --undo")
    if path is None:
        _undo(workspace)
        return
    if suggest:
        from features.sources.suggest.command import run

        run(paths, output)
        return
    if len(paths) > 1 or output:
        raise click.UsageError("several paths, and --output, stand with --suggest alone")
    from features.import_report import summary_lines
    from features.sources.mapping import load_mapping

    rules = load_mapping(mapping)
    day = exported_on.date() if exported_on else date.today()
    with workspace.lock():
        imported, decided = _import(path, rules, day, partial, workspace)
    for line in summary_lines(imported.report, imported.unused_files):
        say(line)
    for line in decided:
        say(line)
    say(f"every problem with its line: {workspace.records / 'quarantine.csv'}")
    say(f"records: {workspace.records}")


def _import(
    path: str, rules: Mapping, day: date, partial: bool, workspace: Workspace
) -> tuple[Imported, list[str]]:
    """Import, join the history, apply what is decided about the catalogue; say what that was."""
    from features.catalogue.apply import apply_to_folder
    from features.catalogue.commands import catalogue_folder, summary
    from features.history import digest_files, find_base, join_history
    from features.identity import open_people
    from features.import_report import write_report
    from features.importing import import_export, save_import
    from features.settings import Settings

    base = find_base(workspace.records, day, partial=partial)
    people = open_people(workspace, Settings().key_folder, create=True)
    people.begin_import(len(base.imports) + 1)
    held = base.folder if partial else None
    with progress_bar("Importing", len(rules.table)) as advance:
        imported = import_export(
            path,
            rules,
            people,
            today=day,
            progress=advance,
            scratch=workspace.root / ".import",
            held=held,
        )
    with (
        imported,
        replace_folder(workspace.records) as records,
        # in place before the records, whose new people nobody could find again without it
        replace_folder(workspace.identity) as identity,
    ):
        people.save(identity)
        save_import(imported, records)
        imported.report["changes"] = join_history(
            records, base, day=day, partial=partial, mapping=rules.name, digest=digest_files(path)
        )
        write_report(imported.report, records)
        catalogue = catalogue_folder(workspace)
        decided = summary(apply_to_folder(records, catalogue)) if catalogue.exists() else []
    return imported, decided


def _undo(workspace: Workspace) -> None:
    from features.history import undo_import
    from features.identity import open_people
    from features.settings import Settings

    workspace.require(workspace.records, "huyula import")
    with workspace.lock():
        done = undo_import(workspace.records)
        # whom only the undone import named does not count from here on, see `open_people`
        people = open_people(workspace, Settings().key_folder)
        with replace_folder(workspace.identity) as identity:
            people.save(identity)
    say(f"the import of {done.day} (mapping {done.mapping}) is undone: {workspace.records}")


@click.command()
@click.option(
    "--as-of",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Date the profiles look back from. Default: the end of the records' last month.",
)
@click.option(
    "--known-at",
    type=DAY,
    metavar="YYYY-MM-DD",
    help="Use what was known before this date. Default: the date of --as-of; without it, the day "
    "after the newest import.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "polars", "pandas", "duckdb", "pyspark"]),
    default="auto",
    show_default=True,
    help="What works the profiles out; auto: polars for few rows, duckdb for many, which also "
    "need not fit into memory.",
)
@click.option(
    "--indices",
    is_flag=True,
    help="Also write IP ASN, 9-box and promotion requirements, which rest on sanctions, into a "
    "folder that its owner alone may read.",
)
@workspace_option
def profiles(
    as_of: datetime | None,
    known_at: datetime | None,
    engine: str,
    indices: bool,
    workspace: Workspace,
) -> None:
    """Build everybody's competency and performance profile at one date.

    With a later --known-at than --as-of, records that came late or were corrected since then count
    as they are known now; without, the profiles are those that could have been built at the time.
    """
    from features.engines import suited_engine, write_parquets
    from features.horizon import choose_horizon
    from features.profiles import build_profiles
    from features.records import load_records

    folder = workspace.require(workspace.records, "huyula import")
    records = load_records(folder, suited_engine(folder) if engine == "auto" else engine)
    horizon = choose_horizon(
        folder, records, as_of.date() if as_of else None, known_at.date() if known_at else None
    )
    with workspace.lock(), progress_bar("Profiles", 1) as advance:
        built = build_profiles(records, horizon.as_of, horizon.known_at)
        with replace_folder(workspace.profiles) as folder:
            n_people, *_ = write_parquets(
                {folder / f"{name}.parquet": frame for name, frame in vars(built).items()}
            )
            horizon.write(folder)
        if indices:
            _write_indices(records, horizon, workspace)
        advance("")
    say(f"profiles of {n_people:,} people {horizon}: {workspace.profiles}")
    if indices:
        say(f"indices, for those alone who may see sanctions: {workspace.indices}")


def _write_indices(records: Records, horizon: Horizon, workspace: Workspace) -> None:
    from features.engines import write_parquets
    from features.indices import build_indices

    built = build_indices(records, horizon.as_of, horizon.known_at)
    with replace_folder(workspace.indices) as folder:
        folder.chmod(0o700)
        write_parquets({folder / f"{name}.parquet": frame for name, frame in vars(built).items()})
        horizon.write(folder)


@click.command()
@click.argument("employee_ids", nargs=-1, required=True, metavar="EMPLOYEE_ID...")
@click.option("--reason", required=True, help="Why you need the names; it goes into the log.")
@workspace_option
def resolve(employee_ids: tuple[str, ...], reason: str, workspace: Workspace) -> None:
    """Show the names behind employee ids; who looked whom up, and why, is logged."""
    from features.identity import open_people
    from features.lookups import log_lookup
    from features.settings import Settings

    people = open_people(workspace, Settings().key_folder)
    log = workspace.logs / "resolve.jsonl"
    log_lookup(log, employee_ids, reason)  # first: a name is never shown without a trace
    for employee_id in employee_ids:
        say(f"{employee_id}\t{people.name(employee_id) or '(unknown)'}")
    say(f"This look-up was logged in {log}.")


@click.command()
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.option("--json", "as_json", is_flag=True, help="For machines: every table and column.")
def schema(tables: tuple[str, ...], as_json: bool) -> None:
    """Show the canonical tables that an export is turned into; with TABLE, its columns."""
    from features.schema_page import schema_json, schema_text

    say(schema_json(tables) if as_json else schema_text(tables))


COMMANDS_BY_NAME = {
    "import": import_,
    "profiles": profiles,
    "resolve": resolve,
    "identity": identity,
    "schema": schema,
}
