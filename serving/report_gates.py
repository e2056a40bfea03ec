"""What the bundle says of how its models were judged, in plain words and rows for tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from features.small_cells import SMALLEST_SUPPORT_GROUP, is_small, part_of
from serving.curve_words import component_name

RECOMMENDERS = {
    "ranker": ("Ranker", "orders what all other methods propose"),
    "popularity": ("Popular among peers", "what people in the same or a similar post took lately"),
    "gap": ("Competency gaps", "what teaches the levels that a person lacks"),
    "required": ("Required by the post", "what teaches what the post requires and nobody assessed"),
    "transitions": ("Usual next course", "what others took after the courses a person has taken"),
    "item_knn": ("Similar courses", "courses taken by the same people as a person's own"),
    "ease": ("Course patterns", "EASE, a linear model of which courses go together"),
}
SUPPORT_MODELS = {
    "disengagement": ("Support model", "learned from past months of the profiles"),
    "rule": ("Rule of thumb", "absence above one's own past, and courses offered but none taken"),
}
CURVE_BINS = 10


@dataclass(frozen=True)
class Judged:
    """One model beside its rivals."""

    key: str
    name: str
    meaning: str
    is_released: bool
    figures: dict[str, float]


@dataclass(frozen=True)
class Judgement:
    """How one kind of model was judged, and what came of it."""

    headline: str
    verdict: str
    sentence: str = ""
    """The gate's own record, word for word; empty where it would tell of few people."""
    models: list[Judged] = field(default_factory=list)
    """The best comes first."""
    n_people: int | None = None
    base_rate: float | None = None
    curve: dict[str, list[float]] = field(default_factory=dict)
    components: list[tuple[str, str]] = field(default_factory=list)
    """Components of support need by name, each with its own gate's record."""
    survey: str = ""
    """Whether a survey of engagement confirms the order; empty where it was not asked."""


def recommender_judgement(about: Mapping[str, Any]) -> Judgement:
    """Read the recommender's judgement from a bundle's manifest."""
    gate, metrics = _part(about, "gates", "recommender"), _part(about, "metrics", "recommender")
    released = about["recommender"]["kind"]
    name = ("the " if released == "ranker" else "") + model_name(released).lower()
    headline = f"Released: {name}"
    numbers = gate.get("numbers", {})
    if not numbers:
        return Judgement(headline, _not_judged(gate, f"{name} is used"))
    n_people = numbers.get("n_people")
    if n_people is not None and is_small(n_people):
        return Judgement(headline, _FEW_JUDGED)
    best = model_name(numbers["best_generator"]).lower()
    return Judgement(
        headline,
        _recommender_verdict(gate["passed"], n_people, best),
        sentence=gate["sentence"],
        models=_models(metrics, RECOMMENDERS, released, "ndcg_at_10"),
        n_people=n_people,
    )


def support_judgement(about: Mapping[str, Any]) -> Judgement:
    """Read the support model's judgement; figures on few flags or few events are left out."""
    gate, metrics = _part(about, "gates", "support"), _part(about, "metrics", "support")
    released = about["support"]["kind"]
    headline = "Released: nothing, so nobody is flagged"
    if released in SUPPORT_MODELS:
        headline = f"Released: the {model_name(released).lower()}"
    numbers = gate.get("numbers", {})
    if not numbers:
        return Judgement(headline, _not_judged(gate, "nobody is flagged"))
    n_people = int(numbers["n_people"])
    has_model = "disengagement" in numbers
    verdict = _SUPPORT_VERDICTS[released if has_model or released == "none" else "only rule"]
    if _tells_of_few(numbers):
        return Judgement(headline, verdict, n_people=n_people)
    shows_curve = n_people >= CURVE_BINS * SMALLEST_SUPPORT_GROUP
    return Judgement(
        headline,
        verdict,
        sentence=gate["sentence"],
        models=_models(metrics, SUPPORT_MODELS, released, "lift_at_capacity"),
        n_people=n_people,
        base_rate=float(numbers["base_rate"]),
        curve=_part(about, "curves", "support") if shows_curve else {},
        components=_components(numbers),
        survey=_survey(numbers),
    )


def _components(numbers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return each component's record; one that would tell of few people is withheld."""
    return [
        (component_name(name, "en"), str(one["sentence"]))
        for name, one in numbers.get("components", {}).items()
        if "n_people" not in one or part_of(one["n_events"], one["n_people"]) is not None
    ]


def _survey(numbers: Mapping[str, Any]) -> str:
    survey = numbers.get("survey", {})
    if not survey or part_of(survey["n_low"], survey["n_people"]) is None:
        return ""
    return str(survey["sentence"])


def model_name(key: str) -> str:
    """Return what a kind of model is called."""
    return (RECOMMENDERS | SUPPORT_MODELS).get(key, (key, ""))[0]


_FEW_JUDGED = "Too few people could be judged on, so the figures are withheld."
_SUPPORT_VERDICTS = {
    "disengagement": (
        "The support model passed: on a later period the people it would have flagged had the "
        "event more often than those flagged by the rule of thumb, and the difference is too large "
        "to be chance."
    ),
    "rule": (
        "The support model did not surely beat a rule of thumb on a later period, so the rule is "
        "used, and it is called a rule wherever it is shown. The gate prefers the simpler method "
        "in doubt."
    ),
    "only rule": "No support model could be fitted to these records, so a rule of thumb is used.",
    "none": (
        "Neither the support model nor the rule of thumb was surely better than choosing people at "
        "random on a later period. A list without skill would do harm, so there is none."
    ),
}


def _recommender_verdict(passed: bool, n_people: int | None, best: str) -> str:
    if passed:
        return (
            f"The ranker passed: on {n_people:,} people, judged by the courses they took later, it "
            f"put those courses higher than the best single method ({best}), and the difference "
            "is too large to be chance."
        )
    if n_people is None:
        return f"No ranker could be fitted, so the best single method ({best}) is used."
    return (
        f"A ranker was trained and did not pass: on {n_people:,} people, judged by the courses "
        f"they took later, it was not surely better than the best single method ({best}). So that "
        "one is used: the gate prefers the simpler method in doubt."
    )


def _not_judged(gate: Mapping[str, Any], until_then: str) -> str:
    if not gate:
        return "The bundle says nothing of how this was judged."
    reason = str(gate["sentence"]).removeprefix("NOT JUDGED: ").rstrip(".")
    return f"Nothing could be judged: {reason}. Until something can, {until_then}."


def _part(about: Mapping[str, Any], group: str, part: str) -> dict[str, Any]:
    return about.get(group, {}).get(part, {})


def _models(
    metrics: Mapping[str, Mapping[str, float]],
    names: Mapping[str, tuple[str, str]],
    released: str,
    order: str,
) -> list[Judged]:
    judged = [
        Judged(key, *names.get(key, (key, "")), key == released, dict(figures))
        for key, figures in metrics.items()
    ]
    return sorted(judged, key=lambda one: -one.figures.get(order, 0.0))


def _tells_of_few(numbers: Mapping[str, Any]) -> bool:
    n_people = int(numbers["n_people"])
    counts = [round(numbers["base_rate"] * n_people)]
    counts += [numbers[key]["n_flagged"] for key in SUPPORT_MODELS if key in numbers]
    return any(part_of(n, n_people) is None or n == 0 for n in counts)
