"""Fitted models that have not been judged yet, as text files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from features.workspace import replace_text
from models.ranker import CourseRanker
from training.periods import Periods
from training.support_candidate import SupportCandidate

ABOUT = "candidate.json"
REFERENCE = "reference.json"


@dataclass(frozen=True)
class Candidate:
    """What `huyula train` leaves for `huyula evaluate` and `huyula release`.

    Attributes
    ----------
    ranker, support
        Fitted models, or None where the records could not teach one.
    missing : dict of str to str
        Why a model is None, by ``ranker`` and ``support``, in words for a person.
    periods : Periods
    null_seed : int or None
        Seed of the permuted labels; such a candidate is never released.
    run_id : str
        MLflow run.
    records_digest : str
        SHA-256 over the records it learned from.
    reference : dict or None
        Distributions it learned from (`training.monitoring.reference`), for monitoring.
    """

    ranker: CourseRanker | None
    support: SupportCandidate | None
    missing: dict[str, str]
    periods: Periods
    null_seed: int | None
    run_id: str
    records_digest: str
    reference: dict[str, Any] | None = None

    def save(self, folder: Path) -> None:
        """Write the candidate into an empty folder."""
        models: dict[str, Any] = {"ranker": self.ranker, "support": self.support}
        for name, model in models.items():
            for file, text in model.to_files().items() if model else ():
                replace_text(folder / name / file, text)
        if self.reference is not None:
            replace_text(folder / REFERENCE, json.dumps(self.reference, indent=1))
        replace_text(folder / ABOUT, json.dumps(self.about(), indent=1))

    def about(self) -> dict[str, Any]:
        """Return everything but the models, JSON-able."""
        periods = {
            "training": [day.isoformat() for day in self.periods.training],
            "calibration": self.periods.calibration.isoformat(),
            "evaluation": self.periods.evaluation.isoformat(),
            "end": self.periods.end.isoformat(),
            "horizon_months": self.periods.horizon_months,
        }
        return {
            "periods": periods, "missing": self.missing, "null_seed": self.null_seed,
            "run_id": self.run_id, "records_digest": self.records_digest,
        }  # fmt: skip

    @classmethod
    def load(cls, folder: Path) -> Candidate:
        """Read what `save` wrote."""
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        dates = about["periods"]
        periods = Periods(
            tuple(date.fromisoformat(day) for day in dates["training"]),
            date.fromisoformat(dates["calibration"]),
            date.fromisoformat(dates["evaluation"]),
            date.fromisoformat(dates["end"]),
            dates["horizon_months"],
        )
        reference = folder / REFERENCE
        ranker, support = _read(folder / "ranker"), _read(folder / "support")
        return cls(
            CourseRanker.from_files(ranker) if ranker else None,
            SupportCandidate.from_files(support) if support else None,
            about["missing"],
            periods,
            about["null_seed"],
            about["run_id"],
            about["records_digest"],
            json.loads(reference.read_text(encoding="utf-8")) if reference.exists() else None,
        )


def _read(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*"))}
