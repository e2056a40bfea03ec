"""The gate of `huyula evaluate` on the final period, and what `huyula release` reads then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import lightgbm as lgb

from experiments.experiment.components_model import Components, first_booster
from experiments.experiment.gates import PASSED, REFUSED, Gate
from experiments.experiment.model_choice import RANKER
from experiments.experiment.question import Question
from experiments.experiment.recommend_question import RecommendQuestion
from experiments.experiment.workspace_support import WorkspaceSupport
from models.generators import default_generators
from models.ranker import CourseRanker
from training.candidate import Candidate
from training.judging import Judgement, judge_recommender
from training.road import EVALUATION_SEED
from training.support_judging import judge_support

RELEASABLE: dict[str, tuple[str, ...]] = {
    "recommend": (RANKER, *(one.name for one in default_generators())),
    "support": ("disengagement",),
}
"""What a bundle can hold, by task."""


@dataclass(frozen=True)
class Release:
    """A champion to be.

    Attributes
    ----------
    part : {"recommender", "support"}
    gate : Gate
        Passed only where `huyula evaluate` would release this very model.
    judgement : Judgement
    candidate : Candidate
    booster : lightgbm.Booster or None
    """

    part: str
    gate: Gate
    judgement: Judgement
    candidate: Candidate
    booster: lgb.Booster | None


def release_of(question: Question, model: Any, run_id: str) -> Release:  # noqa: ANN401
    """Judge a model that was fitted for the final period as `huyula evaluate` does."""
    one = cast("RecommendQuestion | WorkspaceSupport", question)
    periods, name = one.calendar.final_periods, one.specification.model
    ranker = support = None
    if isinstance(one, RecommendQuestion):
        part, other = "recommender", "support"
        ranker = model if isinstance(model, CourseRanker) else None
        judgement = judge_recommender(one.records, periods, ranker, EVALUATION_SEED)
    else:
        part, other = "support", RANKER
        support = cast("Components", model).candidate_
        judgement = judge_support(one.records, periods, support, EVALUATION_SEED)
    missing = {other: "the experiment was about the other model"}
    candidate = Candidate(ranker, support, missing, periods, None, run_id, one.used.digest)
    verdict = judgement.verdict
    gate = Gate(
        "release",
        PASSED if verdict.released == name else REFUSED,
        verdict.sentence,
        verdict.numbers,
    )
    booster = first_booster(support) if support else getattr(ranker, "booster_", None)
    return Release(part, gate, judgement, candidate, booster)
