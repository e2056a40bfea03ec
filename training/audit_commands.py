"""Commands that look at a candidate from outside: the fairness audit, cards, monitoring."""

from __future__ import annotations

import sys

import click

from features.console import progress_bar, say, workspace_option
from features.wording.languages import LANGUAGES, Language
from features.workspace import Workspace

FOUND = 3
"""Exit code where something was found; 2 is an error, as of every command."""


@click.command()
@click.option("--language", type=click.Choice(LANGUAGES), default="id", show_default=True,
              help="Of the HTML page.")  # fmt: skip
@workspace_option
def fairness(language: Language, workspace: Workspace) -> None:
    """Audit the candidate: flags, recommended hours and calibration by group, and proxies.

    Writes output/fairness.json, .csv and .html. Compares by sex, age band, unit, employment type
    and their intersections; says nothing on groups too small. Changes no model and no release.

    Exit code: 0 nothing is surely outside of the limits, 3 something is, 2 an error.
    """
    from training.fairness.steps import said_of, write_audit
    from training.road import audit_fairness

    with workspace.lock():
        audit = audit_fairness(workspace, progress_bar)
        written = write_audit(workspace, audit, language)
    for line in [*said_of(audit), "written:", *written]:
        say(line)
    if audit["findings"]:
        sys.exit(FOUND)


@click.command()
@click.option("--language", type=click.Choice(LANGUAGES), default="id", show_default=True)
@workspace_option
def card(language: Language, workspace: Workspace) -> None:
    """Write model card, datasheet and a draft impact assessment of the judged candidate.

    All that output/model_card.md, datasheet.md and dpia.md say is read from the run; the MLflow run
    keeps them in both languages. What a person has to answer is marked in the assessment.
    """
    from training.cards.steps import write_cards

    with workspace.lock():
        for path in write_cards(workspace, language):
            say(f"written: {path}")


@click.command()
@workspace_option
def monitor(workspace: Workspace) -> None:
    """Compare live profiles and scores with those that the released models learned from.

    Writes output/monitor.json and monitor.html: how far each feature and the support scores have
    moved, whether probabilities hold on labels that have matured since, and how late rows come.

    Exit code: 0 nothing has moved, 3 something has or calibration fails, 2 an error.
    """
    from training.monitoring.steps import monitor_live

    with workspace.lock():
        found = monitor_live(workspace)
    for line in found["warnings"] or ["nothing has moved"]:
        say(line)
    for name, row in found["calibration"].items():
        say(f"calibration on matured labels, {name}: {row['finding']}")
    say(f"written: {workspace.output / 'monitor.html'}")
    if found["warnings"]:
        sys.exit(FOUND)


COMMANDS_BY_NAME: dict[str, click.Command] = {
    "fairness": fairness,
    "card": card,
    "monitor": monitor,
}
