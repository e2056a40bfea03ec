"""The challenger beside what is served: another bundle's models on the same people and profiles."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from features.errors import ArtifactError, HuyulaError
from features.keys import load_shadow_key, load_verifying_key
from features.workspace import Workspace
from models.bundle import Bundle, open_bundle
from models.disengagement import DisengagementModel, load_support
from models.hazard import HazardModel
from serving.batch import assess_support
from serving.course_filter import CourseFilter
from serving.messages import RecommendationQuestion
from serving.ranking import Row, fresh_ranking
from serving.released import Released, files_under, load_released
from serving.rows import Rows
from serving.support_lots import flagged_before, support_occasion

MIN_SHARED_COURSES = 0.9
"""A catalogue changes a little between two trainings; lists from another one compare nothing."""


class Challenger:
    """Scores people of a release with another bundle; never changed once made.

    Whom it flags depends on everybody of a unit, so that is worked out once, with the lots of the
    served list and with the same people flagged before.

    Parameters
    ----------
    bundle : Bundle
        Verified.
    released : Released
        What is served.
    workspace : Workspace
        Knows who was flagged the last time.

    Raises
    ------
    ArtifactError
        The bundle is the one served, has no such models, knows other courses, or needs features
        that the served profiles lack.
    """

    def __init__(self, bundle: Bundle, released: Released, workspace: Workspace) -> None:
        self.bundle, self.of = bundle, released
        _check_apart(bundle, released)
        try:
            self._beside = released.with_bundle(bundle)
            _check_courses(self._beside)
            _check_features(bundle, released)
            as_of, people = released.snapshot.as_of, _with_past(released)
            before = flagged_before(workspace, as_of)
            support, _ = assess_support(bundle, people, support_occasion(as_of), before)
            self._support = Rows(support, "employee_id")
            for employee_id in people["employee_id"].head(1):
                self.lists(RecommendationQuestion.model_construct(people=[], k=1), [employee_id])
        except HuyulaError:
            raise
        except Exception as error:  # whatever a foreign bundle does, its name is said
            raise ArtifactError(
                f"shadow bundle {bundle.digest[:12]} must score the profiles served, but fails: "
                f"{type(error).__name__}: {error}"
            ) from error

    def lists(
        self, question: RecommendationQuestion, employee_ids: list[str]
    ) -> dict[str, list[Row]]:
        """Return the courses that it would have listed for people, best first."""
        condition = None if question.filter is None else CourseFilter(question.filter)
        plain = question.target_post is None and condition is None
        # a stored list is the beginning of a longer one
        k = max(question.k, self.of.snapshot.k) if plain else question.k
        ranking = fresh_ranking(self._beside, employee_ids, question.target_post, k, condition)
        return {one: rows[: question.k] for one, rows in ranking.courses.items()}

    def support(self, employee_id: str) -> tuple[bool | None, float | None]:
        """Return whether it flags a person (None: abstains), and its score."""
        return flag_and_score(self._support, employee_id)


def flag_and_score(support: Rows, employee_id: str) -> tuple[bool | None, float | None]:
    """Return whether a support table flags a person (None: abstains), and the finite score."""
    row = support.one(employee_id)
    if row is None or row["status"] == "abstained":
        return None, None
    score = math.nan if row["score"] is None else float(row["score"])
    return row["status"] == "support_need", score if math.isfinite(score) else None


def open_shadow(folder: Path, key_folder: Path) -> Bundle:
    """Return the verified bundle of ``HUYULA_SHADOW_BUNDLE``.

    Raises
    ------
    ArtifactError
        It is no bundle, damaged or not signed with the employer's key.
    """
    try:
        return open_bundle(folder.resolve(), load_verifying_key(key_folder))
    except (ArtifactError, ValueError, KeyError) as error:
        raise ArtifactError(f"HUYULA_SHADOW_BUNDLE cannot be used: {error}") from error


def check_shadow(workspace: Workspace, folder: Path, key_folder: Path) -> None:
    """Raise `HuyulaError` unless a bundle can shadow what is released, if anything is."""
    bundle = open_shadow(folder, key_folder)
    load_shadow_key(key_folder, create=True)
    if workspace.bundle.exists() and workspace.snapshot.exists():
        Challenger(bundle, load_released(workspace, key_folder), workspace)


def _check_apart(bundle: Bundle, released: Released) -> None:
    if bundle.digest == released.bundle.digest:
        raise ArtifactError(
            f"shadow bundle must differ from the served one, got {bundle.digest[:12]} for both"
        )
    if missing := {"recommender", "support"} - set(bundle.about):
        raise ArtifactError(f"shadow bundle must have both models, got no {sorted(missing)}")


def _with_past(released: Released) -> pd.DataFrame:
    """Return profiles as `features.panel.people_with_past` does."""
    snapshot = released.snapshot
    people = snapshot["people"].merge(snapshot["past"], on="employee_id", how="left")
    return people.assign(as_of=pd.Timestamp(snapshot.as_of))


def _check_courses(beside: Released) -> None:
    own, known = set(beside.recommender.course_ids), set(beside.courses)
    shared = len(own & known) / max(1, len(own | known))
    if shared < MIN_SHARED_COURSES:
        raise ArtifactError(
            f"shadow bundle must share {MIN_SHARED_COURSES:.0%} of the courses with the served "
            f"catalogue, got {shared:.0%}"
        )


def _check_features(bundle: Bundle, released: Released) -> None:
    kind = bundle.about["support"]["kind"]
    model = None if kind == "none" else load_support(kind, files_under(bundle, "support"))
    if isinstance(model, DisengagementModel):
        hazards = [one for one in model.all.values() if isinstance(one, HazardModel)]
        needed = {name for one in hazards for name in one.features}
        missing = needed - set(released.snapshot["people"].columns)
        if missing:
            raise ArtifactError(
                f"shadow bundle must need features that the served profiles have, which lack "
                f"{', '.join(sorted(missing))}"
            )
