# pyright: strict
"""Example answers for the OpenAPI description; a test holds them against the messages."""

from __future__ import annotations

from typing import Any

VERSION = "9f2c" + 60 * "0"

ANSWERS: dict[str, dict[str, Any]] = {
    "/v1/recommendations": {
        "results": [
            {
                "employee_id": "e7c1f0",
                "reference": "row 1",
                "model": {"kind": "ranker", "version": VERSION},
                "as_of": "2026-01-01",
                "target_post": None,
                "courses": [
                    {
                        "rank": 1,
                        "course_id": "K012",
                        "title": "Pelatihan Perencanaan Pembangunan",
                        "form": "technical",
                        "jp": 40.0,
                        "cost_rupiah": 3500000.0,
                        "next_session": {
                            "session_id": "S101",
                            "starts_on": "2026-02-02",
                            "ends_on": "2026-02-06",
                            "seats": 30,
                            "place": "Gorontalo",
                        },
                        "places_left": 30,
                        "chance_of_place": None,
                        "score": 1.2,
                        "contributions": {
                            "gap": 1.1,
                            "career": 0.0,
                            "peers": -0.2,
                            "policy": 0.0,
                            "interest": 0.0,
                            "base": 0.3,
                        },
                        "closes": [{"competency_id": "T.04", "name": "Perencanaan", "gap": 1.5}],
                        "explored": False,
                        "sentence": "Skor 1,20: +1,10 dari kesenjangan kompetensi (Perencanaan "
                        "1,5 level), -0,20 dari jalur pegawai dengan jabatan serupa, +0,30 dari "
                        "hal lainnya.",
                    }
                ],
                "assess_first": [],
                "note": None,
                "hours": {
                    "this_year": 8.0,
                    "floor": 20.0,
                    "missing": 12.0,
                    "ceiling": None,
                    "left": None,
                    "listed": 24.0,
                    "sentence": "Untuk JP minimal tahun ini (20) masih kurang 12; daftar ini "
                    "memuat 24.",
                },
            }
        ]
    },
    "/v1/support-needs": {
        "results": [
            {
                "employee_id": "e7c1f0",
                "reference": None,
                "model": {"kind": "disengagement", "version": VERSION},
                "as_of": "2026-01-01",
                "horizon_months": 6,
                "status": "none",
                "reason": None,
                "asked": False,
                "rank_in_unit": None,
                "score": None,
                "drivers": [],
                "component": None,
                "curves": [],
                "groups": None,
                "limits": [],
                "lacks_opportunity": False,
                "actions": [],
                "sentence": "Saat ini tidak ditandai perlu dukungan.",
            }
        ]
    },
    "/v1/profiles": {
        "results": [
            {
                "employee_id": "e7c1f0",
                "reference": None,
                "model": {"kind": "profile", "version": VERSION},
                "as_of": "2026-01-01",
                "unit_id": "U07",
                "unit": "Dinas Penanaman Modal",
                "post_id": "JF-ANALIS-MUDA",
                "post": "Analis Kebijakan Ahli Muda",
                "post_level": "ahli_muda",
                "employment_type": "PNS",
                "competencies": [
                    {
                        "competency_id": "T.04",
                        "name": "Perencanaan",
                        "level": 1.5,
                        "required_level": 3.0,
                        "gap": 1.5,
                        "days_since_assessment": 120.0,
                    }
                ],
                "figures": {"n_required": 1.0, "n_assessed": 1.0, "n_gaps": 1.0, "gap_levels": 1.5,
                            "predicate": 4.0, "jp_this_year": 12.0},
                "sentence": "Dari 1 kompetensi yang disyaratkan jabatan, 1 telah diukur dan 1 di "
                "bawah syarat (seluruhnya 1,5 level); predikat SKP Baik; 12 JP tahun ini.",
            }
        ]
    },
    "/v1/why-not": {
        "results": [
            {
                "employee_id": "e7c1f0",
                "reference": None,
                "model": {"kind": "ranker", "version": VERSION},
                "as_of": "2026-01-01",
                "target_post": None,
                "course_id": "K013",
                "title": "Pelatihan Analisis Kebijakan",
                "status": "ranked_below",
                "rule": None,
                "rank": 2,
                "score": 0.4,
                "above": [
                    {
                        "rank": 1,
                        "course_id": "K012",
                        "title": "Pelatihan Perencanaan Pembangunan",
                        "score": 1.2,
                    }
                ],
                "sentence": "Pelatihan Analisis Kebijakan berada di urutan 2, sedangkan daftar "
                "berakhir di 1; tepat di atasnya: Pelatihan Perencanaan Pembangunan.",
            }
        ]
    },
}  # fmt: skip
