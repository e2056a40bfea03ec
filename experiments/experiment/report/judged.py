"""The first sections of the page: gates, figures by period, what the ledger and search know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from experiments.experiment.ledger import Ledger
from experiments.experiment.report.page import Said, Section, Table
from experiments.experiment.report.support_figures import enough
from experiments.experiment.report.words import number, span, text
from experiments.experiment.run import POOLED
from experiments.experiment.specification import METRICS
from experiments.experiment.tracked import Finished
from features.small_cells import SMALLEST_GROUP
from features.wording.languages import Language
from training.fairness.disclosure import shown_groups
from training.tracking import TrackedRun

MANY_LOOKS = 5
MOST_TRIALS = 50


@dataclass(frozen=True)
class Writer:
    """Writes in one language."""

    language: Language

    def t(self, key: str) -> str:
        """Return a passage."""
        return text(key, self.language)

    def number(self, value: float | None) -> str:
        """Write a figure."""
        return number(value, self.language)

    def span(self, found: dict[str, float], name: str) -> str:
        """Write a metric with its interval where it has one."""
        low, high = found.get(f"{name}_low"), found.get(f"{name}_high")
        return span(found.get(name), low, high, self.language)

    def percent(self, share: float) -> str:
        """Write a share."""
        return f"{100 * share:.0f}%"

    def period(self, name: str) -> str:
        """Write a period's name."""
        return self.t("pooled") if name == POOLED else name


def gates_section(run: Finished, writer: Writer) -> Section:
    """Return the gates' verdicts; their record stays as it was logged."""
    rows = [
        (name, writer.t(str(own["verdict"])), str(own["sentence"]))
        for name, own in run.gates.items()
    ]
    head = [writer.t(key) for key in ("gate", "verdict_of", "sentence")]
    tags = run.run.tags
    said = writer.t("not_promoted")
    if "promoted" in tags:
        reason = tags.get("promotion_reason", "")
        said = f"{writer.t('promotion')}: {tags['promoted']}{f' ({reason})' if reason else ''}"
    return Section(
        "gates", writer.t("verdict"), [Table(writer.t("verdict"), head, rows), Said(said)]
    )


def shown_periods(run: Finished) -> dict[str, bool]:
    """Return which periods, `POOLED` among them, may show figures: none betrays few people."""
    rows, is_support = run.rows, run.about["task"] == "support"
    n_people = rows.groupby("period")["person"].nunique()
    marked = None
    if is_support:
        events = rows[rows["outcome"] == 1].groupby("period")["person"].nunique()
        marked = events.reindex(n_people.index, fill_value=0).astype(int)
    shown = shown_groups(n_people, marked)
    pooled = enough(rows) if is_support else rows["person"].nunique() >= SMALLEST_GROUP
    return {**{str(name): bool(own) and pooled for name, own in shown.items()}, POOLED: pooled}


def metrics_section(run: Finished, writer: Writer) -> Section:
    """Return each metric of model and rival by period, with intervals where they were logged."""
    names, shown = METRICS[run.about["task"]], shown_periods(run)
    rows: list[Sequence[str]] = []
    for period, by_model in run.metrics.items():
        if not shown[period]:
            empty = [""] * (len(names) + 1)
            rows.append([writer.period(period), writer.t("withheld"), *empty])
            continue
        n_people = f"{by_model['model'].get('n_people', 0):.0f}"
        for model, own in by_model.items():
            called = writer.t(model) if model in ("model", "rule") else model
            figures = [writer.span(own, name) for name in names]
            rows.append([writer.period(period), called, n_people, *figures])
    head = [*(writer.t(key) for key in ("period", "who", "people")), *names]
    caption = f"{writer.t('metrics')} ({writer.t('interval')})"
    return Section("figures", writer.t("metrics"), [Table(caption, head, rows)])


def looks_section(run: Finished, ledger: Ledger, writer: Writer) -> Section:
    """Return how often the run's periods were looked at, and by how many runs."""
    looks, rows, most = ledger.looks(), [], 0
    for name, key in run.about["periods"].items():
        if key in looks:
            n = sum(looks[key].values())
            most = max(most, n)
            rows.append((name, str(n), str(len(looks[key]))))
    head = [writer.t(key) for key in ("period", "n_looks", "n_runs")]
    parts: list[Table | Said] = [Table(writer.t("looks"), head, rows)]
    if not rows:
        parts = [Said(writer.t("no_looks"))]
    if most >= MANY_LOOKS:
        parts.append(Said(writer.t("many_looks")))
    return Section("looks", writer.t("looks"), parts)


def search_section(run: Finished, trials: Sequence[TrackedRun], writer: Writer) -> Section:
    """Return the parameters used, and what a search tried."""
    title, metric = writer.t("search"), run.experiment.specification.search_metric
    parts: list[Table | Said] = [
        Said(f"{writer.t('chosen')}: {_params(run.about['chosen']) or writer.t('default')}")
    ]
    if not trials:
        return Section("search", title, [*parts, Said(writer.t("no_search"))])
    if "search" in run.run.tags:
        parts.append(Said(run.run.tags["search"], is_english=True))
    best = sorted(trials, key=lambda one: -one.metrics.get(metric, float("-inf")))[:MOST_TRIALS]
    rows = [
        (one.name, writer.number(one.metrics.get(metric)), _params(one.params), one.status)
        for one in best
    ]
    head = [writer.t("trial"), metric, writer.t("parameters"), writer.t("status")]
    return Section("search", title, [*parts, Table(title, head, rows)])


def _params(params: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in params.items())
