"""The numbers of the report on support needs: by unit and by main driver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from features.drivers import GROUPS, group_of
from features.profiles import FAMILIES
from features.small_cells import SMALLEST_GROUP, SMALLEST_SUPPORT_GROUP, part_of, publishable
from features.standards.load import load_standard
from models.capacity import flag
from serving.wording import feature_name

DRIVERS = {
    "attendance": "attendance, against the person’s own past",
    "development": "courses offered, taken or left",
    "performance": "SKP predicate and 360 feedback",
    "competency": "match with the post, and gaps",
    "career": "time in the present post",
}
"""Feature families of `features.profiles` in words."""
RULE_DRIVERS = {
    "unexcused_rise": "absence without reason above the person’s own past",
    "n_enrolments_6_months": "courses offered in 6 months and none taken",
}
"""What the points of the rule of thumb are for."""
ALIKE = "several of these alike"


@dataclass(frozen=True)
class UnitNeeds:
    """Support needs of one unit, or of all units not shown together."""

    name: str
    n_people: int
    n_flagged: int
    n_highest: int | None
    """How many are among the employer's highest scores, as many as there are places in all."""


@dataclass(frozen=True)
class SupportNeeds:
    """Who may need support, in numbers."""

    kind: str
    """``disengagement``, ``rule`` or ``none``."""
    capacity: float
    n_flagged: int | None
    n_abstained: int | None
    units: list[UnitNeeds]
    rest: UnitNeeds | None
    """All other units together; None where they are withheld, or there are none."""
    n_rest: int
    """Units that are not shown by themselves."""
    drivers: list[tuple[str, int]]
    """Main driver in words and of how many people's flags, the most frequent first."""
    drivers_withheld: bool
    groups: dict[str, float]
    """Share of what raises the flagged scores that is the person's, the office's, the system's."""
    n_lacking: int | None
    """How many flags a lack of opportunity explains."""
    levers: list[tuple[str, int]]
    """Action suggested first and for how many people, the most frequent first."""


def support_needs(
    support: pd.DataFrame,
    drivers: pd.DataFrame,
    units: pd.DataFrame,
    about: dict[str, Any],
    limits: pd.DataFrame | None = None,
    actions: pd.DataFrame | None = None,
) -> SupportNeeds:
    """Count flags by unit and driver.

    Parameters
    ----------
    support, drivers, units : DataFrame
        Of the snapshot.
    about : dict
        What the bundle says of its support model: ``kind``, ``capacity``.
    limits, actions : DataFrame, optional
        Of the snapshot.
    """
    kind, capacity = about["kind"], float(about["capacity"])
    flagged = support["status"] == "support_need"
    n_flagged, n_abstained = _publishable_statuses(support["status"])
    if kind == "none" or n_flagged is None or not flagged.any():
        return SupportNeeds(
            kind, capacity, n_flagged, n_abstained, [], None, 0, [], False, {}, None, []
        )
    counts = _count_by_unit(support, flagged, _highest(support, kind, capacity))
    shown, rest = _split(counts, dict(zip(units["unit_id"], units["name"], strict=True)))
    by_driver = _main_drivers(drivers, kind)
    safe = publishable(by_driver)
    return SupportNeeds(
        kind=kind,
        capacity=capacity,
        n_flagged=n_flagged,
        n_abstained=n_abstained,
        units=shown,
        rest=rest,
        n_rest=len(counts) - len(shown),
        drivers=[(str(words), int(n)) for words, n in by_driver[safe].items()],
        drivers_withheld=not safe.all(),
        groups=_group_shares(drivers),
        n_lacking=None if limits is None else part_of(_count_lacking(limits), n_flagged),
        levers=[] if actions is None else _first_levers(actions, n_flagged),
    )


def _publishable_statuses(status: pd.Series) -> tuple[int | None, int | None]:
    """Return how many are flagged and of how many too little is known."""
    counts = status.value_counts().reindex(["support_need", "abstained", "none"], fill_value=0)
    safe = publishable(counts) & (len(status) >= SMALLEST_SUPPORT_GROUP)
    flagged, abstained, _ = (int(counts[name]) if safe[name] else None for name in counts.index)
    return flagged, abstained


def _highest(support: pd.DataFrame, kind: str, capacity: float) -> pd.Series:
    """Mark the people whom the same number of places would go to if units did not matter."""
    everybody = support[["employee_id"]].assign(unit_id="")
    score = support["score"].to_numpy(dtype=float, na_value=float("nan"))
    highest = pd.Series(flag(everybody, score, capacity), index=support.index)
    return highest & (support["score"] > 0) if kind == "rule" else highest


def _count_by_unit(support: pd.DataFrame, flagged: pd.Series, highest: pd.Series) -> pd.DataFrame:
    marked = support.assign(n_people=1, n_flagged=flagged, n_highest=highest)
    counts = marked.groupby("unit_id")[["n_people", "n_flagged", "n_highest"]].sum().astype(int)
    return counts.sort_values("n_people", ascending=False, kind="stable")


def _split(counts: pd.DataFrame, names: dict[str, str]) -> tuple[list[UnitNeeds], UnitNeeds | None]:
    """Return the units that may be shown, and all others as one."""
    safe, safe_highest = (_safe_units(counts, column) for column in ("n_flagged", "n_highest"))
    shown = [
        UnitNeeds(
            str(names.get(unit_id, unit_id)), n_people, n_flagged, n_highest if known else None
        )
        for unit_id, n_people, n_flagged, n_highest, known in zip(
            counts.index[safe].astype(str),
            *(counts.loc[safe, column].tolist() for column in counts.columns),
            safe_highest[safe],
            strict=True,
        )
    ]
    others = counts[~safe].sum()
    if 0 < others["n_people"] < SMALLEST_SUPPORT_GROUP:  # subtraction would tell of them
        return [], None
    if safe.all():
        return shown, None
    n_people, n_flagged, n_highest = (int(n) for n in others)
    known = safe_highest[safe].all() and n_highest >= SMALLEST_GROUP
    name = "All other units together"
    return shown, UnitNeeds(name, n_people, n_flagged, n_highest if known else None)


def _safe_units(counts: pd.DataFrame, column: str) -> pd.Series:
    n, rest = counts[column], counts["n_people"] - counts[column]
    unsafe = (n < SMALLEST_GROUP) | (rest < SMALLEST_GROUP)
    unsafe |= counts["n_people"] < SMALLEST_SUPPORT_GROUP
    return publishable(n, unsafe)


def _main_drivers(drivers: pd.DataFrame, kind: str) -> pd.Series:
    """Return to how many people's flags each group of features contributes most."""
    parts = drivers[drivers["feature"] != "base"]
    words = {name: _in_words(name, kind) for name in parts["feature"].unique()}
    sums = (
        parts.assign(words=parts["feature"].map(words))
        .groupby(["employee_id", "words"], as_index=False)["contribution"]
        .sum()
    )
    largest = sums.groupby("employee_id")["contribution"].transform("max")
    main = sums[sums["contribution"] == largest].set_index("employee_id")["words"]
    return (
        main.mask(main.index.duplicated(keep=False), ALIKE).groupby(level=0).first().value_counts()
    )


def _group_shares(drivers: pd.DataFrame) -> dict[str, float]:
    """Return each group's share of what raises the scores; none where nothing does."""
    raising = drivers[(drivers["feature"] != "base") & (drivers["contribution"] > 0)]
    group = raising["feature"].map({name: group_of(name) for name in raising["feature"].unique()})
    sums = raising["contribution"].groupby(group).sum().reindex(list(GROUPS), fill_value=0.0)
    return {str(name): float(part) for name, part in (sums / sums.sum()).dropna().items()}


def _count_lacking(limits: pd.DataFrame) -> int:
    return limits.loc[limits["explains"].astype(bool), "employee_id"].nunique()


def _first_levers(actions: pd.DataFrame, n_flagged: int) -> list[tuple[str, int]]:
    """Return the actions suggested first, but those of too few people."""
    first = actions.loc[actions["rank"] == 1, "lever"].value_counts()
    none = pd.Series({"": n_flagged - int(first.sum())})  # a count that subtraction would give
    safe = publishable(pd.concat([first, none]))
    names = load_standard("support_levers")
    return [
        (str(names[lever]["name_en"]), int(first.loc[lever]))
        for lever in map(str, first.index)
        if bool(safe.loc[lever])
    ]


def _in_words(feature: str, kind: str) -> str:
    if kind == "rule" and feature in RULE_DRIVERS:
        return RULE_DRIVERS[feature]
    family = next((name for name, features in FAMILIES.items() if feature in features), "")
    return DRIVERS.get(family, feature_name(feature, kind, "en"))
