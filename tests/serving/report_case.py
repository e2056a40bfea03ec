"""An employer for the report, small enough to count by hand: 260 people in three units.

120 people in unit A, 100 in B, 40 in C; 6, 5 and 2 of them are flagged. The figure of C is too
small to show, and B's is withheld with it, for else C's could be subtracted from the total.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from serving.snapshot import COLUMNS
from tests.serving.conftest import with_intervals

AS_OF = date(2026, 1, 1)
N = 260
IDS = [f"secret{i:03}" for i in range(N)]
I = np.arange(N)  # noqa: E741
ASSESSED = I % 4 != 0
FLAGGED = np.isin(I, [*range(6), *range(120, 125), 220, 221])


def frames() -> dict[str, pd.DataFrame]:
    """Return every table of the snapshot."""
    units = np.where(I < 120, "ua", np.where(I < 220, "ub", "uc"))
    nothing = {
        name: pd.DataFrame(columns=list(COLUMNS[name]))
        for name in ("history", "course_competencies", "demand", "curves", "past")
    }
    return {
        "people": people(units),
        "levels": levels(),
        "candidates": candidates(),
        "support": support(units),
        "drivers": pd.DataFrame(
            {
                "employee_id": np.array(IDS)[FLAGGED].repeat(2),
                "feature": ["unexcused_rise", "n_enrolments_6_months"] * 13,
                "contribution": [1.5, 1.0] * 7 + [0.0, 1.0] * 6,
            }
        ),
        "limits": pd.DataFrame(
            {
                "employee_id": np.array(IDS)[FLAGGED][:6],
                "limit": "no_offer",
                "explains": [True] * 5 + [False],
            }
        ),
        "actions": pd.DataFrame(
            {
                "employee_id": np.array(IDS)[FLAGGED],
                "lever": ["workload"] * 7 + ["course"] * 6,
                "rank": 1,
                "score_from": 2.0,
                "score_to": 1.5,
                "course_id": [None] * 7 + ["k1"] * 6,
            }
        ),
        **nothing,
        **organisation(),
        **offered(),
    }


def people(units: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "employee_id": IDS,
            "unit_id": units,
            "post_id": "p1",
            "post_level": "ahli_muda",
            "employment_type": np.where(I % 10 < 6, "PNS", np.where(I % 10 < 9, "PPPK", "CPNS")),
            "job_person_match": np.where(ASSESSED, 45.0 + 5 * (I % 11), np.nan),
            "jp_12_months": np.array([0.0, 8.0, 16.0, 24.0, 32.0, 70.0])[I % 6],
        }
    )


def levels() -> pd.DataFrame:
    gap = np.where(ASSESSED, np.array([0.0, 0.5, 1.0])[I % 3], np.nan)
    plain = pd.DataFrame(
        {
            "employee_id": IDS * 2,
            "competency_id": ["T.04"] * N + ["M.01"] * N,
            "level": np.concatenate([3 - gap, 3 - gap / 2]),
            "required_level": 3.0,
            "gap": np.concatenate([gap, gap / 2]),
            "days_since_assessment": 100.0,
        }
    )
    return with_intervals(plain)


def support(units: np.ndarray) -> pd.DataFrame:
    status = np.where(FLAGGED, "support_need", np.where(I % 26 == 25, "abstained", "none"))
    return pd.DataFrame(
        {
            "employee_id": IDS,
            "unit_id": units,
            "status": status,
            "reason": np.where(status == "abstained", "thin_evidence", ""),
            "component": "",
            "score": np.where(FLAGGED, 2.0 - I / 1000, 0.0),
            "probability": np.nan,
            "rank_in_unit": np.nan,
            "by_lot": False,
            "propensity": FLAGGED.astype(float),
        }
    )


def organisation() -> dict[str, pd.DataFrame]:
    names = ["Dinas Kesehatan", "Dinas Sosial", "Kecamatan Timur"]
    return {
        "units": pd.DataFrame({"unit_id": ["ua", "ub", "uc"], "name": names}),
        "posts": pd.DataFrame(
            {"post_id": ["p1"], "title": ["Analis"], "post_level": ["ahli_muda"]}
        ),
        "post_requirements": pd.DataFrame(
            {"post_id": "p1", "competency_id": ["T.04", "M.01"], "required_level": 3}
        ),
        "competencies": pd.DataFrame(
            {
                "competency_id": ["T.04", "M.01"],
                "name": ["Perencanaan", "Integritas"],
                "competency_group": ["technical", "managerial"],
            }
        ),
    }


def offered() -> dict[str, pd.DataFrame]:
    return {
        "courses": pd.DataFrame(
            {
                "course_id": ["k1", "k2"],
                "title": ["Perencanaan Pembangunan", "Etika Pelayanan"],
                "form": ["technical", "seminar"],
                "jp": [20.0, 8.0],
                "cost_rupiah": [3_500_000.0, 0.0],
            }
        ),
        "sessions": pd.DataFrame(
            {
                "session_id": ["s1", "s2"],
                "course_id": ["k1", "k2"],
                "starts_on": pd.to_datetime(["2026-02-01", "2025-12-01"]),
                "ends_on": pd.NaT,
                "seats": 30,
                "place": None,
            }
        ),
    }


def candidates() -> pd.DataFrame:
    """Recommend k1 to everybody, then k2 to every other person."""
    one = pd.DataFrame({"employee_id": IDS, "course_id": "k1", "rank": 1})
    other = pd.DataFrame({"employee_id": IDS[::2], "course_id": "k2", "rank": 2})
    both = pd.concat([one, other], ignore_index=True)
    return both.assign(**{name: 0.0 for name in COLUMNS["candidates"][3:]})


ABOUT = {
    "created_at": "2026-01-01T00:00:00+00:00",
    "code_version": "0.1.0",
    "trained_as_of": "2026-01-01",
    "recommender": {"kind": "ranker", "version": "1"},
    "support": {"kind": "rule", "version": "1", "capacity": 0.05, "horizon_months": 6},
    "gates": {
        "recommender": {
            "released": "ranker",
            "passed": True,
            "sentence": "PASSED: the ranker is released.",
            "numbers": {"best_generator": "gap", "n_people": 150},
        },
        "support": {
            "released": "rule",
            "passed": False,
            "sentence": "REFUSED: the rule of thumb is released, and named as a rule.",
            "numbers": {
                "n_people": 240,
                "base_rate": 0.25,
                "rule": {"n_flagged": 12, "lift": 2.0},
                "disengagement": {"n_flagged": 12, "lift": 2.2},
            },
        },
    },
    "metrics": {
        "recommender": {
            "gap": {"ndcg_at_10": 0.2, "recall_at_10": 0.3, "hit_rate_at_10": 0.4},
            "ranker": {"ndcg_at_10": 0.3, "recall_at_10": 0.4, "hit_rate_at_10": 0.5},
        },
        "support": {
            "rule": {
                "precision_at_capacity": 0.5, "lift_at_capacity": 2.0,
                "net_benefit_at_capacity": 0.015, "auc": 0.61, "ap": 0.3,
            },
            "disengagement": {
                "precision_at_capacity": 0.55, "lift_at_capacity": 2.2,
                "net_benefit_at_capacity": 0.018, "auc": 0.7, "ap": 0.4, "brier": 0.15,
                "mean_predicted_by_observed": 0.9, "calibration_slope": 1.1,
            },
        },
    },
    "curves": {
        "recommender": {},
        "support": {"predicted": [0.1, 0.3, 0.5], "observed": [0.1, 0.25, 0.6]},
    },
}  # fmt: skip
IMPORT_REPORT = {
    "mapping": "siasn",
    "files": {
        "presensi.csv": {"read": 100, "kept": 93, "quarantined": 7},
        "pegawai.csv": {"read": 260, "kept": 260, "quarantined": 0},
    },
    "tables": {
        "employees": {"read": 260, "kept": 260, "merged": 0, "quarantined": 0},
        "employments": {"read": 260, "kept": 200, "merged": 60, "quarantined": 0},
        "attendance": {"read": 100, "kept": 93, "merged": 0, "quarantined": 7},
        "surveys": {"read": 0, "kept": 0, "merged": 0, "quarantined": 0},
    },
    "problems": [
        {
            "file": "presensi.csv", "table": "attendance", "column": "workdays",
            "rule": "must be at most 31", "action": "row dropped", "rows": 7,
        }
    ],
    "notes": ["presensi.csv was read as latin-1"],
    "unused_files": ["catatan.csv"],
}  # fmt: skip
