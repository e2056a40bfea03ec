"""From the champions to the files of a bundle."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any

from features.horizon import Horizon
from features.records import Records
from features.standards.load import load_standard
from models.cases import Cases, Catalogue
from models.disengagement import DisengagementModel, SupportRule
from models.generators import default_generators
from models.ranker import CourseRanker
from models.recommender import Recommender
from models.required import RequiredCoverage
from models.situation import cases_at, catalogue_of
from training.judging import RANKER

NONE = "none"
REQUIRED = RequiredCoverage.kind


def released_recommender(
    kind: str, ranker: CourseRanker | None, records: Records, horizon: Horizon
) -> Recommender:
    """Return the champion with its generators fitted on all that is known up to the horizon.

    Where nobody has a valid assessment, no order that was judged can be one by gaps: then, if what
    posts require and what courses teach is known, `RequiredCoverage` is released instead, which
    learns nothing and claims no gap.
    """
    catalogue = catalogue_of(records)
    cases = cases_at(records, horizon.as_of, known_at=horizon.known_at)
    if asks_for_assessments(cases, catalogue):
        return Recommender(REQUIRED, RequiredCoverage().fit(cases, catalogue))
    if kind == RANKER:
        assert ranker is not None  # noqa: S101
        return Recommender(kind, ranker).fit_generators(cases, catalogue)
    generator = next(one for one in default_generators() if one.name == kind)
    return Recommender(kind, generator.fit(cases, catalogue))


def asks_for_assessments(cases: Cases, catalogue: Catalogue) -> bool:
    """Return whether posts require what courses teach, and nobody is assessed."""
    if (cases.gaps["evidence"] == "valid").any():
        return False
    required = cases.gaps.dropna(subset=["required_level"])["competency_id"]
    return bool(catalogue.teaches["competency_id"].isin(required).any())


def bundle_files(
    recommender: Recommender,
    support_kind: str,
    support: DisengagementModel | None,
    reference: dict[str, Any] | None = None,
) -> dict[str, str]:
    """Return the texts of a bundle by relative path; `reference` is for monitoring."""
    files = {f"recommender/{name}": text for name, text in recommender.to_files().items()}
    released = {"disengagement": support, "rule": SupportRule()}.get(support_kind)
    own = released.to_files() if released else {}
    if reference is not None:
        files["monitoring/reference.json"] = json.dumps(reference)
    return files | {f"support/{name}": text for name, text in own.items()}


def bundle_about(
    recommender: dict[str, str], support: dict[str, str], judgements: dict[str, Any], as_of: date
) -> dict[str, Any]:
    """Return what the manifest says of the models besides their files."""
    standard = load_standard("disengagement")
    return {
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "code_version": version("huyula"),
        "recommender": recommender,
        "support": support
        | {"capacity": standard["capacity"], "horizon_months": standard["horizon_months"]},
        "trained_as_of": as_of.isoformat(),
        "gates": {name: one["verdict"] for name, one in judgements.items()},
        "metrics": {name: one["metrics"] for name, one in judgements.items()},
        "curves": {name: one["curves"] for name, one in judgements.items()},
    }
