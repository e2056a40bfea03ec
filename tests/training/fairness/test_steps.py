import csv
import io

import pytest

from features.workspace import Workspace
from training.fairness.pages import COLUMNS, as_csv, as_page
from training.fairness.steps import said_of, write_audit

GROUP = {"group": "female", "finding": "too many", "n_people": 100, "n_flagged": 9, "rate": 0.09,
         "ratio": 1.8, "ratio_low": 1.3, "ratio_high": 2.4, "p_value": 0.001, "p_adjusted": 0.002,
         "calibration": {"finding": "fails", "predicted_by_observed": 1.4,
                         "predicted_by_observed_low": 1.2, "predicted_by_observed_high": 1.6,
                         "slope": 1.0, "slope_low": None, "slope_high": 1.2}}  # fmt: skip
AUDIT = {
    "as_of": "2025-07-01", "n_people": 200, "support_kind": "disengagement",
    "recommender_kind": "ranker", "records_digest": "0" * 64,
    "rules": {"impact": {"lowest": 0.8, "highest": 1.25}},
    "findings": ["support flags by sex: too many among female"],
    "flags": {"sex": [GROUP, {"group": "male", "finding": "withheld"}]},
    "lists": {"sex": [{"group": "female", "finding": "even", "n_people": 100, "jp": 12.5,
                       "jp_ratio": 1.01, "jp_ratio_low": 0.9, "jp_ratio_high": 1.1,
                       "exposure_distance": 0.05, "exposure_p_adjusted": 0.4}]},
    "proxies": {"sex": {"finding": "measured", "auc": 0.61, "auc_low": 0.55, "auc_high": 0.66,
                        "n_people": 190, "top": [{"feature": "post_days", "share": 0.3}]},
                "religion": {"finding": "insufficient"}},
    "mitigation": {"sex": {"rows": [{"strength": 0.5, "ratio_lowest": 0.9, "ratio_highest": 1.1,
                                     "precision": 0.3, "precision_change": -0.02, "lift": 2.0,
                                     "precision_change_low": -0.05,
                                     "precision_change_high": 0.01}]}},
}  # fmt: skip


def test_csv_holds_one_line_a_group_and_part():
    rows = list(csv.DictReader(io.StringIO(as_csv(AUDIT))))
    assert list(rows[0]) == list(COLUMNS)
    assert [(row["part"], row["group"], row["finding"]) for row in rows] == [
        ("flags", "female", "too many"), ("flags", "male", "withheld"),
        ("lists", "female", "even"), ("proxies", "", "measured"), ("proxies", "", "insufficient"),
    ]  # fmt: skip
    assert (rows[0]["ratio"], rows[0]["calibration"], rows[0]["slope_low"]) == ("1.8", "fails", "")
    assert (rows[2]["jp"], rows[2]["ratio"]) == ("12.5", "1.01")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", ["jenis kelamin", "perempuan", "terlalu banyak", "1,80 (1,30 – 2,40)", "meleset"]),
        ("en", ["women", "too many", "withheld: too few people", "0.610 (0.550 – 0.660)"]),
    ],
)
def test_page_says_the_audit_in_both_languages(language, words):
    page = as_page(AUDIT, language)
    assert [one for one in words if one not in page] == []
    assert "None" not in page
    quiet = as_page(AUDIT | {"findings": [], "flags": {}}, language)
    assert ("no proof" in quiet) == (language == "en")


def test_lines_name_findings_and_proxies(tmp_path):
    assert said_of(AUDIT) == [
        "fairness: support flags by sex: too many among female",
        "proxy meter (AUC, .5 gives nothing away): sex 0.61",
    ]
    none = AUDIT | {"findings": [], "proxies": {}}
    assert said_of(none) == [
        "fairness: no difference between groups is surely outside of the limits"
    ]
    written = write_audit(Workspace(tmp_path), AUDIT, "en")
    assert [line.rpartition("/")[2] for line in written] == [
        "fairness.json", "fairness.csv", "fairness.html",
    ]  # fmt: skip
