"""The commands of this folder."""

from __future__ import annotations

import click

from experiments.benchmark_command import benchmark
from experiments.experiment.command import experiment
from experiments.simulate_command import simulate

COMMANDS_BY_NAME: dict[str, click.Command] = {
    "simulate": simulate, "experiment": experiment, "benchmark": benchmark,
}  # fmt: skip
