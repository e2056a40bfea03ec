"""IBM's fictional employees: who leaves, from one snapshot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from experiments.disengagement_panel import PanelOptions, load_panel
from experiments.disengagement_task import Task

PROTECTED = ("Age", "Gender", "MaritalStatus")
LEAK_THRESHOLD = 0.9


def load_ibm_attrition(folder: Path, *, seed: int = 0) -> Task:
    """Return the task: five times five stratified folds, each judged by itself.

    Age, gender and marital status are left out; an AUC above .90 is a leak.
    """
    options = PanelOptions("Attrition", drop=PROTECTED, leak_threshold=LEAK_THRESHOLD)
    task = load_panel(folder / "attrition.csv", options, seed=seed)
    title = "Leaving (fictional): mean over 5 x 5 folds (95% intervals over people)"
    return replace(task, name="ibm_attrition", title=title)
