"""What may be released: each model against what it must beat, by paired bootstrap.

Every resample draws people with replacement and compares both sides on the same people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.bootstrap import paired_gain, statistic_interval
from training.support_metrics import Flags, Outcomes, lift_at_capacity, net_benefit


@dataclass(frozen=True)
class Verdict:
    """A gate's answer.

    Attributes
    ----------
    released : str
        ``ranker`` or a generator's name; ``disengagement``, ``rule`` or ``none``.
    passed : bool
        Whether the model itself (not its fallback) may be released.
    sentence : str
        The verdict in plain words.
    numbers : dict
        What was compared, with interval bounds.
    """

    released: str
    passed: bool
    sentence: str
    numbers: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able dictionary."""
        return asdict(self)


def recommender_gate(
    ndcg: Mapping[str, NDArray[np.float64]], ranker: str, rng: np.random.Generator
) -> Verdict:
    """Release the ranker only if it surely beats the best generator.

    Parameters
    ----------
    ndcg : mapping of str to ndarray of shape (n_people,)
        NDCG@10 of each person with a target, by model; the generators and, if it was fitted,
        `ranker`.
    ranker : str
        The ranker's name in `ndcg`.
    """
    means = {name: float(values.mean()) for name, values in ndcg.items()}
    best = max((name for name in means if name != ranker), key=means.__getitem__)
    numbers: dict[str, Any] = {"ndcg_at_10": means, "best_generator": best}
    if ranker not in ndcg:
        numbers["n_people"] = len(ndcg[best])
        return Verdict(best, False, f"There is no ranker; {best} is released.", numbers)
    gain = paired_gain(ndcg[ranker], ndcg[best], rng=rng)
    n_people = len(ndcg[best])
    numbers |= {
        "gain": gain.mean, "gain_low": gain.lower, "gain_high": gain.upper, "n_people": n_people,
    }  # fmt: skip
    compared = (
        f"NDCG@10 {means[ranker]:.3f} against {means[best]:.3f} of the best generator, {best}: "
        f"a gain of {gain.mean:+.3f} (95% interval {gain.lower:+.3f} to {gain.upper:+.3f}, "
        f"{n_people:,} people)"
    )
    if gain.lower > 0:
        return Verdict(ranker, True, f"PASSED: the ranker is released. {compared}.", numbers)
    sentence = f"REFUSED: the ranker is not surely better, so {best} is released. {compared}."
    return Verdict(best, False, sentence, numbers)


def support_gate(
    flags: Mapping[str, Flags], outcome: Outcomes, threshold: float, rng: np.random.Generator
) -> Verdict:
    """Release the model only if lift and net benefit surely beat the rule's; abstain without skill.

    Parameters
    ----------
    flags : mapping of str to ndarray of bool, shape (n_people,)
        Who is flagged within capacity by ``rule`` and, if it was fitted, ``disengagement``.
    outcome : ndarray of shape (n_people,)
        1 for an event, 0 for none.
    threshold : float
        See `net_benefit`.
    """
    numbers: dict[str, Any] = {
        name: {
            "lift": lift_at_capacity(own, outcome),
            "net_benefit": net_benefit(own, outcome, threshold),
            "n_flagged": int(own.sum()),
        }
        for name, own in flags.items()
    }
    numbers |= {"base_rate": float(outcome.mean()), "n_people": len(outcome)}
    passed, compared = _beats_rule(flags, outcome, threshold, rng, numbers)
    released = "disengagement" if passed else "rule"
    skill, _ = statistic_interval(
        lambda rows: _lift(flags[released][rows], outcome[rows]), len(outcome), rng=rng
    )
    numbers["lift_low_of_released"] = skill
    if not skill > 1:
        sentence = (
            f"ABSTAINS: nothing is surely better than the base rate of {outcome.mean():.1%} "
            f"(lower bound of the lift: {skill:.2f}). {compared}"
        )
        return Verdict("none", False, sentence, numbers)
    if passed:
        return Verdict(released, True, f"PASSED: the model is released. {compared}", numbers)
    sentence = f"REFUSED: the rule of thumb is released, and named as a rule. {compared}"
    return Verdict(released, False, sentence, numbers)


def nothing_to_judge(fallback: str, reason: str) -> Verdict:
    """Return the verdict where the later period holds nothing to judge on."""
    return Verdict(fallback, False, f"NOT JUDGED: {reason}.", {})


def _beats_rule(
    flags: Mapping[str, Flags],
    outcome: Outcomes,
    threshold: float,
    rng: np.random.Generator,
    numbers: dict[str, Any],
) -> tuple[bool, str]:
    if "disengagement" not in flags:
        return False, "There is no model to compare with the rule."
    model, rule = flags["disengagement"], flags["rule"]

    def lift_gain(rows: NDArray[np.int64]) -> float:
        return _lift(model[rows], outcome[rows]) - _lift(rule[rows], outcome[rows])

    def benefit_gain(rows: NDArray[np.int64]) -> float:
        return net_benefit(model[rows], outcome[rows], threshold) - net_benefit(
            rule[rows], outcome[rows], threshold
        )

    lift_low, lift_high = statistic_interval(lift_gain, len(outcome), rng=rng)
    benefit_low, benefit_high = statistic_interval(benefit_gain, len(outcome), rng=rng)
    numbers |= {"lift_gain_low": lift_low, "lift_gain_high": lift_high}
    numbers |= {"net_benefit_gain_low": benefit_low, "net_benefit_gain_high": benefit_high}
    compared = (
        f"Lift at capacity {numbers['disengagement']['lift']:.2f} against "
        f"{numbers['rule']['lift']:.2f} of the rule (95% interval of the gain {lift_low:+.2f} to "
        f"{lift_high:+.2f}); net benefit per 1,000 people "
        f"{1000 * numbers['disengagement']['net_benefit']:+.1f} against "
        f"{1000 * numbers['rule']['net_benefit']:+.1f} "
        f"({1000 * benefit_low:+.1f} to {1000 * benefit_high:+.1f})."
    )
    return bool(lift_low > 0 and benefit_low > 0), compared


def _lift(flags: Flags, outcome: Outcomes) -> float:
    lift = lift_at_capacity(flags, outcome)
    return 0.0 if np.isnan(lift) else lift


LEARNED = frozenset({"ranker", "disengagement"})
"""Kinds that passed a gate; the others are what stands in where none did."""


def given_way(served: Mapping[str, str], passed: Mapping[str, bool]) -> list[str]:
    """Return the parts whose learned model that serves would be replaced by one that is not.

    Parameters
    ----------
    served : mapping of str to str
        Kind in the bundle, by part.
    passed : mapping of str to bool
        Whether a learned successor passed its gate, by part.

    >>> given_way({"recommender": "ranker", "support": "rule"},
    ...           {"recommender": False, "support": False})
    ['recommender']
    """
    return [part for part, kind in served.items() if kind in LEARNED and not passed[part]]
