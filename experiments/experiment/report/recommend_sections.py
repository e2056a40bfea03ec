"""Sections of a run on recommended courses: lengths of the list, methods, origins, segments."""

from __future__ import annotations

from experiments.experiment.by_length import LENGTHS
from experiments.experiment.measures import best_rival, rivals_of
from experiments.experiment.report.drawing import Line, bars, lines
from experiments.experiment.report.judged import Writer, shown_periods
from experiments.experiment.report.page import Part, Said, Section, Table
from experiments.experiment.report.support_sections import segments_of
from experiments.experiment.run import POOLED
from experiments.experiment.specification import METRICS
from experiments.experiment.tracked import Finished
from features.small_cells import SMALLEST_GROUP
from training.fairness.disclosure import shown_groups

MEASURES = ("ndcg", "recall", "hit_rate")
METRIC = METRICS["recommend"][0]


def recommend_sections(run: Finished, writer: Writer) -> list[Section]:
    """Return the sections; of fewer than 5 people each says so."""
    made = {"by_k": _by_length, "rivals": _rivals, "back_test": _origins, "segments": _segments}
    few = [Said(writer.t("withheld"))]
    may = run.rows["person"].nunique() >= SMALLEST_GROUP
    return [
        Section(name.replace("_", "-"), writer.t(name), make(run, writer) if may else few)
        for name, make in made.items()
    ]


def _by_length(run: Finished, writer: Writer) -> list[Part]:
    rows, rival = run.rows, best_rival("recommend", run.rows)
    lengths = sorted({10, *LENGTHS})
    if f"ndcg_at_{lengths[0]}" not in rows:
        return [Said(writer.t("no_k"))]
    parts: list[Part] = []
    told = [[str(k)] for k in lengths]
    head = [writer.t("k")]
    for measure in MEASURES:
        drawn = []
        for called, end in ((writer.t("model"), ""), (rival, f".{rival}")):
            means = [float(rows[f"{measure}_at_{k}{end}"].mean()) for k in lengths]
            drawn.append(Line(called, lengths, means))
            head.append(f"{measure} {called}")
            for row, mean in zip(told, means, strict=True):
                row.append(writer.number(mean))
        parts.append(lines(f"{measure}@k", (writer.t("k"), measure), drawn))
    return [*parts, Table(writer.t("by_k"), head, told)]


def _rivals(run: Finished, writer: Writer) -> list[Part]:
    means = {writer.t("model"): float(run.rows[METRIC].mean())}
    means |= {name: float(run.rows[f"{METRIC}.{name}"].mean()) for name in rivals_of(run.rows)}
    ordered = sorted(means.items(), key=lambda one: -one[1])
    told = [(name, writer.number(value)) for name, value in ordered]
    title = writer.t("rivals")
    return [bars(title, METRIC, ordered), Table(title, [writer.t("who"), METRIC], told)]


def _origins(run: Finished, writer: Writer) -> list[Part]:
    return back_test(run, METRIC, writer)


def back_test(run: Finished, metric: str, writer: Writer) -> list[Part]:
    """Return a metric of the model by period with its interval."""
    shown = shown_periods(run)
    names = [name for name in run.metrics if name != POOLED and shown[name]]
    found = [run.metrics[name]["model"] for name in names]
    kept = [(name, own) for name, own in zip(names, found, strict=True) if metric in own]
    if len(kept) < 2:
        return [Said(writer.t("one_origin"))]
    line = Line(
        writer.t("model"), [name for name, _ in kept], [own[metric] for _, own in kept],
        [own[f"{metric}_low"] for _, own in kept], [own[f"{metric}_high"] for _, own in kept],
    )  # fmt: skip
    alt = "; ".join(f"{name}: {writer.span(own, metric)}" for name, own in kept)
    title = writer.t("back_test")
    return [lines(title, (writer.t("period"), metric), [line], alt=f"{title}. {alt}")]


def _segments(run: Finished, writer: Writer) -> list[Part]:
    parts: list[Part] = []
    for name, rows in segments_of(run.rows, writer).items():
        n_people = rows.groupby("group")["person"].nunique()
        shown, told = shown_groups(n_people), []
        for group, own in rows.groupby("group"):
            figures = [writer.number(float(own[one].mean())) for one in METRICS["recommend"]]
            if not shown[group]:
                figures = [""] * len(figures)
            told.append((
                str(group), str(n_people[group]) if shown[group] else writer.t("withheld"), *figures
            ))  # fmt: skip
        head = [writer.t("group"), writer.t("people"), *METRICS["recommend"]]
        parts.append(Table(writer.t(name), head, told))
    return parts or [Said(writer.t("no_segments"))]
