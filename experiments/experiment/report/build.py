"""Builds the page of a finished run from what the run has logged."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from experiments.experiment.ledger import Ledger
from experiments.experiment.report.background import (
    drivers_section,
    fairness_section,
    learning_section,
    made_with_section,
)
from experiments.experiment.report.judged import (
    Writer,
    gates_section,
    looks_section,
    metrics_section,
    search_section,
)
from experiments.experiment.report.learning_curve import LEARNING_CURVE
from experiments.experiment.report.page import Section, render
from experiments.experiment.report.recommend_sections import back_test, recommend_sections
from experiments.experiment.report.support_sections import support_sections
from experiments.experiment.run import DRIVERS
from experiments.experiment.specification import METRICS
from experiments.experiment.tracked import Finished
from features.wording.languages import Language
from training import tracking
from training.fairness.steps import AUDIT

KEPT = (DRIVERS, LEARNING_CURVE, AUDIT)


def build_report(run: Finished, ledger: Ledger, language: Language) -> str:
    """Return the page of a run; nothing in it tells of a group that is too small.

    Parameters
    ----------
    run : Finished
    ledger : Ledger
        Of the workspace: tells how often the run's periods were looked at.
    language : {"id", "en"}
    """
    kept = _kept(run.run.run_id)
    trials = tracking.trials_of(run.run.run_id)
    return page_of(run, ledger, kept, trials, language)


def page_of(
    run: Finished,
    ledger: Ledger,
    kept: dict[str, Any],
    trials: list[tracking.TrackedRun],
    language: Language,
) -> str:
    """Return the page, given the run's further files by name and the trials of its search."""
    writer, about = Writer(language), run.about
    task = about["task"]
    of_people = task == "support" and run.experiment.specification.data.file is None
    judged = recommend_sections if task == "recommend" else _support
    sections = [
        gates_section(run, writer),
        metrics_section(run, writer),
        *judged(run, writer),
        drivers_section(kept.get(DRIVERS), writer, of_people=of_people),
        fairness_section(kept.get(AUDIT), writer),
        learning_section(kept.get(LEARNING_CURVE), run, writer),
        search_section(run, trials, writer),
        looks_section(run, ledger, writer),
        made_with_section(run, writer),
    ]
    about_lines = [
        f"{about['data']} · {task} · {about['model']} · {run.run.run_id}",
        writer.t("purpose"),
    ]
    return render(run.run.name, about_lines, writer.t("contents"), sections, language)


def _support(run: Finished, writer: Writer) -> list[Section]:
    curve = back_test(run, METRICS["support"][0], writer)
    sections = support_sections(run, writer)
    return [*sections[:3], Section("back-test", writer.t("back_test"), curve), *sections[3:]]


def _kept(run_id: str) -> dict[str, Any]:
    held = tracking.files_of(run_id)
    with tempfile.TemporaryDirectory() as folder:
        return {
            name: json.loads(tracking.fetch(run_id, name, Path(folder)).read_text(encoding="utf-8"))
            for name in KEPT
            if name in held
        }
