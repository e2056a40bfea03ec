"""The commands `huyula catalogue`: suggest, apply, measure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.console import progress_bar, say, workspace_option
from features.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from features.catalogue.apply import Applied
    from features.catalogue.competencies import Competency
    from features.records import Records

FOLDER = "catalogue"
PARTS = ("development", "test")


def catalogue_folder(workspace: Workspace) -> Path:
    """Return the folder of the files that a person decides in; imports never replace it."""
    return workspace.root / FOLDER


@click.group()
def catalogue() -> None:
    """Turn free course names into a catalogue that a person has confirmed.

    `suggest` writes proposals into the workspace's catalogue folder as CSV files: open them in a
    spreadsheet and write yes or no into the column decision. `apply` brings what is confirmed into
    the records; a new import does so by itself. To undo a decision, delete it and apply again.
    """


@catalogue.command("suggest")
@click.option(
    "--dictionary",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Competency dictionary (TOML: [[competency]] with id, name, group, description). It is "
    "kept in the catalogue folder for later runs. Default: the records' own, else the national.",
)
@workspace_option
def suggest_(dictionary: Path | None, workspace: Workspace) -> None:
    """Propose merges of course names, what courses teach and what posts require."""
    from features.catalogue.originals import load_original_records
    from features.catalogue.pairs import n_steps
    from features.catalogue.suggest import save_suggested, suggest
    from features.known import current_records

    folder = catalogue_folder(workspace)
    records = current_records(
        load_original_records(workspace.require(workspace.records, "huyula import"))
    )
    if records.courses.is_empty():
        say("the records hold no course: there is nothing to suggest")
        return
    with workspace.lock():
        entries = _dictionary(dictionary, folder, records)
        steps = n_steps(len(records.courses)) + 3
        with progress_bar("Comparing course names", steps) as advance:
            found = suggest(records, entries, folder, advance)
        written = save_suggested(found, folder)
    say(f"{found.n_courses:,} courses, {found.n_groups:,} if every merge is confirmed")
    for name, n_open in written.items():
        say(f"{n_open:>7,} open proposals in {folder / name}")
    if sum(written.values()) == 0:
        say("nothing is left to decide")
    else:
        say("write yes or no into the column decision, then run: huyula catalogue apply")


@catalogue.command("apply")
@workspace_option
def apply_(workspace: Workspace) -> None:
    """Bring the confirmed proposals into the records, starting from what was imported."""
    from features.catalogue.apply import apply_to_workspace

    records = workspace.require(workspace.records, "huyula import")
    folder = workspace.require(catalogue_folder(workspace), "huyula catalogue suggest")
    with workspace.lock():
        applied = apply_to_workspace(records, folder)
    for line in summary(applied):
        say(line)


@catalogue.command("measure")
@click.option(
    "--labels",
    type=click.Path(path_type=Path),
    help="Folder of a labelled list. Default: the repository's own.",
)
@click.option(
    "--part",
    type=click.Choice(PARTS),
    default="development",
    show_default=True,
    help="Part of the list. Nothing may be tuned on test.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def measure_(labels: Path | None, part: str, as_json: bool) -> None:
    """Measure merging and competencies on the labelled list, beside baselines."""
    from features.catalogue.labels import DEFAULT, load_labels
    from features.catalogue.report import measure_all, report_lines

    measured = measure_all(load_labels(labels or DEFAULT), part)
    if as_json:
        say(json.dumps(measured, indent=1))
        return
    for line in report_lines(measured):
        say(line)


@catalogue.command("measure-own")
@workspace_option
def measure_own_(workspace: Workspace) -> None:
    """Measure proposed competencies on courses of the workspace whose competencies are known.

    They are hidden from the proposals and count as the truth.
    """
    from features.catalogue.originals import load_original_records
    from features.catalogue.own import measure_own
    from features.known import current_records

    folder = workspace.require(workspace.records, "huyula import")
    records = current_records(load_original_records(folder))
    if records.course_competencies.is_empty():
        say("the records hold no competency of a course: there is nothing to measure on")
        return
    say(f"{'competencies, first three':<40} precision  recall     hit")
    for way, found in measure_own(records).items():
        say(
            f"{way:<40} {found['precision']:.3f}      {found['recall']:.3f}      {found['hit']:.3f}"
        )


def summary(applied: Applied) -> list[str]:
    """Return in words what was applied."""
    lines = [
        f"{applied.merged_courses:,} courses merged into others",
        (
            f"{applied.course_competencies:,} competencies of courses, "
            f"{applied.post_competencies:,} of posts, {applied.details:,} forms and hours"
        ),
        f"changed tables: {', '.join(applied.changed_tables) or 'none'}",
    ]
    return lines + [f"not applied: {note}" for note in applied.notes]


def _dictionary(given: Path | None, folder: Path, records: Records) -> Sequence[Competency]:
    """Return the dictionary given now or kept from before, with what only the records know."""
    from features.catalogue.competencies import Competency
    from features.catalogue.decisions import DICTIONARY
    from features.catalogue.labels import load_dictionary
    from features.catalogue.vocabulary import FOLDER as SHIPPED
    from features.workspace import replace_text

    kept = folder / DICTIONARY
    if given is not None:
        entries = load_dictionary(given)
        replace_text(kept, given.read_text(encoding="utf-8"))
    elif not kept.exists() and records.competencies.is_empty():
        replace_text(kept, (SHIPPED / "national_competencies.toml").read_text(encoding="utf-8"))
        say(f"the records name no competency: the nine national ones are used, from {kept}")
        say("add your own technical competencies there, or give them with --dictionary")
        entries = load_dictionary(kept)
    else:
        entries = load_dictionary(kept) if kept.exists() else ()
    listed = {entry.competency_id for entry in entries}
    own = records.competencies.select("competency_id", "name", "competency_group")
    return (*entries, *(Competency(*row) for row in own.iter_rows() if row[0] not in listed))


COMMANDS_BY_NAME: dict[str, click.Command] = {"catalogue": catalogue}
