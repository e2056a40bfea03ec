"""The facts of a run that never was: small, and the same for ever."""

from __future__ import annotations

from typing import Any

VERDICT = {
    "released": "disengagement",
    "passed": True,
    "sentence": "PASSED: the model.",
    "numbers": {},
}
FACTS: dict[str, Any] = {
    "about": {
        "run_id": "run0", "records_digest": "ab" * 32, "null_seed": None,
        "missing": {"ranker": "only 12 people took a course"},
        "periods": {"training": ["2024-01-01", "2024-02-01"], "calibration": "2025-01-01",
                    "evaluation": "2025-07-01", "end": "2026-01-01", "horizon_months": 6},
    },
    "judgement": {
        "recommender": {"verdict": VERDICT | {"released": "gap", "sentence": "There is no ranker."},
                        "metrics": {"gap": {"ndcg_at_10": 0.1234}}, "curves": {}},
        "support": {"verdict": VERDICT, "curves": {},
                    "metrics": {"disengagement": {"auc": 0.8, "brier": 0.07,
                                                  "calibration_slope": 1.05,
                                                  "mean_predicted_by_observed": 0.98}}},
    },
    "audit": {
        "as_of": "2025-07-01", "n_people": 1234,
        "rules": {"impact": {"lowest": 0.8, "highest": 1.25}},
        "findings": ["support flags by sex: too many among female"],
        "flags": {
            "sex": [{"group": "female", "finding": "too many", "ratio": 1.8, "ratio_low": 1.3,
                     "ratio_high": 2.4}, {"group": "male", "finding": "withheld"}],
            "sex*age_band": [{"group": "female, under 30", "finding": "withheld"}],
        },
        "proxies": {"sex": {"finding": "measured", "auc": 0.61, "auc_low": 0.55, "auc_high": 0.66,
                            "top": [{"feature": "post_days", "share": 0.3}]},
                    "religion": {"finding": "insufficient"}},
    },
    "ranker": None,
    "support_model": {"features": ["post_days"], "num_leaves": 15},
    "imported": {
        "day": "2026-01-02", "mapping": "siasn", "n_repaired": 7, "notes": ["one note"],
        "files": {"a|b.csv": {"read": 1200, "kept": 1190, "quarantined": 10}},
        "tables": {"employees": {"read": 1200, "kept": 1190, "merged": 0, "quarantined": 10}},
        "problems": [{"file": "a|b.csv", "column": "nip", "rule": "must be unique", "rows": 10}],
    },
    "tables": [
        {"name": "employees", "columns": ["employee_id"], "seen_by": ["planner"], "keep_years": 10},
        {"name": "protected_attributes", "columns": ["employee_id", "sex"], "seen_by": ["auditor"],
         "keep_years": None},
    ],
    "event": {"components": ["learning_stopped"], "horizon_months": 6, "capacity": 0.05,
              "source": "own definition", "source_id": "definisi sendiri",
              "certainty": "inference"},
    "unsure": ["disengagement"],
    "bundle": {"digest": "cd" * 32, "created_at": "2026-01-03T04:05:06+00:00",
               "code_version": "0.1.0"},
}  # fmt: skip
BARE = FACTS | {
    "bundle": None, "imported": None, "unsure": [],
    "judgement": {
        "recommender": FACTS["judgement"]["recommender"],
        "support": {"verdict": VERDICT, "metrics": {}, "curves": {}},
    },
    "audit": FACTS["audit"] | {"findings": []},
}  # fmt: skip
"""A run without release, import report or judged probabilities."""
