"""Which charts the report shows, from its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from serving.report_charts import ACCENT, PRIMARY, QUIET, Bar, bars, calibration, columns
from serving.report_courses import Recommendations
from serving.report_gates import Judgement
from serving.report_numbers import Band, CompetencyPicture, Hours
from serving.report_support import SupportNeeds
from serving.report_words import percent, span

N_GAPS, N_DEMAND, N_UNITS = 10, 8, 12


def ranking_chart(judgement: Judgement) -> str:
    """Draw NDCG@10 by model."""
    rows = [
        Bar(
            f"{one.name} (released)" if one.is_released else one.name,
            (one.figures["ndcg_at_10"],),
            f"{one.figures['ndcg_at_10']:.3f}",
            (PRIMARY if one.is_released else QUIET,),
        )
        for one in judgement.models
    ]
    return bars("ranking", f"NDCG@10 by method: {_listed(rows)}.", rows)


def precision_chart(judgement: Judgement) -> str:
    """Draw of 100 flagged people, how many had the event, beside everybody."""
    rows = [
        Bar(
            f"Flagged by the {one.name.lower()}{' (released)' if one.is_released else ''}",
            (100 * one.figures["precision_at_capacity"],),
            f"{100 * one.figures['precision_at_capacity']:.0f}",
            (PRIMARY if one.is_released else QUIET,),
        )
        for one in judgement.models
    ]
    base = 100 * (judgement.base_rate or 0.0)
    rows.append(Bar("Anybody, for comparison", (base,), f"{base:.0f}", (QUIET,)))
    return bars("precision", f"Of 100 people, how many had the event: {_listed(rows)}.", rows)


def calibration_chart(judgement: Judgement) -> str:
    """Draw predicted against observed shares."""
    predicted, observed = judgement.curve["predicted"], judgement.curve["observed"]
    alt = (
        f"Observed against predicted share of events in {len(predicted)} groups of people, from "
        f"{percent(observed[0])} observed where {percent(predicted[0])} was predicted to "
        f"{percent(observed[-1])} where {percent(predicted[-1])} was predicted."
    )
    return calibration("calibration", alt, predicted, observed)


def match_chart(picture: CompetencyPicture) -> str:
    """Draw the distribution of the job-person match."""
    return _distribution(
        "match", "People by job-person match", picture.bands, "job–person match in percent",
        [PRIMARY] * len(picture.bands),
    )  # fmt: skip


def gap_chart(picture: CompetencyPicture) -> str:
    """Draw met, lacking and not assessed for the largest gaps."""
    rows = [
        Bar(
            gap.name,
            (gap.n_gap / gap.n_required, gap.n_met / gap.n_required,
             gap.n_unassessed / gap.n_required),
            f"{percent(gap.n_gap / gap.n_required)} below",
            (ACCENT, PRIMARY, QUIET),
        )
        for gap in picture.gaps[:N_GAPS]
    ]  # fmt: skip
    said = "; ".join(
        f"{gap.name}: {percent(gap.n_gap / gap.n_required)} below, "
        f"{percent(gap.n_unassessed / gap.n_required)} not assessed"
        for gap in picture.gaps[:N_GAPS]
    )
    return bars("gaps", f"Share of people below what the post requires: {said}.", rows)


def hours_chart(hours: Hours) -> str:
    """Draw the distribution of training hours; what the rule is not content with stands out."""
    if hours.floor is not None:
        colours = [ACCENT if band.low < hours.floor else PRIMARY for band in hours.bands]
    else:
        ceiling = hours.ceiling or 0
        colours = [ACCENT if band.low > ceiling else PRIMARY for band in hours.bands]
    name = hours.employment_type
    return _distribution(
        f"hours-{name.replace(' ', '-').lower()}", f"{name} by JP in the last 12 months",
        hours.bands, "JP in the last 12 months", colours,
    )  # fmt: skip


def demand_chart(made: Recommendations) -> str:
    """Draw people and seats of the most recommended courses."""
    rows = []
    for row in made.rows[:N_DEMAND]:
        if row.seats is None:
            rows.append(Bar(row.title, (row.n,), f"{row.n:,}", (QUIET,)))
        else:
            seated = min(row.seats, row.n)
            text = f"{row.n:,} · {row.seats:,} seats"
            rows.append(Bar(row.title, (seated, row.n - seated), text, (PRIMARY, ACCENT)))
    alt = f"People with a course among their first three, and seats: {_listed(rows)}."
    return bars("demand", alt, rows)


def concentration_chart(made: Recommendations) -> str:
    """Draw which share of the places goes to the courses most recommended, the next, and so on."""
    labels = [span(band) for band in made.shares]
    total = sum(band.n for band in made.shares)
    values = [band.n / total for band in made.shares]
    texts = [percent(value).replace("under ", "<") for value in values]
    said = "; ".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True))
    return columns(
        "concentration", f"Share of all places by rank of the course: {said}.", labels, values,
        [PRIMARY] * len(labels), "courses, the most recommended first", texts,
    )  # fmt: skip


def driver_chart(needs: SupportNeeds) -> str:
    """Draw how many flags each driver is the main one of."""
    rows = [Bar(_capital(words), (n,), f"{n:,}") for words, n in needs.drivers]
    return bars("drivers", f"Main driver of the flags: {_listed(rows)}.", rows)


def unit_chart(needs: SupportNeeds) -> str:
    """Draw the share of each unit that is among the employer's highest scores."""
    shares = [
        (unit.n_highest / unit.n_people, unit.name)
        for unit in needs.units
        if unit.n_highest is not None
    ]
    rows = [Bar(name, (share,), percent(share)) for share, name in sorted(shares, reverse=True)]
    mark = f"places: {percent(needs.capacity)} of a unit"
    return bars(
        "units", f"Share of each unit among the employer's highest scores: {_listed(rows)}.",
        rows[:N_UNITS], line=needs.capacity, line_text=mark,
    )  # fmt: skip


def _distribution(
    name: str, what: str, bands: Sequence[Band], axis: str, colours: Sequence[str]
) -> str:
    labels = [span(band) for band in bands]
    said = "; ".join(f"{label}: {band.n:,}" for label, band in zip(labels, bands, strict=True))
    values, texts = [band.n for band in bands], [f"{band.n:,}" for band in bands]
    return columns(name, f"{what}: {said}.", labels, values, colours, axis, texts)


def _listed(rows: Sequence[Bar]) -> str:
    return "; ".join(f"{row.label}: {row.text}" for row in rows)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
