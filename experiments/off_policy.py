"""Can lists filled partly by lot judge a model that was never shown? Checked where truth is known.

Everybody of a simulated employer gets lists by one model, a share of the places by lot. Whether a
course is taken up follows from the true taste and the true gap, which no model sees. Each rival is
then estimated from the logged lists alone, and the truth is computed in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.simulated_employer import SimulatedEmployer
from experiments.simulated_lists import RIVALS, rival_scores
from experiments.simulated_truth import TrueGains, true_gains
from models.course_set import CourseFacts, covered, legal_and_useful, needs_of
from models.exploration import Exploration
from models.interactions import taken_matrix
from models.off_policy import Comparison, Decisions, compare, cross_fitted_rewards
from models.replay import choices_beside
from models.set_choice import GrowingSets, choose_set

Floats = NDArray[np.float64]
K = 5
BASE, OF_TASTE, OF_GAP = -1.5, 3.0, 0.8
"""Log-odds of taking up a course: at middle taste and no gap; of full taste; of a level closed."""


@dataclass(frozen=True)
class Stage:
    """An employer whose answer to any course at any place is known.

    Attributes
    ----------
    chance : ndarray of shape (n_people, n_courses)
        True chance that a course that is shown is taken up.
    scores : dict of str to ndarray of shape (n_people, n_courses)
        Of each model; -inf where no rule allows the course.
    known : ndarray of shape (n_people, n_courses, n_features)
        What a model of rewards may see.
    """

    employer: SimulatedEmployer
    facts: CourseFacts
    needs: Any
    chance: Floats
    scores: dict[str, Floats]
    known: Floats


def stage_of(employer: SimulatedEmployer, seed: int) -> Stage:
    """Prepare an employer: rules, models, and the true chances."""
    catalogue = employer.catalogue
    facts = CourseFacts.of(employer.course_ids, catalogue.courses, catalogue.teaches)
    needs = needs_of(employer.cases, facts, employer.as_of)
    useful = legal_and_useful(employer.allowed, needs, facts)
    gains = true_gains(employer)
    scores = {
        name: np.where(useful, own, -np.inf)
        for name, own in rival_scores(employer, seed).items()
        if name in RIVALS
    }
    taken = np.asarray(taken_matrix(employer.cases, employer.course_ids).mean(axis=0)).ravel()
    shape = employer.allowed.shape
    known = np.stack(
        [
            covered(needs.level, needs.required, facts),
            np.broadcast_to(taken, shape),
            np.broadcast_to(np.nan_to_num(facts.jp), shape),
        ],
        axis=2,
    )
    return Stage(employer, facts, needs, true_chance(gains), scores, known)


def true_chance(gains: TrueGains) -> Floats:
    """Return the chance that a person takes up a course: taste and true gap move it."""
    lacking = np.maximum(gains.required - gains.level, 0)
    reach = np.maximum(gains.taught[None] - gains.level[:, None], 0)
    closed = np.minimum(lacking[:, None], reach).sum(axis=2)
    odds = BASE + OF_TASTE * (gains.taste - 0.5) + OF_GAP * closed
    return 1 / (1 + np.exp(-odds))


@dataclass(frozen=True)
class Judged:
    """A challenger as its logs tell it, and as it is.

    Attributes
    ----------
    found : Comparison
    truth : float
        Mean true chance at the challenger's choice, place by place, given what was shown above it,
        where the choice was possible: what the estimate is about.
    truly_better : float
        The same less the mean true chance of what was shown.
    """

    found: Comparison
    truth: float
    truly_better: float

    def holds(self, name: str) -> bool:
        """Return whether an interval (``snipw``, ``doubly_robust``) holds the truth."""
        estimate = getattr(self.found, name)
        return estimate.lower <= self.truth <= estimate.upper

    @property
    def wrong(self) -> bool:
        """Return whether the verdict says the opposite of the truth."""
        verdict = self.found.verdict
        return (verdict == "better" and self.truly_better <= 0) or (
            verdict == "worse" and self.truly_better >= 0
        )


def judge_from_logs(
    stage: Stage, shown_by: str, challenger: str, *, seed: int, share: float, occasions: int
) -> Judged:
    """Show lists on several occasions, draw what comes of them, and estimate the challenger."""
    logs = [
        _one_occasion(stage, shown_by, challenger, f"{seed}-{number}", share)
        for number in range(occasions)
    ]
    row, column, own, place, propensity, possible = (
        np.concatenate(parts) for parts in zip(*logs, strict=True)
    )
    rng = np.random.default_rng(seed)
    chance = stage.chance[row, column]
    decisions = Decisions(
        row,
        (rng.random(len(row)) < chance).astype(np.float64),
        propensity,
        (own == column).astype(np.float64),
        possible,
    )
    expected = cross_fitted_rewards(
        np.column_stack([stage.known[row, column], place]),
        np.column_stack([stage.known[row, own], place]),
        decisions,
    )
    found = compare(decisions, *expected, rng=rng, n_resamples=500)
    truth = float(stage.chance[row, own][possible].mean())
    return Judged(found, truth, truth - float(chance[possible].mean()))


def _one_occasion(
    stage: Stage, shown_by: str, challenger: str, occasion: str, share: float
) -> tuple[NDArray[Any], ...]:
    """Return person, course shown, challenger's course, place, propensity, and if possible."""
    people = stage.employer.cases.people["employee_id"]
    pick = Exploration(f"{shown_by}-{occasion}", share=share).pick(people, K)
    row, column, rank = choose_set(
        stage.scores[shown_by], stage.needs, stage.facts, K, by_value=False, pick=pick
    )
    shown = np.full((len(people), K), -1)
    shown[row, rank - 1] = column
    sets = GrowingSets(stage.scores[challenger], stage.needs, stage.facts, by_value=False)
    own = choices_beside(sets, shown)[row, rank - 1]
    propensity, pools = (
        np.stack(one, axis=1)[row, rank - 1] for one in (pick.propensity, pick.pools)
    )
    return row, column, own, rank, propensity, (pools == own[:, None]).any(axis=1)
