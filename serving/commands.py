"""Commands that use a released bundle: recommend, challenge, support, report, serve."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from features.console import progress_bar, say, workspace_option
from features.wording.languages import LANGUAGES, Language
from features.workspace import Workspace, replace_text


@click.command()
@click.option(
    "--k",
    type=click.IntRange(1, 50),
    default=10,
    show_default=True,
    help="Courses a person in the CSV file.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Date the profiles look back from, YYYY-MM-DD. Default: end of the records.",
)
@click.option("--employee", metavar="EMPLOYEE_ID", help="Only show this person's list, from the "
              "snapshot; writes nothing.")  # fmt: skip
@click.option("--filter", "condition", metavar="CONDITION", help="Only courses such as "
              "'form == \"seminar\" and jp <= 10', from the snapshot; for everybody into "
              "output/recommendations_filtered.csv.")  # fmt: skip
@click.option("--target-post", metavar="POST_ID", help="With --employee: the gap to this post.")
@click.option("--why-not", "course", metavar="COURSE_ID", help="With --employee: which rule keeps "
              "this course off the list, or what stands above it.")  # fmt: skip
@click.option("--language", type=click.Choice(LANGUAGES), default="id", show_default=True,
              help="Of what is shown of one person.")  # fmt: skip
@click.option(
    "--engine",
    type=click.Choice(["memory", "stream", "spark"]),
    default="memory",
    show_default=True,
    help="memory: snapshot and CSV file; stream: Parquet parts of any number of people, resumed "
    "after an interruption; spark: the same on a Spark session.",
)
@workspace_option
def recommend(
    k: int,
    as_of: datetime | None,
    employee: str | None,
    condition: str | None,
    target_post: str | None,
    course: str | None,
    language: Language,
    engine: str,
    workspace: Workspace,
) -> None:
    """Recommend courses to everybody, and note who may need support.

    Writes the snapshot that the service answers from, and output/recommendations.csv; with
    --engine stream or spark the folder output/recommendations in its place. With --employee it
    shows one person's list from the snapshot instead, with --filter it writes everybody's courses
    that meet a condition, and leaves the snapshot as it is.
    """
    from serving.one_person import show_list, show_why_not
    from serving.run import recommend_everybody, recommend_filtered, recommend_in_parts

    if employee is None:
        needing = {"--target-post": target_post, "--why-not": course}
        _refuse({name for name, value in needing.items() if value}, "needs --employee")
        day = as_of.date() if as_of else None
        if condition:
            making = {"--as-of": day, "--engine": engine != "memory"}
            _refuse({name for name, value in making.items() if value}, "does not go with --filter")
        with workspace.lock():
            if condition:
                say(recommend_filtered(workspace, k, condition))
            elif engine == "memory":
                say(recommend_everybody(workspace, k, day))
            else:
                say(recommend_in_parts(workspace, k, day, engine))
    elif course is not None:
        _refuse({"--filter"} if condition else set(), "does not go with --why-not")
        say(show_why_not(workspace, employee, course, k, target_post, language))
    else:
        say(show_list(workspace, employee, k, condition, target_post, language))


def _refuse(options: set[str], why: str) -> None:
    for name in sorted(options):
        raise click.UsageError(f"{name} {why}")


@click.command()
@click.argument(
    "bundle", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--shadow", is_flag=True, help="Instead of a BUNDLE: read what the shadow bundle of "
              "the service (HUYULA_SHADOW_BUNDLE) has scored of live requests.")  # fmt: skip
@click.option("--language", type=click.Choice(LANGUAGES), default="id", show_default=True,
              help="Of what --shadow says.")  # fmt: skip
@click.option(
    "--months",
    type=click.IntRange(1, 24),
    default=6,
    show_default=True,
    help="A course counts that is begun within so many months after its list.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write the numbers to this file.",
)
@workspace_option
def challenge(
    bundle: Path | None,
    shadow: bool,
    language: Language,
    months: int,
    json_file: Path | None,
    workspace: Workspace,
) -> None:
    """Judge a BUNDLE that was never served from the logged lists of the one that was.

    A small share of the places is filled by lot, so that what another model would have brought can
    be estimated without showing it to anybody. With --shadow: how a bundle that shadowed the
    service answered beside the one served.
    """
    if (bundle is None) != shadow:
        raise click.UsageError("give either a BUNDLE or --shadow")
    if bundle is None:
        from serving.shadow_words import tell_shadow

        say(tell_shadow(workspace, months, language, json_file))
        return
    from serving.challenge import as_dict, judge_challenger, said_of

    with progress_bar("Judging the challenger", None) as advance:
        found, batches = judge_challenger(workspace, bundle, months, advance)
    for line in said_of(found, batches, months):
        say(line)
    if json_file is not None:
        replace_text(json_file, json.dumps(as_dict(found, batches), indent=1) + "\n")
        say(f"written to {json_file}")


@click.group(invoke_without_command=True)
@workspace_option
@click.pass_context
def support(context: click.Context, workspace: Workspace) -> None:
    """List who may need support, within the capacity of each unit.

    Writes output/support_needs.csv from the snapshot of `huyula recommend`. With `effect` it says
    what being offered support has brought instead.
    """
    if context.invoked_subcommand is not None:
        return
    from serving.run import list_support

    with workspace.lock():
        say(list_support(workspace))


@support.command()
@click.option("--language", type=click.Choice(LANGUAGES), default="id", show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False),
              help="Also write the figures to this file.")  # fmt: skip
@workspace_option
def effect(language: Language, json_file: Path | None, workspace: Workspace) -> None:
    """Say whether being offered support by lot lowers events: helps, stop or undecided.

    Compares those whom the lot at the margin of a unit's places drew with those it did not, as the
    records tell what followed. Give --workspace after `effect`.
    """
    from serving.support_effect import tell_support_effect

    say(tell_support_effect(workspace, language, json_file))


EMPLOYEE = click.argument("employee_id")


@support.command()
@EMPLOYEE
@click.option("--note", default="", help="What the person wants to talk about; kept apart.")
@workspace_option
def ask(employee_id: str, note: str, workspace: Workspace) -> None:
    """Note that a person asks for support.

    They stand on the list beside the flags, take none of their places, and no score is shown. Give
    --workspace after `ask`.
    """
    from serving.support_requests import ask_for_support

    with workspace.lock():
        say(ask_for_support(workspace, employee_id, note))


@support.command()
@EMPLOYEE
@workspace_option
def withdraw(employee_id: str, workspace: Workspace) -> None:
    """Note that a person asks for support no longer."""
    from serving.support_requests import withdraw_support

    with workspace.lock():
        say(withdraw_support(workspace, employee_id))


@support.command()
@workspace_option
def asked(workspace: Workspace) -> None:
    """List who asks for support, since when, and their notes."""
    from serving.support_requests import list_requests

    for line in list_requests(workspace):
        say(line)


@click.command()
@workspace_option
def report(workspace: Workspace) -> None:
    """Write output/report.html: one page that holds everything it shows."""
    from serving.report import write_report

    with workspace.lock():
        say(f"report: {write_report(workspace)}")


@click.command()
@workspace_option
def serve(workspace: Workspace) -> None:
    """Start the prediction service.

    Settings: HUYULA_API_KEYS (required), HUYULA_HOST, HUYULA_PORT, HUYULA_WORKERS,
    HUYULA_SHADOW_BUNDLE.
    """
    from features.settings import Settings
    from serving.start import start_service

    start_service(workspace, Settings())


COMMANDS_BY_NAME: dict[str, click.Command] = {
    "recommend": recommend,
    "challenge": challenge,
    "support": support,
    "report": report,
    "serve": serve,
}
