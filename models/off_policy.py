"""What a challenger's lists would have brought, judged from lists that another model filled.

Each place of a list is a decision: what stood above it is given, one course was shown with a known
chance (its propensity), and something came of it. Where the challenger would have shown the same
course, the outcome speaks for it, the more the rarer the course was shown. That needs places filled
by lot; without any, a challenger that differs cannot be judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from features.errors import HuyulaError

Floats = NDArray[np.float64]
MIN_EFFECTIVE = 100
"""Places that the weighted ones must be worth before an estimate is called one (Kish's effective
sample size): with fewer, the percentile interval is known to be too short."""


MIN_POSSIBLE = 0.5
"""Share of the challenger's choices that must have been possible for a verdict on it."""


class OffPolicyError(HuyulaError):
    """The logged decisions cannot judge a challenger."""


@dataclass(frozen=True)
class Decisions:
    """Places of lists that were shown, one entry each.

    Attributes
    ----------
    person : ndarray of int, shape (n,)
        Whose list; places of one person are drawn together.
    reward : ndarray of shape (n,)
        What came of the course shown.
    propensity : ndarray of shape (n,)
        Chance with which it was shown, given what stood above it.
    agrees : ndarray of shape (n,)
        Chance with which the challenger shows the same course there (0 or 1 if it draws no lots).
    possible : ndarray of bool, shape (n,)
        Whether what the challenger shows there could have been shown at all. Of the other places
        nothing is known, and nothing is said.
    """

    person: NDArray[np.int64]
    reward: Floats
    propensity: Floats
    agrees: Floats
    possible: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Check that every chance is one and that all entries are there."""
        lengths = [len(column) for column in vars(self).values()]
        if len(set(lengths)) != 1:
            raise ValueError(f"{', '.join(vars(self))} must be of one length, got {lengths}")
        for name, chances, low in (
            ("propensity", self.propensity, 1e-12),
            ("agrees", self.agrees, 0.0),
        ):
            wrong = ~((chances >= low) & (chances <= 1))
            if wrong.any():
                raise OffPolicyError(
                    f"{name} must lie between 0 and 1, got {chances[wrong][0]} "
                    f"(place {int(np.argmax(wrong))})"
                )

    def where_possible(self) -> Decisions:
        """Return the places of which something can be known."""
        return Decisions(*(column[self.possible] for column in vars(self).values()))

    @property
    def weight(self) -> Floats:
        """Return how many places of the challenger each shown one stands for."""
        return self.agrees / self.propensity


@dataclass(frozen=True)
class Estimate:
    """A mean reward a place with its 95% interval, people drawn again."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Comparison:
    """The challenger beside the model whose lists were shown, where it can be judged.

    Attributes
    ----------
    shown : Estimate
        Mean reward a place of what was shown.
    snipw, doubly_robust : Estimate
        Of the challenger: self-normalised inverse propensity weighting (Swaminathan & Joachims,
        NIPS 2015), and the doubly robust estimator (Dudik et al., ICML 2011).
    gain_snipw, gain : Estimate
        Challenger less shown, by either.
    effective : float
        Places that the weighted ones are worth: (sum w)^2 / sum w^2 (Kish 1965).
    n, n_people : int
        Places that can be judged, and their people.
    possible : float
        Share of the places that were logged that can be judged.
    """

    shown: Estimate
    snipw: Estimate
    doubly_robust: Estimate
    gain_snipw: Estimate
    gain: Estimate
    effective: float
    n: int
    n_people: int
    possible: float

    @property
    def verdict(self) -> str:
        """Return ``better``, ``worse`` or ``undecided``.

        ``too_few`` where too few places speak of the challenger, ``other_courses`` where too many
        of its choices were never possible.
        """
        if self.possible < MIN_POSSIBLE:
            return "other_courses"
        if self.effective < MIN_EFFECTIVE:
            return "too_few"
        if self.gain.lower > 0:
            return "better"
        return "worse" if self.gain.upper < 0 else "undecided"


def compare(
    decisions: Decisions,
    expected_shown: Floats,
    expected_challenger: Floats,
    *,
    rng: np.random.Generator,
    n_resamples: int = 2_000,
) -> Comparison:
    """Estimate what the challenger would have brought, and its gain over what was shown.

    Parameters
    ----------
    decisions : Decisions
        All that were logged.
    expected_shown, expected_challenger : ndarray of shape (n,)
        Of the same places: reward that a model expects of the course shown, and of the
        challenger's; see `cross_fitted_rewards`. Wrong ones cost precision, not truth.
    rng : Generator
        Draws people.
    n_resamples : int, default=2000

    Raises
    ------
    OffPolicyError
        No decisions, or none on which the challenger agrees.
    """
    if not len(decisions.person):
        raise OffPolicyError("no decisions were logged")
    share, possible = float(decisions.possible.mean()), decisions.possible
    decisions = decisions.where_possible()
    expected_shown, expected_challenger = expected_shown[possible], expected_challenger[possible]
    weight = decisions.weight
    if not weight.any():
        raise OffPolicyError(
            "the challenger agrees with none of the courses shown: nothing can be said of it"
        )
    surprise = weight * (decisions.reward - expected_shown)
    people, person = np.unique(decisions.person, return_inverse=True)
    sums = _sums(
        person,
        len(people),
        np.ones(len(weight)),
        decisions.reward,
        weight,
        weight * decisions.reward,
        expected_challenger + surprise,
    )
    drawn = _draw_again(sums, rng, n_resamples)
    whole = sums.sum(axis=0)
    return Comparison(
        shown=_estimate(whole, drawn, _shown),
        snipw=_estimate(whole, drawn, _snipw),
        doubly_robust=_estimate(whole, drawn, _robust),
        gain_snipw=_estimate(whole, drawn, lambda s: _snipw(s) - _shown(s)),
        gain=_estimate(whole, drawn, lambda s: _robust(s) - _shown(s)),
        effective=float(weight.sum() ** 2 / (weight**2).sum()),
        n=len(weight),
        n_people=len(people),
        possible=share,
    )


def cross_fitted_rewards(
    shown: Floats,
    challenger: Floats,
    decisions: Decisions,
    *,
    n_folds: int = 5,
) -> tuple[Floats, Floats]:
    """Return expected rewards by a ridge regression that never saw the person it speaks of.

    Parameters
    ----------
    shown, challenger : ndarray of shape (n, n_features)
        What is known of each place with the course shown, and with the challenger's.
    decisions : Decisions
    n_folds : int, default=5
        By person; fewer where there are fewer people, the mean with only one.
    """
    n_folds = min(n_folds, len(np.unique(decisions.person)))
    expected_shown = np.full(len(decisions.reward), decisions.reward.mean())
    expected_challenger = expected_shown.copy()
    if n_folds < 2:
        return expected_shown, expected_challenger
    folds = GroupKFold(n_folds).split(shown, groups=decisions.person)
    for rest, fold in folds:
        model = make_pipeline(StandardScaler(), Ridge(alpha=10.0))
        model.fit(shown[rest], decisions.reward[rest])
        expected_shown[fold] = model.predict(shown[fold])
        expected_challenger[fold] = model.predict(challenger[fold])
    return expected_shown, expected_challenger


def _sums(person: NDArray[np.int64], n_people: int, *columns: Floats) -> Floats:
    totals = [np.bincount(person, one, minlength=n_people) for one in columns]
    return np.stack(totals, axis=1).astype(np.float64)


def _draw_again(sums: Floats, rng: np.random.Generator, n_resamples: int) -> Floats:
    n = len(sums)
    times = (np.bincount(rng.integers(n, size=n), minlength=n) for _ in range(n_resamples))
    return np.stack([one @ sums for one in times])


def _shown(s: Floats) -> Floats:
    return s[..., 1] / s[..., 0]


def _snipw(s: Floats) -> Floats:
    return np.divide(s[..., 3], s[..., 2], out=np.zeros_like(s[..., 3]), where=s[..., 2] > 0)


def _robust(s: Floats) -> Floats:
    return s[..., 4] / s[..., 0]


def _estimate(whole: Floats, drawn: Floats, of: Callable[[Floats], Floats]) -> Estimate:
    lower, upper = np.quantile(of(drawn), [0.025, 0.975])
    return Estimate(float(of(whole)), float(lower), float(upper))
