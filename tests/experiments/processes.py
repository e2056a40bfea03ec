"""Other processes for the tests, as colleagues would start them: none shares a thread or a lock."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from typing import Any


def started(target: Callable[..., None], *args: Any):
    """Start a process that inherits nothing but what it imports; a server imports it once."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["experiments.experiment.run"])
    process = context.Process(target=target, args=args)
    process.start()
    return process
