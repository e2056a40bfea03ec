"""Sections of a run on support needs: curves, calibration, lift, segments."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve, roc_curve

from experiments.experiment.report.drawing import Line, lines
from experiments.experiment.report.judged import Writer, shown_periods
from experiments.experiment.report.page import Part, Said, Section, Table
from experiments.experiment.report.support_figures import at_shares, bands, enough
from experiments.experiment.run import POOLED
from experiments.experiment.tracked import Finished
from training.fairness.disclosure import shown_groups

SCORES = {"model": "probability", "rule": "rule"}
FINE = tuple(np.linspace(0.01, 1, 100).tolist())


def support_sections(run: Finished, writer: Writer) -> list[Section]:
    """Return the sections; where the run is too small each says so."""
    made = {
        "curves": _curves, "calibration": _calibration, "lift": _lift, "segments": _segments,
    }  # fmt: skip
    few = [Said(writer.t("too_few"))]
    may = enough(run.rows)
    return [
        Section(name, writer.t(name), make(run, writer) if may else few)
        for name, make in made.items()
    ]


def _curves(run: Finished, writer: Writer) -> list[Part]:
    outcome = run.rows["outcome"]
    roc, precision_recall = [], []
    for name, column in SCORES.items():
        alarms, hits, _ = roc_curve(outcome, run.rows[column])
        roc.append(Line(writer.t(name), alarms, hits))
        precision, recall, _ = precision_recall_curve(outcome, run.rows[column])
        precision_recall.append(Line(writer.t(name), recall, precision))
    found = run.metrics[POOLED]
    beside = "; ".join(
        f"{writer.t(name)}: AUC {writer.span(found[name], 'auc')}, "
        f"AP {writer.span(found[name], 'ap')}"
        for name in SCORES
    )
    axes = (writer.t("false_alarms"), writer.t("recall"))
    return [
        Said(beside),
        lines(writer.t("roc"), axes, roc, marked=False, diagonal=True,
              alt=f"{writer.t('roc')}. {beside}"),
        lines(writer.t("precision_recall"), (writer.t("recall"), writer.t("precision")),
              precision_recall, marked=False, alt=f"{writer.t('precision_recall')}. {beside}"),
    ]  # fmt: skip


def _calibration(run: Finished, writer: Writer) -> list[Part]:
    found, shown = bands(run.rows), shown_periods(run)
    title = writer.t("reliability")
    rows = [
        (str(k), str(one.n_rows), writer.number(one.predicted), writer.number(one.observed))
        for k, one in enumerate(found, start=1)
    ]
    by_period = []
    for period, own in run.metrics.items():
        names = ("calibration_slope", "mean_predicted_by_observed")
        figures = [writer.number(own["model"].get(name)) for name in names]
        if not shown[period]:
            figures = [writer.t("withheld"), ""]
        by_period.append((writer.period(period), *figures))
    head = [writer.t(key) for key in ("band", "rows", "predicted", "observed")]
    line = Line("model", [one.predicted for one in found], [one.observed for one in found])
    axes = (writer.t("predicted"), writer.t("observed"))
    return [
        lines(title, axes, [line], diagonal=True),
        Table(title, head, rows),
        Table(
            writer.t("by_period"), [writer.t(k) for k in ("period", "slope", "ratio")], by_period
        ),
    ]


def _lift(run: Finished, writer: Writer) -> list[Part]:
    rows, found = run.rows, run.metrics[POOLED]
    share = float(rows["flagged"].mean())
    capacity = (share, f"{writer.t('capacity')} {writer.percent(share)}") if share else None
    drawn, told = [], []
    for name, column in SCORES.items():
        fine = at_shares(rows, column, FINE)
        drawn.append(Line(writer.t(name), [o.share for o in fine], [o.recall for o in fine]))
        for one in at_shares(rows, column):
            figures = (one.precision, one.recall, one.lift)
            told.append((writer.percent(one.share), writer.t(name), *map(writer.number, figures)))
    told.sort(key=lambda row: int(row[0].removesuffix("%")))
    head = [writer.t(key) for key in ("share", "who", "precision", "recall", "lift_of")]
    axes = (writer.t("share"), writer.t("recall"))
    title = writer.t("lift")
    parts: list[Part] = [
        lines(title, axes, drawn, marked=False, line_at=capacity), Table(title, head, told)
    ]  # fmt: skip
    if capacity is None:
        return [*parts, Said(writer.t("no_flags"))]
    measures = ("precision_at_capacity", "lift_at_capacity")
    at = [
        (writer.t(name), *(writer.number(found[name].get(one)) for one in measures))
        for name in SCORES
    ]
    few = _flags_betray(rows)
    said = Said(f"{writer.t('at_capacity')}: {writer.t('withheld')}")
    table = Table(
        f"{writer.t('at_capacity')} ({writer.percent(share)})",
        [writer.t(key) for key in ("who", "precision", "lift_of")], at,
    )  # fmt: skip
    return [*parts, said if few else table]


def _flags_betray(rows: pd.DataFrame) -> bool:
    """Return whether the flagged people are too few to tell of."""
    flagged = rows["flagged"].astype(bool)
    n_people = pd.Series({True: rows[flagged]["person"].nunique(),
                          False: rows[~flagged]["person"].nunique()})  # fmt: skip
    events = rows[rows["outcome"] == 1]
    own = events["flagged"].astype(bool)
    marked = pd.Series({True: events[own]["person"].nunique(),
                        False: events[~own]["person"].nunique()})  # fmt: skip
    return not bool(shown_groups(n_people, marked)[True])


def _segments(run: Finished, writer: Writer) -> list[Part]:
    parts: list[Part] = []
    for name, rows in segments_of(run.rows, writer).items():
        events = rows[rows["outcome"] == 1].groupby("group")["person"].nunique()
        n_people = rows.groupby("group")["person"].nunique()
        marked = events.reindex(n_people.index, fill_value=0).astype(int)
        shown, told = shown_groups(n_people, marked), []
        for group, own in rows.groupby("group"):
            if not shown[group]:
                told.append((str(group), writer.t("withheld"), "", "", ""))
                continue
            predicted, observed = float(own["probability"].mean()), float(own["outcome"].mean())
            ratio = predicted / observed if observed else None
            figures = map(writer.number, (predicted, observed, ratio))
            told.append((str(group), str(n_people[group]), *figures))
        head = [writer.t(k) for k in ("group", "people", "predicted", "observed", "ratio")]
        parts.append(Table(writer.t(name), head, told))
    return parts or [Said(writer.t("no_segments"))]


def segments_of(rows: pd.DataFrame, writer: Writer) -> dict[str, pd.DataFrame]:
    """Return by segment the rows with ``group``: what each person was last, so groups part."""
    found = {}
    for column in map(str, rows.columns):
        if column.startswith("segment."):
            last = rows.groupby("person")[column].transform("last")
            group = last.astype(object).where(last.notna(), writer.t("unknown")).astype(str)
            found[column.removeprefix("segment.")] = rows.assign(group=group)
    return found
