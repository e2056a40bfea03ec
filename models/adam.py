"""Adam, the gradient descent with momentum and a step size for each weight."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

MOMENTUM, SCALE_MEMORY, EPSILON = 0.9, 0.999, 1e-8


class Adam:
    """Changes weights in place [1]_.

    Parameters
    ----------
    weights : mapping of str to ndarray
        Modified by each `step`.

    References
    ----------
    .. [1] Kingma & Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
    """

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self.weights = weights
        self.mean = {name: np.zeros_like(weight) for name, weight in weights.items()}
        self.square = {name: np.zeros_like(weight) for name, weight in weights.items()}
        self.n_steps = 0

    def step(self, gradients: Mapping[str, np.ndarray], learning_rate: float) -> None:
        """Take one step against the gradients, which name the same weights."""
        self.n_steps += 1
        to_mean = 1 - MOMENTUM**self.n_steps
        to_square = 1 - SCALE_MEMORY**self.n_steps
        for name, gradient in gradients.items():
            mean, square = self.mean[name], self.square[name]
            mean += (1 - MOMENTUM) * (gradient - mean)
            square += (1 - SCALE_MEMORY) * (gradient**2 - square)
            scale = np.sqrt(square / to_square) + EPSILON
            self.weights[name][...] -= learning_rate * (mean / to_mean) / scale
