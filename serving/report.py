"""One HTML page for an HR planner: it holds everything it shows and names nobody.

It is made from a snapshot, its bundle and the import's own report, and from nothing else: the same
files give the same page.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from features.errors import ArtifactError
from features.keys import load_verifying_key
from features.settings import Settings
from features.small_cells import SMALLEST_GROUP, SMALLEST_SUPPORT_GROUP
from features.standards.load import load_standard
from features.workspace import Workspace, replace_text
from models.bundle import Bundle, open_bundle
from serving import report_figures as figures
from serving.report_courses import FIRST, N_CONCENTRATION, Recommendations, recommendations
from serving.report_gates import Judgement, recommender_judgement, support_judgement
from serving.report_numbers import (
    CompetencyPicture,
    Hours,
    by_employment_type,
    competency_picture,
    development,
)
from serving.report_support import SupportNeeds, support_needs
from serving.report_words import FILTERS
from serving.snapshot import Snapshot, load_snapshot

TEMPLATES = Path(__file__).parent / "templates"
N_PROBLEMS = 10
PERSONAL = ("people", "levels", "history", "candidates", "support", "drivers", "limits", "actions")


@dataclass(frozen=True)
class Numbers:
    """All numbers of the report."""

    types: dict[str, int]
    n_units: int
    recommender: Judgement
    support_model: Judgement
    competency: CompetencyPicture
    hours: list[Hours]
    courses: Recommendations
    support: SupportNeeds

    @property
    def n_people(self) -> int:
        """Return how many people the report is about."""
        return sum(self.types.values())


def write_report(workspace: Workspace) -> Path:
    """Write ``output/report.html`` whole or not at all, and return its path.

    Raises
    ------
    MissingStepError
        There is no bundle or no snapshot yet.
    ArtifactError
        One of them is damaged, or they do not belong together.
    """
    folder = workspace.require(workspace.bundle, "huyula release")
    bundle = open_bundle(folder.resolve(), load_verifying_key(Settings().key_folder))
    snapshot = load_snapshot(workspace.require(workspace.snapshot, "huyula recommend").resolve())
    if snapshot.bundle != bundle.digest:
        raise ArtifactError(
            "the snapshot was made with another bundle: run `huyula recommend` again"
        )
    path = workspace.output / "report.html"
    replace_text(path, render_report(bundle, snapshot, workspace.records))
    return path


def render_report(bundle: Bundle, snapshot: Snapshot, records: Path) -> str:
    """Return the page; `records` is the folder of the import, which may be missing."""
    numbers = count_all(bundle, snapshot)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.filters |= FILTERS
    page = environment.get_template("report.html.j2").render(
        numbers=numbers,
        charts=draw_all(numbers),
        about=bundle.about,
        bundle_digest=bundle.digest,
        as_of=snapshot.as_of,
        employer=_employer(records),
        imported=_imported(records),
        jp_rules=load_standard("jp"),
        event=load_standard("disengagement"),
        smallest=SMALLEST_GROUP,
        smallest_unit=SMALLEST_SUPPORT_GROUP,
        first=FIRST,
        n_concentration=N_CONCENTRATION,
        n_gaps=figures.N_GAPS,
        n_problems=N_PROBLEMS,
    )
    return re.sub(r"\s*\n\s*", "\n", page).lstrip()  # tags of the template leave empty lines


def count_all(bundle: Bundle, snapshot: Snapshot) -> Numbers:
    """Return all numbers; those of an employer of too few people are those of nobody."""
    frames = dict(snapshot.frames)
    if len(frames["people"]) < SMALLEST_GROUP:
        frames |= {name: frames[name].iloc[:0] for name in PERSONAL}
    people, candidates, courses = (frames[name] for name in ("people", "candidates", "courses"))
    about = bundle.about
    return Numbers(
        types={name: len(rows) for name, rows in by_employment_type(people).items()},
        n_units=people["unit_id"].nunique(),
        recommender=recommender_judgement(about),
        support_model=support_judgement(about),
        competency=competency_picture(people, frames["levels"], frames["competencies"]),
        hours=development(people, candidates, courses, load_standard("jp")),
        courses=recommendations(people, candidates, courses, frames["sessions"], snapshot.as_of),
        support=support_needs(
            frames["support"],
            frames["drivers"],
            frames["units"],
            about["support"],
            frames["limits"],
            frames["actions"],
        ),
    )


def draw_all(numbers: Numbers) -> dict[str, str]:
    """Return the charts for which there are numbers, by name."""
    competency, support = numbers.competency, numbers.support
    judged = numbers.recommender.models, numbers.support_model.models
    charts = {
        "ranking": judged[0] and figures.ranking_chart(numbers.recommender),
        "precision": judged[1] and figures.precision_chart(numbers.support_model),
        "calibration": numbers.support_model.curve
        and figures.calibration_chart(numbers.support_model),
        "match": competency.bands and figures.match_chart(competency),
        "gaps": competency.gaps and figures.gap_chart(competency),
        "demand": numbers.courses.rows and figures.demand_chart(numbers.courses),
        "concentration": len(numbers.courses.shares) > 1
        and figures.concentration_chart(numbers.courses),
        "drivers": support.drivers and figures.driver_chart(support),
        "units": any(unit.n_highest for unit in support.units) and figures.unit_chart(support),
    }
    charts |= {
        f"hours {hours.employment_type}": figures.hours_chart(hours)
        for hours in numbers.hours
        if hours.bands
    }
    return {name: str(chart) for name, chart in charts.items() if chart}


def _employer(records: Path) -> str | None:
    """Return the name of the one unit above all others."""
    path = records / "units.parquet"
    if not path.exists():
        return None
    units = pd.read_parquet(path, columns=["name", "parent_unit_id"])
    top = units.loc[units["parent_unit_id"].isna(), "name"]
    return str(top.iloc[0]) if len(top) == 1 else None


def _imported(records: Path) -> dict[str, Any] | None:
    path = records / "import_report.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
