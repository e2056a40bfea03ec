"""Sections on what lies behind the figures: drivers, fairness, learning curve, versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from experiments.experiment.report.drawing import Line, bars, lines
from experiments.experiment.report.judged import Writer
from experiments.experiment.report.page import Code, Part, Said, Section, Table
from experiments.experiment.tracked import Finished
from features.drivers import grouped
from features.wording.figures import FIGURE_NAMES
from features.wording.languages import in_language
from training.fairness.words import attribute_name, finding_words, group_name

N_DRIVERS = 20
MADE_WITH = ("data_digest", "code_digest", "lock_digest", "model_digest", "commit", "dirty", "seed")


def drivers_section(
    shares: Mapping[str, float] | None, writer: Writer, *, of_people: bool
) -> Section:
    """Return what the model goes by; `of_people`: columns are figures of a profile."""
    title = writer.t("drivers")
    if not shares:
        return Section("drivers", title, [Said(writer.t("no_drivers"))])
    first = [
        (_feature(name, writer) if of_people else name, share)
        for name, share in list(shares.items())[:N_DRIVERS]
    ]
    parts: list[Part] = [Said(writer.t("drivers_note")), bars(title, writer.t("importance"), first)]
    told = [(name, writer.number(share)) for name, share in first]
    parts.append(Table(title, [writer.t("feature"), writer.t("importance")], told))
    if of_people:
        sums = {name: share for name, share in grouped(shares).items() if name != "base"}
        rows = [(writer.t(name), writer.number(share)) for name, share in sums.items()]
        head = [writer.t("group"), writer.t("importance")]
        parts.append(Table(f"{title}: {writer.t('group')}", head, rows))
    return Section("drivers", title, parts)


def fairness_section(audit: Mapping[str, Any] | None, writer: Writer) -> Section:
    """Return the findings of the audit kept with the run, or how to get one."""
    title, language = writer.t("fairness"), writer.language
    if audit is None:
        return Section("fairness", title, [Said(writer.t("no_fairness"))])
    parts: list[Part] = [Said(str(one), is_english=True) for one in audit["findings"]]
    rows = [
        (
            attribute_name(name, language), group_name(row["group"], language),
            finding_words(row["finding"], language), str(row.get("n_people") or "–"),
            writer.span(row, "ratio"),
        )
        for name, own in audit["flags"].items()
        for row in own
    ]  # fmt: skip
    head = [writer.t(k) for k in ("attribute", "group", "finding", "people", "by_others")]
    table = [Table(writer.t("flags"), head, rows)] if rows else []
    return Section("fairness", title, [*(parts or [Said(writer.t("no_findings"))]), *table])


def learning_section(curve: Mapping[str, Any] | None, run: Finished, writer: Writer) -> Section:
    """Return the curve kept with the run, or how to get it."""
    title = writer.t("learning")
    if curve is None:
        return Section("learning", title, [Said(writer.t("no_learning"))])
    points, metric = curve["points"], curve["metric"]
    told = [
        (writer.percent(one["share"]), writer.span(
            {metric: one["mean"], f"{metric}_low": one["low"], f"{metric}_high": one["high"]},
            metric,
        ) if "mean" in one else writer.t("failed"))
        for one in points
    ]  # fmt: skip
    known = [one for one in points if "mean" in one]
    parts: list[Part] = []
    if len(known) > 1:
        line = Line(metric, *([one[k] for one in known] for k in ("share", "mean", "low", "high")))
        parts.append(lines(title, (writer.t("people_learned"), metric), [line]))
    head = [writer.t("people_learned"), f"{metric} ({writer.t('interval')})"]
    parts.append(Table(f"{title}: {curve['period']}", head, told))
    if curve["code_digest"] != run.about["code_digest"]:
        parts.append(Said(writer.t("other_code")))
    return Section("learning", title, parts)


def made_with_section(run: Finished, writer: Writer) -> Section:
    """Return digests, versions and the specification as it was written."""
    about, title = run.about, writer.t("made_with")
    rows = [(writer.t("data"), str(about["data"]))]
    for name in MADE_WITH:
        value = about[name]
        shown = writer.t("yes" if value else "no") if isinstance(value, bool) else str(value)
        rows.append((writer.t(name), shown or writer.t("none")))
    table = Table(title, [writer.t("what"), writer.t("value")], rows)
    return Section(
        "made-with", title, [table, Said(f"{writer.t('specification')}:"), Code(run.text)]
    )


def _feature(name: str, writer: Writer) -> str:
    if name not in FIGURE_NAMES:
        return name
    return f"{in_language(FIGURE_NAMES[name], writer.language)} ({name})"
