"""How a run's model does when it learns from ever more of the people; kept with the run."""

from __future__ import annotations

from typing import Any

from experiments.experiment.ledger import Ledger
from experiments.experiment.measures import measure
from experiments.experiment.model_choice import RANKER
from experiments.experiment.open_question import open_question
from experiments.experiment.specification import METRICS
from experiments.experiment.tracked import Finished
from experiments.experiment.versions import versions_now
from features.errors import HuyulaError
from features.workspace import Workspace
from training import tracking
from training.fitting import TooLittleError
from training.road import Bar

LEARNING_CURVE = "learning_curve.json"
SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)


def draw_learning_curve(finished: Finished, workspace: Workspace, bar: Bar) -> dict[str, Any]:
    """Refit on growing shares of the training people, judge on the last test period, keep it.

    The ledger notes one more look at that period; the final period stays closed.

    Raises
    ------
    HuyulaError
        Data or own model are no longer those of the run, or the model is a generator.
    """
    about, task = finished.about, finished.about["task"]
    if task == "recommend" and about["model"] != RANKER:
        raise HuyulaError(f"--learning-curve must be of the ranker, got {about['model']}")
    question, choice = open_question(finished.experiment, workspace)
    for name, now in (("data", question.used.digest), ("model", choice.source_digest)):
        if about[f"{name}_digest"] != now:
            raise HuyulaError(f"{name} of the run must be unchanged, but its digest is another")
    period, one = question.periods[-1], question.specification
    Ledger(workspace.experiments).look(period.key, finished.run.run_id, one.name)
    metric, points = METRICS[task][0], []
    with bar("Learning from shares of people", len(SHARES)) as advance:
        for share in SHARES:
            try:
                rows = question.judge(period, about["chosen"], share).rows
                found = measure(task, rows, one.seed)[metric]
                point = {"mean": found.mean, "low": found.lower, "high": found.upper}
            except (TooLittleError, HuyulaError, ValueError) as error:
                point = {"lack": str(error)}
            points.append({"share": share, **point})
            advance(f"{share:.0%}")
    curve = {"period": period.name, "metric": metric, "points": points,
             "code_digest": versions_now().code_digest}  # fmt: skip
    with tracking.continue_run(finished.run.run_id):
        tracking.log_json(curve, LEARNING_CURVE)
    return curve
