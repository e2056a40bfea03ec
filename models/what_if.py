"""What a support score would be if the office moved what it may lawfully move.

It says how the score would change and nothing of what would happen: effects are claimed only from
support that was given by lot (`models.support_effect`). The levers, how far each moves which
figures, and their lawful ranges stand in ``standards/support_levers.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.drivers import LEVERS
from features.standards.load import load_standard

SMALLEST_CHANGE = 1e-9
HOURS = ("jp_this_year", "jp_12_months")
"""Figures that a course moves by its own hours, where these are known."""
COLUMNS = ("employee_id", "lever", "rank", "score_from", "score_to")

Floats = NDArray[np.float64]


class Scoring(Protocol):
    """Any released support model."""

    def score(self, people: pd.DataFrame) -> np.ndarray:
        """Return scores, shape (n,)."""
        ...


def suggested_actions(
    model: Scoring,
    people: pd.DataFrame,
    limits: pd.DataFrame,
    hours: pd.Series | None = None,
    rules: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Return the levers that would lower each person's score, the largest change first.

    Parameters
    ----------
    model : Scoring
        Scores are worked out anew with the moved figures.
    people : DataFrame of shape (n, m)
        ``employee_id`` and the profile columns that the model asks for.
    limits : DataFrame of bool of shape (n, 6)
        `models.opportunity.opportunity_limits` of these people, in their order.
    hours : Series of shape (n,), optional
        JP of the course that would be taken, by the index of ``people``; null where not known.
    rules : mapping, optional
        As ``standards/support_levers.toml``; default: those in force.

    Returns
    -------
    DataFrame
        `COLUMNS`, one row a person and lever, ordered by person (as given) and ``rank`` from 1;
        ties go by `features.drivers.LEVERS`. A lever that is not open to a person, moves nothing
        that is known of it, or does not lower the score has no row.
    """
    rules = load_standard("support_levers") if rules is None else rules
    if people.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    before, found = np.asarray(model.score(people), dtype=np.float64), list[pd.DataFrame]()
    for order, lever in enumerate(LEVERS):
        moved, applies = move_lever(people, limits, rules[lever], hours)
        after = np.asarray(model.score(moved), dtype=np.float64)
        rows = np.flatnonzero(applies & (before - after > SMALLEST_CHANGE))
        columns = {
            "employee_id": people["employee_id"].to_numpy()[rows], "lever": lever,
            "score_from": before[rows], "score_to": after[rows], "person": rows, "order": order,
        }  # fmt: skip
        found.append(pd.DataFrame(columns))
    actions = pd.concat([each for each in found if len(each)] or found[:1], ignore_index=True)
    actions = actions.sort_values(["person", "score_to", "order"], kind="stable", ignore_index=True)
    actions["rank"] = actions.groupby("person").cumcount() + 1
    return actions[list(COLUMNS)]


def move_lever(
    people: pd.DataFrame,
    limits: pd.DataFrame,
    lever: Mapping[str, Any],
    hours: pd.Series | None = None,
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return the people with a lever's figures moved, and of whom it moves anything.

    All figures of a lever move by the same share of their distance: the largest that keeps each
    within its range. Of whomever the lever is not open to, nothing is moved.
    """
    share = np.where(_is_open(people, limits, lever), 1.0, 0.0)
    present = {name: move for name, move in lever["moves"].items() if name in people}
    steps = {name: _step(people, name, move, hours) for name, move in present.items()}
    for name, move in present.items():
        share = np.minimum(share, _allowed(people[name], steps[name], move))
    moved, applies = people.copy(), np.zeros(len(people), dtype=bool)
    for name, move in present.items():
        figure = people[name].to_numpy(dtype=np.float64, na_value=np.nan)
        there = np.full(len(people), move["to"]) if "to" in move else figure + share * steps[name]
        changes = (share > 0) & ~np.isnan(figure) & (there != figure)
        moved[name], applies = np.where(changes, there, figure), applies | changes
    return moved, applies


def _is_open(
    people: pd.DataFrame, limits: pd.DataFrame, lever: Mapping[str, Any]
) -> NDArray[np.bool_]:
    """Return to whom the lever is open: no limit forbids it, and what it requires is known."""
    closed = np.asarray(limits[list(lever["unless"])].any(axis=1), dtype=np.bool_)
    for name, least in lever["requires"].items():
        if name not in people:
            return np.zeros(len(people), dtype=bool)
        figure = people[name].to_numpy(dtype=np.float64, na_value=np.nan)
        closed = np.logical_or(closed, ~(figure >= least))
    return np.logical_not(closed)


def _step(
    people: pd.DataFrame, name: str, move: Mapping[str, float], hours: pd.Series | None
) -> Floats:
    step = np.full(len(people), float(move.get("by", 0.0)))
    if hours is None or name not in HOURS:
        return step
    known = hours.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(known), step, known)


def _allowed(figures: pd.Series, step: Floats, move: Mapping[str, float]) -> Floats:
    """Return the share of a step that stays within the range; 1 where the figure is not known."""
    if "to" in move:
        return np.ones(len(figures))
    figure = figures.to_numpy(dtype=np.float64, na_value=np.nan)
    room = np.where(step < 0, figure - move["lowest"], move["highest"] - figure)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(step == 0, 1.0, room / np.abs(step))
    return np.where(np.isnan(share), 1.0, np.clip(share, 0.0, 1.0))
