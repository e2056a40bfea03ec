"""What a completed course does to a competency: by level, form, and fit to the person."""

from __future__ import annotations

import numpy as np

from experiments.simulation.world import World

HUMP_WIDTH = 0.5


def form_strengths(world: World, forms: list[str]) -> np.ndarray:
    """Return the strength of each course's form of learning."""
    by_form = {str(name): value for name, value in world.learning.forms.items()}
    return np.array([by_form.get(form, 1.0) for form in forms])


def gain_share(
    world: World,
    level: np.ndarray,
    taught: np.ndarray,
    form: np.ndarray,
    taste: np.ndarray,
    growth: np.ndarray,
    luck: np.ndarray | float = 0.0,
) -> np.ndarray:
    """Return which part of the way to the taught level a course covers (arrays broadcast).

    Parameters
    ----------
    level, taught : ndarray
        The person's level and the course's.
    form : ndarray
        Strength of its form of learning.
    taste, growth : ndarray
        The person's taste for its topic, and how fast the person learns.
    luck : ndarray or float
        Standard normal; 0 gives what is to be expected.
    """
    strength = world.learning
    ahead = taught - level
    fit = 1 + strength.fit * (taste - 0.5)
    share = strength.gain * form * np.maximum(fit, 0) * np.exp(strength.growth_spread * growth)
    share = share * (1 - strength.too_far) ** np.maximum(ahead - 1, 0)
    share = share * (1 - world.form.gain_hump * (1 - np.exp(-((ahead - 1) ** 2) / HUMP_WIDTH)))
    return np.clip(share + strength.gain_spread * luck, 0, 1)


def level_after(level: np.ndarray, taught: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return the level after a course; nobody unlearns what goes beyond it."""
    return level + share * np.maximum(taught - level, 0)
